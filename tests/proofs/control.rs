//! The negative control: the same matrix on a build without the intent record. If it found nothing
//! there, it could not find anything.

use std::path::{Path, PathBuf};
use std::process::Command;

use crate::crash::strike_all;
use crate::points::{self, Extent};
use crate::stories::STORIES;
use crate::tracer;

#[test]
#[ignore = "long"]
fn without_intent_record_crash_matrix_finds_violations() {
    if !tracer::works() {
        return;
    }
    let program = build();
    // With a list, a lost instance is found alive; without one it is created once more.
    for story in STORIES.iter().filter(|story| story.name.starts_with("create")).take(2) {
        let kills = points::kills(story, Extent::Wire);
        let cases = kills.into_iter().map(|point| (*story, point)).collect();
        let what = format!("kills without the intent record, {}", story.name);
        let figure = strike_all(&what, cases, |cli| cli.program(&program));
        assert!(!figure.violations.is_empty(), "{}: {figure:?}", story.name);
    }
}

/// Builds the program without the intent record, in addition to the regular one.
fn build() -> PathBuf {
    let features = ["--example", "without-intent", "--features", "without-intent"];
    let built = Command::new(env!("CARGO"))
        .args(["build", "--quiet", "--locked"])
        .args(features)
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .status()
        .unwrap();
    assert!(built.success(), "the build without the intent record failed");
    let sound = Path::new(env!("CARGO_BIN_EXE_instancectl"));
    sound.parent().unwrap().join("examples/without-intent")
}

//! The checks of the fuzz targets in process: on every seed, and on a few thousand mutations of
//! them. `tests/fuzz/run` continues from there, guided by coverage.

#[path = "../fuzz/checks/answers.rs"]
mod answers;
#[path = "../fuzz/checks/diagnostics.rs"]
mod diagnostics;
#[path = "../fuzz/checks/fixes.rs"]
pub(crate) mod fixes;
#[path = "../fuzz/checks/parse.rs"]
mod parse;
#[path = "../fuzz/checks/records.rs"]
mod records;

use std::panic;

use crate::mutation::Dice;
use crate::{seeds, suite};

/// Checks every seed and `count` mutated ones; a failure shows the input.
#[track_caller]
fn drive(seeds: &[Vec<u8>], count: u64, check: impl Fn(&[u8])) {
    drive_with(Dice::damaged, seeds, count, check);
}

#[track_caller]
fn drive_with(
    mutate: impl Fn(&mut Dice, &[u8]) -> Vec<u8>,
    seeds: &[Vec<u8>],
    count: u64,
    check: impl Fn(&[u8]),
) {
    let checked = |bytes: &[u8]| {
        let outcome = panic::catch_unwind(panic::AssertUnwindSafe(|| check(bytes)));
        assert!(outcome.is_ok(), "the input was b\"{}\"", bytes.escape_ascii());
    };
    for bytes in seeds {
        checked(bytes);
    }
    for round in 0..count {
        let mut dice = Dice::new(round);
        let seed = &seeds[dice.below(seeds.len())];
        checked(&mutate(&mut dice, seed));
    }
}

#[test]
fn any_bytes_yield_a_manifest_or_diagnostics() {
    let seeds: Vec<_> = seeds::manifests().into_iter().map(|(_, bytes)| bytes).collect();
    drive(&seeds, 1500, diagnostics::check);
}

#[test]
fn fixes_of_any_bytes_keep_what_was_read() {
    let seeds: Vec<_> = seeds::manifests().into_iter().map(|(_, bytes)| bytes).collect();
    drive(&seeds, 1500, fixes::check);
    let mistaken =
        |dice: &mut Dice, bytes: &[u8]| dice.mistaken(&String::from_utf8_lossy(bytes)).into_bytes();
    drive_with(mistaken, &seeds, 1500, fixes::check);
}

#[test]
fn fast_reader_and_parser_read_the_same() {
    let suite = suite::cases().into_iter().map(|case| case.yaml.into_bytes());
    let seeds: Vec<_> =
        seeds::manifests().into_iter().map(|(_, bytes)| bytes).chain(suite).collect();
    drive(&seeds, 20_000, parse::check);
    drive_with(|dice, _| dice.common_yaml().into_bytes(), &seeds, 60_000, parse::check);
}

#[test]
fn any_bytes_yield_a_lock_or_an_error() {
    drive(&seeds::bytes("tests/fixtures/lock", "lock"), 3000, records::lock);
}

#[test]
fn journal_damage_loses_no_readable_id() {
    let journals = seeds::bytes("tests/fuzz/seeds", "journal");
    drive(&journals, 2000, records::journal);
    // With correct checksums, the code after the checksum test is reached.
    let summed: Vec<_> =
        journals.iter().map(|journal| [b"\x03", journal.as_slice()].concat()).collect();
    drive(&summed, 2000, records::check);
}

#[test]
fn any_response_is_classified_without_false_success() {
    let answers = seeds::bytes("tests/fuzz/seeds", "answer");
    let statuses = [[0, 100], [0x01, 0x90], [0x01, 0x30]];
    let seeds: Vec<_> = statuses
        .iter()
        .flat_map(|status| answers.iter().map(|body| [status, body.as_slice()].concat()))
        .collect();
    drive(&seeds, 5000, answers::check);
}

//! The crash matrix: a fault is injected at a system call of a run, and then the same command is
//! run again.

use std::collections::BTreeSet;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Mutex;
use std::thread;

use crate::points::{self, Extent, Point};
use crate::stories::{STORIES, Story, typed};
use crate::support::{Cli, Output};
use crate::tracer;
use crate::world::{Entry, LOCK, Task, World};

/// Number of concurrent cases; most of their time they wait for the disk.
const AT_ONCE: usize = 4;
/// Maximum number of repetitions of a command before it counts as broken.
const PATIENCE: usize = 4;

/// Results of a matrix.
#[derive(Debug, Default)]
pub(crate) struct Figure {
    pub(crate) runs: usize,
    pub(crate) kills: usize,
    pub(crate) violations: Vec<String>,
}

#[test]
fn create_converges_after_a_kill_at_any_durable_call() {
    if tracer::works() {
        let cases = STORIES[..1].iter().flat_map(|story| {
            points::kills(story, Extent::Durable).into_iter().map(|point| (*story, point))
        });
        strike_all("kills", cases.collect(), |cli| cli).assert_sound();
    }
}

#[test]
#[ignore = "long"]
fn every_command_converges_after_a_kill_at_any_syscall() {
    if tracer::works() {
        let cases = STORIES.iter().flat_map(|story| {
            points::kills(story, Extent::Everything).into_iter().map(|point| (*story, point))
        });
        strike_all("kills", cases.collect(), |cli| cli).assert_sound();
    }
}

#[test]
#[ignore = "long"]
fn every_command_converges_after_io_errors_at_any_syscall() {
    if tracer::works() {
        let cases = STORIES
            .iter()
            .flat_map(|story| points::failures(story).into_iter().map(|point| (*story, point)));
        strike_all("failures", cases.collect(), |cli| cli).assert_sound();
    }
}

/// Injects a fault at each point of a build of the program, several at once.
pub(crate) fn strike_all(
    what: &str,
    cases: Vec<(Story, Point)>,
    build: impl Fn(Cli) -> Cli + Sync,
) -> Figure {
    let only = std::env::var("PROOF").unwrap_or_default();
    let named =
        cases.into_iter().map(|(story, point)| (format!("{}: {point}", story.name), story, point));
    let cases = Mutex::new(named.filter(|(name, ..)| name.contains(&only)).collect::<Vec<_>>());
    let figure = Mutex::new(Figure::default());
    let begun = std::time::Instant::now();
    thread::scope(|scope| {
        for _ in 0..AT_ONCE {
            scope.spawn(|| {
                loop {
                    let Some((name, story, point)) = cases.lock().unwrap().pop() else { return };
                    // A failing helper, such as a platform that cannot start, is reported with its
                    // case.
                    let struck = AssertUnwindSafe(|| strike(&story, &point, &build));
                    let broken = |_| (false, Err("the test itself broke off".to_owned()));
                    let (killed, sound) = catch_unwind(struck).unwrap_or_else(broken);
                    let mut figure = figure.lock().unwrap();
                    figure.runs += 1;
                    figure.kills += usize::from(killed);
                    figure.violations.extend(sound.err().map(|why| format!("{name}: {why}")));
                }
            });
        }
    });
    let figure = figure.into_inner().unwrap();
    let Figure { runs, kills, violations } = &figure;
    let seconds = begun.elapsed().as_secs();
    println!("{what}: {runs} runs, {kills} kills, {} violations, {seconds} s", violations.len());
    figure
}

impl Figure {
    /// Fails with every violation and the command that reproduces one.
    #[track_caller]
    pub(crate) fn assert_sound(&self) {
        assert!(self.runs > 0, "nothing was struck");
        assert!(
            self.violations.is_empty(),
            "{} violations; to run only one: PROOF='STORY: POINT' cargo test --locked --test proofs \
             -- --include-ignored --nocapture\n{}",
            self.violations.len(),
            self.violations.join("\n")
        );
    }
}

/// Injects a fault at one call of one run; returns whether the run was killed there, and the
/// violation found afterwards.
fn strike(story: &Story, point: &Point, build: &impl Fn(Cli) -> Cli) -> (bool, Result<(), String>) {
    let (mut world, command) = story.begin();
    let output = point.strike(&world, build(command)).run();
    let killed = output.code.is_none();
    let sound = (|| {
        if !point.kills() {
            ended_by_itself(&output)?;
        }
        shown_is_recorded(&world, &output)?;
        converges(story, &world, build)?;
        let there = world.end();
        agrees(&world, &there)?;
        let names: Vec<_> = there.iter().map(|task| task.name.as_str()).collect();
        if names != story.leaves {
            return Err(format!("{:?} expected, {there:?} found", story.leaves));
        }
        Ok(())
    })();
    (killed, sound.map_err(|why: String| format!("{why}\n    the struck run: {output:?}")))
}

/// Checks that a failing disk or connection ends a run in order: nothing panics, and the failure
/// is reported.
fn ended_by_itself(output: &Output) -> Result<(), String> {
    match output.code {
        Some(0 | 3 | 4 | 5 | 10) if !output.stderr.contains("panicked") => Ok(()),
        _ => Err("it did not end in order".to_owned()),
    }
}

/// Checks that every instance printed as created is durable.
fn shown_is_recorded(world: &World, output: &Output) -> Result<(), String> {
    let records = world.records();
    let shown = output.stdout.lines().filter_map(|line| line.split_once(": created "));
    let rescued = output.stderr.lines().filter_map(|line| line.split_once(" id="));
    let first = |text: &str| text.split([' ', ':', '\n']).next().unwrap_or_default().to_owned();
    let mut ids = shown.chain(rescued).map(|(_, rest)| first(rest));
    let missing = ids.find(|id| !records.contains(id));
    missing.map_or(Ok(()), |id| Err(format!("{id} was shown and is in no record: {records}")))
}

/// Checks that the same command, run again, completes; entries that remain unknown on the way are
/// named and resolved manually. After that it has nothing to do and leaves no files behind.
fn converges(story: &Story, world: &World, build: &impl Fn(Cli) -> Cli) -> Result<(), String> {
    let mut came = Vec::new();
    for _ in 0..PATIENCE {
        let again = build(story.again(world)).run();
        let unknown = world.unknown();
        let code = again.code;
        came.push(again);
        match code {
            Some(0) if unknown.is_empty() => break,
            Some(4) if !unknown.is_empty() => resolve_unknown(world, &unknown, &came)?,
            _ => return Err(format!("typed again: {came:?}; unknown: {unknown:?}")),
        }
    }
    let lock = world.lock_bytes();
    let last = build(story.again(world)).run();
    let end = last.stdout.lines().last().unwrap_or_default();
    if (last.code, end) != (Some(0), story.done) {
        return Err(format!("typed once more: {last:?} after {came:?}"));
    }
    if world.lock_bytes() != lock {
        return Err("it rewrote a lock that says the same".to_owned());
    }
    let mut more = world.files();
    more.retain(|file| ![".home", LOCK, "a.yaml"].contains(&file.as_str()));
    if more.is_empty() { Ok(()) } else { Err(format!("{more:?} lie about")) }
}

/// Looks at the platform, as a user would, and resolves the unknown entries.
pub(crate) fn resolve_unknown(
    world: &World,
    unknown: &BTreeSet<String>,
    came: &[Output],
) -> Result<(), String> {
    let last = came.last().expect("something was typed");
    for name in unknown {
        let named = |line: &str| {
            line.starts_with("outcome unknown: ") && line.contains(&format!("`{name}`"))
        };
        if !last.stderr.lines().any(named)
            && !last.stderr.contains(&format!("instances named `{name}`"))
            && !last.stderr.contains(&format!("{name}: check "))
        {
            return Err(format!("`{name}` is unknown and not named: {last:?}"));
        }
        let there: Vec<_> = world.tasks().into_iter().filter(|task| task.name == *name).collect();
        let words = match &there[..] {
            [] => vec!["resolve", name, "--absent"],
            [one] => vec!["resolve", name, "--id", &one.id],
            _ => return Err(format!("doubled: {there:?}")),
        };
        let output = world.run(typed(&words));
        if output.code != Some(0) {
            return Err(format!("{words:?} gave {output:?}"));
        }
    }
    Ok(())
}

/// Checks that the platform and the lock agree: nothing is lost, nothing is duplicated.
pub(crate) fn agrees(world: &World, there: &[Task]) -> Result<(), String> {
    let lock = world.lock();
    let held = lock
        .iter()
        .filter_map(|(name, Entry { id, .. })| Some(Task { name: name.clone(), id: id.clone()? }));
    let held: Vec<_> = held.collect();
    if held == there { Ok(()) } else { Err(format!("there is {there:?}, the lock holds {lock:?}")) }
}

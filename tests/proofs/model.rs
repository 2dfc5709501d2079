//! Random sequences of edits, commands, faults and kills, against the simplest possible model: a
//! name has at most one instance on the platform, every instance is in a record unless its lock
//! was discarded, and in the end the lock, the platform and the manifest agree.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::thread::sleep;
use std::time::Duration;

use proptest::prelude::*;
use proptest::sample::select;
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};

use crate::crash::{agrees, resolve_unknown};
use crate::points::Point;
use crate::stories::typed;
use crate::support::Output;
use crate::tracer;
use crate::world::{JOURNAL, LOCK, Task, World};

const NAMES: [&str; 4] = ["a", "b", "c", "d"];
/// Time after which a late create is done.
const LATE: Duration = Duration::from_millis(30);
const FAULTS: [&str; 9] = [
    "drop-after@1",
    "drop-before@1",
    "late:10ms@1",
    "status:503@1",
    "html@2",
    "truncate@1",
    "code:716865@1",
    "code:10004@1",
    "throttle:0@1",
];
const FLAGS: [&str; 6] =
    ["--replace-all", "--prune", "--adopt", "--keep-changed", "--refresh", "--parallel=1"];

/// One step of a history.
#[derive(Debug, Clone)]
enum Step {
    /// Writes an instance with this value into the manifest, or removes it.
    Edit(&'static str, Option<u32>),
    Apply {
        flags: Vec<&'static str>,
        only: Option<&'static str>,
        fault: Option<&'static str>,
        struck: Option<Point>,
    },
    Destroy {
        only: Option<&'static str>,
        struck: Option<Point>,
    },
    /// A user marks all unknown entries as absent; the platform may differ.
    Absent,
    /// The lock and the journal are discarded.
    Lose,
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let name = || select(&NAMES[..]);
    let edit = (name(), proptest::option::weighted(0.8, 1..3_u32));
    let edit = edit.prop_map(|(name, cpus)| Step::Edit(name, cpus));
    let calls = ["pwrite64", "fdatasync", "fsync", "recvfrom", "writev", "rename", "unlink"];
    let point =
        || (select(calls.to_vec()), 1..14_usize).prop_map(|(call, at)| Point::kill(call, at));
    let struck = move || proptest::option::weighted(0.4, point());
    let only = move || proptest::option::weighted(0.2, name());
    let flags = proptest::sample::subsequence(FLAGS.to_vec(), 0..3);
    let fault = proptest::option::weighted(0.4, select(&FAULTS[..]));
    let apply = (flags, only(), fault, struck())
        .prop_map(|(flags, only, fault, struck)| Step::Apply { flags, only, fault, struck });
    let destroy = (only(), struck()).prop_map(|(only, struck)| Step::Destroy { only, struck });
    let step = prop_oneof![
        3 => edit,
        8 => apply,
        1 => destroy,
        1 => Just(Step::Absent),
        1 => Just(Step::Lose),
    ];
    proptest::collection::vec(step, 1..10)
}

#[test]
fn few_random_histories_lose_and_duplicate_nothing() {
    histories(12, 1);
}

#[test]
#[ignore = "long"]
fn random_histories_lose_and_duplicate_nothing() {
    histories(300, 2);
}

fn histories(cases: u32, seed: u8) {
    if !tracer::works() {
        return;
    }
    let number = |name: &str| std::env::var(name).ok()?.parse::<u32>().ok();
    let cases = number("PROOF_CASES").unwrap_or(cases);
    let seed = number("PROOF_SEED").unwrap_or(seed.into());
    println!("{cases} histories from PROOF_SEED={seed}");
    let mut bytes = [0; 32];
    bytes[..4].copy_from_slice(&seed.to_le_bytes());
    let config =
        Config { cases, failure_persistence: None, max_shrink_iters: 40, ..Config::default() };
    let rng = TestRng::from_seed(RngAlgorithm::ChaCha, &bytes);
    let ran = TestRunner::new_with_rng(config, rng)
        .run(&steps(), |steps| History::new().live(&steps).map_err(TestCaseError::fail));
    if let Err(error) = ran {
        panic!("{error}");
    }
}

/// A world, and the user's knowledge of it.
struct History {
    world: World,
    manifest: BTreeMap<&'static str, u32>,
    /// Instances on the platform when its lock was discarded.
    lost: BTreeSet<Task>,
    went: Vec<Output>,
}

impl History {
    fn new() -> Self {
        let manifest = BTreeMap::from([("a", 1), ("b", 1)]);
        Self { world: World::new(), manifest, lost: BTreeSet::new(), went: Vec::new() }
    }

    fn live(mut self, steps: &[Step]) -> Result<(), String> {
        for step in steps {
            self.take(step);
            self.check().map_err(|why| format!("after {step:?}: {why}\n{:#?}", self.went))?;
        }
        self.heal().map_err(|why| format!("in the end: {why}\n{:#?}", self.went))
    }

    fn take(&mut self, step: &Step) {
        self.world.manifest(self.manifest.iter().map(|(name, cpus)| (*name, *cpus)));
        match step {
            Step::Edit(name, Some(cpus)) => drop(self.manifest.insert(name, *cpus)),
            Step::Edit(name, None) if self.manifest.len() > 1 => drop(self.manifest.remove(name)),
            Step::Edit(..) => {}
            Step::Apply { flags, only, fault, struck } => {
                self.world.faults(fault.as_slice());
                let words = ["apply"].iter().chain(flags).chain(only);
                self.run(&words.copied().collect::<Vec<_>>(), struck.as_ref());
                sleep(if fault.is_some() { LATE } else { Duration::ZERO });
                self.world.faults(&[]);
            }
            Step::Destroy { only, struck } => {
                let words = ["destroy"].iter().chain(only);
                self.run(&words.copied().collect::<Vec<_>>(), struck.as_ref());
            }
            Step::Absent => self.run(&["resolve", "--all-unknown", "--absent"], None),
            Step::Lose => {
                self.lost.extend(self.world.tasks());
                for file in [LOCK, JOURNAL] {
                    let _ = fs::remove_file(self.world.path(file));
                }
            }
        }
    }

    fn run(&mut self, words: &[&str], struck: Option<&Point>) {
        let command = self.world.command(typed(words)).args(quick(words));
        let command = match struck {
            Some(point) => point.strike(&self.world, command),
            None => command,
        };
        self.went.push(command.run());
    }

    /// Checks the invariants.
    fn check(&self) -> Result<(), String> {
        if let Some(Output { code: Some(0 | 2 | 3 | 4 | 6) | None, .. }) | None = self.went.last() {
            let tasks = self.world.tasks();
            let records = self.world.records();
            for (at, task) in tasks.iter().enumerate() {
                if tasks[..at].iter().any(|other| other.name == task.name) {
                    return Err(format!("doubled: {tasks:?}"));
                }
                // Its ID, or the name of a request that may have been sent.
                let open = [format!("\"intent\":{{\"name\":\"{}\"", task.name)];
                let unknown = || self.world.unknown().contains(&task.name);
                let named = records.contains(&task.id)
                    || open.iter().any(|open| records.contains(open))
                    || unknown()
                    || self.lost.contains(task);
                if !named {
                    return Err(format!("{task:?} is in no record"));
                }
            }
            return Ok(());
        }
        Err("it did not end in order".to_owned())
    }

    /// Runs the commands that the program suggests, without further faults, until nothing is left
    /// to do.
    fn heal(&mut self) -> Result<(), String> {
        self.world.manifest(self.manifest.iter().map(|(name, cpus)| (*name, *cpus)));
        for _ in 0..6 {
            self.run(&["apply", "--replace-all", "--prune", "--adopt"], None);
            let unknown = self.world.unknown();
            match self.went.last().and_then(|last| last.code) {
                Some(0) if unknown.is_empty() => break,
                Some(4) if !unknown.is_empty() => {
                    resolve_unknown(&self.world, &unknown, &self.went)?;
                }
                // An instance of a discarded lock that differs from the manifest.
                Some(6) => self.adopt(),
                _ => return Err(format!("it does not converge, {unknown:?} unknown")),
            }
        }
        let manifest = &self.manifest;
        let mut there = self.world.end();
        // An instance that was lost with its lock and is in no manifest is unmanaged.
        there.retain(|task| !self.lost.contains(task) || manifest.contains_key(&*task.name));
        agrees(&self.world, &there)?;
        let names: Vec<_> = there.iter().map(|task| task.name.as_str()).collect();
        let wanted: Vec<_> = manifest.keys().copied().collect();
        if names == wanted { Ok(()) } else { Err(format!("{wanted:?} wanted, {there:?} there")) }
    }

    fn adopt(&mut self) {
        let lock = self.world.lock();
        for Task { name, id } in self.world.tasks() {
            if self.manifest.contains_key(&*name) && !lock.contains_key(&name) {
                self.run(&["adopt", &name, &id], None);
            }
        }
    }
}

/// Returns flags that avoid needless waiting.
fn quick(words: &[&str]) -> &'static [&'static str] {
    if words[0] == "apply" { &["--max-unknown", "9"] } else { &[] }
}

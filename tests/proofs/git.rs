//! Runners that die with their disk: a run is killed at any time or before any system call, by itself or
//! with the git processes that it started, its clone is deleted, and the next run happens in a new clone.
//! Nothing that was created is lost, and nothing is created twice.

use std::collections::BTreeSet;
use std::sync::Mutex;
use std::thread;
use std::time::Duration;

use crate::git_world::{Random, World};
use crate::tracer;

/// Number of concurrent chains of runs; most of the time they wait for a claim.
const AT_ONCE: usize = 4;

/// Result of chains of runs.
#[derive(Debug, Default)]
struct Figure {
    runs: usize,
    kills: usize,
    violations: Vec<String>,
}

/// A way to die.
#[derive(Debug, Clone, Copy)]
enum Death {
    /// This number of milliseconds after an event; alone or with the git processes.
    After(Event, u64, bool),
    /// Before this call, in the run or in a git process.
    Before(&'static str, u64),
}

/// The event that a death follows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Event {
    Start,
    /// The first request to the platform that reads.
    Request,
    /// The first create call.
    Create,
}

const CALLS: [&str; 10] = [
    "execve",
    "clone3",
    "write",
    "writev",
    "sendto",
    "recvfrom",
    "pwrite64",
    "fdatasync",
    "rename",
    "openat",
];

impl Death {
    fn of(random: &mut Random, creates: bool) -> Self {
        match random.below(10) {
            0 | 1 if tracer::works() => {
                let call = CALLS[usize::try_from(random.below(10)).unwrap()];
                Self::Before(call, 1 + random.below(40))
            }
            2 | 3 => Self::After(Event::Start, random.below(500), random.below(2) == 0),
            4 | 5 => Self::After(Event::Request, random.below(200), random.below(2) == 0),
            _ if creates => Self::After(Event::Create, random.below(200), random.below(2) == 0),
            _ => Self::After(Event::Request, random.below(100), true),
        }
    }
}

#[test]
fn few_dead_runners_lose_and_duplicate_nothing() {
    let figure = chains(2, 5, true);
    assert!(figure.violations.is_empty(), "{figure:#?}");
}

#[test]
#[ignore = "long"]
fn dead_runners_lose_and_duplicate_nothing() {
    let runs =
        std::env::var("PROOF_CASES").ok().and_then(|cases| cases.parse().ok()).unwrap_or(500);
    let figure = chains(runs / 20, 20, true);
    assert!(figure.violations.is_empty(), "{figure:#?}");
}

#[test]
#[ignore = "long"]
fn without_the_remote_dead_runners_lose_instances() {
    let figure = chains(4, 10, false);
    assert!(!figure.violations.is_empty(), "{figure:#?}");
}

/// Runs chains of runs that die.
fn chains(count: u64, length: u64, at_remote: bool) -> Figure {
    let seed = std::env::var("PROOF_SEED").ok().and_then(|seed| seed.parse().ok()).unwrap_or(1);
    let left = Mutex::new((0..count).collect::<Vec<u64>>());
    let figure = Mutex::new(Figure::default());
    thread::scope(|scope| {
        for _ in 0..AT_ONCE {
            scope.spawn(|| {
                while let Some(chain) = { left.lock().unwrap().pop() } {
                    run_chain(seed * 1000 + chain, length, at_remote, &figure);
                }
            });
        }
    });
    let figure = figure.into_inner().unwrap();
    let Figure { runs, kills, violations } = &figure;
    let place = if at_remote { "with" } else { "without" };
    println!("{runs} runs {place} the remote, {kills} died: {} violations", violations.len());
    figure
}

fn run_chain(seed: u64, length: u64, at_remote: bool, figure: &Mutex<Figure>) {
    let mut random = Random(seed);
    let world = World::new(random.below(2) == 0);
    let mut all = BTreeSet::new();
    let mut went = Vec::new();
    let mut result = Ok(());
    for step in 0..length {
        let clone = format!("c{step}");
        let words = command(&mut random);
        let death = Death::of(&mut random, words[0] == "apply");
        all.extend("abcd".chars().map(|letter| (format!("s{step}{letter}"), 1)));
        world.clone_into(&clone, &names(&mut random, step));
        if at_remote && random.below(2) == 0 {
            went.push(
                world.local(&clone, &["lock", "release", "--yes", "-f", "instances.yaml"]).run(),
            );
        }
        let died = die(&world, &clone, &words, death, at_remote);
        let kills = usize::from(died.code.is_none() || died.code == Some(137));
        went.push(died);
        world.project.lose(&clone);
        let mut figure = figure.lock().unwrap();
        figure.runs += 1;
        figure.kills += kills;
        result =
            world.is_recorded().map_err(|why| format!("step {step}, {words:?} {death:?}: {why}"));
        if result.is_err() {
            break;
        }
    }
    if let Err(why) = result.and_then(|()| if at_remote { world.heal(&all, &[]) } else { Ok(()) }) {
        figure
            .lock()
            .unwrap()
            .violations
            .push(format!("PROOF_SEED chain {seed}: {why}\n{went:#?}"));
    }
}

/// Runs a command until it dies or ends.
fn die(
    world: &World,
    clone: &str,
    words: &[&str],
    death: Death,
    at_remote: bool,
) -> crate::support::Output {
    let command = world.local(clone, words);
    let command = if at_remote { command.args(["--git-remote", "origin"]) } else { command };
    match death {
        Death::Before(call, at) => {
            let inject = format!("inject={call}:signal=KILL:when={at}");
            let strace =
                ["/usr/bin/strace", "-f", "--seccomp-bpf", "-qqq", "-o", "/dev/null", "-e"];
            command
                .under(strace.into_iter().chain([&*format!("trace={call}"), "-e", &inject]))
                .run()
        }
        Death::After(event, time, alone) => {
            let number = || match event {
                Event::Start => usize::MAX,
                Event::Request => world.platform.count("GET"),
                Event::Create => world.platform.count("POST"),
            };
            let before = number();
            let mut running = command.under(["/usr/bin/setsid"]).start();
            while event != Event::Start && number() == before && !running.has_ended() {
                thread::sleep(Duration::from_millis(2));
            }
            thread::sleep(Duration::from_millis(time));
            if alone { running.kill() } else { running.kill_session() }
        }
    }
}

/// Returns a command of a user.
fn command(random: &mut Random) -> Vec<&'static str> {
    const APPLY: [&str; 6] = ["apply", "--yes", "-f", "instances.yaml", "--settle", "1s"];
    let more: &[&str] = match random.below(8) {
        0 => &["--prune"],
        1 => &["--replace-all"],
        2 => &["--parallel", "1"],
        3 => return vec!["destroy", "--yes", "-f", "instances.yaml", "s*b"],
        4 => return vec!["resolve", "-f", "instances.yaml", "--all-unknown", "--absent"],
        _ => &[],
    };
    [&APPLY[..], more].concat()
}

/// Returns the instances of a manifest: new ones, and others that have changed.
fn names(random: &mut Random, step: u64) -> BTreeSet<(String, u64)> {
    let new = "abcd".chars().map(|letter| (format!("s{step}{letter}"), 1));
    let changed = (0..step).filter(|_| random.below(3) == 0);
    let changed = changed.map(|step| (format!("s{step}a"), 2)).collect::<Vec<_>>();
    new.chain(changed).collect()
}

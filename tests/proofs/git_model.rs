//! Random histories of several clones of one project: edits, runs with the remote and without it, runs that
//! die, clones that are lost or go back, pushes and pulls. After each move every instance is recorded at
//! the remote and no name has two; in the end the branch, the platform and the manifest agree.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Mutex;
use std::thread;
use std::time::Duration;

use crate::git_world::{Random, World};
use crate::support::Output;

const CLONES: [&str; 2] = ["c0", "c1"];
const NAMES: [&str; 4] = ["a", "b", "c", "d"];
const FLAGS: [&[&str]; 6] =
    [&[], &["--replace-all"], &["--prune"], &["--adopt"], &["--refresh"], &["--parallel", "1"]];
/// Number of moves in a history.
const LENGTH: u64 = 10;
/// Number of concurrent histories.
const AT_ONCE: usize = 4;

#[test]
fn few_random_histories_of_clones_lose_and_duplicate_nothing() {
    histories(2, 1);
}

#[test]
#[ignore = "long"]
fn random_histories_of_clones_lose_and_duplicate_nothing() {
    let number = |name: &str| std::env::var(name).ok()?.parse::<u64>().ok();
    histories(number("PROOF_CASES").unwrap_or(60), number("PROOF_SEED").unwrap_or(2));
}

fn histories(cases: u64, seed: u64) {
    let left = Mutex::new((0..cases).collect::<Vec<u64>>());
    let violations = Mutex::new(Vec::new());
    let figures = Mutex::new([0; 3]);
    thread::scope(|scope| {
        for _ in 0..AT_ONCE {
            scope.spawn(|| {
                while let Some(case) = { left.lock().unwrap().pop() } {
                    let seed = seed * 1000 + case;
                    let mut history = History::new(seed);
                    let result = history.live();
                    let died = history.went.iter().filter(|output| output.code.is_none()).count();
                    let figure = [history.went.len(), died, history.world.platform.count("POST")];
                    let mut sum = figures.lock().unwrap();
                    for (sum, one) in sum.iter_mut().zip(figure) {
                        *sum += one;
                    }
                    if let Err(why) = result {
                        let (moves, went) = (&history.moves, &history.went);
                        let why = format!("history {seed}: {why}\n{moves:#?}\n{went:#?}");
                        violations.lock().unwrap().push(why);
                    }
                }
            });
        }
    });
    let violations = violations.into_inner().unwrap();
    let [runs, died, posts] = figures.into_inner().unwrap();
    println!(
        "{cases} histories of {runs} runs, {died} died, {posts} creates and other changes sent: {} \
         violations",
        violations.len()
    );
    assert!(died > 0 && posts > 0, "the histories do nothing");
    assert!(violations.is_empty(), "{}", violations.join("\n"));
}

/// One move in a clone.
#[derive(Debug)]
enum Move {
    /// Writes an instance with this value into the manifest, or removes it.
    Edit(&'static str, Option<u64>),
    /// Applies with the remote; killed after this number of milliseconds.
    Apply(&'static [&'static str], Option<u64>),
    /// Applies without the remote, then pushes the lock.
    ApplyAndPush,
    Destroy(&'static str, Option<u64>),
    /// A user marks all unknown entries as absent.
    Absent,
    Release,
    Push,
    Pull,
    /// The clone is lost with everything in it.
    Lose,
    /// The checkout goes back to an older commit.
    GoBack,
}

struct History {
    random: Random,
    world: World,
    manifests: BTreeMap<&'static str, BTreeMap<&'static str, u64>>,
    moves: Vec<(&'static str, Move)>,
    went: Vec<Output>,
}

impl History {
    fn new(seed: u64) -> Self {
        let world = World::new(seed.is_multiple_of(2));
        let manifest = BTreeMap::from([("a", 1), ("b", 1)]);
        let manifests = CLONES.map(|clone| (clone, manifest.clone())).into();
        let (moves, went) = (Vec::new(), Vec::new());
        Self { random: Random(seed), world, manifests, moves, went }
    }

    fn live(&mut self) -> Result<(), String> {
        for clone in CLONES {
            self.world.clone_into(clone, &self.instances(clone));
        }
        for _ in 0..LENGTH {
            let clone = CLONES[usize::try_from(self.random.below(2)).unwrap()];
            let step = self.choose();
            self.take(clone, &step);
            self.moves.push((clone, step));
            self.world.is_recorded()?;
        }
        self.world.heal(&self.instances(CLONES[0]), &["--prune", "--adopt"])
    }

    fn choose(&mut self) -> Move {
        let random = &mut self.random;
        let one = |random: &mut Random| NAMES[usize::try_from(random.below(4)).unwrap()];
        let death = |random: &mut Random| (random.below(5) < 2).then(|| random.below(600));
        match random.below(18) {
            0..4 => {
                let name = one(random);
                Move::Edit(name, (random.below(5) > 0).then(|| 1 + random.below(2)))
            }
            4..9 => {
                let flags = FLAGS[usize::try_from(random.below(6)).unwrap()];
                Move::Apply(flags, death(random))
            }
            9 => Move::ApplyAndPush,
            10 => Move::Destroy(one(random), death(random)),
            11 => Move::Absent,
            12 => Move::Release,
            13 => Move::Push,
            14 => Move::Pull,
            15 | 16 => Move::Lose,
            _ => Move::GoBack,
        }
    }

    fn take(&mut self, clone: &'static str, step: &Move) {
        let remote = &["--git-remote", "origin", "--git-branch", "main"];
        match step {
            Move::Edit(name, cpus) => {
                let manifest = self.manifests.get_mut(clone).unwrap();
                match cpus {
                    Some(cpus) => drop(manifest.insert(name, *cpus)),
                    None if manifest.len() > 1 => drop(manifest.remove(name)),
                    None => {}
                }
                self.world.write(clone, &self.instances(clone));
            }
            Move::Apply(flags, death) => {
                self.run(clone, &[&["apply", "--yes"], *flags, remote].concat(), *death);
            }
            Move::ApplyAndPush => {
                self.run(clone, &["apply", "--yes"], None);
                self.run(clone, &["lock", "push", "--branch", "main"], None);
            }
            Move::Destroy(name, death) => {
                self.run(clone, &[&["destroy", "--yes", name], &remote[..]].concat(), *death);
            }
            Move::Absent => {
                let absent = ["resolve", "--all-unknown", "--absent"];
                self.run(clone, &[&absent, &remote[..]].concat(), None);
            }
            Move::Release => {
                self.run(clone, &[&["lock", "release", "--yes"], &remote[..]].concat(), None);
            }
            Move::Push => self.run(clone, &["lock", "push", "--branch", "main"], None),
            Move::Pull => self.git(clone, "git checkout -q main; git pull -q origin main"),
            Move::Lose => {
                self.world.project.lose(clone);
                self.world.clone_into(clone, &self.instances(clone));
            }
            Move::GoBack => self.git(clone, "git checkout -q --detach HEAD~1"),
        }
    }

    /// Runs a command until it ends or dies with everything that it started.
    fn run(&mut self, clone: &str, words: &[&str], death: Option<u64>) {
        let quick: &[&str] =
            if words[0] == "apply" { &["--settle", "1s", "--max-unknown", "9"] } else { &[] };
        let words = [words, &["-f", "instances.yaml"], quick].concat();
        let command = self.world.local(clone, &words);
        self.went.push(match death {
            None => command.run(),
            Some(time) => {
                let running = command.under(["/usr/bin/setsid"]).start();
                thread::sleep(Duration::from_millis(time));
                running.kill_session()
            }
        });
    }

    /// Runs git as a user; it may refuse.
    fn git(&self, clone: &str, script: &str) {
        self.world.project.remote.try_run(clone, script);
    }

    fn instances(&self, clone: &str) -> BTreeSet<(String, u64)> {
        let manifest = self.manifests[clone].iter();
        manifest.map(|(name, cpus)| ((*name).to_owned(), *cpus)).collect()
    }
}

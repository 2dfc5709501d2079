//! Clones that push and apply at the same time, runs that are stopped while others take their claims over,
//! stale checkouts, and branches and locks that change meanwhile. Nothing is lost, nothing is created twice,
//! and each run ends in time.

use std::collections::BTreeSet;
use std::fs;
use std::sync::Mutex;
use std::thread::{self, sleep};
use std::time::Duration;

use crate::git_world::{Random, World};
use crate::support::{Output, Running};

/// Number of concurrent worlds.
const AT_ONCE: usize = 4;
/// Number of rounds in one world.
const LENGTH: u64 = 10;
/// Maximum time of a run. It waits at most for two others and their claims.
const BOUND: Duration = Duration::from_secs(40);

#[test]
#[ignore = "long"]
fn races_lose_and_duplicate_nothing() {
    let number = |name: &str| std::env::var(name).ok()?.parse::<u64>().ok();
    let (rounds, seed) = (number("PROOF_CASES").unwrap_or(150), number("PROOF_SEED").unwrap_or(1));
    let left = Mutex::new((0..rounds.div_ceil(LENGTH)).collect::<Vec<u64>>());
    let violations = Mutex::new(Vec::new());
    let runs = Mutex::new(0);
    thread::scope(|scope| {
        for _ in 0..AT_ONCE {
            scope.spawn(|| {
                while let Some(world) = { left.lock().unwrap().pop() } {
                    let seed = seed * 1000 + world;
                    let mut race = Race::new(seed);
                    if let Err(why) = race.rounds() {
                        let why = format!("PROOF_SEED world {seed}: {why}\n{:#?}", race.went);
                        violations.lock().unwrap().push(why);
                    }
                    *runs.lock().unwrap() += race.runs;
                }
            });
        }
    });
    let violations = violations.into_inner().unwrap();
    let runs = runs.into_inner().unwrap();
    println!("{rounds} rounds of {runs} runs: {} violations", violations.len());
    assert!(violations.is_empty(), "{violations:#?}");
}

/// A world with three clones that apply and eight that push.
struct Race {
    random: Random,
    world: World,
    /// Every instance so far.
    all: BTreeSet<(String, u64)>,
    /// The runs of the current round.
    went: Vec<Output>,
    runs: usize,
}

const CLONES: [&str; 3] = ["c0", "c1", "c2"];

impl Race {
    fn new(seed: u64) -> Self {
        let (random, all, went) = (Random(seed), BTreeSet::new(), Vec::new());
        let world = World::new(seed.is_multiple_of(2));
        let race = Self { random, world, all, went, runs: 0 };
        race.clone_all();
        race
    }

    fn clone_all(&self) {
        for clone in CLONES {
            self.world.project.remote.run("", &format!("rm -rf {clone}"));
            self.world.clone_into(clone, &BTreeSet::new());
        }
    }

    fn rounds(&mut self) -> Result<(), String> {
        for round in 0..LENGTH {
            self.went.clear();
            let names = ["a", "b", "c"].map(|name| (format!("r{round}{name}"), 1));
            self.all.extend(names.clone());
            for clone in CLONES {
                self.world.write(clone, &names.clone().into());
            }
            let kind = self.random.below(7);
            let result = match kind {
                0 => self.push_at_once(round),
                1 => self.apply_at_once(&[0], |_| ()),
                2 => self.apply_stale(),
                3 => self.take_over(),
                4 => self.apply_at_once(&[0, 4, 5, 6], |race| {
                    race.pause();
                    race.admin(
                        "git rev-parse -q --verify main~3 && git update-ref refs/heads/main main~1",
                    );
                }),
                5 => self.apply_at_once(&[0, 5], |race| {
                    race.pause();
                    race.admin("git branch -m main trunk");
                    race.pause();
                    race.admin("git branch -m trunk main");
                }),
                _ => self.rename_lock(round),
            };
            self.runs += self.went.len();
            // What only the branch had, a forced push removes; the platform still lists it.
            let more: &[&str] = if kind == 4 { &["--adopt"] } else { &[] };
            result
                .and_then(|()| self.heal(more))
                .map_err(|why| format!("round {round} ({kind}): {why}"))?;
        }
        Ok(())
    }

    fn pause(&mut self) {
        sleep(Duration::from_millis(self.random.below(900)));
    }

    /// Runs a script in the remote, as its administrator.
    fn admin(&self, script: &str) {
        self.world.project.remote.try_run("remote.git", script);
    }

    fn start(&self, clone: &str) -> Running {
        let words =
            ["apply", "--yes", "-f", "instances.yaml", "--settle", "2s", "--git-remote", "origin"];
        self.world.local(clone, &words).start()
    }

    /// Waits for runs, each of which ends in time with one of these codes.
    fn end(&mut self, running: Vec<Running>, codes: &[i32]) -> Result<(), String> {
        for run in running {
            let output = run.end_within(BOUND);
            let right = output.code.is_some_and(|code| codes.contains(&code));
            let shown = format!("{output:?}");
            self.went.push(output);
            if !right || shown.contains("panicked") {
                return Err(format!("it did not end in order: {shown}"));
            }
        }
        Ok(())
    }

    /// Eight clones push an entry each.
    fn push_at_once(&mut self, round: u64) -> Result<(), String> {
        let remote = &self.world.project.remote;
        let clones: Vec<String> = (0..8).map(|number| format!("p{number}")).collect();
        for clone in &clones {
            if !remote.path(clone).exists() {
                self.world.clone_into(clone, &BTreeSet::new());
            }
            let path = remote.path(clone).join("pushed.lock");
            let before = fs::read_to_string(&path).unwrap_or_default();
            let name = format!("r{round}{clone}");
            let entry = crate::remote::lock(&[(&name, &name)]);
            let entry = if before.is_empty() {
                entry
            } else {
                before + entry.split_once("instances:\n").unwrap().1
            };
            fs::write(path, entry).unwrap();
        }
        let push = |clone: &String| {
            self.world.local(clone, &["lock", "push", "-f", "pushed.lock"]).start()
        };
        let running = clones.iter().map(push).collect();
        self.end(running, &[0])?;
        let lock = self.world.project.remote.at_remote("pushed.lock");
        let missing =
            clones.iter().find(|clone| !lock.contains(&format!("taskId: r{round}{clone}\n")));
        missing.map_or(Ok(()), |clone| Err(format!("the entry of {clone} is lost: {lock}")))
    }

    /// All clones apply the same manifest while something happens.
    fn apply_at_once(&mut self, codes: &[i32], happens: fn(&mut Self)) -> Result<(), String> {
        let running = CLONES.iter().map(|clone| self.start(clone)).collect();
        happens(self);
        self.end(running, codes)
    }

    /// One of the clones has an older commit with its lock, but the current manifest.
    fn apply_stale(&mut self) -> Result<(), String> {
        // In the first rounds there is no older one.
        let reset = "git reset -q --hard HEAD~2 && cp ../c0/instances.yaml .";
        self.world.project.remote.try_run("c1", reset);
        self.apply_at_once(&[0], |_| ())
    }

    /// A run is stopped, another one takes its claim over, and the first one wakes up.
    fn take_over(&mut self) -> Result<(), String> {
        let stopped = self.start("c0");
        self.pause();
        // It may have ended.
        stopped.try_signal("STOP");
        let other = self.start("c1");
        self.end(vec![other], &[0, 4])?;
        stopped.try_signal("CONT");
        self.end(vec![stopped], &[0, 4, 5])
    }

    /// The lock is renamed at the remote, and renamed back, while a checkout still has its old name.
    fn rename_lock(&mut self, round: u64) -> Result<(), String> {
        let first = self.start("c0");
        self.end(vec![first], &[0])?;
        let creates = self.world.platform.creates().len();
        let remote = &self.world.project.remote;
        let rename = |from: &str, to: &str| {
            let script = format!(
                "rm -rf admin && git clone -q remote.git admin && cd admin && git mv -f {from} {to} && git \
                 commit -q -m 'round {round}' && git push -q origin HEAD"
            );
            remote.run("", &script);
        };
        rename("instances.lock", "renamed.lock");
        let stale = self.start("c0");
        self.end(vec![stale], &[5])?;
        if self.world.platform.creates().len() != creates {
            return Err("the stale checkout created something".to_owned());
        }
        let remote = &self.world.project.remote;
        let script = "rm -rf admin && git clone -q remote.git admin && cd admin && git mv -f renamed.lock \
             instances.lock && git commit -q -m back && git push -q origin HEAD";
        remote.run("", script);
        self.clone_all();
        Ok(())
    }

    /// Applies from a new clone, after the clones have pushed what only they know.
    fn heal(&mut self, more: &[&str]) -> Result<(), String> {
        for clone in CLONES {
            if self.world.project.remote.path(clone).join("instances.lock").exists() {
                let push = ["lock", "push", "-f", "instances.lock"];
                let pushed = self.world.local(clone, &push).run();
                let code = pushed.code;
                self.went.push(pushed);
                if !matches!(code, Some(0 | 4)) {
                    return Err("a clone could not push".to_owned());
                }
            }
        }
        self.world.heal(&self.all, more)
    }
}

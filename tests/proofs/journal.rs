//! The journal of a killed run, cut at every byte and with every byte changed: the next run
//! continues correctly, or the journal is rejected with every ID that is still readable, and kept.
//! No ID in an intact record is lost.

use std::fs;

use instancectl::lockfile::{EntryState, LockError, read_with_journal};

use crate::crash::agrees;
use crate::points::{self, Point};
use crate::stories::{STORIES, typed};
use crate::tracer;
use crate::world::{JOURNAL, Task, World};

/// A journal left by a killed run, only its written part, and the instances on the platform.
struct Left {
    world: World,
    bytes: Vec<u8>,
    tasks: Vec<Task>,
}

/// Damage to a journal.
#[derive(Debug, Clone, Copy)]
enum Damage {
    /// It ends here.
    Cut(usize),
    /// From here on it is reserved space that was never written.
    Blank(usize),
    /// These bits of this byte are flipped.
    Changed(usize, u8),
}

#[test]
fn damaged_journal_recovers_or_is_refused_with_all_ids() {
    damaged_reads(&[3], &[0]);
}

#[test]
#[ignore = "long"]
fn any_flipped_bit_recovers_or_is_refused_with_all_ids() {
    damaged_reads(&[2, 3, 4], &[0, 1, 2, 3, 4, 5, 6, 7]);
}

/// Reads journals cut at every byte and with these bits of every byte flipped.
fn damaged_reads(from_ends: &[usize], bits: &[u32]) {
    if !tracer::works() {
        return;
    }
    let mut violations = Vec::new();
    let mut runs = 0;
    // Before the record that everything is merged, before the last outcome, before the last
    // intent.
    for from_end in from_ends {
        let left = killed(&points::late_write(&STORIES[0], *from_end));
        for damage in every(left.bytes.len(), bits) {
            runs += 1;
            violations.extend(left.read(damage).err().map(|why| format!("{damage:?}: {why}")));
        }
    }
    println!("damaged journals: {runs} read, {} violations", violations.len());
    assert!(violations.is_empty(), "{} violations\n{}", violations.len(), violations.join("\n"));
}

#[test]
fn sampled_journal_damage_loses_and_duplicates_nothing() {
    damaged_runs(503);
}

#[test]
#[ignore = "long"]
fn any_journal_damage_loses_and_duplicates_nothing() {
    damaged_runs(17);
}

/// Runs the program on journals damaged at every `step` bytes.
fn damaged_runs(step: usize) {
    if !tracer::works() {
        return;
    }
    let mut violations = Vec::new();
    let mut runs = 0;
    for from_end in [2, 3, 4] {
        let point = points::late_write(&STORIES[0], from_end);
        let length = killed(&point).bytes.len();
        for at in (0..length).step_by(step) {
            for damage in [Damage::Cut(at), Damage::Changed(at, 1)] {
                runs += 1;
                let went = killed(&point).go_on(damage);
                violations.extend(went.err().map(|why| format!("{damage:?}: {why}")));
            }
        }
    }
    println!("runs on damaged journals: {runs}, {} violations", violations.len());
    assert!(violations.is_empty(), "{} violations\n{}", violations.len(), violations.join("\n"));
}

/// Returns the journal of three creates, killed before one of its last writes to the journal.
fn killed(point: &Point) -> Left {
    let (world, command) = STORIES[0].begin();
    let _ = point.strike(&world, command).run();
    let mut bytes = fs::read(world.path(JOURNAL)).unwrap();
    bytes.truncate(bytes.iter().position(|&byte| byte == 0).unwrap());
    assert_eq!(world.lock_bytes(), b"", "the journal was folded");
    let tasks = world.tasks();
    Left { world, bytes, tasks }
}

/// Returns every cut, and every byte with each of these bits flipped.
fn every(length: usize, bits: &[u32]) -> impl Iterator<Item = Damage> {
    let cuts = (0..=length).flat_map(|at| [Damage::Cut(at), Damage::Blank(at)]);
    let changed = move |at| bits.iter().map(move |bit| Damage::Changed(at, 1 << bit));
    cuts.chain((0..length).flat_map(changed))
}

impl Left {
    /// Returns the journal after the damage. It contains its process ID: that of another run may
    /// be a digit shorter than that of the run whose bytes were counted, and then its end is
    /// damaged.
    fn damaged(&self, damage: Damage) -> Vec<u8> {
        let mut bytes = self.bytes.clone();
        let last = bytes.len() - 1;
        match damage {
            Damage::Cut(at) => bytes.truncate(at),
            Damage::Blank(at) => bytes[at.min(last)..].fill(0),
            Damage::Changed(at, turn) => bytes[at.min(last)] ^= turn,
        }
        bytes
    }

    /// Returns the platform's instances with an intact record of this kind in these bytes.
    fn whole(&self, bytes: &[u8], kind: &str) -> Vec<&Task> {
        let text = String::from_utf8_lossy(bytes);
        let was = String::from_utf8_lossy(&self.bytes);
        let whole = |task: &&Task| {
            let mark = format!("\"{kind}\":{{\"name\":\"{}\"", task.name);
            let line = was.lines().find(|line| line.contains(&mark));
            line.is_some_and(|line| text.contains(line))
        };
        self.tasks.iter().filter(whole).collect()
    }

    /// Reads the damaged journal and checks the result.
    fn read(&self, damage: Damage) -> Result<(), String> {
        let bytes = self.damaged(damage);
        fs::write(self.world.path(JOURNAL), &bytes).unwrap();
        let created = self.whole(&bytes, "created");
        match read_with_journal(&self.world.path(crate::world::LOCK), None) {
            Ok(found) => {
                for task in &self.tasks {
                    let entry = found.lock.instances.get(task.name.as_str());
                    let id = entry.and_then(|entry| entry.task_id.as_ref());
                    let same = id.is_some_and(|id| id.as_str() == task.id);
                    if !same && (id.is_some() || created.contains(&task)) {
                        return Err(format!("{task:?} became {entry:?}"));
                    }
                }
                // If only the end is missing, requests that may have been sent are known.
                let open = self.whole(&bytes, "intent");
                let named = |task: &&Task| {
                    let entry = found.lock.instances.get(task.name.as_str());
                    entry.is_some_and(|e| {
                        matches!(e.state, EntryState::Created | EntryState::Unknown)
                    })
                };
                let forgotten: Vec<_> = open.into_iter().filter(|task| !named(task)).collect();
                if forgotten.is_empty() { Ok(()) } else { Err(format!("{forgotten:?} forgotten")) }
            }
            Err(LockError::Journal { ids, .. }) => {
                let reported = |task: &&Task| ids.iter().any(|(_, id)| id.as_str() == task.id);
                let unreported: Vec<_> =
                    created.into_iter().filter(|task| !reported(task)).collect();
                if unreported.is_empty() {
                    Ok(())
                } else {
                    Err(format!("{unreported:?} not reported"))
                }
            }
            Err(other) => Err(format!("{other:?}")),
        }
    }

    /// Runs the program on the damaged journal. If it is rejected, it is kept and its IDs are
    /// named; otherwise all of the platform's instances are known in the end, and nothing was
    /// created twice.
    fn go_on(mut self, damage: Damage) -> Result<(), String> {
        let bytes = self.damaged(damage);
        fs::write(self.world.path(JOURNAL), &bytes).unwrap();
        let output = self.world.run(typed(&["apply"]));
        if output.code == Some(5) {
            let kept = fs::read(self.world.path(JOURNAL)).unwrap() == bytes;
            let reported = |task: &&Task| output.stderr.contains(&task.id);
            let all = self.whole(&bytes, "created").iter().all(reported);
            let there = self.world.end();
            return if kept && all && there == self.tasks {
                Ok(())
            } else {
                Err(format!("{output:?}"))
            };
        }
        // Instances that the journal lost are found alive, and adopted on request.
        let adopted = self.world.run(typed(&["apply", "--adopt"]));
        let unknown = self.world.unknown();
        let words = ["resolve", "--all-unknown", "--absent"];
        if !unknown.is_empty() {
            let _ = self.world.run(typed(&words)).code(0);
        }
        let last = self.world.run(typed(&["apply"]));
        let there = self.world.end();
        agrees(&self.world, &there).map_err(|why| format!("{why}: {output:?} {adopted:?}"))?;
        match (&there[..], last.code) {
            ([a, b, c], Some(0)) if (&*a.name, &*b.name, &*c.name) == ("a", "b", "c") => Ok(()),
            _ => Err(format!("{there:?} after {output:?} {adopted:?} {last:?}")),
        }
    }
}

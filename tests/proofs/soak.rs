//! Many instances on a platform that fails at a few percent of its calls: the result is exact, and
//! processor time and memory grow in proportion to the instances.

use std::collections::BTreeSet;
use std::time::Duration;
use std::{fs, thread};

use crate::stories::typed;
use crate::world::{Task, World};

/// Cost of a run.
#[derive(Debug, Default)]
struct Cost {
    /// Processor time, in ticks of 10 ms.
    ticks: u64,
    /// Peak memory of the process, in KiB.
    memory: u64,
}

/// Default number of instances: a minute in a test build.
const MANY: usize = 20_000;

#[test]
#[ignore = "long"]
fn soak_time_and_memory_are_not_quadratic() {
    let asked = std::env::var("PROOF_SOAK").ok().map(|count| count.parse().unwrap());
    let count = asked.unwrap_or(MANY);
    let (few, many) = (soak(count / 10), soak(count));
    println!("soak: {} instances {few:?}, {count} instances {many:?}", count / 10);
    // Only checked not to be quadratic, and without the pauses between retries: how often a list
    // with this many pages is retried depends on the random faults.
    assert!(many.ticks < few.ticks * 20, "{few:?} {many:?}");
    assert!(many.memory < few.memory * 11, "{few:?} {many:?}");
}

fn soak(count: usize) -> Cost {
    let faults = ["drop-after@1%", "drop-before@1%", "html@1%", "code:10004@1%", "throttle:0@1%"];
    let mut world = World::new();
    let names: Vec<String> = (0..count).map(|number| format!("n{number:06}")).collect();
    world.manifest(names.iter().map(|name| (name.as_str(), 1)));
    // The first one is created by itself, and shows that the platform is available.
    let _ = world.run(typed(&["apply", "n000000"])).code(0);
    world.faults(&faults);
    let words = ["apply", "--parallel", "64", "--max-unknown", "1000000"];
    let cost = measured(&world, &typed(&words));
    world.faults(&[]);
    let there: BTreeSet<Task> = world.tasks().into_iter().collect();
    let lock = world.lock();
    let unknown = world.unknown();
    let held = lock
        .iter()
        .filter_map(|(name, entry)| Some(Task { name: name.clone(), id: entry.id.clone()? }));
    assert_eq!(held.collect::<BTreeSet<_>>(), there, "what is there is what the lock holds");
    let refused = count - lock.len();
    println!("{count}: {} created, {} unknown, {refused} refused", there.len(), unknown.len());
    assert!(there.len() + unknown.len() == lock.len() && !unknown.is_empty() && refused > 0);
    cost
}

/// Runs a command and measures its processor time and memory.
fn measured(world: &World, words: &[String]) -> Cost {
    let running = world.command(words).start();
    let process = format!("/proc/{}", running.id());
    let watching = thread::spawn(move || {
        let mut cost = Cost::default();
        // A process that has ended shows no memory.
        while let (Some(ticks), Some(memory)) = (ticks(&process), peak(&process)) {
            cost = Cost { ticks, memory };
            thread::sleep(Duration::from_millis(20));
        }
        cost
    });
    let _ = running.end_within(Duration::from_mins(10)).code(4);
    watching.join().unwrap()
}

/// Returns the processor time of a process, in ticks of 10 ms.
fn ticks(process: &str) -> Option<u64> {
    let text = fs::read_to_string(format!("{process}/stat")).ok()?;
    // The name of the program, in parentheses, may contain spaces.
    let fields: Vec<&str> = text.rsplit_once(") ")?.1.split(' ').collect();
    Some(fields.get(11)?.parse::<u64>().ok()? + fields.get(12)?.parse::<u64>().ok()?)
}

/// Returns the peak memory of a process, in KiB.
fn peak(process: &str) -> Option<u64> {
    let text = fs::read_to_string(format!("{process}/status")).ok()?;
    let line = text.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    line.trim().trim_end_matches(" kB").parse().ok()
}

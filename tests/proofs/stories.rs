//! The scenarios: commands that change the lock, with their initial and final state.

use crate::support::Cli;
use crate::tracer;
use crate::world::World;

/// A command in a situation.
#[derive(Clone, Copy)]
pub(crate) struct Story {
    pub(crate) name: &'static str,
    /// Creates the situation.
    given: fn() -> World,
    /// The command as typed, and typed again after the fault.
    typed: &'static [&'static str],
    /// The instances that exist once it is done.
    pub(crate) leaves: &'static [&'static str],
    /// The last line that it prints if nothing is left to do.
    pub(crate) done: &'static str,
}

const NOTHING: &str = "nothing to do";
/// The last line of an `apply` that sends nothing.
macro_rules! recorded {
    ($count:literal) => {
        concat!("nothing to create: ", $count, " recorded in the lock; `status` shows what runs")
    };
}
/// Placeholder in a command for the ID of the last existing instance.
const ID: &str = "ID";

/// Every command that writes the lock or requests an action from the platform.
pub(crate) const STORIES: &[Story] = &[
    Story {
        name: "create",
        given: || {
            let world = World::new();
            world.manifest([("a", 1), ("b", 1), ("c", 1)]);
            world
        },
        typed: &["apply", "--parallel", "1"],
        leaves: &["a", "b", "c"],
        done: recorded!(3),
    },
    Story {
        name: "create without a list",
        given: || {
            let world = World::mute();
            world.manifest([("a", 1), ("b", 1), ("c", 1)]);
            world
        },
        typed: &["apply", "--parallel", "1"],
        leaves: &["a", "b", "c"],
        done: recorded!(3),
    },
    Story {
        name: "create at once",
        given: || {
            let world = applied(&[("a", 1)]);
            world.manifest([("a", 1), ("b", 1), ("c", 1), ("d", 1)]);
            world
        },
        typed: &["apply", "--parallel", "3"],
        leaves: &["a", "b", "c", "d"],
        done: recorded!(4),
    },
    Story {
        name: "replace",
        given: || {
            let world = applied(&[("a", 1), ("b", 1)]);
            world.manifest([("a", 2), ("b", 2)]);
            world
        },
        typed: &["apply", "--replace-all"],
        leaves: &["a", "b"],
        done: "nothing to create: 2 live",
    },
    Story {
        name: "prune",
        given: || {
            let world = applied(&[("a", 1), ("b", 1), ("c", 1)]);
            world.manifest([("a", 1)]);
            world
        },
        typed: &["apply", "--prune"],
        leaves: &["a"],
        done: recorded!(1),
    },
    Story {
        name: "destroy",
        given: || applied(&[("a", 1), ("b", 1)]),
        typed: &["destroy"],
        leaves: &[],
        done: NOTHING,
    },
    Story {
        name: "destroy again",
        given: deleted_unseen,
        typed: &["destroy"],
        leaves: &[],
        done: NOTHING,
    },
    Story {
        name: "create after an unconfirmed deletion",
        given: deleted_unseen,
        typed: &["apply", "--parallel", "1"],
        leaves: &["a", "b"],
        done: recorded!(2),
    },
    Story {
        name: "settle",
        given: || lost("drop-after@1"),
        typed: &["apply"],
        leaves: &["a", "b"],
        done: recorded!(2),
    },
    Story {
        name: "take over",
        given: || {
            let world = applied(&[("a", 1), ("b", 1)]);
            std::fs::remove_file(world.path(crate::world::LOCK)).unwrap();
            world
        },
        typed: &["apply", "--adopt"],
        leaves: &["a", "b"],
        done: recorded!(2),
    },
    Story {
        name: "resolve",
        given: || lost("drop-before@1"),
        typed: &["resolve", "--all-unknown", "--absent"],
        leaves: &[],
        done: "",
    },
    Story {
        name: "resolve with an ID",
        given: || lost("drop-after@1"),
        typed: &["resolve", "a", "--id", ID],
        leaves: &["a"],
        done: "a: nothing to do",
    },
    Story {
        name: "adopt",
        given: || {
            let world = applied(&[("a", 1)]);
            std::fs::remove_file(world.path(crate::world::LOCK)).unwrap();
            world
        },
        typed: &["adopt", "a", ID],
        leaves: &["a"],
        done: "a: nothing to do",
    },
    Story {
        name: "stop",
        given: || applied(&[("a", 1), ("b", 1)]),
        typed: &["stop"],
        leaves: &["a", "b"],
        done: NOTHING,
    },
    Story {
        name: "start",
        given: || {
            let world = applied(&[("a", 1), ("b", 1)]);
            let _ = world.run(typed(&["stop"])).code(0);
            world
        },
        typed: &["start"],
        leaves: &["a", "b"],
        done: NOTHING,
    },
    Story {
        name: "recover",
        given: || {
            let world = World::new();
            world.manifest([("a", 1), ("b", 1)]);
            // Killed before the created instances were merged into a lock.
            let apply = world.command(typed(&["apply"]));
            let apply = tracer::slow(apply, "rename", 400).start();
            while world.records().matches("\"created\"").count() < 2 {
                std::thread::sleep(std::time::Duration::from_millis(2));
            }
            let _ = apply.kill();
            assert!(world.lock_bytes().is_empty() && world.records().contains("created"));
            world
        },
        typed: &["lock", "recover"],
        leaves: &["a", "b"],
        done: "a.lock: nothing to recover",
    },
];

impl Story {
    /// Returns the situation and the command.
    pub(crate) fn begin(&self) -> (World, Cli) {
        let world = (self.given)();
        let command = self.again(&world);
        (world, command)
    }

    /// Returns the command once more.
    pub(crate) fn again(&self, world: &World) -> Cli {
        let tasks = world.tasks();
        let id = tasks.last().map_or("none", |task| &task.id);
        let words = self.typed.iter().map(|word| if *word == ID { id } else { word });
        world.command(typed(&words.collect::<Vec<_>>()))
    }
}

/// Returns the arguments of a command, with those that it always has.
pub(crate) fn typed(words: &[&str]) -> Vec<String> {
    let always: &[&str] = match words[0] {
        "apply" => &["--yes", "--settle", "100ms"],
        "destroy" | "stop" | "start" => &["--yes"],
        _ => &[],
    };
    let words = words.iter().chain(["-f", "a.yaml"].iter()).chain(always);
    words.map(|word| (*word).to_owned()).collect()
}

/// Creates a world whose lock and platform contain these instances.
fn applied(instances: &[(&str, u32)]) -> World {
    let world = World::new();
    world.manifest(instances.iter().copied());
    let _ = world.run(typed(&["apply"])).code(0);
    world
}

/// Creates a world in which a run was killed after its deletes were carried out and before it
/// noticed.
fn deleted_unseen() -> World {
    let world = applied(&[("a", 1), ("b", 1)]);
    let destroy = world.command(typed(&["destroy"]));
    let destroy = tracer::slow(destroy, "recvfrom", 400).start();
    while !world.tasks().is_empty() {
        std::thread::sleep(std::time::Duration::from_millis(2));
    }
    let _ = destroy.kill();
    let lock = String::from_utf8(world.lock_bytes()).unwrap();
    assert_eq!(lock.matches("state: deleting").count(), 2, "{lock}");
    world
}

/// Creates a world in which this fault lost a request for `a`, and `b` is in the manifest too.
fn lost(fault: &str) -> World {
    let world = World::with(&[fault]);
    world.manifest([("a", 1)]);
    // Killed before it could search for the created instance.
    let apply = world.command(["apply", "--yes", "-f", "a.yaml", "--settle", "1m"]).start();
    while !world.records().contains("doubt") {
        std::thread::sleep(std::time::Duration::from_millis(2));
    }
    let _ = apply.kill();
    world.manifest([("a", 1), ("b", 1)]);
    world
}

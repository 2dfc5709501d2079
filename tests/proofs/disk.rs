//! A disk that is really full: a separate small one, with limited space for a run.

use std::fs;
use std::path::Path;
use std::process::Command;

use crate::crash::agrees;
use crate::stories::typed;
use crate::world::{LOCK, World};

#[test]
fn nearly_full_disk_loses_and_duplicates_nothing() {
    let mut figure = Vec::new();
    // From space for nothing at all to space for everything.
    for kib in [12, 24, 48, 64, 80, 96, 128, 280, 320] {
        let mut world = World::new();
        let path = world.path("");
        let Some(disk) = SmallDisk::over(&path, kib) else { return };
        let names: Vec<String> = (0..40).map(|number| format!("n{number:02}")).collect();
        world.manifest(names.iter().map(|name| (name.as_str(), 1)));
        let full = world.run(typed(&["apply"]));
        assert!(matches!(full.code, Some(0 | 5)), "{kib} KiB: {full:?}");
        let created = world.tasks().len();
        figure.push(format!("{kib} KiB: {created} created, exit {}", full.code.unwrap()));
        // With space again, the same command continues.
        disk.grow();
        let _ = world.run(typed(&["apply"])).code(0);
        let lock = fs::read(world.path(LOCK)).unwrap();
        let _ = world.run(typed(&["apply"])).code(0).nothing_to_create(names.len());
        assert_eq!(fs::read(world.path(LOCK)).unwrap(), lock);
        let there = world.end();
        agrees(&world, &there).unwrap_or_else(|why| panic!("{kib} KiB: {why}"));
        assert_eq!(
            there.iter().map(|task| &task.name).collect::<Vec<_>>(),
            names.iter().collect::<Vec<_>>()
        );
    }
    println!("full disks:\n{}", figure.join("\n"));
}

/// A separate small file system, mounted until it is dropped.
struct SmallDisk<'p> {
    path: &'p Path,
}

impl<'p> SmallDisk<'p> {
    /// Mounts one of this size in KiB over a folder; `None`, with a message, if the user may not
    /// mount. CI must be able to mount.
    fn over(path: &'p Path, kib: u32) -> Option<Self> {
        let size = format!("size={kib}k");
        let mut mount = Command::new("mount");
        mount.args(["-t", "tmpfs", "-o", &size, "tmpfs"]).arg(path);
        let mounted = mount.output().is_ok_and(|out| out.status.success());
        assert!(mounted || std::env::var_os("CI").is_none(), "CI cannot mount a small disk");
        if !mounted {
            println!("not tested: a full disk needs the right to mount");
        }
        mounted.then_some(Self { path })
    }

    /// Enlarges it to more space than any test needs.
    fn grow(&self) {
        let mut mount = Command::new("mount");
        mount.args(["-o", "remount,size=64m"]).arg(self.path);
        assert!(mount.status().unwrap().success());
    }
}

impl Drop for SmallDisk<'_> {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg("-l").arg(self.path).status();
    }
}

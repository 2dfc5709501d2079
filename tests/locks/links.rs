//! Links and mounts in place of the lock and of the files around it: every command reports them at
//! once, sends nothing and writes nothing.

use std::collections::BTreeMap;
use std::fs;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::SystemTime;

use instancectl::lockfile::digest;

use crate::small_disk::SmallDisk;
use crate::stage::{Gate, creator, gated, manifest, project, sent_to, wait_for_creates, written};
use crate::support::{Cli, Service};

const LOCK: &str = "instances.lock";
/// Arguments of a command on the manifest.
const ON: [&str; 2] = ["-f", "instances.yaml"];
/// The commands that write the lock.
const WRITERS: [&[&str]; 6] = [
    &["apply", "--yes"],
    &["apply", "--yes", "--replace-all", "--prune", "--adopt"],
    &["destroy", "--yes"],
    &["adopt", "a", "id-a"],
    &["resolve", "--all-unknown", "--absent"],
    &["lock", "recover"],
];
/// The commands that read it.
const READERS: [&[&str]; 5] =
    [&["plan"], &["status"], &["url", "a"], &["stop", "--yes"], &["lock", "verify"]];

/// Creates a project with a created instance; also returns the path of its emergency journal.
fn created() -> (Service, Cli, String) {
    let service = creator();
    let cli = project(["a"]).on(&service);
    cli.apply().run().code(0);
    let key = digest(cli.path(LOCK).to_str().unwrap().as_bytes());
    let rescue = format!(".home/state/instancectl/rescue/{}.journal", &key[..32]);
    fs::create_dir_all(cli.path(&rescue).parent().unwrap()).unwrap();
    (service, cli, rescue)
}

/// Returns every file of the project except one, which may be a dangling link.
fn listing_without(cli: &Cli, file: &Path) -> BTreeMap<PathBuf, (Vec<u8>, SystemTime)> {
    let target = fs::read_link(file).unwrap();
    fs::remove_file(file).unwrap();
    let listing = cli.listing();
    symlink(target, file).unwrap();
    listing
}

#[test]
fn symlink_as_any_lock_file_is_refused_by_every_command() {
    let (service, cli, rescue) = created();
    let lock = cli.read(LOCK);
    let journal = "instances.lock.journal";
    let guard = "instances.lock.lk";
    for (file, by_readers) in [(LOCK, true), (journal, true), (&*rescue, true), (guard, false)] {
        for target in ["real", "nothing"] {
            let moved = cli.path(file);
            let _ = fs::remove_file(&moved);
            let cli = cli.clone().file("real", if file == LOCK { &*lock } else { "" });
            symlink(cli.path(target), &moved).unwrap();
            let before = listing_without(&cli, &moved);
            let readers: &[_] = if by_readers { &READERS } else { &[] };
            for words in WRITERS.iter().chain(readers) {
                let output = cli.clone().args(*words).args(ON).run().code(5);
                let expected = format!(
                    "{file}` is a symbolic link; expected a regular file in its directory\n"
                );
                let all = format!("{}{}", output.stdout, output.stderr);
                assert!(all.contains(&expected), "{words:?}, {file}: {output:?}");
                assert!(moved.is_symlink(), "{words:?}");
            }
            assert!(listing_without(&cli, &moved) == before, "something was written");
            fs::remove_file(&moved).unwrap();
            assert!(!cli.path("nothing").exists());
        }
        let _ = cli.clone().file(LOCK, &lock);
    }
    assert_eq!(sent_to(&service), ["a"]);
    cli.apply().run().code(0).nothing_to_create(1);
}

#[test]
fn lock_replaced_by_a_symlink_during_a_run_is_not_followed() {
    let gate = Gate::new();
    let service = gated(&gate, "a");
    let cli = project(["a"]).on(&service);
    cli.apply().run().code(0);
    let lock = cli.read(LOCK);
    let cli = cli.file("instances.yaml", manifest(["a", "b"])).file("real", &lock);
    let running = cli.apply().start();
    wait_for_creates(&service, 2);
    fs::remove_file(cli.path(LOCK)).unwrap();
    symlink("real", cli.path(LOCK)).unwrap();
    gate.open();
    let output = running.end().code(5).stdout_has("b: created id-b\n");
    output.stderr_has("instances.lock` is a symbolic link").stderr_has("which may contain IDs");
    assert_eq!(cli.read("real"), lock);
    fs::rename(cli.path("real"), cli.path(LOCK)).unwrap();
    cli.apply().run().code(0).nothing_to_create(2);
    assert_eq!(cli.entries(), written([("a", "created id-a"), ("b", "created id-b")]));
    assert_eq!(sent_to(&service), ["a", "b"]);
}

#[test]
fn symlinked_manifest_and_directory_are_accepted() {
    let service = creator();
    let cli = Cli::new().file("real/shared.yaml", manifest(["a"])).on(&service);
    symlink("real", cli.path("folder")).unwrap();
    symlink("real/shared.yaml", cli.path("instances.yaml")).unwrap();
    cli.apply().run().code(0);
    assert_eq!(cli.entries(), written([("a", "created id-a")]));
    cli.clone().args(["apply", "--yes", "-f", "folder/shared.yaml"]).run().code(0);
    assert!(cli.path("real/shared.lock").is_file());
    assert!(!cli.path("real/instances.lock").exists());
}

#[test]
fn merge_driver_does_not_write_through_a_symlink() {
    let (_service, cli, _) = created();
    let lock = cli.read(LOCK);
    let cli = cli.file("base", "version: 1\ninstances: {}\n").file("theirs", &lock);
    let cli = cli.file("real", "version: 1\ninstances: {}\n");
    symlink("real", cli.path("ours")).unwrap();
    let merge = cli.clone().args(["lock", "merge", "base", "ours", "theirs"]).run();
    merge.code(5).stderr_has("ours` is a symbolic link");
    assert_eq!(cli.read("real"), "version: 1\ninstances: {}\n");
}

/// Runs a check with a file mounted over a file of the project.
fn with_mounted(file: &str, check: impl FnOnce(&Cli, &Service)) {
    let Some(disk) = SmallDisk::mount(256) else { return };
    let (service, cli, _) = created();
    fs::write(cli.path(LOCK), "version: 1\ninstances: {}\n").unwrap();
    for path in [disk.path().join("other"), cli.path(file)] {
        fs::copy(cli.path(LOCK), path).unwrap();
    }
    let mounted = cli.path(file);
    let mut mount = Command::new("mount");
    let bound = mount.arg("--bind").arg(disk.path().join("other")).arg(&mounted).status().unwrap();
    assert!(bound.success(), "where a disk can be mounted, a file can");
    check(&cli, &service);
    assert!(Command::new("umount").arg(&mounted).status().unwrap().success());
}

#[test]
fn mount_point_as_lock_is_refused_before_any_request() {
    with_mounted(LOCK, |cli, service| {
        for words in WRITERS.iter().chain(&READERS) {
            let output = cli.clone().args(*words).args(ON).run().code(5);
            let all = format!("{}{}", output.stdout, output.stderr);
            assert!(
                all.contains("instances.lock` is a mount point; expected a regular file"),
                "{output:?}"
            );
        }
        cli.apply().run().code(5).stderr_has("  help: mount its directory instead: ");
        assert_eq!(sent_to(service), ["a"]);
    });
}

#[test]
fn mount_point_as_journal_is_refused() {
    with_mounted("instances.lock.journal", |cli, service| {
        cli.apply().run().code(5).stderr_has("instances.lock.journal` is a mount point");
        assert_eq!(sent_to(service), ["a"]);
    });
}

//! A bare remote and clones of it, in one folder, without user settings.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use crate::stage::entries;
use crate::support::Cli;

/// Identity of the user who runs git by hand; the program has none.
const IDENTITY: &str = "export GIT_AUTHOR_NAME=u GIT_AUTHOR_EMAIL=u@v GIT_COMMITTER_NAME=u \
    GIT_COMMITTER_EMAIL=u@v\n";

/// The remote `remote.git`, with a branch `main`, and clones of it.
pub(crate) struct Remote {
    cli: Cli,
}

/// Returns a lock with these entries.
pub(crate) fn lock(entries: &[(&str, &str)]) -> String {
    let mut text = String::from(
        "# Written by instancectl from instances.yaml. Commit it; do not edit it.\nversion: 1\n",
    );
    text.push_str(if entries.is_empty() { "instances: {}\n" } else { "instances:\n" });
    for (name, id) in entries {
        writeln!(
            text,
            "\n  {name}:\n    state: created\n    taskId: {id}\n    endpoint: https://ai.example.test\n    \
             submittedAt: 2026-11-23T06:11:41Z\n    request: {{\"instanceServiceName\": \"{name}\"}}"
        )
        .unwrap();
    }
    text
}

impl Remote {
    /// Creates the remote, and a clone in `a`.
    pub(crate) fn new() -> Self {
        let path = Path::new(env!("CARGO_BIN_EXE_instancectl")).parent().unwrap();
        let path = format!("{}:/usr/local/bin:/usr/bin:/bin", path.display());
        let cli = Cli::new().env("PATH", path).env("GIT_CONFIG_NOSYSTEM", "1");
        let remote = Self { cli };
        remote.run("", "git init -q --bare -b main remote.git && git clone -q remote.git a 2>&1");
        let ignored = "*.lock.journal\n*.lock.lk\n*.sandbox.lock\n";
        fs::write(remote.path("a/.gitignore"), ignored).unwrap();
        fs::write(remote.path("a/README"), "x\n").unwrap();
        remote.commit("a", "begin");
        remote
    }

    /// Creates another clone.
    pub(crate) fn clone_into(&self, name: &str) {
        self.run("", &format!("git clone -q remote.git {name}"));
    }

    pub(crate) fn path(&self, name: impl AsRef<Path>) -> PathBuf {
        self.cli.path(name)
    }

    /// Returns the program, to be run in a folder.
    pub(crate) fn program(&self, folder: &str) -> Cli {
        self.cli.clone().within(folder)
    }

    /// Returns `lock push -f instances.lock` in a folder.
    pub(crate) fn push(&self, folder: &str) -> Cli {
        self.program(folder).args(["lock", "push", "-f", "instances.lock"])
    }

    /// Writes the lock of a clone, as `apply` leaves it.
    pub(crate) fn write(&self, clone: &str, entries: &[(&str, &str)]) {
        fs::write(self.path(clone).join("instances.lock"), lock(entries)).unwrap();
    }

    /// Runs a script as a user with an identity.
    pub(crate) fn try_run(&self, folder: &str, script: &str) -> Output {
        Command::new("bash")
            .args(["-e", "-c", &format!("{IDENTITY}{script}")])
            .current_dir(self.path(folder))
            .env_clear()
            .envs(self.cli.environment())
            .output()
            .unwrap()
    }

    /// Runs a script that must succeed; returns its output.
    #[track_caller]
    pub(crate) fn run(&self, folder: &str, script: &str) -> String {
        let Output { status, stdout, stderr } = self.try_run(folder, script);
        let [stdout, stderr] = [stdout, stderr].map(|text| String::from_utf8(text).unwrap());
        assert!(status.success(), "{script}: {stdout}{stderr}");
        stdout
    }

    /// Commits and pushes everything in a clone, as a user does.
    #[track_caller]
    pub(crate) fn commit(&self, clone: &str, message: &str) {
        let script =
            format!("git add -A && git commit -q -m '{message}' && git push -q origin HEAD");
        self.run(clone, &script);
    }

    /// Pushes another file from a separate clone.
    #[track_caller]
    pub(crate) fn unrelated_push(&self, file: &str) {
        let script = format!(
            "git clone -q remote.git other && cd other && echo {file} > {file} && git add -A && git commit -q \
             -m unrelated && git push -q origin HEAD && cd .. && rm -rf other"
        );
        self.run("", &script);
    }

    /// Writes an executable file, such as a hook.
    pub(crate) fn script(&self, path: &str, text: &str) {
        let path = self.path(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, format!("#!/bin/sh\n{text}\n")).unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).unwrap();
    }

    /// Returns the text of a file on the remote's branch `main`.
    #[track_caller]
    pub(crate) fn at_remote(&self, file: &str) -> String {
        let file = file.replace('\'', "'\\''");
        self.run("remote.git", &format!("git show 'main:{file}'"))
    }

    /// Returns the entries at the remote: `created id-a`.
    #[track_caller]
    pub(crate) fn recorded(&self) -> BTreeMap<String, String> {
        entries(&serde_yaml::from_str(&self.at_remote("instances.lock")).unwrap())
    }

    /// Asserts that the remote has exactly these entries, and the clone the same lock; that the clone
    /// has no change left; and that every way to pull works.
    #[track_caller]
    pub(crate) fn is_synchronized(&self, clone: &str, entries: &[(&str, &str)]) {
        self.has(clone, entries);
        assert_eq!(self.run(clone, "git status --porcelain"), "");
        for pull in ["git pull -q", "git pull -q --rebase", "git pull -q --ff-only"] {
            self.run(clone, pull);
        }
        self.has(clone, entries);
        assert_eq!(self.run(clone, "git status --porcelain"), "");
        assert_eq!(
            self.run(clone, "git rev-parse HEAD"),
            self.run("remote.git", "git rev-parse main")
        );
    }

    /// Asserts that the remote has exactly these entries, and the clone the same lock.
    #[track_caller]
    pub(crate) fn has(&self, clone: &str, entries: &[(&str, &str)]) {
        let wanted = entries.iter().map(|(name, id)| ((*name).to_owned(), format!("created {id}")));
        assert_eq!(self.recorded(), wanted.collect());
        let here = fs::read_to_string(self.path(clone).join("instances.lock")).unwrap();
        assert_eq!(here, self.at_remote("instances.lock"));
    }
}

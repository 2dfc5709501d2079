//! Real git, without any user configuration.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use crate::support::Cli;

/// A clone that merges `instances.lock` with the program.
pub(crate) struct Clone {
    pub(crate) cli: Cli,
}

impl Clone {
    /// Creates a repository with the driver installed as the help describes it.
    pub(crate) fn new(cli: Cli) -> Self {
        let clone = Self { cli };
        clone.git(&["init", "-q", "-b", "main"]);
        clone.install();
        let ignored = ".home/\n*.lock.journal\n*.lock.lk\n*.sandbox.lock\n";
        fs::write(clone.path(".gitignore"), ignored).unwrap();
        fs::write(clone.path(".gitattributes"), "instances.lock merge=instancectl\n").unwrap();
        clone.commit("begin");
        clone
    }

    /// Clones this one again, into the folder of a separate run.
    pub(crate) fn again(&self, cli: Cli) -> Self {
        let clone = Self { cli };
        clone.git(&["init", "-q", "-b", "main"]);
        clone.install();
        clone.git(&["remote", "add", "origin", self.path("").to_str().unwrap()]);
        clone.git(&["fetch", "-q", "origin", "main"]);
        clone.git(&["reset", "-q", "--hard", "FETCH_HEAD"]);
        clone
    }

    fn install(&self) {
        let program = env!("CARGO_BIN_EXE_instancectl");
        let driver = format!("'{program}' lock merge %O %A %B %P");
        self.git(&["config", "merge.instancectl.driver", &driver]);
    }

    pub(crate) fn path(&self, name: impl AsRef<Path>) -> PathBuf {
        self.cli.path(name)
    }

    /// Commits everything.
    pub(crate) fn commit(&self, message: &str) {
        self.git(&["add", "-A"]);
        self.git(&["commit", "-q", "--allow-empty", "-m", message]);
    }

    /// Runs a git command that must succeed; returns its output.
    #[track_caller]
    pub(crate) fn git(&self, args: &[&str]) -> String {
        let (done, shown) = self.try_git(args);
        assert!(done, "git {args:?}: {shown}");
        shown
    }

    /// Runs a git command; returns whether it succeeded, and its output on both streams.
    pub(crate) fn try_git(&self, args: &[&str]) -> (bool, String) {
        let Output { status, stdout, stderr } = Command::new("git")
            .args(args)
            .current_dir(self.path(""))
            .env("GIT_CONFIG_GLOBAL", "/dev/null")
            .env("GIT_CONFIG_SYSTEM", "/dev/null")
            .env("HOME", self.path(".home"))
            .env("GIT_EDITOR", "true")
            .env("LC_ALL", "C")
            .envs([("GIT_AUTHOR_NAME", "a"), ("GIT_AUTHOR_EMAIL", "a@b")])
            .envs([("GIT_COMMITTER_NAME", "a"), ("GIT_COMMITTER_EMAIL", "a@b")])
            .output()
            .unwrap();
        let shown = [stdout, stderr].map(|bytes| String::from_utf8(bytes).unwrap()).concat();
        (status.success(), shown)
    }
}

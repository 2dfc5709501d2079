//! A project at a remote with one or two manifests, applied from clones of it.

use std::collections::BTreeMap;
use std::fs;

use crate::remote::Remote;
use crate::stage::{entries, manifest, wait_until};
use crate::support::{Cli, Service};

/// A remote with the manifest `instances.yaml`, the clone `a`, and a platform.
pub(crate) struct Project {
    pub(crate) remote: Remote,
    endpoint: String,
    /// Length of a minute of claims, in milliseconds.
    minute: u32,
}

/// The platform's token.
pub(crate) const TOKEN: &str = "eyJ0.sealed-secret-of-the-test.c2ln";

impl Project {
    /// Creates a project with a manifest of these names.
    pub(crate) fn new(names: &[&str], service: &Service) -> Self {
        Self::with(&manifest(names), service.url())
    }

    /// Creates a project with this manifest, on the platform at this address.
    pub(crate) fn with(manifest: &str, endpoint: String) -> Self {
        let remote = Remote::new();
        let project = Self { remote, endpoint, minute: 400 };
        project.commit("instances.yaml", manifest);
        project
    }

    /// Sets the length of a minute of claims.
    pub(crate) fn minute(self, milliseconds: u32) -> Self {
        Self { minute: milliseconds, ..self }
    }

    /// Adds a file in the clone `a` and at the remote.
    pub(crate) fn commit(&self, file: &str, text: &str) {
        fs::write(self.remote.path("a").join(file), text).unwrap();
        let push = "git pull -q --rebase && git push -q origin HEAD";
        self.remote.run("a", &format!("git add -A && git commit -q -m change && {push}"));
    }

    /// Returns a command in a clone that uses the remote; a clone that does not exist is made.
    pub(crate) fn command(&self, clone: &str, words: &[&str]) -> Cli {
        if !self.remote.path(clone).exists() {
            self.remote.clone_into(clone);
        }
        self.local(clone, words).args(["--git-remote", "origin"])
    }

    /// Returns a command in a clone that does not use the remote.
    pub(crate) fn local(&self, clone: &str, words: &[&str]) -> Cli {
        self.remote
            .program(clone)
            .env("INSTANCECTL_ENDPOINT", &self.endpoint)
            .env("INSTANCECTL_TOKEN", TOKEN)
            .env("INSTANCECTL_TEST_MINUTE", self.minute.to_string())
            .args(words.iter().copied())
    }

    /// Returns `apply --yes -f instances.yaml` in a clone.
    pub(crate) fn apply(&self, clone: &str) -> Cli {
        self.command(clone, &["apply", "--yes", "-f", "instances.yaml", "--settle", "1s"])
    }

    /// Returns the claims at the remote: each ref with its holder and its records.
    #[track_caller]
    pub(crate) fn claims(&self) -> BTreeMap<String, String> {
        let format = "--format='%(objectname) %(refname)'";
        let refs = format!("git for-each-ref {format} refs/instancectl refs/heads/instancectl");
        let refs = self.remote.run("remote.git", &refs);
        let text = |line: &str| {
            // The commit stays if the claim moves or goes meanwhile.
            let (commit, claim) = line.split_once(' ').unwrap();
            let show = format!(
                "git ls-tree -r --name-only {commit} | while read file; do git show {commit}:$file; done"
            );
            (claim.to_owned(), self.remote.run("remote.git", &show))
        };
        refs.lines().map(text).collect()
    }

    /// Waits until a claim contains a text.
    #[track_caller]
    pub(crate) fn wait_for_claim(&self, part: &str) {
        wait_until(|| self.claims().values().any(|claim| claim.contains(part)));
    }

    /// Asserts that the branch has exactly these entries, and that no claim is left.
    #[track_caller]
    pub(crate) fn recorded(&self, wanted: &[(&str, &str)]) {
        let wanted = wanted.iter().map(|(name, entry)| ((*name).to_owned(), (*entry).to_owned()));
        assert_eq!(self.remote.recorded(), wanted.collect());
        assert_eq!(self.claims(), BTreeMap::new());
    }

    /// Returns the entries of the lock in a clone.
    #[track_caller]
    pub(crate) fn held(&self, clone: &str) -> BTreeMap<String, String> {
        let text = fs::read(self.remote.path(clone).join("instances.lock")).unwrap();
        entries(&serde_yaml::from_slice(&text).unwrap())
    }

    /// Deletes a clone, as a runner is deleted with its disk.
    pub(crate) fn lose(&self, clone: &str) {
        // Git processes that outlive a killed run may still write there.
        wait_until(|| fs::remove_dir_all(self.remote.path(clone)).is_ok());
    }
}

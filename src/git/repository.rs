//! The repository that tracks locks.

use std::path::PathBuf;

use super::GitError;
use super::program::{Git, remote_timeout, without_passwords};
use super::remote_error::remote_error;
use crate::lockfile::{Lockfile, digest};

/// Variables in which CI systems name the branch of a job whose checkout is detached.
const BRANCH_VARIABLES: &[&str] = &[
    "GITHUB_HEAD_REF",
    "GITHUB_REF",
    "CI_COMMIT_BRANCH",
    "CI_MERGE_REQUEST_SOURCE_BRANCH_NAME",
    "CI_COMMIT_REF_NAME",
    "GITEE_BRANCH",
    "BITBUCKET_BRANCH",
    "BUILDKITE_BRANCH",
    "BUILD_SOURCEBRANCH",
    "CIRCLE_BRANCH",
    "DRONE_BRANCH",
    "TRAVIS_BRANCH",
    "CHANGE_BRANCH",
    "BRANCH_NAME",
    "GIT_BRANCH",
];

/// Name of a commit or another object.
pub(super) type ObjectId = String;

/// A lock, and its path in the repository.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LockPath {
    /// Its path in the file system.
    pub file: PathBuf,
    /// Its path in the repository, separated by `/`.
    pub tracked: String,
}

/// A repository with one remote and one branch, at which locks are recorded.
#[derive(Debug, Clone)]
pub struct Repository {
    pub(super) git: Git,
    /// The remote, as the user named it.
    remote: String,
    /// The one place of the remote that is read and pushed to: the name, or its push address.
    pub(super) place: String,
    pub(super) branch: String,
    /// The locks, in the order of the manifests.
    pub(super) locks: Vec<LockPath>,
}

impl Repository {
    /// Opens the repository of these locks; all must be in the same one. `branch` defaults to the one
    /// that is checked out.
    pub fn open(locks: &[PathBuf], remote: &str, branch: Option<&str>) -> Result<Self, GitError> {
        let mut found: Option<(Git, String, &PathBuf)> = None;
        let mut tracked = Vec::new();
        for lock in locks {
            let git = Git::next_to(lock)?;
            let outside = || GitError::NotInRepository { lock: lock.clone() };
            let args = ["rev-parse", "--absolute-git-dir", "--show-prefix"];
            let places = git.text(args).map_err(|error| match error {
                GitError::Command { cause, .. } if cause.contains("not a git repository") => {
                    outside()
                }
                error => error,
            })?;
            let (git_directory, prefix) = places.split_once('\n').unwrap_or((&places, ""));
            let name = lock.file_name().and_then(|name| name.to_str());
            let name = name.filter(|_| !prefix.contains(char::REPLACEMENT_CHARACTER));
            let name = name.ok_or_else(|| GitError::NotUtf8 { lock: lock.clone() })?;
            let file = lock.clone();
            tracked.push(LockPath { file, tracked: format!("{prefix}{name}") });
            match &found {
                Some((_, other, first)) if other != git_directory => {
                    let locks = [(*first).clone(), lock.clone()];
                    return Err(GitError::SeveralRepositories { locks });
                }
                Some(_) => {}
                None => found = Some((git, git_directory.to_owned(), lock)),
            }
        }
        let Some((git, ..)) = found else { return Err(GitError::NoBranch) };
        let branch = match branch {
            Some(branch) => valid_branch(&git, branch)?,
            None => valid_branch(&git, &current_branch(&git)?.ok_or(GitError::NoBranch)?)?,
        };
        let place = place(&git, remote)?;
        Ok(Self { git, remote: remote.to_owned(), place, branch, locks: tracked })
    }

    /// Returns the branch.
    pub fn branch(&self) -> &str {
        &self.branch
    }

    /// Returns the remote, without a password if it is an address.
    pub fn remote(&self) -> String {
        without_passwords(&self.remote)
    }

    /// Fetches the branch and returns its tip.
    pub(super) fn fetch(&self) -> Result<ObjectId, GitError> {
        // Other work trees of this clone may fetch other branches at the same time.
        let name = digest(format!("{}\n{}", self.place, self.branch).as_bytes());
        let tip = format!("refs/instancectl/fetched/{}", &name[..16]);
        let source = format!("refs/heads/{}", self.branch);
        self.fetch_ref(&source, &tip)?.ok_or_else(|| GitError::NoRemoteBranch {
            remote: self.remote(),
            branch: self.branch.clone(),
        })
    }

    /// Fetches a ref of the remote into a local one; `None` if the remote does not have it.
    pub(super) fn fetch_ref(
        &self,
        source: &str,
        local: &str,
    ) -> Result<Option<ObjectId>, GitError> {
        let refspec = format!("+{source}:{local}");
        let mut args = vec!["fetch", "--quiet", "--no-tags", "--no-recurse-submodules"];
        args.extend(["--no-write-fetch-head", "--no-prune", "--", &self.place, &refspec]);
        // Another command in this clone may update the same refs at the same time.
        for attempt in 1.. {
            let output = self.git.run(&args, b"", remote_timeout() * 5)?;
            if output.code == Some(0) {
                return self.git.try_text(["rev-parse", "--verify", local]);
            }
            if output.stderr.contains("couldn't find remote ref") {
                return Ok(None);
            }
            // The remote removed the ref, or moved it, after it had reported its value.
            let is_race = ["cannot lock ref", "not our ref"];
            let is_race = is_race.iter().any(|text| output.stderr.contains(text));
            if !is_race || attempt >= 10 {
                return Err(remote_error(&self.remote(), &output).into());
            }
            std::thread::sleep(std::time::Duration::from_millis(20 * attempt));
        }
        Ok(None)
    }

    /// Returns the values of refs at the remote, in the same order; `None` for one that it lacks.
    pub(super) fn remote_refs(&self, refs: &[&str]) -> Result<Vec<Option<ObjectId>>, GitError> {
        let mut args = vec!["ls-remote", "--quiet", "--", &self.place];
        args.extend(refs);
        let output = self.git.run(&args, b"", remote_timeout())?;
        if output.code != Some(0) {
            return Err(remote_error(&self.remote(), &output).into());
        }
        let text = String::from_utf8_lossy(&output.stdout);
        let all: Vec<_> = text.lines().filter_map(|line| line.split_once('\t')).collect();
        let value = |name: &&str| {
            let mut all = all.iter();
            all.find(|(_, found)| found == name).map(|(value, _)| (*value).to_owned())
        };
        Ok(refs.iter().map(value).collect())
    }

    /// Returns the lock as a commit has it; empty if the commit lacks it.
    pub(super) fn lock_at(&self, commit: &str, lock: &LockPath) -> Result<Lockfile, GitError> {
        let Some(bytes) = self.file_at(commit, &lock.tracked)? else {
            return Ok(Lockfile::default());
        };
        Lockfile::from_bytes(&lock.file, &bytes).map_err(|source| GitError::RemoteLock {
            branch: self.branch.clone(),
            source: Box::new(source),
        })
    }

    /// Returns the content of a file in a commit.
    pub(super) fn file_at(&self, commit: &str, path: &str) -> Result<Option<Vec<u8>>, GitError> {
        let Some(blob) = self.blob_at(commit, path)? else { return Ok(None) };
        Ok(self.git.blobs([blob].into_iter())?.pop())
    }

    /// Returns the blob of a file in a commit. A commit that cannot be read is an error: a file that only
    /// seems to be missing would count as removed.
    pub(super) fn blob_at(&self, commit: &str, path: &str) -> Result<Option<ObjectId>, GitError> {
        let entry = self.git.text(["ls-tree", "--full-tree", "-z", commit, "--", path])?;
        let object = entry.split('\t').next().unwrap_or_default();
        let blob = object.split(' ').skip_while(|word| *word != "blob").nth(1);
        Ok(blob.map(str::to_owned))
    }

    /// Returns whether a commit is an ancestor of another one, or the same.
    pub(super) fn is_ancestor(&self, ancestor: &str, of: &str) -> Result<bool, GitError> {
        Ok(self.git.try_text(["merge-base", "--is-ancestor", ancestor, of])?.is_some())
    }

    /// Returns the commit that is checked out, if there is one.
    pub(super) fn head(&self) -> Result<Option<ObjectId>, GitError> {
        self.git.try_text(["rev-parse", "--quiet", "--verify", "HEAD^{commit}"])
    }
}

/// Returns the place of a remote that is configured, or is an address or a path. Where the addresses to
/// fetch from and to push to differ, what is pushed may be seen late at the first: the second is read too.
fn place(git: &Git, remote: &str) -> Result<String, GitError> {
    let name = || without_passwords(remote);
    if remote.starts_with('-') {
        return Err(GitError::UnknownRemote { remote: name() });
    }
    let push = git.try_text(["remote", "get-url", "--push", "--all", "--", remote])?;
    let Some(push) = push else {
        let is_address = remote.contains([':', '/']);
        let unknown = || GitError::UnknownRemote { remote: name() };
        return is_address.then(|| remote.to_owned()).ok_or_else(unknown);
    };
    if push.contains('\n') {
        return Err(GitError::SeveralPushAddresses { remote: name() });
    }
    let fetch = git.text(["remote", "get-url", "--", remote])?;
    Ok(if fetch == push { remote.to_owned() } else { push })
}

/// Returns the name of a branch that the user named, which may be a whole ref.
fn valid_branch(git: &Git, given: &str) -> Result<String, GitError> {
    let name = given.strip_prefix("refs/heads/").unwrap_or(given);
    let valid = git.try_text(["check-ref-format", &format!("refs/heads/{name}")])?;
    valid.ok_or_else(|| GitError::InvalidBranch { branch: given.to_owned() })?;
    Ok(name.to_owned())
}

/// Returns the branch that is checked out or, in a detached checkout, that is being rebased or that the
/// CI system names.
fn current_branch(git: &Git) -> Result<Option<String>, GitError> {
    if let Some(branch) = git.try_text(["symbolic-ref", "--quiet", "--short", "HEAD"])? {
        return Ok(Some(branch));
    }
    for state in ["rebase-merge", "rebase-apply"] {
        let path = git.text(["rev-parse", "--git-path", &format!("{state}/head-name")])?;
        if let Ok(name) = std::fs::read_to_string(git.resolve(&path))
            && let Some(branch) = name.trim().strip_prefix("refs/heads/")
        {
            return Ok(Some(branch.to_owned()));
        }
    }
    Ok(BRANCH_VARIABLES.iter().find_map(|name| branch_in(name, &std::env::var(name).ok()?)))
}

/// Returns the branch in the value of a variable; some hold a whole ref, and that of a tag or of a
/// request to merge is not a branch.
fn branch_in(variable: &str, value: &str) -> Option<String> {
    let branch = match value.strip_prefix("refs/") {
        Some(name) => name.strip_prefix("heads/")?,
        // Jenkins names the branch of the remote.
        None if variable == "GIT_BRANCH" => value.strip_prefix("origin/").unwrap_or(value),
        None if variable == "GITHUB_REF" => return None,
        None => value,
    };
    (!branch.is_empty()).then(|| branch.to_owned())
}

#[cfg(test)]
mod tests {
    use super::branch_in;

    #[test]
    fn branch_is_read_from_the_variables_of_ci_systems() {
        let branch = |name, value| branch_in(name, value);
        assert_eq!(branch("GITHUB_REF", "refs/heads/a/b"), Some("a/b".to_owned()));
        assert_eq!(branch("GITHUB_REF", "refs/pull/3/merge"), None);
        assert_eq!(branch("CI_COMMIT_BRANCH", "main"), Some("main".to_owned()));
        assert_eq!(branch("GIT_BRANCH", "origin/main"), Some("main".to_owned()));
        assert_eq!(branch("CI_COMMIT_BRANCH", ""), None);
    }
}

//! Pushes that succeed only if the refs at the remote have the values that are expected.

use super::GitError;
use super::program::{Output, remote_timeout, without_passwords};
use super::remote_error::{remote_error, server_messages};
use super::repository::{ObjectId, Repository};
use crate::lockfile::{RemoteError, RemoteFailure};

/// Change of one ref at the remote.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct RefUpdate {
    /// The ref.
    pub(super) target: String,
    /// Its new value; `None` deletes it.
    pub(super) new: Option<ObjectId>,
    /// The value that it must have before; `None` if it must not exist.
    pub(super) expected: Option<ObjectId>,
}

/// Result of a push that reached the remote.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Pushed {
    /// Every ref was changed.
    Done,
    /// A ref has another value than expected, or another push came first; nothing was changed.
    Outdated,
    /// The remote refused a ref. Nothing was changed.
    Refused(RemoteError),
    /// The remote cannot change several refs at once.
    NotAtomic,
}

/// Reasons of a server that another push came first.
const RACES: &[&str] = &[
    "stale info",
    "fetch first",
    "non-fast-forward",
    "needs force",
    "already exists",
    "incorrect old value provided",
    "failed to update ref",
    "cannot lock ref",
    "failed to lock",
    "remote ref updated since checkout",
    "reference already exists",
    "update failed",
];

impl Repository {
    /// Pushes all updates or none. With `hooks`, the user's own hook runs first.
    pub(super) fn push(&self, updates: &[RefUpdate], hooks: bool) -> Result<Pushed, GitError> {
        let mut args = vec!["push".to_owned(), "--porcelain".to_owned()];
        args.push("--no-follow-tags".to_owned());
        args.push("--recurse-submodules=no".to_owned());
        args.extend((updates.len() > 1).then(|| "--atomic".to_owned()));
        args.push(if hooks { "--verify" } else { "--no-verify" }.to_owned());
        let mut specs = Vec::new();
        for RefUpdate { target, new, expected } in updates {
            let value = |value: &Option<ObjectId>| value.clone().unwrap_or_default();
            args.push(format!("--force-with-lease={target}:{}", value(expected)));
            specs.push(format!("{}:{target}", value(new)));
        }
        args.extend(["--".to_owned(), self.place.clone()]);
        args.extend(specs);
        let output = self.git.run(&args, b"", remote_timeout())?;
        if output.code == Some(0) {
            return Ok(Pushed::Done);
        }
        if output.stderr.contains("does not support --atomic") {
            return Ok(Pushed::NotAtomic);
        }
        if let Some(result) = self.refused(&output) {
            return Ok(result);
        }
        if hooks && let Some(failure) = self.refused_by_hook(&output)? {
            return Err(RemoteError { remote: self.remote(), failure }.into());
        }
        // The answer may have been lost after the push was carried out.
        if self.has_all(updates) {
            return Ok(Pushed::Done);
        }
        Err(remote_error(&self.remote(), &output).into())
    }

    /// Returns what the remote reported about the refs; `None` if it reported nothing.
    fn refused(&self, output: &Output) -> Option<Pushed> {
        let text = String::from_utf8_lossy(&output.stdout);
        let fields = |line: &str| {
            let mut fields = line.strip_prefix("!\t")?.splitn(2, '\t').map(str::to_owned);
            Some((fields.next()?, fields.next()?))
        };
        let rejected: Vec<(String, String)> = text.lines().filter_map(fields).collect();
        let is_race =
            |(_, reason): &&(String, String)| RACES.iter().any(|race| reason.contains(race));
        // The other refs of an atomic push are reported as failed because of the first one.
        let is_consequence = |(_, reason): &&(String, String)| reason.contains("atomic");
        // Without a first one, the server could not lock a ref that another push was changing.
        let has_cause = !rejected.iter().all(|one| is_consequence(&one));
        if rejected.iter().any(|one| is_race(&one)) || !(has_cause || rejected.is_empty()) {
            return Some(Pushed::Outdated);
        }
        let (refs, reason) = rejected.iter().find(|one| !is_consequence(one))?;
        let target = refs.rsplit_once(':').map_or(refs.as_str(), |(_, target)| target).to_owned();
        let reason = match (reason.find('('), reason.ends_with(')')) {
            (Some(start), true) => reason[start + 1..reason.len() - 1].to_owned(),
            _ => reason.clone(),
        };
        if reason.contains("remote failed to report status") {
            return None;
        }
        let messages = server_messages(&output.stderr);
        let failure = RemoteFailure::Refused { target, reason, messages };
        Some(Pushed::Refused(RemoteError { remote: self.remote(), failure }))
    }

    /// Returns the messages of the user's hook if it refused the push, before git named the remote.
    fn refused_by_hook(&self, output: &Output) -> Result<Option<RemoteFailure>, GitError> {
        let stdout = String::from_utf8_lossy(&output.stdout);
        let reached = stdout.lines().any(|line| line.starts_with("To "));
        if reached || output.code != Some(1) || output.stderr.contains("fatal: ") {
            return Ok(None);
        }
        let hook = self.git.text(["rev-parse", "--git-path", "hooks/pre-push"])?;
        if !self.git.resolve(&hook).exists() {
            return Ok(None);
        }
        let lines = stdout.lines().chain(output.stderr.lines()).map(str::trim);
        let own = |line: &&str| !line.is_empty() && !line.starts_with("error: failed to push some");
        let messages: Vec<&str> = lines.filter(own).collect();
        let messages = without_passwords(&messages.join("; "));
        Ok(Some(RemoteFailure::RefusedByHook { messages }))
    }

    /// Returns whether every ref has its new value.
    fn has_all(&self, updates: &[RefUpdate]) -> bool {
        let found = self.values_of(updates);
        found.is_ok_and(|found| found.iter().zip(updates).all(|(found, one)| *found == one.new))
    }

    /// Returns the values of the refs of these updates at the remote, in their order.
    pub(super) fn values_of(
        &self,
        updates: &[RefUpdate],
    ) -> Result<Vec<Option<ObjectId>>, GitError> {
        self.remote_refs(&updates.iter().map(|update| update.target.as_str()).collect::<Vec<_>>())
    }
}

//! The run that holds a claim, and how long others wait for it.

use std::path::PathBuf;
use std::time::{Duration, SystemTime};

use serde::{Deserialize, Serialize};

use super::lock_push::random;
use super::program::without_passwords;
use super::repository::LockPath;
use crate::lockfile::host;

/// Maximum time between two moves of a claim.
pub(super) fn heartbeat() -> Duration {
    minute()
}

/// A claim that does not move for this long belongs to a run that died.
pub(super) fn patience() -> Duration {
    minute() * 3
}

/// After this long without a push, a run checks its claim before it sends anything.
pub(super) fn max_silence() -> Duration {
    minute() * 2
}

/// Returns a minute; tests make it shorter in a debug build.
pub(super) fn minute() -> Duration {
    if cfg!(debug_assertions)
        && let Ok(text) = std::env::var("INSTANCECTL_TEST_MINUTE")
        && let Ok(short) = text.parse()
    {
        return Duration::from_millis(short);
    }
    Duration::from_mins(1)
}

/// Variables in which CI systems give the address of the job.
const JOB_VARIABLES: &[&str] = &[
    "CI_JOB_URL",
    "BUILD_URL",
    "BUILDKITE_BUILD_URL",
    "CIRCLE_BUILD_URL",
    "DRONE_BUILD_LINK",
    "TRAVIS_BUILD_WEB_URL",
];

/// The run that holds a claim, for other runs to read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ClaimHolder {
    pub(super) version: u32,
    /// Path of the lock in the repository.
    pub lock: String,
    /// The branch.
    pub branch: String,
    /// Host name of its machine, if known.
    pub host: Option<String>,
    /// Its process ID there.
    pub pid: u32,
    /// Address of its CI job, if there is one.
    pub job: Option<String>,
    /// Time of the claim by that machine's clock, in UTC; only for messages.
    pub started: String,
    /// Makes claims of the same second differ.
    pub(super) nonce: String,
    /// Whether the run has the process lock too.
    pub(super) guarded: bool,
    /// Whether the run has ended and gave the claim up.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub ended: bool,
}

/// A claim of another run that is waited for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClaimWait {
    /// The lock.
    pub lock: PathBuf,
    /// The run that holds it.
    pub holder: ClaimHolder,
    /// How long it is watched before it is taken over if it does not move.
    pub patience: Duration,
}

impl ClaimHolder {
    pub(super) fn of_this_run(lock: &LockPath, branch: &str, guarded: bool) -> Self {
        Self {
            version: 1,
            lock: lock.tracked.clone(),
            branch: branch.to_owned(),
            host: host(),
            pid: std::process::id(),
            job: job_address(),
            started: humantime::format_rfc3339_seconds(SystemTime::now()).to_string(),
            nonce: format!("{:016x}", random()),
            guarded,
            ended: false,
        }
    }
}

fn job_address() -> Option<String> {
    let variable = |name: &str| std::env::var(name).ok().filter(|value| !value.is_empty());
    if let (Some(server), Some(repository), Some(run)) =
        (variable("GITHUB_SERVER_URL"), variable("GITHUB_REPOSITORY"), variable("GITHUB_RUN_ID"))
    {
        return Some(format!("{server}/{repository}/actions/runs/{run}"));
    }
    JOB_VARIABLES.iter().find_map(|name| variable(name)).map(|job| without_passwords(&job))
}

/// Returns the content of the file of a claim that names its holder.
pub(super) fn holder_bytes(holder: &ClaimHolder) -> Vec<u8> {
    let mut bytes = serde_json::to_vec_pretty(holder).expect("a holder serializes into memory");
    bytes.push(b'\n');
    bytes
}

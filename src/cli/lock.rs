//! The command line of `lock`.

use std::path::PathBuf;

use clap::{Args, Subcommand, ValueHint};

use super::args::{
    ClaimArgs, ConfirmArgs, FormatArgs, GitArgs, GuardArgs, InstanceFormatArgs, LintArgs,
    ManifestArgs,
};
use super::help::{CHECKS, GIT, SELECTION};

const VERIFY: &str = "\
Exit status:
  0  each lock is readable, as the program writes it, and nothing in it is open
  4  an entry is unknown or deleting, two IDs claim one name, or two
     entries have one ID
  5  a lock or journal cannot be read, is not as the program writes it, or a
     journal was left
  6  --complete: the manifest has an instance that the lock does not have
`no-merge-driver`, a clone without the merge driver that .gitattributes names,
is a note: 0.";

const MERGE: &str = "\
Exit status:
  0  merged
  4  merged, with something to look at: two IDs claim one name, or one side
     removed what the other changed
  5  not merged: OURS holds both texts between conflict markers
git takes 4 and 5 for a conflict.

`instancectl init --git` sets it up, once in each clone:
  git config merge.instancectl.name 'merge of instancectl locks'
  git config merge.instancectl.driver 'instancectl lock merge %O %A %B %P'
and in .gitattributes:
  instances.lock merge=instancectl";

const PUSH: &str = "\
Exit status:
  0   pushed, or nothing to push
  4   pushed, with something to look at, such as two IDs for one name
  5   a lock cannot be read or written, or the remote refuses the push
  10  the remote cannot be reached, or does not accept the credentials
After 5 and 10, the IDs are printed.";

const RELEASE: &str = "\
Exit status:
  0   given up, or nothing was claimed
  4   given up, with something to look at, such as two IDs for one name
  5   a lock cannot be read or written, or the remote refuses the push
  6   the question was declined, or --yes is missing
  10  the remote cannot be reached, or does not accept the credentials";

/// Operations on locks.
#[derive(Debug, Subcommand)]
pub enum LockCommand {
    /// Check locks: readable, in canonical form, nothing unknown
    ///
    /// Offline. Reads lock, journal and rescue file, and writes nothing.
    #[command(after_long_help = VERIFY, before_help = "\
Examples:
  instancectl lock verify                 # the lock of instances.yaml
  instancectl lock verify --complete -f teams/
  instancectl lock verify 'locks/*.lock'")]
    Verify(LockVerify),
    /// Print the contents of locks
    ///
    /// Also reads the files that an interrupted run left next to them; writes nothing.
    #[command(before_help = "\
Examples:
  instancectl lock list
  instancectl lock list teams/ --format json")]
    List(LockList),
    /// Merge into locks what an interrupted run left next to them
    ///
    /// Performs only the first step of `apply`: sends nothing and needs no credentials. A readable lock
    /// that is not in canonical form is rewritten.
    #[command(before_help = "\
Examples:
  instancectl lock recover
  instancectl lock recover --git-remote origin")]
    Recover(LockRecover),
    /// Bring locks to a branch of a git remote
    ///
    /// Fetches the branch, merges each lock with its version there entry by entry, commits only the locks
    /// on top of the branch, and pushes; again if another push came first. Needs no committer identity and
    /// no merge driver, and changes no other file. Afterwards, `git pull` works.
    #[command(after_long_help = PUSH, before_help = "\
Examples:
  instancectl lock push
  instancectl lock push --remote origin --branch main")]
    Push(LockPush),
    /// Give up the claim of a run that died, at a git remote
    ///
    /// Shows what the claim holds and asks; then brings what its run recorded to the lock and to the branch,
    /// and removes the claim. A run that still works stops when it notices.
    #[command(after_long_help = RELEASE, before_help = "\
Examples:
  instancectl lock release --git-remote origin
  instancectl lock release --yes --git-remote origin --git-branch main")]
    Release(LockRelease),
    /// Merge three versions of a lock, as a git merge driver
    ///
    /// Merges entry by entry, and writes the result to OURS.
    #[command(after_long_help = MERGE)]
    Merge(LockMerge),
}

/// Lock selection.
#[derive(Debug, Args)]
#[command(mut_arg("files", |files| files.help("Same as PATH; repeatable").long_help(None)))]
pub struct LockSelection {
    /// Manifests or locks [default: instances.yaml]
    ///
    /// Files, directories, quoted globs. A manifest selects its lock.
    #[arg(value_name = "PATH", value_hint = ValueHint::AnyPath, help_heading = SELECTION)]
    pub paths: Vec<PathBuf>,
    /// More of them, and their lock.
    #[command(flatten)]
    pub manifests: ManifestArgs,
    /// Select the locks of the sandbox
    #[arg(long, help_heading = SELECTION)]
    pub sandbox: bool,
}

/// Arguments of `lock list`.
#[derive(Debug, Args)]
pub struct LockList {
    /// Lock selection.
    #[command(flatten)]
    pub selection: LockSelection,
    /// Output format.
    #[command(flatten)]
    pub output: InstanceFormatArgs,
}

/// Arguments of `lock verify`.
#[derive(Debug, Args)]
pub struct LockVerify {
    /// Lock selection.
    #[command(flatten)]
    pub selection: LockSelection,
    /// Output format.
    #[command(flatten)]
    pub output: FormatArgs,
    /// Also find instances that only the manifest has
    #[arg(long, help_heading = CHECKS)]
    pub complete: bool,
    /// Handling of manifest warnings, with `--complete`.
    #[command(flatten)]
    pub lint: LintArgs,
}

/// Arguments of `lock recover`.
#[derive(Debug, Args)]
pub struct LockRecover {
    /// Lock selection.
    #[command(flatten)]
    pub selection: LockSelection,
    /// Output format.
    #[command(flatten)]
    pub output: FormatArgs,
    /// Process lock.
    #[command(flatten)]
    pub guard: GuardArgs,
    /// Git remote of the locks.
    #[command(flatten)]
    pub git: GitArgs,
    /// Claims at the remote.
    #[command(flatten)]
    pub claim: ClaimArgs,
}

/// Arguments of `lock push`.
#[derive(Debug, Args)]
pub struct LockPush {
    /// Lock selection.
    #[command(flatten)]
    pub selection: LockSelection,
    /// Git remote: its name, or an address
    #[arg(long, value_name = "REMOTE", default_value = "origin", help_heading = GIT)]
    pub remote: String,
    /// Branch [default: the checked-out one, or the CI job's]
    #[arg(long, value_name = "BRANCH", help_heading = GIT)]
    pub branch: Option<String>,
    /// Message of the commit
    #[arg(long, value_name = "TEXT", help_heading = GIT)]
    pub message: Option<String>,
    /// Output format.
    #[command(flatten)]
    pub output: FormatArgs,
    /// Process lock.
    #[command(flatten)]
    pub guard: GuardArgs,
}

/// Arguments of `lock release`.
#[derive(Debug, Args)]
pub struct LockRelease {
    /// Lock selection.
    #[command(flatten)]
    pub selection: LockSelection,
    /// Git remote of the locks.
    #[command(flatten)]
    pub git: GitArgs,
    /// Confirmation.
    #[command(flatten)]
    pub confirm: ConfirmArgs,
    /// Output format.
    #[command(flatten)]
    pub output: FormatArgs,
    /// Process lock.
    #[command(flatten)]
    pub guard: GuardArgs,
}

/// Arguments of `lock merge`.
#[derive(Debug, Args)]
pub struct LockMerge {
    /// Common ancestor of both sides (%O); an empty file if there is none
    #[arg(value_name = "BASE", value_hint = ValueHint::FilePath)]
    pub base: PathBuf,
    /// Our side (%A); the result is written here
    #[arg(value_name = "OURS", value_hint = ValueHint::FilePath)]
    pub ours: PathBuf,
    /// Their side (%B)
    #[arg(value_name = "THEIRS", value_hint = ValueHint::FilePath)]
    pub theirs: PathBuf,
    /// The lock's path in the repository (%P), for messages
    #[arg(value_name = "PATH")]
    pub path: Option<PathBuf>,
}

//! The command line of `lock`.

use std::path::PathBuf;

use clap::{Args, Subcommand, ValueHint};

use super::{Format, LintArgs};

const VERIFY: &str = "\
Exit status:
  0  each lock is readable, as the program writes it, and nothing in it is open
  4  an entry is unknown or deleting, or two IDs claim one name
  5  a lock or journal cannot be read, is not as the program writes it, or a journal was left
  6  --complete: the manifest has an instance that the lock does not have

Examples:
  instancectl lock verify instances.yaml
  instancectl lock verify --complete -f teams/
  instancectl lock verify 'locks/*.lock'";

const MERGE: &str = "\
Exit status: 0 merged; 4 merged, with something to look at: two IDs claim one name, or one side
removed what the other changed; 5 not merged: OURS holds both texts between conflict markers.
git takes both for a conflict.

Once in each clone:
  git config merge.instancectl.name 'merge of instancectl locks'
  git config merge.instancectl.driver 'instancectl lock merge %O %A %B %P'
and in .gitattributes:
  instances.lock merge=instancectl";

/// Arguments of `lock`.
#[derive(Debug, Args)]
pub struct Lock {
    /// What to do.
    #[command(subcommand)]
    pub command: LockCommand,
}

/// What can be done with locks.
#[derive(Debug, Subcommand)]
pub enum LockCommand {
    /// Check locks offline: readable, as the program writes them, nothing unknown
    ///
    /// Reads lock, journal and rescue file, and writes nothing.
    #[command(after_help = VERIFY)]
    Verify(Verify),
    /// Print what locks hold
    ///
    /// Reads what an interrupted run left beside them too, and writes nothing.
    List(LockSelection),
    /// Fold into locks what an interrupted run left beside them, offline
    ///
    /// What `apply` does first, without the rest of it: sends nothing and needs no credentials. A lock
    /// that can be read and is not as the program writes it is written anew.
    Recover(Recover),
    /// Merge three versions of a lock into OURS, entry by entry, as a merge driver of git
    #[command(after_help = MERGE)]
    Merge(Merge),
}

/// Which locks.
#[derive(Debug, Args)]
pub struct LockSelection {
    /// Manifests, whose locks are meant, or locks (`*.lock`): files, folders, globs in quotes
    #[arg(value_name = "PATH", value_hint = ValueHint::AnyPath, required_unless_present_any = ["files", "lock"])]
    pub paths: Vec<PathBuf>,
    /// The same; may be repeated
    #[arg(short = 'f', long = "filename", value_name = "PATH", value_hint = ValueHint::AnyPath)]
    pub files: Vec<PathBuf>,
    /// Go down into folders
    #[arg(short = 'R', long)]
    pub recursive: bool,
    /// Lock file, where it is not beside its manifest
    #[arg(long, value_name = "PATH", value_hint = ValueHint::FilePath)]
    pub lock: Option<PathBuf>,
    /// The locks of the sandbox
    #[arg(long)]
    pub sandbox: bool,
    /// How to print the result
    #[arg(long, value_enum, default_value_t)]
    pub format: Format,
}

/// Arguments of `lock verify`.
#[derive(Debug, Args)]
pub struct Verify {
    /// Which locks.
    #[command(flatten)]
    pub which: LockSelection,
    /// Also check that the lock has every instance of its manifest
    #[arg(long)]
    pub complete: bool,
    /// How warnings of manifests are taken, with `--complete`.
    #[command(flatten)]
    pub strictness: LintArgs,
}

/// Arguments of `lock recover`.
#[derive(Debug, Args)]
pub struct Recover {
    /// Which locks.
    #[command(flatten)]
    pub which: LockSelection,
    /// Do without the guard against a second process, on file systems that cannot lock
    #[arg(long)]
    pub no_guard: bool,
}

/// Arguments of `lock merge`.
#[derive(Debug, Args)]
pub struct Merge {
    /// What both sides began with (%O); an empty file where they began with nothing
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

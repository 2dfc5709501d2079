//! Command line: flags, environment names and help. No behaviour. Argument groups that several
//! commands share are in `args`.

mod args;
mod catalog;
mod duration;
mod instances;
mod invocation;
mod local;
mod lock;
mod reports;
mod validate;

use clap::builder::PossibleValuesParser;
use clap::{CommandFactory, Parser, Subcommand, ValueEnum};

pub use args::{
    ChangeArgs, ClaimArgs, ConfirmArgs, ConnectionArgs, Deny, Format, FormatArgs, GitArgs,
    GuardArgs, InstanceFormat, InstanceFormatArgs, LintArgs, ManifestArgs, OnlineCheckArgs,
    PaceArgs, ReadArgs, WorkspaceArgs, WriteArgs,
};
pub use catalog::{AuthCommand, CatalogCommand, ImageVisibility, Images, Limits, QueryArgs};
pub use instances::{
    Adopt, Apply, Destroy, Exec, Plan, Resolve, ScriptScope, StartStop, Url, Wait, WaitStatus,
};
pub use invocation::{Invocation, UsageError, named_manifests};
pub use local::{Completions, Explain, Init, Sandbox, Schema, Shell};
pub use lock::{
    LockCommand, LockList, LockMerge, LockPush, LockRecover, LockRelease, LockSelection, LockVerify,
};
pub use reports::{OutputTarget, ReportFormat};
pub use validate::Validate;

const AFTER_HELP: &str = "\
Try it without an account and without cost:
  instancectl init
  instancectl validate instances.yaml
  instancectl apply --sandbox -f instances.yaml

Exit status: 0 done, 1 a manifest is invalid, 2 wrong usage, 3 refused by the platform,
4 outcome unknown, 5 lock trouble, 6 stopped by a guard, 7 credentials, 8 a wait failed,
9 plan found changes (--detailed-exitcode), 10 platform not reached, 130 interrupted.";

const ENVIRONMENT: &str = "\
Environment:
  INSTANCECTL_ENDPOINT    the region's AI address, such as https://host:65011/ai
  INSTANCECTL_TOKEN       the region's token, or
  INSTANCECTL_TOKEN_FILE  a file that holds it, private to its owner
or, to log in for the tokens and addresses of the regions that manifests name:
  INSTANCECTL_USER, INSTANCECTL_ACCESS_KEY, INSTANCECTL_SECRET_KEY
  INSTANCECTL_REGION      the region of documents that name none
  INSTANCECTL_LOGIN_URL, INSTANCECTL_PLATFORM_URL
                          in place of https://api.scnet.cn and https://www.scnet.cn; if only one
                          is set, it is used for both
and with either:
  INSTANCECTL_CA_FILE     a PEM file with a centre's own certificate authority, or with the
                          server's own certificate
Where both are set, the address with its token counts.";

/// Heading of the flags that every command has.
const GLOBAL: &str = "Global options";

/// Declarative applier for AI container instances on the SCNet platform.
///
/// Manifests declare the desired instances; `apply` creates those that are not in the lock file
/// yet, with one create call per instance, and records the task IDs in the lock.
#[derive(Debug, Parser)]
#[command(name = "instancectl", version, after_help = AFTER_HELP, max_term_width = 100)]
#[command(disable_help_subcommand = true, arg_required_else_help = true)]
pub struct Cli {
    /// Command to run.
    #[command(subcommand)]
    pub command: Command,
    /// When to use colours
    #[arg(long, global = true, value_enum, default_value_t, value_name = "WHEN", help_heading = GLOBAL)]
    pub color: Color,
    /// Print results and errors only
    #[arg(short, long, global = true, help_heading = GLOBAL)]
    pub quiet: bool,
    /// Use verbose output
    #[arg(short, long, global = true, conflicts_with = "quiet", help_heading = GLOBAL)]
    pub verbose: bool,
}

/// The commands.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Write a commented starter manifest and, next to it, the schema
    ///
    /// Never overwrites a file. Prints the lines to add to `.gitignore`.
    Init(Init),
    /// Check manifests offline and report all problems
    ///
    /// Opens no socket without `--online`. Exits 1 if a manifest is invalid.
    #[command(after_help = "\
Examples:
  instancectl validate instances.yaml
  instancectl validate -R manifests/
  instancectl validate --format json 'teams/*.yaml'
  instancectl validate --format github --format sarif --output instances.sarif -R .
  instancectl validate --diff instances.yaml   # what --fix would change
  instancectl validate --online instances.yaml # also groups, images, sizes and mounts
  cat instances.yaml | instancectl validate -")]
    Validate(Validate),
    /// Show what apply would do, field by field, compared with the lock
    ///
    /// Reads the manifests and their locks and writes nothing; sends nothing without `--refresh`.
    #[command(after_help = "\
Examples:
  instancectl plan -f instances.yaml
  instancectl plan -f instances.yaml --detailed-exitcode   # 9 if apply would change something")]
    Plan(Plan),
    /// Create the instances that are not in the lock yet
    ///
    /// Validates all manifests, shows the plan, asks for confirmation, creates the instances and
    /// records each task ID in the lock before printing it. A request with an unknown outcome is never
    /// repeated.
    #[command(after_help = ENVIRONMENT)]
    Apply(Apply),
    /// Show the live state of the instances in the lock
    ///
    /// Prints status, cards, age, time left before the automatic stop, and the addresses of opened
    /// ports, which may contain secrets. Read-only. Exits 4 if an outcome is unknown or another live
    /// instance has the same name, 6 if an instance is recorded for another endpoint.
    ///
    /// The platform has no call for logs: let the start script write them to a mounted directory.
    #[command(after_help = ENVIRONMENT)]
    Status(ReadArgs),
    /// Wait until instances are running, or have another status
    ///
    /// Polls at once, then at intervals that grow from 1 s to 15 s, never more often. Exits with 0 once
    /// all instances have reached the status (a later live status counts), and with 8 if one can no
    /// longer reach it, for example because it ended, or on timeout.
    Wait(Wait),
    /// Stop the instances in the lock, and no others
    ///
    /// Asks for confirmation. Instances that ended or no longer exist count as done; the lock does not
    /// change.
    Stop(StartStop),
    /// Start instances again that were stopped or ended
    ///
    /// Asks for confirmation. Live instances are not touched; the ID and the lock do not change.
    Start(StartStop),
    /// Run a script on running instances
    ///
    /// Asks for confirmation. Instances that do not run are skipped (exit 6). The platform returns no
    /// output: let the script write to a mounted directory. A call without a clear answer is never
    /// repeated (exit 4).
    #[command(after_help = "\
Examples:
  instancectl exec -f instances.yaml train-a --script setup.sh
  echo 'nvidia-smi > /mnt/data/smi.log 2>&1' |
    instancectl exec -f instances.yaml 'train-*' --script - --yes")]
    Exec(Exec),
    /// Delete the instances in the lock, and no others
    ///
    /// Asks for confirmation. Instances that no longer exist count as done; entries with an unknown
    /// outcome are skipped. With `--id`, deletes one candidate of an entry instead.
    Destroy(Destroy),
    /// Adopt an existing instance into the lock
    ///
    /// Reads its details first. If an entry with the same ID has another endpoint, it is rebound to the
    /// current one.
    Adopt(Adopt),
    /// Record the outcome of a create call whose outcome is unknown
    ///
    /// Lists the instances first, and refuses an answer that the platform contradicts.
    #[command(after_help = "\
Examples:
  instancectl resolve -f instances.yaml train-a --id 530491fa7c8e47348f01de73e627a6a7
  instancectl resolve -f instances.yaml train-a --absent   # it was not created, or is gone")]
    Resolve(Resolve),
    /// Print the access address of an instance
    ///
    /// The address contains a secret: it is printed to standard output only, and stored nowhere.
    Url(Url),
    /// Show the resources that the region offers, for writing manifests
    #[command(after_help = "\
Examples:
  instancectl catalog groups
  instancectl catalog images --accelerator-type dcu --name pytorch
  instancectl catalog limits --accelerator-type dcu --resource-group kshdnormal")]
    #[command(subcommand)]
    Catalog(CatalogCommand),
    /// Check the credentials
    #[command(subcommand)]
    Auth(AuthCommand),
    /// Check, print, recover and merge lock files, offline
    #[command(subcommand)]
    Lock(LockCommand),
    /// Serve the platform's API on loopback, for trial runs and tests
    ///
    /// Prints the endpoint and the token as environment variables, and serves until interrupted.
    #[command(after_help = local::ACCOUNT)]
    Sandbox(Sandbox),
    /// Print the JSON Schema of manifests, or of the output
    Schema(Schema),
    /// Explain a diagnostic code, a manifest field or a topic
    ///
    /// Lists all of them if none is given.
    #[command(after_help = "\
Examples:
  instancectl explain ram-looks-like-gib
  instancectl explain timeoutLimit
  instancectl explain mountInfoList.type")]
    Explain(Explain),
    /// Print a completion script for a shell
    #[command(after_help = "\
Examples:
  instancectl completions bash > ~/.local/share/bash-completion/completions/instancectl
  instancectl completions zsh > \"${fpath[1]}/_instancectl\"
  instancectl completions fish > ~/.config/fish/completions/instancectl.fish")]
    Completions(Completions),
}

/// When to use colours.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
pub enum Color {
    /// On a terminal, unless `NO_COLOR` is set
    #[default]
    Auto,
    /// Always
    Always,
    /// Never
    Never,
}

/// Returns the whole command line, including the topics of `explain`, for the completion scripts.
pub fn command(topics: Vec<String>) -> clap::Command {
    Cli::command().mut_subcommand("explain", |explain| {
        explain.mut_arg("topic", |topic| topic.value_parser(PossibleValuesParser::new(topics)))
    })
}

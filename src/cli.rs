//! The command line: flags, environment names and help. No behaviour. A file a command; what
//! several of them take is in `place`.

mod action;
mod adopt;
mod apply;
mod auth;
mod catalog;
mod changes;
mod completions;
mod destroy;
mod duration;
mod explain;
mod init;
mod lock;
mod look;
mod place;
mod plan;
mod reports;
mod resolve;
mod sandbox;
mod status;
mod url;
mod validate;
mod wait;

use clap::builder::PossibleValuesParser;
use clap::{CommandFactory, Parser, Subcommand, ValueEnum};

pub use action::Action;
pub use adopt::Adopt;
pub use apply::Apply;
pub use auth::{Auth, AuthCheck, AuthCommand};
pub use catalog::{Catalog, CatalogArgs, CatalogCommand, ImageVisibility, Images, Limits};
pub use changes::Changes;
pub use completions::{Completions, Shell};
pub use destroy::Destroy;
pub use explain::Explain;
pub use init::Init;
pub use lock::LockSelection;
pub use lock::{
    Lock, LockCommand, Merge as LockMerge, Recover as LockRecover, Verify as LockVerify,
};
pub use look::ReadArgs;
pub use place::{ConnectionArgs, Deny, Format, LintArgs, ManifestArgs, ManifestPaths, WriteArgs};
pub use plan::Plan;
pub use reports::{OutputTarget, Outputs, ReportFormat};
pub use resolve::Resolve;
pub use sandbox::Sandbox;
pub use status::Status;
pub use url::Url;
pub use validate::Validate;
pub use wait::{Wait, WaitStatus};

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
                          in place of https://api.scnet.cn and https://www.scnet.cn; one alone
                          stands for both
and with either:
  INSTANCECTL_CA_FILE     a PEM file with a centre's own certificate authority, or with the
                          server's own certificate
Where both are set, the address with its token counts.";

/// The heading of the flags that every command has.
const GLOBAL: &str = "Global options";

/// Declarative applier for AI container instances on the SCNet platform.
///
/// Manifests say which instances there should be; `apply` creates what the lock file does not
/// hold yet, one create call an instance, and writes the task IDs to the lock.
#[derive(Debug, Parser)]
#[command(name = "instancectl", version, after_help = AFTER_HELP, max_term_width = 100)]
#[command(disable_help_subcommand = true, arg_required_else_help = true)]
pub struct Cli {
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
    /// When to use colours
    #[arg(long, global = true, value_enum, default_value_t, value_name = "WHEN", help_heading = GLOBAL)]
    pub color: Color,
    /// Print results and errors only
    #[arg(short, long, global = true, help_heading = GLOBAL)]
    pub quiet: bool,
    /// Say more of what is done
    #[arg(short, long, global = true, conflicts_with = "quiet", help_heading = GLOBAL)]
    pub verbose: bool,
}

/// The commands.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Write a commented starter manifest and the schema beside it
    ///
    /// Never overwrites a file. Prints the lines to add to `.gitignore`.
    Init(Init),
    /// Check manifests offline and say everything that is wrong with them
    ///
    /// Opens no socket. Exits 1 if a manifest is invalid.
    #[command(after_help = "\
Examples:
  instancectl validate instances.yaml
  instancectl validate -R manifests/
  instancectl validate --format json 'teams/*.yaml'
  instancectl validate --format github --format sarif --output instances.sarif -R .
  instancectl validate --diff instances.yaml   # what --fix would change
  cat instances.yaml | instancectl validate -")]
    Validate(Validate),
    /// Show what apply would do, field by field, against the lock
    ///
    /// Reads the manifests and their locks and writes nothing; sends nothing without `--refresh`.
    #[command(after_help = "\
Examples:
  instancectl plan -f instances.yaml
  instancectl plan -f instances.yaml --detailed-exitcode   # 9 if apply would change something")]
    Plan(Plan),
    /// Create the instances that the lock does not hold yet
    ///
    /// Validates everything, shows the plan, asks, submits, and writes each task ID to the lock
    /// before it is shown. An outcome that is not known is never sent again.
    #[command(after_help = ENVIRONMENT)]
    Apply(Apply),
    /// Show the live state of what the lock holds
    ///
    /// Status, cards, age, time left before the automatic stop, and where opened ports are reached,
    /// which may hold secrets. Reads alone. Exits 4 where an outcome is unknown or another live
    /// instance has the name of one, 6 where the lock has one at another place.
    ///
    /// The platform has no call for logs: let the start script write them to a mounted folder.
    #[command(after_help = ENVIRONMENT)]
    Status(Status),
    /// Wait until instances run, or are in another status
    ///
    /// Looks at once, then after pauses that grow from 1 s to 15 s, never more often. Exits with 0
    /// when all reached the status (a later live status counts), and with 8 when one can no longer
    /// reach it, such as one that ended, or when the timeout is over.
    Wait(Wait),
    /// Stop what the lock holds, and nothing else
    ///
    /// Asks first. What ended or is gone already counts as done; the lock stays as it is.
    Stop(Action),
    /// Start again what was stopped or ended
    ///
    /// Asks first. What is live is left as it runs; the ID and the lock stay as they are.
    Start(Action),
    /// Delete what the lock holds, and nothing else
    ///
    /// Asks first. What is gone already counts as done; entries whose outcome is unknown are left
    /// alone. With `--id` it deletes one candidate of an entry instead.
    Destroy(Destroy),
    /// Take an instance that is there already into the lock
    ///
    /// Reads its detail first. An entry of the same ID whose address changed is bound to this one.
    Adopt(Adopt),
    /// Say what became of a create call whose outcome is unknown
    ///
    /// Lists first and refuses what the platform contradicts.
    #[command(after_help = "\
Examples:
  instancectl resolve -f instances.yaml train-a --id 530491fa7c8e47348f01de73e627a6a7
  instancectl resolve -f instances.yaml train-a --absent   # it was not created, or is gone")]
    Resolve(Resolve),
    /// Print the access address of an instance
    ///
    /// It embeds a secret: it goes to standard output alone, and is kept nowhere.
    Url(Url),
    /// Show what the region offers, for writing manifests
    #[command(after_help = "\
Examples:
  instancectl catalog groups
  instancectl catalog images --accelerator-type dcu --name pytorch
  instancectl catalog limits --accelerator-type dcu --resource-group kshdnormal")]
    Catalog(Catalog),
    /// Check the credentials
    Auth(Auth),
    /// Check, print, recover and merge lock files, offline
    Lock(Lock),
    /// Serve the platform's API on loopback, for rehearsals and tests
    ///
    /// Prints the endpoint and the token as environment variables, and serves until interrupted.
    #[command(after_help = sandbox::ACCOUNT)]
    Sandbox(Sandbox),
    /// Print the manifest's JSON Schema
    Schema,
    /// Explain a code of a diagnostic, or a field of a manifest
    ///
    /// Lists all of them where none is named.
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

/// When colours are used.
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

/// The whole command line, for the completion scripts, with what `explain` can be asked.
pub fn command(topics: Vec<String>) -> clap::Command {
    Cli::command().mut_subcommand("explain", |explain| {
        explain.mut_arg("topic", |topic| topic.value_parser(PossibleValuesParser::new(topics)))
    })
}

impl Command {
    /// How a command about instances prints its result; human for every other.
    pub fn format(&self) -> Format {
        match self {
            Self::Plan(args) => args.selection.format,
            Self::Apply(args) => args.selection.format,
            Self::Status(args) => args.look.format,
            Self::Wait(args) => args.look.format,
            Self::Stop(args) | Self::Start(args) => args.look.format,
            Self::Url(args) => args.look.format,
            Self::Destroy(args) => args.place.format,
            Self::Adopt(args) => args.place.format,
            Self::Resolve(args) => args.place.format,
            _ => Format::Human,
        }
    }
}

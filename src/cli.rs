//! Command line: flags, environment names and help. No behaviour. Argument groups that several
//! commands share are in `args`.

mod args;
mod catalog;
mod changes;
mod command;
mod duration;
mod help;
mod instances;
mod invocation;
mod local;
mod lock;
mod reports;
mod synonyms;
mod texts;
mod usage_error;
mod validate;
mod version;

use clap::builder::PossibleValuesParser;
use clap::{ArgAction, Args, CommandFactory, Parser, ValueEnum};

use help::OUTPUT;
use texts::{with_help_subcommand, with_texts};

use crate::language::Language;

pub use args::{
    ChangeArgs, ClaimArgs, ConfirmArgs, ConnectionArgs, Deny, Format, FormatArgs, GitArgs,
    GuardArgs, InstanceFormatArgs, LintArgs, ManifestArgs, OnlineCheckArgs, PaceArgs, ReadArgs,
    WorkspaceArgs, WriteArgs,
};
pub use catalog::{AuthCommand, CatalogCommand, ImageVisibility, Images, Limits, QueryArgs};
pub use changes::{Adopt, Apply, Destroy, Plan, Resolve};
pub use command::Command;
pub use help::HelpPage;
pub use instances::{
    Exec, Export, List, Logs, OnTimeout, ScriptScope, StartStop, Status, Url, Wait, WaitStatus, Why,
};
pub use invocation::{Invocation, named_manifests};
pub use local::{Completions, Explain, Init, Sandbox, Schema, Shell};
pub use lock::{
    LockCommand, LockList, LockMerge, LockPush, LockRecover, LockRelease, LockSelection, LockVerify,
};
pub use reports::{OutputTarget, ReportFormat};
pub use usage_error::UsageError;
pub use validate::Validate;
pub use version::version;

const TRY_IT: &str = "\
Try it without an account and without cost:
  instancectl init                # writes instances.yaml
  instancectl validate
  instancectl apply --sandbox
  instancectl status --sandbox
  instancectl destroy --sandbox";

const EXIT_STATUS: &str = "\
Exit status (`instancectl explain exit-codes`):
  0 done, 1 a manifest is invalid, 2 wrong usage, 3 refused by the platform,
  4 outcome unknown, 5 lock trouble, 6 stopped by a safety check,
  7 credentials, 8 a wait failed, 9 plan found changes (--detailed-exitcode),
  10 platform not reached, 130 interrupted";

/// Declarative applier for AI container instances on the SCNet platform
///
/// Manifests declare the desired instances; `apply` creates those that are not in the lock file
/// yet, with one create call per instance, and records the task IDs in the lock. A command without
/// `-f` uses instances.yaml, instances.yml or instances.json of the working directory.
#[derive(Debug, Parser)]
#[command(name = "instancectl", version, max_term_width = 80)]
#[command(before_help = TRY_IT, after_help = EXIT_STATUS)]
#[command(disable_help_flag = true, disable_version_flag = true, arg_required_else_help = true)]
pub struct Cli {
    /// Command to run.
    #[command(subcommand)]
    pub command: Command,
    /// Flags of all commands.
    #[command(flatten)]
    pub flags: Flags,
}

/// Flags of all commands.
#[derive(Debug, Args)]
pub struct Flags {
    /// Print results and errors only
    #[arg(short, long, global = true, help_heading = OUTPUT)]
    pub quiet: bool,
    /// Use verbose output
    #[arg(short, long, global = true, conflicts_with = "quiet", help_heading = OUTPUT)]
    pub verbose: bool,
    /// Colours: auto, always or never [default: auto]
    #[arg(long, global = true, value_enum, default_value_t, value_name = "WHEN")]
    #[arg(hide_possible_values = true, hide_default_value = true, hide_short_help = true, help_heading = OUTPUT)]
    pub color: Color,
    /// Language: en or zh [default: that of the locale]
    #[arg(long, global = true, value_parser = ["en", "zh"], value_name = "LANG")]
    #[arg(hide_possible_values = true, hide_short_help = true, help_heading = OUTPUT)]
    pub lang: Option<String>,
    /// Print help; all of it with `--help`
    #[arg(short, long, global = true, action = ArgAction::Help, help_heading = OUTPUT)]
    pub help: Option<bool>,
    /// Print version; with `-v` also the target and the commit
    #[arg(short = 'V', long, action = ArgAction::Version, help_heading = OUTPUT)]
    pub version: Option<bool>,
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

/// Returns the command line with help pages of this extent.
pub fn program(page: HelpPage, language: Language) -> clap::Command {
    program_with_pages(page, language, &|_| true)
}

/// Returns the command line with help pages of this extent for the commands that are `shown`.
fn program_with_pages(
    page: HelpPage,
    language: Language,
    shown: &dyn Fn(&clap::Command) -> bool,
) -> clap::Command {
    let command = match language {
        Language::English => Cli::command(),
        // Lines are broken afterwards, since the library breaks them only at blanks.
        Language::Chinese => with_texts(Cli::command(), &chinese, shown).term_width(0),
    };
    help::lay_out(command, page, shown)
}

/// Returns the whole command line, including the topics of `explain`, for the completion scripts.
pub fn command(topics: Vec<String>, language: Language) -> clap::Command {
    let command = program(HelpPage::Short, language).mut_subcommand("explain", |explain| {
        explain.mut_arg("topic", |topic| topic.value_parser(PossibleValuesParser::new(topics)))
    });
    match language {
        Language::English => command,
        Language::Chinese => with_help_subcommand(command, &chinese),
    }
}

fn chinese(text: &str) -> String {
    Language::Chinese.translate(text).to_owned()
}

//! Command line: flags, environment names and help. No behaviour. Argument groups that several
//! commands share are in `args`.

mod args;
mod catalog;
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
use clap::{ArgAction, Args, CommandFactory, Parser, Subcommand, ValueEnum};

use help::{ENVIRONMENT, OUTPUT};
use texts::{with_help_subcommand, with_texts};

use crate::language::Language;

pub use args::{
    ChangeArgs, ClaimArgs, ConfirmArgs, ConnectionArgs, Deny, Format, FormatArgs, GitArgs,
    GuardArgs, InstanceFormat, InstanceFormatArgs, LintArgs, ManifestArgs, OnlineCheckArgs,
    PaceArgs, ReadArgs, WorkspaceArgs, WriteArgs,
};
pub use catalog::{AuthCommand, CatalogCommand, ImageVisibility, Images, Limits, QueryArgs};
pub use help::HelpPage;
pub use instances::{
    Adopt, Apply, Destroy, Exec, Export, List, Logs, OnTimeout, Plan, Resolve, ScriptScope,
    SshConfig, StartStop, Status, Url, Wait, WaitStatus, Why,
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

/// The commands.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Write a commented starter manifest and its schema
    ///
    /// Never overwrites a file.
    #[command(before_help = "\
Examples:
  instancectl init                        # instances.yaml, and its schema
  instancectl init --git                  # also sets up git
  instancectl init teams/nlp.yaml")]
    Init(Init),
    /// Check manifests offline and report all problems
    ///
    /// Opens no socket without `--online`. Exits 1 if a manifest is invalid.
    #[command(before_help = "\
Examples:
  instancectl validate                    # instances.yaml
  instancectl validate -R manifests/
  instancectl validate --diff             # what --fix would change
  instancectl validate --format json 'teams/*.yaml'
  instancectl validate --online           # also groups, images, sizes, mounts
  instancectl validate --format github --format sarif --output a.sarif -R .
  cat instances.yaml | instancectl validate -")]
    Validate(Validate),
    /// Show what apply would do, compared with the lock
    ///
    /// Writes nothing, and sends nothing without `--refresh`.
    #[command(before_help = "\
Examples:
  instancectl plan
  instancectl plan --refresh              # also ask the platform
  instancectl plan 'train-*' --replace-all
  instancectl plan --detailed-exitcode    # 9 if apply would change something")]
    Plan(Plan),
    /// Create the instances that are not in the lock yet
    ///
    /// Validates all manifests, shows the plan, asks for confirmation, creates the instances and
    /// records each task ID in the lock before printing it. A request with an unknown outcome is never
    /// repeated.
    #[command(after_long_help = ENVIRONMENT, before_help = "\
Examples:
  instancectl apply --sandbox             # try it without an account and cost
  instancectl apply --dry-run             # the plan and the exact requests
  instancectl apply train-a --wait
  instancectl apply -f teams/nlp.yaml --replace train-a --yes")]
    Apply(Apply),
    /// Show the live state of the instances in the lock
    ///
    /// Prints status, cards, age, time left before the automatic stop, and card-hours so far. Read-only.
    /// Exits 4 if an outcome is unknown or another live instance has the same name, 6 if an instance is
    /// recorded for another endpoint, or is live and in no lock.
    #[command(after_long_help = ENVIRONMENT, before_help = "\
Examples:
  instancectl status
  instancectl status --watch             # until Ctrl-C
  instancectl status --wide 'train-*'
  instancectl status --format json | jq '.instances[].status'")]
    Status(Status),
    /// List every live instance of the account
    ///
    /// Prints status, cards, age, time left, card-hours so far and at most, and the lock of the given
    /// manifests that has it: `-` if none has, `NAME?` if it may be the instance of an unknown outcome.
    /// Read-only. Lists the regions of the manifests, otherwise that of the credentials.
    #[command(after_long_help = ENVIRONMENT, before_help = "\
Examples:
  instancectl list
  instancectl list -R -f manifests/ --all       # also those that ended
  instancectl list --format json |
    jq -r '.instances[] | select(.file == null) | .name'")]
    List(List),
    /// Print live instances as a manifest, or adopt them
    ///
    /// Prints all live instances of the account if none is named. Fields with their default are omitted;
    /// comments name what the platform does not show. With `--adopt`, writes the manifest and a lock that
    /// has them. A file that exists is never changed, and what the lock of another manifest (`-f`, or the
    /// default one) has is not adopted.
    #[command(after_long_help = ENVIRONMENT, before_help = "\
Examples:
  instancectl export                             # all, as a manifest
  instancectl export 'train-*' > train.yaml
  instancectl export --adopt -o instances.yaml   # with its lock, for git
  instancectl export 530491fa7c8e47348f01de73e627a6a7 -o old.yaml")]
    Export(Export),
    /// Wait until instances are running, or have another status
    ///
    /// Polls at once, then at intervals that grow from 1 s to 15 s, never more often. Exits with 0 once
    /// all instances have reached the status (a later live status counts), and with 8 if one can no
    /// longer reach it, for example because it ended, or on timeout.
    #[command(before_help = "\
Examples:
  instancectl wait                        # until all are Running
  instancectl wait train-a --for Completed --timeout 8h
  instancectl wait --timeout 1h --on-timeout destroy --yes
  instancectl wait --exec 'echo \"$INSTANCECTL_NAME: $INSTANCECTL_STATUS\"'")]
    Wait(Wait),
    /// Stop the instances in the lock, and no others
    ///
    /// Asks for confirmation. Instances that ended or no longer exist count as done; the lock does not
    /// change.
    #[command(before_help = "\
Examples:
  instancectl stop train-a
  instancectl stop --yes                  # all in the lock")]
    Stop(StartStop),
    /// Start instances again that were stopped or ended
    ///
    /// Asks for confirmation. Live instances are not touched; the ID and the lock do not change.
    #[command(before_help = "\
Examples:
  instancectl start train-a
  instancectl start --yes                 # all in the lock")]
    Start(StartStop),
    /// Run a script on running instances
    ///
    /// Asks for confirmation. Instances that do not run are skipped (exit 6). The platform returns no
    /// output: let the script write to a mounted directory. A call without a clear answer is never
    /// repeated (exit 4).
    #[command(before_help = "\
Examples:
  instancectl exec train-a --script setup.sh
  instancectl exec 'train-*' --script setup.sh --scope header --yes
  echo 'df > /mnt/data/df.log' | instancectl exec train-a --script - --yes")]
    Exec(Exec),
    /// Delete the instances in the lock, and no others
    ///
    /// Asks for confirmation. Instances that no longer exist count as done; entries with an unknown
    /// outcome are skipped. With `--id`, deletes one candidate of an entry instead.
    #[command(before_help = "\
Examples:
  instancectl destroy train-a
  instancectl destroy --sandbox --yes     # all in the sandbox's lock
  instancectl destroy train-a --id 530491fa7c8e47348f01de73e627a6a7")]
    Destroy(Destroy),
    /// Adopt an existing instance into the lock
    ///
    /// Reads its details first. If an entry with the same ID has another endpoint, it is rebound to the
    /// current one.
    #[command(before_help = "\
Examples:
  instancectl adopt train-a 530491fa7c8e47348f01de73e627a6a7")]
    Adopt(Adopt),
    /// Record the outcome of a create call whose outcome is unknown
    ///
    /// Lists the instances first, and refuses an answer that the platform contradicts.
    #[command(
        override_usage = "instancectl resolve [OPTIONS] <NAME>... <--absent|--id <TASK_ID>>\n       \
                                instancectl resolve [OPTIONS] --all-unknown"
    )]
    #[command(before_help = "\
Examples:
  instancectl resolve train-a --id 530491fa7c8e47348f01de73e627a6a7
  instancectl resolve train-a --absent    # it was not created, or is gone
  instancectl resolve --all-unknown --absent")]
    Resolve(Resolve),
    /// Print the SSH addresses of the instances as `Host` blocks of ssh
    ///
    /// Write them to a file, and name it at the top of ~/.ssh/config: `Include instances` for
    /// ~/.ssh/instances. The blocks have no secrets. Instances that do not run or open no SSH port are named on standard
    /// error. An address that is not one of SSH, or not safe to write, is refused: exit 3.
    #[command(before_help = "\
Examples:
  instancectl ssh-config > ~/.ssh/instances
  instancectl ssh-config 'train-*'")]
    SshConfig(SshConfig),
    /// Print the access address of an instance
    ///
    /// The address contains a secret: it is printed to standard output only.
    #[command(before_help = "\
Examples:
  instancectl url train-a
  instancectl url                         # of the manifest's only instance")]
    Url(Url),
    /// Print the output of an instance
    ///
    /// The platform writes it to a folder in the home directory of the user: it is read there, on this
    /// machine or through the file service of the region. The file is named on standard error.
    #[command(before_help = "\
Examples:
  instancectl logs train-a --tail 50
  instancectl logs train-a --follow
  instancectl logs train-a --previous     # before its last start")]
    Logs(Logs),
    /// Explain why an instance waits or ended
    ///
    /// Prints its status, the reason as far as anything states it, the evidence (file and line), the places
    /// that were looked at, and the next step. Reads the status, the node limits and the resource groups of
    /// the region, and the files of the newest run; what cannot be read is named, and prevents nothing.
    /// Nothing is guessed. Exits 0 whenever there is an answer.
    #[command(before_help = "\
Examples:
  instancectl why train-a
  instancectl why train-a --format json | jq '.why.reason, .why.evidence'")]
    Why(Why),
    /// Show what the region offers, for writing manifests
    #[command(before_help = "\
Examples:
  instancectl catalog groups
  instancectl catalog images --accelerator-type dcu --name pytorch
  instancectl catalog limits --accelerator-type dcu --resource-group NAME
  instancectl catalog free")]
    #[command(subcommand)]
    Catalog(CatalogCommand),
    /// Check the credentials
    #[command(subcommand)]
    Auth(AuthCommand),
    /// Check, print, recover and merge lock files, offline
    #[command(subcommand)]
    Lock(LockCommand),
    /// Serve the platform's API on loopback, for trial runs
    ///
    /// Prints the endpoint and the token as environment variables, and serves until interrupted. Commands
    /// of this program need no server: with `--sandbox` they start their own.
    #[command(after_long_help = local::ACCOUNT, before_help = "\
Examples:
  instancectl sandbox
  instancectl sandbox --port 8080 --state /tmp/sandbox
  instancectl sandbox --fault drop-after@1 --fault latency:200ms")]
    Sandbox(Sandbox),
    /// Print the JSON Schema of manifests, or of the output
    #[command(before_help = "\
Examples:
  instancectl schema > instancectl.schema.json
  instancectl schema --output             # of --format json")]
    Schema(Schema),
    /// Explain a diagnostic code, a manifest field or a topic
    ///
    /// Lists all of them if none is given.
    #[command(before_help = "\
Examples:
  instancectl explain
  instancectl explain ram-looks-like-gib
  instancectl explain mountInfoList.type
  instancectl explain exit-codes")]
    Explain(Explain),
    /// Print a completion script for a shell
    #[command(before_help = "\
Examples:
  source <(instancectl completions bash)
  instancectl completions zsh > \"${fpath[1]}/_instancectl\"
  instancectl completions fish > ~/.config/fish/completions/instancectl.fish
  eval (instancectl completions elvish | slurp)
  instancectl completions powershell | Out-String | Invoke-Expression")]
    Completions(Completions),
    /// Print the version; with `-v` also the target and the commit
    Version,
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

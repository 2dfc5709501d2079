//! The command line: flags, environment names and help. No behaviour.

use std::path::PathBuf;
use std::time::Duration;

use clap::{Args, CommandFactory, Parser, Subcommand, ValueEnum, ValueHint};

const AFTER_HELP: &str = "\
Try it without an account and without cost:
  instancectl init
  instancectl validate instances.yaml
  instancectl apply --sandbox -f instances.yaml

Exit status: 0 done, 1 a manifest is invalid, 2 wrong usage, 3 refused by the platform,
4 outcome unknown, 5 lock trouble, 6 stopped by a guard, 7 credentials, 9 plan found changes
(--detailed-exitcode), 10 platform not reached, 130 interrupted.";

const FAULTS: &str = "\
What goes wrong, KIND[:VALUE][@COUNT or @PERCENT%]; may be repeated. About every call:
  latency:DURATION   it takes so much longer
  expire             the token is refused
About the create call:
  code:CODE          it is answered with this code, and not carried out
  status:STATUS      it is answered with this HTTP status, and not carried out
  throttle[:SECONDS] it is turned away with 429, and not carried out
  drop-before        the connection ends, and it is not carried out
  drop-after         it is carried out, and the connection ends
  late:DURATION      the connection ends, and it is carried out so much later
  truncate[:BYTES]   it is carried out, and so much of the answer arrives
  html[:STATUS]      it is carried out, and a gateway's page comes instead of the answer";

const ENVIRONMENT: &str = "\
Environment:
  INSTANCECTL_ENDPOINT    the region's AI address, such as https://host:65011/ai
  INSTANCECTL_TOKEN       the region's token, or
  INSTANCECTL_TOKEN_FILE  a file that holds it, private to its owner
  INSTANCECTL_CA_FILE     a PEM file with a centre's own certificate authority";

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
    /// Serve the platform's API on loopback, for rehearsals and tests
    ///
    /// Prints the endpoint and the token as environment variables, and serves until interrupted.
    Sandbox(Sandbox),
    /// Print the manifest's JSON Schema
    Schema,
    /// Print a completion script for a shell
    #[command(after_help = "\
Examples:
  instancectl completions bash > ~/.local/share/bash-completion/completions/instancectl
  instancectl completions zsh > \"${fpath[1]}/_instancectl\"
  instancectl completions fish > ~/.config/fish/completions/instancectl.fish")]
    Completions(Completions),
}

/// Arguments of `init`.
#[derive(Debug, Args)]
pub struct Init {
    /// Manifest to write
    #[arg(default_value = "instances.yaml", value_hint = ValueHint::FilePath)]
    pub file: PathBuf,
}

/// Arguments of `validate`.
#[derive(Debug, Args)]
pub struct Validate {
    /// Manifests: files, folders, globs in quotes, or - for standard input
    #[arg(value_name = "PATH", value_hint = ValueHint::AnyPath)]
    pub paths: Vec<String>,
    /// A manifest, folder, glob, or - for standard input; may be repeated
    #[arg(short = 'f', long = "filename", value_name = "PATH", value_hint = ValueHint::AnyPath)]
    pub files: Vec<String>,
    /// Read paths from a file, one a line (- for standard input)
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub files_from: Option<String>,
    /// Go down into folders
    #[arg(short = 'R', long)]
    pub recursive: bool,
    /// How warnings are taken.
    #[command(flatten)]
    pub strictness: Strictness,
    /// How to print what was found
    #[arg(long, value_enum, default_value_t)]
    pub format: Format,
}

/// How warnings and notes are taken.
#[derive(Debug, Default, Args)]
pub struct Strictness {
    /// Take warnings for errors
    #[arg(long, value_enum, value_name = "WHAT")]
    pub deny: Option<Deny>,
    /// Say nothing of warnings and notes of this code; may be repeated
    #[arg(long, value_name = "CODE")]
    pub allow: Vec<String>,
}

/// What can be denied.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Deny {
    /// Warnings
    Warnings,
}

/// Which manifests, which instances of them, and their lock.
#[derive(Debug, Args)]
pub struct Selection {
    /// A manifest, folder, glob in quotes, or - for standard input; may be repeated
    #[arg(short = 'f', long = "filename", value_name = "PATH", required = true, value_hint = ValueHint::AnyPath)]
    pub files: Vec<String>,
    /// Instances to look at, by name or glob; all if none is given
    #[arg(value_name = "NAME")]
    pub names: Vec<String>,
    /// Go down into folders
    #[arg(short = 'R', long)]
    pub recursive: bool,
    /// Lock file, where it is not beside its manifest
    #[arg(long, value_name = "PATH", value_hint = ValueHint::FilePath)]
    pub lock: Option<PathBuf>,
    /// How warnings are taken.
    #[command(flatten)]
    pub strictness: Strictness,
    /// Use the sandbox inside this program instead of the platform
    #[arg(long)]
    pub sandbox: bool,
    /// How to print the result
    #[arg(long, value_enum, default_value_t)]
    pub format: Format,
}

/// Arguments of `plan`.
#[derive(Debug, Args)]
pub struct Plan {
    /// What to plan.
    #[command(flatten)]
    pub selection: Selection,
    /// Ask the platform what ended or is gone of what is unchanged; reads only
    #[arg(long)]
    pub refresh: bool,
    /// Let plain HTTP reach hosts other than this machine
    #[arg(long, requires = "refresh")]
    pub allow_http: bool,
    /// Exit 9 if apply would change something
    #[arg(long)]
    pub detailed_exitcode: bool,
}

/// Arguments of `apply`.
#[derive(Debug, Args)]
// Each flag is a choice of its own.
#[allow(clippy::struct_excessive_bools)]
pub struct Apply {
    /// What to apply.
    #[command(flatten)]
    pub selection: Selection,
    /// Do not ask; needed where standard input is no terminal
    #[arg(short, long)]
    pub yes: bool,
    /// Show the plan and the exact requests; open no socket, write no file
    #[arg(long)]
    pub dry_run: bool,
    /// Requests in flight at once, 1 to 64
    #[arg(long, value_name = "N", default_value_t = 8, value_parser = clap::value_parser!(u8).range(1..=64))]
    pub parallel: u8,
    /// How long one request may take, such as 30s, 5m, 1h30m
    #[arg(long, value_name = "DURATION", default_value = "60s", value_parser = duration)]
    pub request_timeout: Duration,
    /// Unknown outcomes in one run after which nothing new starts
    #[arg(long, value_name = "N", default_value_t = 3)]
    pub max_unknown: usize,
    /// How long to list, after creating, for what was created or is in doubt
    #[arg(long, value_name = "DURATION", default_value = "60s", value_parser = duration)]
    pub settle: Duration,
    /// Delete this instance, wait until it is gone, and create it anew; may be repeated
    #[arg(long, value_name = "NAME")]
    pub replace: Vec<String>,
    /// Replace all that changed, ended or are gone
    #[arg(long)]
    pub replace_all: bool,
    /// Leave changed instances as they run
    #[arg(long)]
    pub keep_changed: bool,
    /// Delete what the lock holds and the manifest does not
    #[arg(long)]
    pub prune: bool,
    /// Send nothing if what is to be created has more cards than this
    #[arg(long, value_name = "N")]
    pub max_cards: Option<u64>,
    /// Ask the platform what ended or is gone of what is unchanged
    #[arg(long)]
    pub refresh: bool,
    /// Take over live instances of the same name that equal the manifest
    #[arg(long)]
    pub adopt: bool,
    /// Let plain HTTP reach hosts other than this machine
    #[arg(long)]
    pub allow_http: bool,
    /// Do without the guard against a second process, on file systems that cannot lock
    #[arg(long)]
    pub no_guard: bool,
}

/// How the platform is reached.
#[derive(Debug, Args)]
pub struct Reach {
    /// How long one request may take, such as 30s, 5m, 1h30m
    #[arg(long, value_name = "DURATION", default_value = "60s", value_parser = duration)]
    pub request_timeout: Duration,
    /// Let plain HTTP reach hosts other than this machine
    #[arg(long)]
    pub allow_http: bool,
    /// Do without the guard against a second process, on file systems that cannot lock
    #[arg(long)]
    pub no_guard: bool,
}

/// Which manifests, and how the platform is reached.
#[derive(Debug, Args)]
pub struct Place {
    /// A manifest, folder, glob in quotes, or - for standard input; may be repeated
    #[arg(short = 'f', long = "filename", value_name = "PATH", required = true, value_hint = ValueHint::AnyPath)]
    pub files: Vec<String>,
    /// Go down into folders
    #[arg(short = 'R', long)]
    pub recursive: bool,
    /// Lock file, where it is not beside its manifest
    #[arg(long, value_name = "PATH", value_hint = ValueHint::FilePath)]
    pub lock: Option<PathBuf>,
    /// Use the sandbox inside this program instead of the platform
    #[arg(long)]
    pub sandbox: bool,
    /// How to print the result
    #[arg(long, value_enum, default_value_t)]
    pub format: Format,
    /// How the platform is reached.
    #[command(flatten)]
    pub reach: Reach,
}

/// Arguments of `destroy`.
#[derive(Debug, Args)]
pub struct Destroy {
    /// Where.
    #[command(flatten)]
    pub place: Place,
    /// Instances to delete, by name or glob; all that the lock holds if none is given
    #[arg(value_name = "NAME")]
    pub names: Vec<String>,
    /// Delete this candidate of NAME, and leave NAME's own instance alone
    #[arg(long, value_name = "TASK_ID", requires = "names")]
    pub id: Option<String>,
    /// Do not ask; needed where standard input is no terminal
    #[arg(short, long)]
    pub yes: bool,
    /// Deletes in flight at once, 1 to 64
    #[arg(long, value_name = "N", default_value_t = 8, value_parser = clap::value_parser!(u8).range(1..=64))]
    pub parallel: u8,
    /// How long to wait for each until it is gone
    #[arg(long, value_name = "DURATION", default_value = "60s", value_parser = duration)]
    pub settle: Duration,
}

/// Arguments of `adopt`.
#[derive(Debug, Args)]
pub struct Adopt {
    /// Where.
    #[command(flatten)]
    pub place: Place,
    /// The instance's name in the manifest
    #[arg(value_name = "NAME")]
    pub name: String,
    /// Its ID on the platform
    #[arg(value_name = "TASK_ID")]
    pub id: String,
}

/// Arguments of `resolve`.
#[derive(Debug, Args)]
pub struct Resolve {
    /// Where.
    #[command(flatten)]
    pub place: Place,
    /// Instances, by name or glob
    #[arg(value_name = "NAME", required_unless_present = "all_unknown")]
    pub names: Vec<String>,
    /// All whose outcome is unknown
    #[arg(long, conflicts_with_all = ["names", "id"])]
    pub all_unknown: bool,
    /// They were not created, or are no longer there
    #[arg(long, required_unless_present_any = ["id", "all_unknown"], conflicts_with = "id")]
    pub absent: bool,
    /// It is this instance
    #[arg(long, value_name = "TASK_ID")]
    pub id: Option<String>,
}

/// Arguments of `sandbox`.
#[derive(Debug, Args)]
pub struct Sandbox {
    /// Port on 127.0.0.1; 0 takes a free one
    #[arg(long, value_name = "N", default_value_t = 0)]
    pub port: u16,
    /// Folder that keeps the instances; without it they are forgotten at the end
    #[arg(long, value_name = "DIR", value_hint = ValueHint::DirPath)]
    pub state: Option<PathBuf>,
    /// What goes wrong, `KIND[:VALUE][@COUNT or @PERCENT%]`, such as drop-after@1; may be repeated
    #[arg(long, value_name = "FAULT", long_help = FAULTS)]
    pub fault: Vec<String>,
}

/// Arguments of `completions`.
#[derive(Debug, Args)]
pub struct Completions {
    /// The shell
    pub shell: Shell,
}

/// Shells that there are completions for.
#[derive(Debug, Clone, Copy, ValueEnum)]
pub enum Shell {
    /// bash
    Bash,
    /// zsh
    Zsh,
    /// fish
    Fish,
}

/// How a result is printed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// For people
    #[default]
    Human,
    /// One JSON object
    Json,
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

/// The whole command line, for the completion scripts.
pub fn command() -> clap::Command {
    Cli::command()
}

/// A duration such as `30s`, `5m` or `1h30m`. A bare number says no unit and is refused.
fn duration(text: &str) -> Result<Duration, String> {
    let form = || "write a duration with its unit, such as 30s, 5m or 1h30m".to_owned();
    if text.contains(char::is_whitespace) || text.parse::<f64>().is_ok() {
        return Err(form());
    }
    match humantime::parse_duration(text) {
        Ok(Duration::ZERO) => Err("a duration is more than nothing".to_owned()),
        Ok(duration) => Ok(duration),
        Err(_) => Err(form()),
    }
}

#[cfg(test)]
mod tests {
    use super::duration;

    #[test]
    fn a_duration_says_its_unit() {
        assert_eq!(duration("1h30m").map(|d| d.as_secs()), Ok(5400));
        for bad in ["30", "0", "0s", "5 m", "", "-5s", "soon"] {
            assert!(duration(bad).is_err(), "{bad}");
        }
    }
}

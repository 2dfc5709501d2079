//! The command lines of the commands that need no manifest: the sandbox, schemas, explanations.

use std::path::PathBuf;

use clap::{Args, ValueEnum, ValueHint};

use super::args::FormatArgs;

const FAULT_HELP: &str = "\
Fault to inject: KIND[:VALUE][@COUNT or @PERCENT%]; repeatable

On every call:
  latency:DURATION    adds this time
  expire              refuses the token, also that of a login
On the create call:
  code:CODE           answers with this code; creates nothing
  status:STATUS       answers with this HTTP status; creates nothing
  throttle[:SECONDS]  answers with 429; creates nothing
  drop-before         ends the connection; creates nothing
  drop-after          creates, then ends the connection
  late:DURATION       ends the connection, and creates after this time
  truncate[:BYTES]    creates; the answer ends after this many bytes
  html[:STATUS]       creates; the answer is the page of a gateway";

/// Description of the built-in account, shown at the end of the help.
pub(super) const ACCOUNT: &str = "\
To test a login instead of a token, use this account:
  INSTANCECTL_LOGIN_URL=http://127.0.0.1:PORT
  INSTANCECTL_USER=demo
  INSTANCECTL_ACCESS_KEY=demo-access-key
  INSTANCECTL_SECRET_KEY=demo-secret-key
  INSTANCECTL_REGION=11250
Regions 11250 and 20057 have separate instances; the printed token is for the
first. 20091 has no AI service, and in 20099 the account is disabled. With
`--fault expire@1`, the first token expires, and a new login succeeds.";

/// Arguments of `init`.
#[derive(Debug, Args)]
pub struct Init {
    /// Manifest to write
    #[arg(default_value = "instances.yaml", value_hint = ValueHint::FilePath)]
    pub file: PathBuf,
    /// Also set up git: .gitignore, .gitattributes, merge driver
    ///
    /// Adds only the lines that are not in effect, and keeps a merge driver that is configured. A manifest
    /// that exists is kept: run it once in each clone.
    #[arg(long)]
    pub git: bool,
    /// Output format.
    #[command(flatten)]
    pub output: FormatArgs,
}

/// Arguments of `sandbox`.
#[derive(Debug, Args)]
pub struct Sandbox {
    /// Port on 127.0.0.1; 0 selects a free one
    #[arg(long, value_name = "N", default_value_t = 0)]
    pub port: u16,
    /// Directory to keep the instances in after exit
    #[arg(long, value_name = "DIR", value_hint = ValueHint::DirPath)]
    pub state: Option<PathBuf>,
    /// Refuse groups, images and sizes that are not in its catalog
    #[arg(long)]
    pub strict_catalog: bool,
    /// Fault to inject, such as drop-after@1; repeatable
    #[arg(long, value_name = "FAULT", long_help = FAULT_HELP, next_line_help = true)]
    pub fault: Vec<String>,
}

/// Arguments of `schema`.
#[derive(Debug, Args)]
pub struct Schema {
    /// Print the schema of the output of --format json instead
    #[arg(long)]
    pub output: bool,
}

/// Arguments of `explain`.
#[derive(Debug, Args)]
pub struct Explain {
    /// A code, a field, or a topic
    ///
    /// A code, such as yaml-syntax, a field, such as ramSize or mountInfoList.type, or a topic: lock,
    /// unknown, exit-codes, regions, git, yaml.
    #[arg(value_name = "CODE or FIELD or TOPIC")]
    pub topic: Option<String>,
    /// Output format.
    #[command(flatten)]
    pub output: FormatArgs,
}

/// Arguments of `completions`.
#[derive(Debug, Args)]
pub struct Completions {
    /// bash, zsh, fish, elvish or powershell
    #[arg(hide_possible_values = true)]
    pub shell: Shell,
}

/// Shells with completions.
#[derive(Debug, Clone, Copy, ValueEnum)]
pub enum Shell {
    /// bash
    Bash,
    /// zsh
    Zsh,
    /// fish
    Fish,
    /// elvish
    Elvish,
    /// powershell
    Powershell,
}

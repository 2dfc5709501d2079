//! The command lines of the commands that need no manifest: the sandbox, schemas, explanations.

use std::path::PathBuf;

use clap::{Args, ValueEnum, ValueHint};

const FAULT_HELP: &str = "\
What goes wrong, KIND[:VALUE][@COUNT or @PERCENT%]; may be repeated. About every call:
  latency:DURATION   it takes so much longer
  expire             the token is refused, and one of a login is over
About the create call:
  code:CODE          it is answered with this code, and not carried out
  status:STATUS      it is answered with this HTTP status, and not carried out
  throttle[:SECONDS] it is turned away with 429, and not carried out
  drop-before        the connection ends, and it is not carried out
  drop-after         it is carried out, and the connection ends
  late:DURATION      the connection ends, and it is carried out so much later
  truncate[:BYTES]   it is carried out, and so much of the answer arrives
  html[:STATUS]      it is carried out, and a gateway's page comes instead of the answer";

/// Description of the built-in account, shown at the end of the help.
pub(super) const ACCOUNT: &str = "\
It has one account too, for a login in the place of the two lines that it prints:
  INSTANCECTL_LOGIN_URL=http://127.0.0.1:PORT
  INSTANCECTL_USER=demo
  INSTANCECTL_ACCESS_KEY=demo-access-key
  INSTANCECTL_SECRET_KEY=demo-secret-key
  INSTANCECTL_REGION=11250
Regions 11250 and 20057 serve, each with separate instances (the printed token is for the first);
20091 has no AI service, and in 20099 the account is disabled. `--fault expire@1` ends a token, and
a new login goes on.";

const GIT_HELP: &str = "\
Also set up git: .gitignore, .gitattributes and, in this clone, the merge driver

Adds to .gitignore and .gitattributes next to the manifest only the lines that are not in effect, and \
keeps a merge driver that is configured. A manifest that exists is kept: run it once in each clone.";

/// Arguments of `init`.
#[derive(Debug, Args)]
pub struct Init {
    /// Manifest to write
    #[arg(default_value = "instances.yaml", value_hint = ValueHint::FilePath)]
    pub file: PathBuf,
    /// Also set up git: .gitignore, .gitattributes and, in this clone, the merge driver
    #[arg(long, long_help = GIT_HELP)]
    pub git: bool,
}

/// Arguments of `sandbox`.
#[derive(Debug, Args)]
pub struct Sandbox {
    /// Port on 127.0.0.1; 0 selects a free one
    #[arg(long, value_name = "N", default_value_t = 0)]
    pub port: u16,
    /// Directory to store the instances in; without it they are lost on exit
    #[arg(long, value_name = "DIR", value_hint = ValueHint::DirPath)]
    pub state: Option<PathBuf>,
    /// Refuse groups, images and sizes that are not in the catalog of the sandbox
    #[arg(long)]
    pub strict_catalog: bool,
    /// Fault to inject, `KIND[:VALUE][@COUNT or @PERCENT%]`, such as drop-after@1; repeatable
    #[arg(long, value_name = "FAULT", long_help = FAULT_HELP)]
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
    /// A code, such as yaml-syntax, a field, such as ramSize or mountInfoList.type, or a topic: lock,
    /// unknown, exit-codes, regions, git, yaml
    #[arg(value_name = "CODE or FIELD or TOPIC")]
    pub topic: Option<String>,
}

/// Arguments of `completions`.
#[derive(Debug, Args)]
pub struct Completions {
    /// The shell
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
}

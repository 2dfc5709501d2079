//! The command line of `sandbox`.

use std::path::PathBuf;

use clap::{Args, ValueHint};

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

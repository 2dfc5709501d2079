//! System calls that fail or are slow, by `strace`.

use std::process::Command;

use crate::support::Cli;

/// Checks whether system calls can be made to fail here. If not, prints a message, or fails in CI:
/// there a test of a failing disk without a failure would not be a test.
pub(crate) fn can_inject() -> bool {
    let probe = ["-qqq", "-o", "/dev/null", "-e", "inject=flock:error=ENOLCK", "true"];
    let can = Command::new("strace").args(probe).output().is_ok_and(|out| out.status.success());
    assert!(can || std::env::var_os("CI").is_none(), "CI cannot run strace");
    if !can {
        println!("not tested: failing system calls need strace and the right to trace");
    }
    can
}

impl Cli {
    /// Returns the run with injections of `strace`, such as `fsync:error=EIO:when=1+`, into calls
    /// on these files, or on all files if none is named. The program is the process that is
    /// started.
    pub(crate) fn injected(self, what: &str, files: &[&str]) -> Self {
        let mut words: Vec<String> =
            ["strace", "-D", "-f", "-qqq", "-o", "/dev/null"].map(String::from).to_vec();
        for what in what.split(' ') {
            words.extend(["-e".into(), format!("inject={what}")]);
        }
        for file in files {
            words.extend(["-P".into(), self.path(file).to_str().unwrap().to_owned()]);
        }
        self.under(words)
    }
}

//! The command line of `validate`.

use std::path::PathBuf;

use clap::{Args, ValueHint};

use super::{LintArgs, Outputs};

/// Arguments of `validate`.
#[derive(Debug, Args)]
pub struct Validate {
    /// Manifests: files, directories, quoted globs, or - for stdin
    #[arg(value_name = "PATH", value_hint = ValueHint::AnyPath)]
    pub paths: Vec<PathBuf>,
    /// Manifest, directory, glob, or - for stdin; repeatable
    #[arg(short = 'f', long = "filename", value_name = "PATH", value_hint = ValueHint::AnyPath)]
    pub files: Vec<PathBuf>,
    /// Read paths from a file, one per line or NUL-terminated (- for stdin)
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub files_from: Option<PathBuf>,
    /// Recurse into directories
    #[arg(short = 'R', long)]
    pub recursive: bool,
    /// Handling of warnings.
    #[command(flatten)]
    pub strictness: LintArgs,
    /// Write the safe fixes to the files, and report the remaining problems
    ///
    /// Of the syntax errors that prevent reading a file larger than 4 MiB, at most 8 are fixed in one
    /// run, since each requires reading the whole file: run it again for the rest.
    #[arg(long)]
    pub fix: bool,
    /// Print the fixes as a diff and write nothing; exits 1 if there are any
    #[arg(long, conflicts_with_all = ["report_format", "report_output"])]
    pub diff: bool,
    /// Output formats and destinations of the reports.
    #[command(flatten)]
    pub reports: Outputs,
}

impl Validate {
    /// Checks whether the command may write files.
    pub fn writes_files(&self) -> bool {
        self.fix || self.reports.0.iter().any(|target| target.file.is_some())
    }
}

//! The command line of `validate`.

use std::path::PathBuf;

use clap::{Args, ValueHint};

use super::{LintArgs, Outputs};

/// Arguments of `validate`.
#[derive(Debug, Args)]
pub struct Validate {
    /// Manifests: files, folders, globs in quotes, or - for standard input
    #[arg(value_name = "PATH", value_hint = ValueHint::AnyPath)]
    pub paths: Vec<PathBuf>,
    /// A manifest, folder, glob, or - for standard input; may be repeated
    #[arg(short = 'f', long = "filename", value_name = "PATH", value_hint = ValueHint::AnyPath)]
    pub files: Vec<PathBuf>,
    /// Read paths from a file, one a line or ended by NULs (- for standard input)
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub files_from: Option<PathBuf>,
    /// Go down into folders
    #[arg(short = 'R', long)]
    pub recursive: bool,
    /// How warnings are taken.
    #[command(flatten)]
    pub strictness: LintArgs,
    /// Write the edits that surely mend a mistake into the files, and tell what remains
    ///
    /// Of the slips that keep a file of more than 4 MiB from being read, at most 8 are mended in one
    /// run, since each takes a reading of the whole file: run it again for the rest.
    #[arg(long)]
    pub fix: bool,
    /// Print those edits as a diff and write nothing; exits 1 if there are any
    #[arg(long, conflicts_with_all = ["report_format", "report_output"])]
    pub diff: bool,
    /// How to print what was found, and where to.
    #[command(flatten)]
    pub reports: Outputs,
}

impl Validate {
    /// Whether it may write files.
    pub fn writes_files(&self) -> bool {
        self.fix || self.reports.0.iter().any(|target| target.file.is_some())
    }
}

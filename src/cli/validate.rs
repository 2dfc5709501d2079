//! The command line of `validate`.

use std::path::PathBuf;

use clap::{Args, ValueHint};

use super::args::{ConnectionArgs, InstanceFormat, LintArgs};
use super::reports::{OutputTarget, ReportFormat};

/// Arguments of `validate`.
#[derive(Debug, Args)]
#[command(mut_arg("sandbox", |flag| flag.requires("online")))]
#[command(mut_arg("allow_http", |flag| flag.requires("online")))]
#[command(mut_arg("request_timeout", |flag| flag.requires("online")))]
// Each flag is an independent choice.
#[allow(clippy::struct_excessive_bools)]
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
    /// Also compare with the groups, images, node sizes and mounts that the region offers
    #[arg(long, conflicts_with_all = ["fix", "diff"])]
    pub online: bool,
    /// Connection to the platform.
    #[command(flatten)]
    pub connection: ConnectionArgs,
    /// Handling of warnings.
    #[command(flatten)]
    pub lint: LintArgs,
    /// Write the safe fixes to the files, and report the remaining problems
    ///
    /// Syntax errors in a part larger than 4 MiB that cannot be divided, such as one instance or a JSON
    /// document, are reported but not fixed.
    #[arg(long)]
    pub fix: bool,
    /// Print the fixes as a diff and write nothing; exits 1 if there are any
    #[arg(long, conflicts_with_all = ["formats", "outputs"])]
    pub diff: bool,
    /// Output format [default: human]; repeatable
    ///
    /// In github, gitlab, sarif and junit, paths are relative to the root of the repository that contains
    /// the working directory, or to the working directory outside a repository; a file outside has its
    /// absolute path.
    #[arg(long = "format", value_enum, value_name = "FORMAT")]
    pub formats: Vec<ReportFormat>,
    /// Write the preceding --format to a file; repeatable
    #[arg(long = "output", value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub outputs: Vec<PathBuf>,
    /// The reports that these flags specify: at least one.
    #[arg(skip)]
    pub reports: Vec<OutputTarget>,
}

impl Validate {
    /// Checks whether the command may write files.
    pub fn writes_files(&self) -> bool {
        self.fix || !self.outputs.is_empty()
    }

    /// Returns the format of the report on standard output.
    pub(super) fn format(&self) -> InstanceFormat {
        let json = OutputTarget { format: ReportFormat::Json, file: None };
        if self.reports.contains(&json) { InstanceFormat::Json } else { InstanceFormat::Human }
    }
}

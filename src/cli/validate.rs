//! The command line of `validate`.

use std::path::PathBuf;

use clap::{Args, ValueHint};

use super::args::{ConnectionArgs, Format, LintArgs};
use super::help::{CHANGES, CHECKS, OUTPUT, SELECTION};
use super::reports::{OutputTarget, ReportFormat};

/// Arguments of `validate`.
#[derive(Debug, Args)]
#[command(mut_arg("sandbox", |flag| flag.requires("online")))]
#[command(mut_arg("allow_http", |flag| flag.requires("online")))]
#[command(mut_arg("request_timeout", |flag| flag.requires("online")))]
#[command(next_help_heading = SELECTION)]
// Each flag is an independent choice.
#[allow(clippy::struct_excessive_bools)]
pub struct Validate {
    /// Manifest, directory or glob [default: instances.yaml]
    ///
    /// Files, directories (their *.yaml and *.yml), quoted globs, or - for standard input. Default:
    /// instances.yaml, instances.yml or instances.json of the working directory.
    #[arg(value_name = "PATH", value_hint = ValueHint::AnyPath)]
    pub paths: Vec<PathBuf>,
    /// Same as PATH; repeatable
    #[arg(short = 'f', long = "filename", value_name = "PATH", value_hint = ValueHint::AnyPath)]
    pub files: Vec<PathBuf>,
    /// Read paths from a file, or from - for stdin
    ///
    /// One path per line, or each terminated by a NUL.
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub files_from: Option<PathBuf>,
    /// Recurse into directories
    #[arg(short = 'R', long)]
    pub recursive: bool,
    /// Also compare with what the region offers
    ///
    /// That is: groups, images, sizes and mounts.
    #[arg(long, conflicts_with_all = ["fix", "diff"], help_heading = CHECKS)]
    pub online: bool,
    /// Connection to the platform.
    #[command(flatten)]
    pub connection: ConnectionArgs,
    /// Handling of warnings.
    #[command(flatten)]
    pub lint: LintArgs,
    /// Write the safe fixes, and report the remaining problems
    ///
    /// Syntax errors in an instance or a JSON document of more than 4 MiB are not fixed.
    #[arg(long, help_heading = CHANGES)]
    pub fix: bool,
    /// Print the fixes as a diff; exit 1 if there are any
    #[arg(long, help_heading = CHANGES, conflicts_with_all = ["formats", "outputs"])]
    pub diff: bool,
    /// human, json, github, gitlab, sarif or junit; repeatable
    ///
    /// In github, gitlab, sarif and junit, paths are relative to the root of the repository that contains
    /// the working directory, or to the working directory outside a repository; a file outside has its
    /// absolute path.
    #[arg(long = "format", value_enum, value_name = "FORMAT", hide_possible_values = true, help_heading = OUTPUT)]
    pub formats: Vec<ReportFormat>,
    /// Write the preceding --format to a file; repeatable
    #[arg(long = "output", value_name = "FILE", value_hint = ValueHint::FilePath, help_heading = OUTPUT)]
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
    pub(super) fn format(&self) -> Format {
        let json = OutputTarget { format: ReportFormat::Json, file: None };
        if self.reports.contains(&json) { Format::Json } else { Format::Human }
    }
}

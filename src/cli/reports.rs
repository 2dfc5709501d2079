//! Reports of `validate` and their destinations: `--format` and `--output`, paired by their order.

use std::path::PathBuf;

use clap::{ArgMatches, ValueEnum};

use crate::language::Language;

/// Output format of validation results.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
pub enum ReportFormat {
    /// Human-readable text
    #[default]
    Human,
    /// One JSON object
    Json,
    /// GitHub Actions annotations
    Github,
    /// GitLab code quality report
    Gitlab,
    /// SARIF 2.1.0
    Sarif,
    /// JUnit XML
    Junit,
}

/// One report; at most one of a run goes to standard output.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct OutputTarget {
    /// Output format.
    pub format: ReportFormat,
    /// Destination file; `None` for standard output.
    pub file: Option<PathBuf>,
}

/// Assigns each `--output` to the `--format` before it; an error is a message.
pub(super) fn reports(
    matches: &ArgMatches,
    language: Language,
) -> Result<Vec<OutputTarget>, String> {
    let at = |flag| matches.indices_of(flag).into_iter().flatten();
    let formats = matches.get_many::<ReportFormat>("formats").into_iter().flatten();
    let mut targets: Vec<(usize, OutputTarget)> = at("formats")
        .zip(formats)
        .map(|(at, format)| (at, OutputTarget { format: *format, file: None }))
        .collect();
    let mut open: Vec<bool> = targets.iter().map(|_| true).collect();
    let outputs = matches.get_many::<PathBuf>("outputs").into_iter().flatten();
    for (at, file) in at("outputs").zip(outputs) {
        let before = targets.partition_point(|(format, _)| *format < at).checked_sub(1);
        let Some(before) = before.filter(|before| std::mem::take(&mut open[*before])) else {
            let file = file.display();
            return Err(language.either(
                format!(
                    "`--output {file}` has no preceding `--format`: write `--format FORMAT --output {file}`"
                ),
                format!(
                    "`--output {file}` 之前没有 `--format`：应写为 `--format FORMAT --output {file}`"
                ),
            ));
        };
        targets[before].1.file = (file.as_os_str() != "-").then(|| file.clone());
    }
    let targets: Vec<OutputTarget> = targets.into_iter().map(|(_, target)| target).collect();
    if targets.iter().filter(|target| target.file.is_none()).count() > 1 {
        let problem = language.either(
            "several reports go to standard output: add `--output FILE` after all but one `--format`",
            "有多个报告要写到标准输出：除一个之外，请在每个 `--format` 之后加上 `--output FILE`",
        );
        return Err(problem.to_owned());
    }
    Ok(if targets.is_empty() { vec![OutputTarget::default()] } else { targets })
}

//! Reports of `validate` and their destinations: `--format` and `--output`, paired by their order.

use std::path::PathBuf;

use clap::error::ErrorKind;
use clap::{
    Arg, ArgAction, ArgMatches, Args, Command, CommandFactory, Error, FromArgMatches, ValueEnum,
    ValueHint,
};

const FORMAT: &str = "report_format";
const OUTPUT: &str = "report_output";

const FORMAT_HELP: &str = "Output format [default: human]; repeatable";

const PATHS: &str = "In github, gitlab, sarif and junit, paths are relative to the root of the \
                     repository that contains the working directory, or to the working directory \
                     outside a repository; a file outside has its absolute path.";

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

/// One report.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OutputTarget {
    /// Output format.
    pub format: ReportFormat,
    /// Destination file; `None` for standard output.
    pub file: Option<PathBuf>,
}

/// Reports of one run: at least one, and at most one of them to standard output.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outputs(pub Vec<OutputTarget>);

impl Default for Outputs {
    fn default() -> Self {
        Self(vec![OutputTarget { format: ReportFormat::Human, file: None }])
    }
}

impl Args for Outputs {
    fn augment_args(command: Command) -> Command {
        command
            .arg(
                Arg::new(FORMAT)
                    .long("format")
                    .value_name("FORMAT")
                    .value_parser(clap::value_parser!(ReportFormat))
                    .action(ArgAction::Append)
                    .help(FORMAT_HELP)
                    .long_help(format!("{FORMAT_HELP}\n\n{PATHS}")),
            )
            .arg(
                Arg::new(OUTPUT)
                    .long("output")
                    .value_name("FILE")
                    .value_parser(clap::value_parser!(PathBuf))
                    .value_hint(ValueHint::FilePath)
                    .action(ArgAction::Append)
                    .help("Write the preceding --format to a file; repeatable"),
            )
    }

    fn augment_args_for_update(command: Command) -> Command {
        Self::augment_args(command)
    }
}

impl FromArgMatches for Outputs {
    fn from_arg_matches(matches: &ArgMatches) -> Result<Self, Error> {
        let mut words: Vec<(usize, FlagValue)> = Vec::new();
        words.extend(values_with_index(matches, FORMAT, |format: &ReportFormat| {
            FlagValue::Format(*format)
        }));
        words.extend(values_with_index(matches, OUTPUT, |file: &PathBuf| {
            FlagValue::Output(file.clone())
        }));
        words.sort_by_key(|(at, _)| *at);
        pair_outputs(words.into_iter().map(|(_, word)| word)).map_err(usage_error)
    }

    fn update_from_arg_matches(&mut self, matches: &ArgMatches) -> Result<(), Error> {
        *self = Self::from_arg_matches(matches)?;
        Ok(())
    }
}

/// Returns an error with the usage of the command that takes these flags; by default, clap would
/// show the usage of the whole program.
fn usage_error(message: String) -> Error {
    let mut program = crate::cli::Cli::command();
    program.build();
    let command = program.find_subcommand_mut("validate").expect("only `validate` has these flags");
    Error::raw(ErrorKind::ArgumentConflict, message).format(command)
}

/// Value of one of the two flags.
enum FlagValue {
    Format(ReportFormat),
    Output(PathBuf),
}

/// Returns the values of a flag with their indices on the command line.
fn values_with_index<'a, T: Clone + Send + Sync + 'static>(
    matches: &'a ArgMatches,
    flag: &str,
    word: impl Fn(&T) -> FlagValue + 'a,
) -> impl Iterator<Item = (usize, FlagValue)> + 'a {
    let values = matches.get_many::<T>(flag).into_iter().flatten();
    matches.indices_of(flag).into_iter().flatten().zip(values.map(word))
}

/// Assigns each `--output` to the `--format` before it.
fn pair_outputs(words: impl Iterator<Item = FlagValue>) -> Result<Outputs, String> {
    let mut targets: Vec<OutputTarget> = Vec::new();
    let mut open = false;
    for word in words {
        match word {
            FlagValue::Format(format) => {
                targets.push(OutputTarget { format, file: None });
                open = true;
            }
            FlagValue::Output(file) => {
                let Some(target) = targets.last_mut().filter(|_| open) else {
                    let file = file.display();
                    return Err(format!(
                        "--output {file} has no preceding --format: write --format FORMAT \
                         --output {file}"
                    ));
                };
                target.file = (file.as_os_str() != "-").then_some(file);
                open = false;
            }
        }
    }
    if targets.iter().filter(|target| target.file.is_none()).count() > 1 {
        return Err("several reports go to standard output: add --output FILE after all but one \
                    --format"
            .to_owned());
    }
    Ok(if targets.is_empty() { Outputs::default() } else { Outputs(targets) })
}

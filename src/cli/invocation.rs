//! Parsing of the command line.

use std::ffi::OsString;

use clap::{ArgMatches, FromArgMatches};

use super::reports::reports;
use super::synonyms::improve;
use super::{Cli, Command, Format, HelpPage, InstanceFormat, ManifestArgs, program, version};
use crate::language::Language;

/// A parsed command line.
#[derive(Debug)]
pub struct Invocation {
    /// The command and its arguments.
    pub cli: Cli,
    /// Name of the command and its subcommand, such as `lock verify`.
    pub name: String,
    /// Format of its result; human for commands without a choice.
    pub format: InstanceFormat,
}

/// A command line that is not valid, or that only requests a help text.
#[derive(Debug)]
pub struct UsageError {
    /// The error, with its texts.
    pub error: clap::Error,
    /// Name of the command, as far as it was recognized.
    pub name: String,
    /// Format of the result that it would have had.
    pub format: InstanceFormat,
}

impl Invocation {
    /// Parses the words of a command line; the first is the name of the program. Help pages and errors
    /// are in `language`.
    pub fn parse(
        words: impl IntoIterator<Item = OsString>,
        language: Language,
    ) -> Result<Self, UsageError> {
        let words: Vec<OsString> = words.into_iter().collect();
        Self::try_parse(&words, language).map_err(|error| {
            let (name, format) = intended(&words);
            UsageError { error: improve(error, &name), name, format }
        })
    }

    fn try_parse(words: &[OsString], language: Language) -> Result<Self, clap::Error> {
        let complete = words.iter().any(|word| word == "--help" || word == "help");
        let page = if complete { HelpPage::Complete } else { HelpPage::Short };
        // clap prints the version at once, without reading the other flags.
        let verbose = words.iter().filter_map(|word| word.to_str()).any(is_verbose);
        let matches =
            program(page, language).version(version(verbose)).try_get_matches_from(words)?;
        let mut cli = Cli::from_arg_matches(&matches)?;
        let (leaf, name) = leaf(&matches);
        let format = match &mut cli.command {
            Command::Validate(args) => {
                args.reports = reports(leaf)?;
                args.format()
            }
            _ => format(leaf),
        };
        Ok(Self { cli, name, format })
    }
}

impl UsageError {
    /// Returns the message and the help of an error; `None` if the user requested a text.
    pub fn message(&self) -> Option<(String, String)> {
        let text = self.error.use_stderr().then(|| self.error.render().to_string())?;
        let text = text.strip_prefix("error: ").unwrap_or(&text).trim_end();
        let (message, help) = text.split_once("\n\n").unwrap_or((text, ""));
        Some((message.to_owned(), help.trim_start().to_owned()))
    }
}

/// Returns whether a word is the flag `--verbose`, also among other short ones.
fn is_verbose(word: &str) -> bool {
    word == "--verbose" || word.starts_with('-') && !word.starts_with("--") && word.contains('v')
}

/// Returns the arguments of the innermost subcommand, and its full name.
fn leaf(matches: &ArgMatches) -> (&ArgMatches, String) {
    let (mut leaf, mut names) = (matches, Vec::new());
    while let Some((name, inner)) = leaf.subcommand() {
        names.push(name);
        leaf = inner;
    }
    (leaf, names.join(" "))
}

fn format(leaf: &ArgMatches) -> InstanceFormat {
    if let Ok(Some(format)) = leaf.try_get_one::<InstanceFormat>("format") {
        return *format;
    }
    match leaf.try_get_one::<Format>("format") {
        Ok(Some(Format::Json)) => InstanceFormat::Json,
        _ => InstanceFormat::Human,
    }
}

/// Returns the command of an invalid command line and the format of its result, as far as its words
/// tell. A report to a file, which only `validate` has, does not count.
fn intended(words: &[OsString]) -> (String, InstanceFormat) {
    let program = program(HelpPage::Short, Language::English);
    let (mut command, mut names) = (&program, Vec::new());
    let (mut is_json, mut follows_json) = (false, false);
    let words = words.iter().skip(1).map(|word| word.to_string_lossy());
    let words: Vec<_> = words.take_while(|word| *word != "--").collect();
    for (at, word) in words.iter().enumerate() {
        if let Some(inner) = command.find_subcommand(word.as_ref()) {
            names.push(inner.get_name());
            command = inner;
        }
        let next = || words.get(at + 1).map(|next| &**next);
        match word.split_once('=').map_or((&**word, next()), |(flag, value)| (flag, Some(value))) {
            ("--format", value) => {
                follows_json = value == Some("json");
                is_json |= follows_json;
            }
            ("--output", Some(file)) if follows_json => is_json = file == "-",
            _ => {}
        }
    }
    (names.join(" "), if is_json { InstanceFormat::Json } else { InstanceFormat::Human })
}

/// Returns the manifests that an incomplete command line names, and whether it is about the sandbox. The
/// first word is the name of the program.
pub fn named_manifests(words: &[OsString]) -> Option<(ManifestArgs, bool)> {
    let program = program(HelpPage::Short, Language::English);
    let matches = program.ignore_errors(true).try_get_matches_from(words).ok()?;
    let (leaf, _) = leaf(&matches);
    let sandbox = matches!(leaf.try_get_one("sandbox"), Ok(Some(true)));
    Some((ManifestArgs::from_arg_matches(leaf).ok()?, sandbox))
}

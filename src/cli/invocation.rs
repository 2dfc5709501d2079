//! Parsing of the command line.

use std::ffi::OsString;

use clap::error::ErrorKind;
use clap::{ArgMatches, Args, CommandFactory, FromArgMatches};

use super::reports::reports;
use super::synonyms::improve;
use super::usage_error::{UsageError, conflict, with_chinese_page};
use super::{
    Cli, Command, Flags, Format, HelpPage, ManifestArgs, Validate, program, program_with_pages,
    version,
};
use crate::language::Language;

/// A parsed command line.
#[derive(Debug)]
pub struct Invocation {
    /// The command and its arguments.
    pub cli: Cli,
    /// Name of the command and its subcommand, such as `lock verify`.
    pub name: String,
    /// Format of its result; human for commands without a choice.
    pub format: Format,
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
            UsageError { error: improve(error, &name, language), language, name, format }
        })
    }

    fn try_parse(words: &[OsString], language: Language) -> Result<Self, clap::Error> {
        let complete = words.iter().any(|word| word == "--help" || word == "help");
        let page = if complete { HelpPage::Complete } else { HelpPage::Short };
        // clap prints the version at once, without reading the other flags.
        let verbose = words.iter().filter_map(|word| word.to_str()).any(is_verbose);
        // Laying out the help pages takes a third of the start-up time of a small file; if the words
        // are valid, nothing of them is shown. All commands but `validate` take another third.
        let is_validate = words.get(1).is_some_and(|word| word == "validate");
        let parse = |program: clap::Command| matches(program.version(version(verbose)), words);
        let matches = match is_validate.then(|| parse(validate())) {
            Some(Ok(matches)) => Ok(matches),
            _ => parse(Cli::command()),
        };
        let matches = matches.map_err(|error| match error.kind() {
            // A version has no page.
            ErrorKind::DisplayVersion => error,
            _ => with_pages(words, page, language).unwrap_or(error),
        })?;
        let mut cli = Cli::from_arg_matches(&matches)?;
        let (leaf, name) = leaf(&matches);
        let format = match &mut cli.command {
            Command::Validate(args) => {
                args.reports = reports(leaf, language).map_err(|message| {
                    let mut program = program(page, Language::English);
                    program.build();
                    let command = program.find_subcommand_mut(&name);
                    conflict(message, command.expect("it was parsed"), language)
                })?;
                args.format()
            }
            _ => leaf.try_get_one("format").ok().flatten().copied().unwrap_or_default(),
        };
        Ok(Self { cli, name, format })
    }
}

/// Returns the program with no command but `validate`, and without help pages.
fn validate() -> clap::Command {
    let program = clap::Command::new("instancectl").disable_help_flag(true);
    Flags::augment_args(program.disable_version_flag(true))
        .subcommand(Validate::augment_args(clap::Command::new("validate")))
}

fn matches(mut program: clap::Command, words: &[OsString]) -> Result<ArgMatches, clap::Error> {
    let matches = program.try_get_matches_from_mut(words);
    // To free it would take a seventh of the start-up time; it is small, and made once.
    std::mem::forget(program);
    matches
}

/// Returns the error of a command line, with the help pages that it may need.
fn with_pages(words: &[OsString], page: HelpPage, language: Language) -> Option<clap::Error> {
    let is_named = |command: &clap::Command| words.iter().any(|word| command.get_name() == word);
    let mut program = program_with_pages(page, language, &is_named);
    let error = program.try_get_matches_from_mut(words).err()?;
    Some(match language {
        Language::English => error,
        Language::Chinese => with_chinese_page(error, &program),
    })
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

/// Returns the command of an invalid command line and the format of its result, as far as its words
/// tell. A report to a file, which only `validate` has, does not count.
fn intended(words: &[OsString]) -> (String, Format) {
    let program = Cli::command();
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
    (names.join(" "), if is_json { Format::Json } else { Format::Human })
}

/// Returns the manifests that an incomplete command line names, and whether it is about the sandbox. The
/// first word is the name of the program.
pub fn named_manifests(words: &[OsString]) -> Option<(ManifestArgs, bool)> {
    let program = Cli::command();
    let matches = program.ignore_errors(true).try_get_matches_from(words).ok()?;
    let (leaf, _) = leaf(&matches);
    let sandbox = matches!(leaf.try_get_one("sandbox"), Ok(Some(true)));
    Some((ManifestArgs::from_arg_matches(leaf).ok()?, sandbox))
}

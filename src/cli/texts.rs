//! The Chinese command line: the texts of its doc comments, and the pages that the library makes of them.

use clap::builder::{PossibleValuesParser, StyledStr};
use clap::{Arg, Command};
use unicode_width::UnicodeWidthStr;

use crate::language::Language;
use crate::text::{with_end, wrapped};

/// Width of a page without a terminal, and of a page on a wide one.
const WIDTH: usize = 80;

/// Replaces each paragraph of the texts of a command, and of its subcommands that are `shown`, with that of
/// `translate`. The page of a command also has the summaries of the others.
pub(super) fn with_texts(
    command: Command,
    translate: &impl Fn(&str) -> String,
    shown: &dyn Fn(&Command) -> bool,
) -> Command {
    let text = |text: &StyledStr| paragraphs(text, translate);
    let mut command = with_about(command, translate);
    if let Some(about) = command.get_long_about().map(text) {
        command = command.long_about(about);
    }
    if let Some(examples) = command.get_before_help().map(ToString::to_string) {
        let lines: Vec<String> = examples.lines().map(|line| example(line, translate)).collect();
        command = command.before_help(lines.join("\n"));
    }
    if let Some(after) = command.get_after_help().map(text) {
        command = command.after_help(after);
    }
    if let Some(after) = command.get_after_long_help().map(text) {
        command = command.after_long_help(after);
    }
    command.mut_args(|arg| argument(arg, translate)).mut_subcommands(|inner| {
        if shown(&inner) {
            with_texts(inner, translate, shown)
        } else {
            with_about(inner, translate)
        }
    })
}

fn with_about(command: Command, translate: &impl Fn(&str) -> String) -> Command {
    let about = command.get_about().map(|about| paragraphs(about, translate));
    about.into_iter().fold(command, Command::about)
}

fn argument(mut arg: Arg, translate: &impl Fn(&str) -> String) -> Arg {
    let text = |text: &StyledStr| paragraphs(text, translate);
    if let Some(help) = arg.get_help().map(text) {
        arg = arg.help(help);
    }
    if let Some(help) = arg.get_long_help().map(text) {
        arg = arg.long_help(help);
    }
    let name = arg.get_value_names().and_then(|names| names.first().map(ToString::to_string));
    if let Some(name) = name.filter(|name| name.contains(' ')) {
        arg = arg.value_name(translate(&name));
    }
    let mut values = arg.get_possible_values();
    for value in &mut values {
        if let Some(help) = value.get_help().map(text) {
            *value = value.clone().help(help);
        }
    }
    // Its values are of another type then: such a command is only for pages and completions.
    if values.iter().any(|value| value.get_help().is_some()) {
        arg = arg.value_parser(PossibleValuesParser::new(values));
    }
    arg
}

fn paragraphs(text: &StyledStr, translate: &impl Fn(&str) -> String) -> String {
    text.to_string().split("\n\n").map(translate).collect::<Vec<_>>().join("\n\n")
}

/// Returns a line of examples: a heading, or a command with a remark.
fn example(line: &str, translate: &impl Fn(&str) -> String) -> String {
    match line.split_once("  # ") {
        Some((command, remark)) => format!("{command}  # {}", translate(remark)),
        None if line.starts_with(' ') => line.to_owned(),
        None => translate(line),
    }
}

/// Translates the descriptions that the library gives its own subcommand `help`.
pub(super) fn with_help_subcommand(
    mut command: Command,
    translate: &impl Fn(&str) -> String,
) -> Command {
    command.build();
    command.mut_subcommands(|inner| with_help_subcommand(with_about(inner, translate), translate))
}

/// Puts a rendered page, whose own texts are in Chinese and not wrapped, into Chinese.
pub(super) fn page(page: &StyledStr) -> StyledStr {
    let width = terminal_size::terminal_size().map_or(WIDTH, |(width, _)| width.0.into());
    let (styled, plain) = (page.ansi().to_string(), page.to_string());
    let mut lines = Vec::new();
    let mut is_usage = false;
    for (styled, plain) in styled.lines().zip(plain.lines()) {
        is_usage = plain.starts_with("Usage: ") || is_usage && !plain.is_empty();
        if is_usage {
            lines.push(usage(styled));
        } else {
            lines.extend(page_lines(styled, plain, width.min(WIDTH)));
        }
    }
    StyledStr::from(lines.join("\n") + "\n")
}

/// Puts the usage of a command into Chinese: its title is one cell narrower.
pub(super) fn usage(styled: &str) -> String {
    let line = |line: &str| match line.strip_prefix(' ') {
        Some(line) => line.to_owned(),
        None => line.replacen("Usage:", "用法：", 1).replacen(' ', "", 1),
    };
    styled.lines().map(line).collect::<Vec<_>>().join("\n")
}

/// Translates what the library wrote in a line, and breaks the line.
fn page_lines(styled: &str, plain: &str, width: usize) -> Vec<String> {
    let whole = Language::Chinese.translate(plain);
    if whole != plain {
        return vec![styled.replacen(plain, whole, 1)];
    }
    let column = text_column(plain);
    let Some(head) = styled.strip_suffix(&plain[column..]) else { return vec![styled.to_owned()] };
    let text = Language::Chinese.translate(&plain[column..]).replace("[default: ", "[默认值：");
    let text = text.replace("。 [", "。[");
    let (text, default) = text.split_at(text.find(" [默认值：").unwrap_or(text.len()));
    let indent = " ".repeat(plain[..column].width());
    let mut lines = with_end(wrapped(text, &indent, &indent, width), default, &indent, width);
    if let Some(first) = lines.first_mut() {
        *first = format!("{head}{}", first.trim_start());
    }
    lines
}

/// Returns the byte at which the text of a line begins: after a flag or a command and a gap, or after the
/// indentation.
fn text_column(line: &str) -> usize {
    let indent = line.len() - line.trim_start().len();
    let gap = line[indent..].find("  ").map_or(indent, |gap| indent + gap);
    line.len() - line[gap..].trim_start().len()
}

#[cfg(test)]
mod tests {
    use std::cell::RefCell;
    use std::collections::BTreeSet;

    use clap::CommandFactory;

    use super::{page, with_texts};
    use crate::cli::Cli;
    use crate::cli::help::HEADINGS;
    use crate::cli::synonyms::answers;
    use crate::language::{Language, command_line_texts};

    /// Texts of the library.
    const ITS_OWN: [&str; 5] = [
        "Commands:",
        "Arguments:",
        "Options:",
        "Print this message or the help of the given subcommand(s)",
        "Print help for the subcommand(s)",
    ];

    /// Returns all texts of the command line.
    fn texts() -> BTreeSet<String> {
        let found = RefCell::new(BTreeSet::new());
        let all = |text: &str| {
            found.borrow_mut().insert(text.to_owned());
            text.to_owned()
        };
        let _ = with_texts(Cli::command(), &all, &|_| true);
        let headings = HEADINGS.map(|heading| format!("{heading}:"));
        let others = ITS_OWN.into_iter().chain(answers()).map(str::to_owned);
        found.into_inner().into_iter().chain(headings).chain(others).collect()
    }

    #[test]
    fn each_text_of_the_command_line_has_a_translation_and_no_other_has() {
        let translated: BTreeSet<String> =
            command_line_texts().map(|(english, _)| english.to_owned()).collect();
        let texts = texts();
        let missing: Vec<_> = texts.difference(&translated).collect();
        let unused: Vec<_> = translated.difference(&texts).collect();
        assert!(missing.is_empty(), "without Chinese: {missing:#?}");
        assert!(unused.is_empty(), "not in the command line: {unused:#?}");
        assert_eq!(command_line_texts().count(), translated.len(), "a text has two translations");
    }

    #[test]
    fn line_of_a_page_is_broken_below_its_text() {
        let text = "说明".repeat(40);
        let shown = page(&format!("Options:\n  -a, --all <N>  {text} [default: 8]").into());
        let shown = shown.to_string();
        let lines: Vec<&str> = shown.lines().collect();
        assert_eq!(lines[0], Language::Chinese.translate("Options:"));
        assert!(lines[1].starts_with("  -a, --all <N>  说明"), "{shown}");
        assert!(lines[2].starts_with("                 明说"), "{shown}");
        assert!(shown.ends_with("[默认值：8]\n"), "{shown}");
    }
}

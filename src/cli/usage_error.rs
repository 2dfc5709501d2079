//! Command lines that are not valid, in English as the library words them, and in Chinese.

use std::error::Error as _;
use std::io;
use std::num::{IntErrorKind, ParseIntError};

use clap::Command;
use clap::builder::{StyledStr, Styles};
use clap::error::{ContextKind, ContextValue, Error, ErrorFormatter, ErrorKind};

use super::Format;
use super::duration::DurationError;
use super::texts::{page, usage};
use crate::ids::InvalidTaskId;
use crate::language::Language;

/// A command line that is not valid, or that only requests a help text.
#[derive(Debug)]
pub struct UsageError {
    /// The error, with its texts.
    pub error: Error,
    /// The language of its texts.
    pub language: Language,
    /// Name of the command, as far as it was recognized.
    pub name: String,
    /// Format of the result that it would have had.
    pub format: Format,
}

impl UsageError {
    /// Returns the message and the help of an error; `None` if the user requested a text.
    pub fn message(&self) -> Option<(String, String)> {
        if !self.error.use_stderr() {
            return None;
        }
        if self.language == Language::Chinese && page_of(&self.error).is_none() {
            let plain = |text: String| StyledStr::from(text).to_string().trim().to_owned();
            return Some((plain(message(&self.error)), plain(help(&self.error))));
        }
        let text = page_of(&self.error).unwrap_or(&self.error.render()).to_string();
        let text = text.strip_prefix("error: ").unwrap_or(&text).trim_end();
        let (message, help) = text.split_once("\n\n").unwrap_or((text, ""));
        Some((message.to_owned(), help.trim_start().to_owned()))
    }

    /// Prints an error to standard error, or a requested text to standard output.
    pub fn print(self) -> io::Result<()> {
        match self.language {
            Language::English => self.error.print(),
            Language::Chinese => self.error.apply::<InChinese>().print(),
        }
    }
}

/// Puts the page of a help text into Chinese; other errors stay as they are.
pub(super) fn with_chinese_page(error: Error, command: &Command) -> Error {
    if !matches!(
        error.kind(),
        ErrorKind::DisplayHelp | ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand
    ) {
        return error;
    }
    let page = ContextValue::StyledStr(page(&error.render()));
    let mut translated = Error::new(error.kind()).with_cmd(command);
    translated.insert(ContextKind::Custom, page);
    translated
}

/// Returns an error with its own message and the usage of a command.
pub(super) fn conflict(message: String, command: &mut Command, language: Language) -> Error {
    let kind = ErrorKind::ArgumentConflict;
    if language == Language::English {
        return Error::raw(kind, message).format(command);
    }
    let mut error = Error::new(kind).with_cmd(command);
    error.insert(ContextKind::Custom, ContextValue::String(message));
    error.insert(ContextKind::Usage, ContextValue::StyledStr(command.render_usage()));
    error
}

fn page_of<F: ErrorFormatter>(error: &Error<F>) -> Option<&StyledStr> {
    match error.get(ContextKind::Custom) {
        Some(ContextValue::StyledStr(page)) => Some(page),
        _ => None,
    }
}

/// The Chinese texts of errors.
struct InChinese;

impl ErrorFormatter for InChinese {
    fn format_error(error: &Error<Self>) -> StyledStr {
        let label = Styles::styled();
        let label = label.get_error();
        page_of(error).cloned().unwrap_or_else(|| {
            let (message, help) = (message(error), help(error));
            format!("{label}错误：{label:#}{message}\n\n{help}\n").into()
        })
    }
}

/// Returns what is wrong.
fn message<F: ErrorFormatter>(error: &Error<F>) -> String {
    let styles = Styles::styled();
    let bad = |text: &str| format!("`{0}{text}{0:#}`", styles.get_invalid());
    let name = |text: &str| format!("`{0}{text}{0:#}`", styles.get_literal());
    let texts = |kind| strings(error.get(kind));
    let text = |kind| texts(kind).join(" ");
    let count = |kind| error.get(kind).map(ToString::to_string).unwrap_or_default();
    let lines = |found: &[&str]| {
        let line = |text: &&str| format!("\n  {0}{text}{0:#}", styles.get_valid());
        found.iter().map(line).collect::<String>()
    };
    if let Some(ContextValue::String(message)) = error.get(ContextKind::Custom) {
        return message.clone();
    }
    let (arg, value) = (text(ContextKind::InvalidArg), text(ContextKind::InvalidValue));
    let subcommand = text(ContextKind::InvalidSubcommand);
    match error.kind() {
        ErrorKind::ArgumentConflict => {
            let prior = texts(ContextKind::PriorArg);
            let what = if subcommand.is_empty() {
                format!("参数 {}", bad(&arg))
            } else {
                format!("子命令 {}", bad(&subcommand))
            };
            match prior[..] {
                [prior] if prior == arg => format!("{what} 不能重复使用"),
                [prior] => format!("{what} 不能与 {} 同时使用", bad(prior)),
                [] => format!("{what} 不能与其他参数同时使用"),
                _ => format!("{what} 不能与以下参数同时使用：{}", lines(&prior)),
            }
        }
        ErrorKind::NoEquals => format!("{} 与值之间必须有等号", bad(&arg)),
        ErrorKind::InvalidValue => {
            let what = if value.is_empty() {
                format!("{} 缺少值", bad(&arg))
            } else {
                format!("{} 的值 {} 无效", name(&arg), bad(&value))
            };
            what + &choices("可选的值", &texts(ContextKind::ValidValue))
        }
        ErrorKind::InvalidSubcommand => format!("无法识别的子命令 {}", bad(&subcommand)),
        ErrorKind::MissingRequiredArgument => {
            format!("缺少以下必需的参数：{}", lines(&texts(ContextKind::InvalidArg)))
        }
        ErrorKind::MissingSubcommand => {
            let known = choices("子命令", &texts(ContextKind::ValidSubcommand));
            format!("{} 缺少子命令{known}", bad(&subcommand))
        }
        ErrorKind::InvalidUtf8 => "参数中有无效的 UTF-8 字符".to_owned(),
        ErrorKind::TooManyValues => format!("{} 不接受多余的值 {}", name(&arg), bad(&value)),
        ErrorKind::TooFewValues => format!(
            "{} 至少需要 {} 个值，但只有 {} 个",
            name(&arg),
            count(ContextKind::MinValues),
            count(ContextKind::ActualNumValues)
        ),
        ErrorKind::WrongNumberOfValues => format!(
            "{} 需要 {} 个值，但有 {} 个",
            name(&arg),
            count(ContextKind::ExpectedNumValues),
            count(ContextKind::ActualNumValues)
        ),
        ErrorKind::ValueValidation => {
            let reason = error.source().map(|source| format!("：{}", reason(source)));
            format!("{} 的值 {} 无效{}", name(&arg), bad(&value), reason.unwrap_or_default())
        }
        ErrorKind::UnknownArgument => format!("无法识别的参数 {}", bad(&arg)),
        _ => {
            let facts = error.context().filter(|(kind, _)| *kind != ContextKind::Usage);
            let mut facts: Vec<String> = facts.map(|(_, fact)| fact.to_string()).collect();
            facts.extend(error.source().map(ToString::to_string));
            format!("命令行无效：{}", facts.join("，"))
        }
    }
}

/// Returns a line with what is possible, if anything is.
fn choices(label: &str, texts: &[&str]) -> String {
    if texts.is_empty() { String::new() } else { format!("\n  [{label}：{}]", texts.join("、")) }
}

/// Returns why a value is not valid.
fn reason(source: &(dyn std::error::Error + 'static)) -> String {
    if let Some(error) = source.downcast_ref::<DurationError>() {
        return error.text(Language::Chinese).to_owned();
    }
    if let Some(InvalidTaskId { found }) = source.downcast_ref() {
        return format!("任务 ID 由 1 到 128 个字母、数字、`-` 或 `_` 组成，而不是 {found:?}");
    }
    if let Some(error) = source.downcast_ref::<ParseIntError>() {
        return match error.kind() {
            IntErrorKind::PosOverflow => "数字太大",
            IntErrorKind::NegOverflow => "数字太小",
            _ => "应为整数",
        }
        .to_owned();
    }
    let text = source.to_string();
    match text.split_once(" is not in ") {
        Some((value, range)) => format!("{value} 不在 {} 的范围内", range.replace("..=", " 到 ")),
        None => text,
    }
}

/// Returns what to do: suggestions, the usage, and where to read more.
fn help<F: ErrorFormatter>(error: &Error<F>) -> String {
    let styles = Styles::styled();
    let (valid, literal) = (styles.get_valid(), styles.get_literal());
    let mut parts = Vec::new();
    let tips = tips(error).into_iter().map(|tip| format!("  {valid}提示：{valid:#}{tip}"));
    let tips: Vec<String> = tips.collect();
    if !tips.is_empty() {
        parts.push(tips.join("\n"));
    }
    if let Some(ContextValue::StyledStr(text)) = error.get(ContextKind::Usage) {
        parts.push(usage(&text.ansi().to_string()));
    }
    parts.push(format!("用 `{literal}--help{literal:#}` 查看更多信息。"));
    parts.join("\n\n")
}

fn tips<F: ErrorFormatter>(error: &Error<F>) -> Vec<String> {
    let styles = Styles::styled();
    let quoted = |text: &&str| format!("`{0}{text}{0:#}`", styles.get_valid());
    let similar = [
        (ContextKind::SuggestedSubcommand, "子命令"),
        (ContextKind::SuggestedArg, "参数"),
        (ContextKind::SuggestedValue, "值"),
    ];
    let similar = similar.into_iter().filter_map(|(kind, what)| {
        let found: Vec<String> = strings(error.get(kind)).iter().map(quoted).collect();
        (!found.is_empty()).then(|| format!("有相近的{what}：{}", found.join("、")))
    });
    let others = match error.get(ContextKind::Suggested) {
        Some(ContextValue::StyledStrs(others)) => &others[..],
        _ => &[],
    };
    // The library has worded these; ours are in Chinese.
    let others = others.iter().map(|tip| {
        let text = tip.ansi().to_string().replace('\'', "`");
        if let Some(command) = text.strip_suffix(" exists") {
            format!("可以使用 {command}")
        } else if let Some(name) = text.strip_prefix("subcommand ")
            && let Some((name, _)) = name.split_once(" exists; ")
        {
            format!("{name} 是子命令：请去掉它前面的 `--`")
        } else {
            text
        }
    });
    similar.chain(others).collect()
}

fn strings(value: Option<&ContextValue>) -> Vec<&str> {
    match value {
        Some(ContextValue::String(text)) => vec![text],
        Some(ContextValue::Strings(texts)) => texts.iter().map(String::as_str).collect(),
        _ => Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use clap::error::ErrorKind;
    use clap::{Arg, ArgAction, Command};

    use super::UsageError;
    use crate::cli::Format;
    use crate::language::Language;

    /// Returns the Chinese message about a command line.
    fn message(line: &str) -> (ErrorKind, String) {
        let flag = |name: &'static str| Arg::new(name).long(name);
        let command = Command::new("a")
            .arg(flag("equals").require_equals(true))
            .arg(flag("two").num_args(2))
            .arg(flag("more").num_args(2..4))
            .arg(flag("once").action(ArgAction::SetTrue))
            .arg(flag("byte").value_parser(clap::value_parser!(u8).range(1..=64)))
            .subcommand(Command::new("inner"))
            .args_conflicts_with_subcommands(true)
            .subcommand_required(true);
        let error = command.try_get_matches_from(line.split(' ')).expect_err(line);
        let (kind, name, format) = (error.kind(), String::new(), Format::Human);
        let error = UsageError { error, language: Language::Chinese, name, format };
        let (message, help) = error.message().expect("it is an error");
        assert!(help.ends_with("用 `--help` 查看更多信息。"), "{help}");
        (kind, message)
    }

    #[test]
    fn each_kind_of_error_has_a_chinese_message() {
        for (line, kind, expected) in [
            ("a --equals 1", ErrorKind::NoEquals, "`--equals=<equals>` 与值之间必须有等号"),
            (
                "a --two 1",
                ErrorKind::WrongNumberOfValues,
                "`--two <two> <two>` 需要 2 个值，但有 1 个",
            ),
            (
                "a --more 1",
                ErrorKind::TooFewValues,
                "`--more <more> <more>...` 至少需要 2 个值，但只有 1 个",
            ),
            ("a --once=1", ErrorKind::TooManyValues, "`--once` 不接受多余的值 `1`"),
            ("a --once --once", ErrorKind::ArgumentConflict, "参数 `--once` 不能重复使用"),
            (
                "a --once inner",
                ErrorKind::ArgumentConflict,
                "子命令 `inner` 不能与 `--once` 同时使用",
            ),
            (
                "a --byte 99",
                ErrorKind::ValueValidation,
                "`--byte <byte>` 的值 `99` 无效：99 不在 1 到 64 的范围内",
            ),
            ("a --byte x", ErrorKind::ValueValidation, "`--byte <byte>` 的值 `x` 无效：应为整数"),
            ("a --byte", ErrorKind::InvalidValue, "`--byte <byte>` 缺少值"),
            ("a --none", ErrorKind::UnknownArgument, "无法识别的参数 `--none`"),
            ("a iner", ErrorKind::InvalidSubcommand, "无法识别的子命令 `iner`"),
            ("a", ErrorKind::MissingSubcommand, "`a` 缺少子命令\n  [子命令：inner、help]"),
        ] {
            assert_eq!(message(line), (kind, expected.to_owned()), "{line}");
        }
    }
}

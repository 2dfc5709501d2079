//! The language of the texts for users.

mod chinese;

#[cfg(test)]
pub(crate) use chinese::{command_line_texts, schema_texts};

use std::env;
use std::ffi::{OsStr, OsString};

/// Environment variables with the language; the first one that is not empty decides.
const VARIABLES: [&str; 4] = ["INSTANCECTL_LANG", "LC_ALL", "LC_MESSAGES", "LANG"];

/// The language of the texts for users. It never changes codes, keys, values, files or exit codes.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Language {
    /// English.
    #[default]
    English,
    /// Simplified Chinese.
    Chinese,
}

impl Language {
    /// Returns the language of this process: that of `--lang` among `words`, the command line, otherwise
    /// that of the environment. The command line is parsed later, with texts in this language.
    pub fn of_process(words: &[OsString]) -> Self {
        Self::requested(words).unwrap_or_else(|| Self::of_environment(|name| env::var_os(name)))
    }

    /// Returns the language that `--lang` requests; `None` without it or with an unknown value.
    fn requested(words: &[OsString]) -> Option<Self> {
        let mut words = words.iter().skip(1).take_while(|word| *word != "--");
        let mut requested = None;
        while let Some(word) = words.next() {
            let value = match word.to_str() {
                Some("--lang") => words.next().and_then(|value| value.to_str()),
                Some(word) => word.strip_prefix("--lang="),
                None => None,
            };
            requested = value.and_then(Self::from_code).or(requested);
        }
        requested
    }

    fn of_environment(value: impl Fn(&str) -> Option<OsString>) -> Self {
        let mut values = VARIABLES.iter().filter_map(|name| value(name));
        let value = values.find(|value| !value.is_empty());
        let is_chinese = value.as_deref().and_then(OsStr::to_str).is_some_and(|value| {
            value.get(..2).is_some_and(|language| language.eq_ignore_ascii_case("zh"))
        });
        if is_chinese { Self::Chinese } else { Self::English }
    }

    /// Returns the language of a value of `--lang`.
    pub fn from_code(code: &str) -> Option<Self> {
        match code {
            "en" => Some(Self::English),
            "zh" => Some(Self::Chinese),
            _ => None,
        }
    }

    /// Returns a text of the command line or of the schema, which is in English, in this language.
    pub(crate) fn translate(self, text: &str) -> &str {
        match self {
            Self::English => text,
            Self::Chinese => chinese::translate(text).unwrap_or(text),
        }
    }

    /// Returns the one of two texts that is in this language.
    pub(crate) fn either<T>(self, english: T, chinese: T) -> T {
        match self {
            Self::English => english,
            Self::Chinese => chinese,
        }
    }
}

#[cfg(test)]
mod tests {
    use std::ffi::OsString;

    use super::Language;

    fn requested(line: &str) -> Option<Language> {
        let words: Vec<OsString> = line.split(' ').map(OsString::from).collect();
        Language::requested(&words)
    }

    #[test]
    fn flag_requests_a_language_anywhere_before_two_dashes() {
        assert_eq!(requested("instancectl --lang zh plan"), Some(Language::Chinese));
        assert_eq!(requested("instancectl plan --lang=en"), Some(Language::English));
        assert_eq!(requested("instancectl plan --lang fr"), None);
        assert_eq!(requested("instancectl plan -- --lang zh"), None);
        assert_eq!(requested("instancectl plan --lang"), None);
    }

    #[test]
    fn first_variable_that_is_not_empty_decides() {
        let of = |set: &[(&str, &str)]| {
            let value = |name: &str| set.iter().find(|(known, _)| *known == name);
            Language::of_environment(|name| value(name).map(|(_, value)| value.into()))
        };
        assert_eq!(of(&[]), Language::English);
        assert_eq!(of(&[("LANG", "zh_CN.UTF-8")]), Language::Chinese);
        assert_eq!(of(&[("LANG", "zh_CN.UTF-8"), ("LC_ALL", "C")]), Language::English);
        assert_eq!(of(&[("LC_ALL", ""), ("LC_MESSAGES", "zh")]), Language::Chinese);
        assert_eq!(of(&[("LANG", "C"), ("INSTANCECTL_LANG", "zh")]), Language::Chinese);
        assert_eq!(of(&[("LANG", "zh_CN"), ("INSTANCECTL_LANG", "en")]), Language::English);
    }
}

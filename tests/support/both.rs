//! The same commands in English and in Chinese: everything but the texts is equal.

use serde_json::Value;

use super::{Cli, Output, english_sentences};

/// Keys of an object with texts.
const TEXTS: [&str; 2] = ["message", "help"];
/// Keys of an object whose values depend on the time of the run.
const TIMES: [&str; 3] = ["submittedAt", "ageSeconds", "queuedSeconds"];

/// Two folders with the same files, one for each language.
pub(crate) struct Both {
    pub(crate) english: Cli,
    pub(crate) chinese: Cli,
}

impl Both {
    pub(crate) fn new(prepared: impl Fn() -> Cli) -> Self {
        let chinese = prepared().env("INSTANCECTL_LANG", "zh");
        Self { english: prepared(), chinese }
    }

    /// Runs a command in both languages, and checks that the exit codes are equal and that neither
    /// output has a sentence of the other language. Returns the output in Chinese.
    #[track_caller]
    pub(crate) fn run(&self, line: &str) -> Output {
        let [english, chinese] = self.outputs(line);
        for text in [&english.stdout, &english.stderr] {
            assert!(!text.contains(is_chinese), "`{line}` in English: {text}");
        }
        for text in [&chinese.stdout, &chinese.stderr] {
            let found = english_sentences(text);
            assert!(found.is_empty(), "`{line}` in Chinese has {found:#?}: {text}");
        }
        chinese
    }

    /// Runs a command that prints an object, and checks that only its texts depend on the language.
    #[track_caller]
    pub(crate) fn object(&self, line: &str) -> Output {
        let line = format!("{line} --format json");
        let [english, chinese] = self.outputs(&line);
        let objects = [&english, &chinese].map(|output| {
            let mut object: Value = serde_json::from_str(&output.stdout).unwrap();
            let mut texts = Vec::new();
            take_texts(&mut object, &mut texts);
            (object, texts)
        });
        let [(english, english_texts), (object, texts)] = objects;
        assert_eq!(english, object, "`{line}`");
        assert_eq!(english_texts.len(), texts.len(), "`{line}`: {texts:#?}");
        for text in english_texts {
            assert!(!text.contains(is_chinese), "`{line}` in English: {text}");
        }
        for text in &texts {
            assert_eq!(english_sentences(text), [""; 0], "`{line}` in Chinese: {text}");
        }
        chinese
    }

    /// Returns the text of a file of each folder.
    pub(crate) fn read(&self, name: &str) -> [String; 2] {
        [&self.english, &self.chinese].map(|cli| cli.read(name))
    }

    #[track_caller]
    fn outputs(&self, line: &str) -> [Output; 2] {
        let [english, chinese] =
            [&self.english, &self.chinese].map(|cli| cli.clone().args(line.split(' ')).run());
        assert_eq!(english.code, chinese.code, "`{line}`: {english:#?} {chinese:#?}");
        [english, chinese]
    }
}

/// Takes the texts out of an object, and what depends on the time.
fn take_texts(value: &mut Value, texts: &mut Vec<String>) {
    match value {
        Value::Object(fields) => {
            fields.retain(|key, _| !TIMES.contains(&key.as_str()));
            for (key, value) in fields {
                match value {
                    Value::String(text) if TEXTS.contains(&key.as_str()) => {
                        texts.push(std::mem::take(text));
                    }
                    value => take_texts(value, texts),
                }
            }
        }
        Value::Array(items) => items.iter_mut().for_each(|item| take_texts(item, texts)),
        _ => {}
    }
}

fn is_chinese(char: char) -> bool {
    matches!(char, '\u{3000}'..='\u{9fff}' | '\u{ff00}'..='\u{ffef}')
}

//! Rules for the Chinese texts: no English sentence, the terms of the glossary, and punctuation.

use std::fs;
use std::path::{Path, PathBuf};

use syn::LitStr;

#[path = "../support/language.rs"]
mod language;

use super::{begins, root, sources};
use language::english_sentences;

/// The file with the glossary.
const GLOSSARY: &str = ".github/CONTRIBUTING.md";
const GLOSSARY_HEAD: &str = "| English | 中文 | not |";

/// Files and folders with Chinese texts.
const WITH_CHINESE: &[&str] = &["src", "schema", "README.md", ".github"];

/// Files with other words for the terms: the glossary, and what users write for fields.
const NOT_TEXTS: &[&str] = &[GLOSSARY, "src/manifest/fields.rs"];

/// Returns the texts of a module and the modules in it, with their places.
fn texts_in(module: &str) -> Vec<(String, String)> {
    let mut texts = Vec::new();
    for source in sources().iter().filter(|source| begins(&source.module, module)) {
        for (line, literal) in &source.reading.texts {
            if let Ok(text) = syn::parse_str::<LitStr>(literal) {
                texts.push((format!("{}:{line}", source.path.display()), text.value()));
            }
        }
    }
    assert!(texts.len() > 100, "{module} has only {} texts", texts.len());
    texts
}

#[test]
fn chinese_texts_have_no_english_sentence() {
    let texts = texts_in("output::words::zh");
    let wrong = texts.iter().flat_map(|(place, text)| {
        english_sentences(text).into_iter().map(move |found| format!("{place}: {found}"))
    });
    let wrong: Vec<_> = wrong.collect();
    assert!(wrong.is_empty(), "{} in English:\n{}", wrong.len(), wrong.join("\n"));
}

#[test]
fn english_texts_have_no_chinese_character() {
    let texts = texts_in("output::words::en");
    let wrong: Vec<_> = texts.iter().filter(|(_, text)| text.contains(is_chinese)).collect();
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn chinese_texts_have_chinese_punctuation_and_spaces() {
    let texts = texts_in("output::words::zh");
    let wrong: Vec<_> = texts
        .iter()
        .filter_map(|(place, text)| Some(format!("{place}: {}: {text}", misplaced(text)?)))
        .collect();
    assert!(wrong.is_empty(), "{}:\n{}", wrong.len(), wrong.join("\n"));
}

#[test]
fn punctuation_and_spaces_are_checked() {
    for text in ["任务ID", "3个", "`apply`创建", "实例, 卡", "实例(卡)", "实例 卡", "失败:x"]
    {
        assert!(misplaced(text).is_some(), "{text}");
    }
    for text in ["任务 ID", "3 个（卡）", "用 `apply` 创建", "{}，{name}：{}个", "是\n  否"]
    {
        assert_eq!(misplaced(text), None, "{text}");
    }
}

#[test]
fn english_sentences_are_found_in_chinese_text() {
    for text in [
        "the lock is empty",
        "错误：cannot read it",
        "  help: run it again",
        "NAME  STATUS  CARDS",
        "   |    ^^^^ write it here",
    ] {
        assert_eq!(english_sentences(text).len(), 1, "{text}");
    }
    for text in [
        "无法读取 a.yaml：没有该文件",
        "运行 `git add the file`",
        "  instancectl plan all of them",
        "12 | name: one two three",
        "原因：“the response was lost”",
        "train  Running  gpu  one",
        "Running 2 个，Waiting 1 个",
        "无法查询平台：HTTP 500 Internal Server Error：<html>",
    ] {
        assert_eq!(english_sentences(text), [""; 0], "{text}");
    }
}

#[test]
fn chinese_texts_use_the_terms_of_the_glossary() {
    let glossary = glossary();
    assert!(glossary.len() > 40, "the glossary has {} rows", glossary.len());
    let mut wrong = Vec::new();
    for file in WITH_CHINESE.iter().flat_map(|path| files_in(&root().join(path))) {
        let Ok(text) = fs::read_to_string(&file) else { continue };
        if NOT_TEXTS.iter().any(|path| file.ends_with(path)) || !text.contains(is_chinese) {
            continue;
        }
        for (number, line) in (1..).zip(text.lines()) {
            for Term { term, variants, .. } in &glossary {
                for variant in variants.iter().filter(|variant| line.contains(**variant)) {
                    let place = file.display();
                    wrong.push(format!("{place}:{number}: {variant} (instead: {term})"));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{}:\n{}", wrong.len(), wrong.join("\n"));
}

/// A row of the glossary.
#[derive(Debug)]
struct Term<'a> {
    term: &'a str,
    /// Words for the same that no text uses.
    variants: Vec<&'a str>,
}

fn glossary() -> Vec<Term<'static>> {
    let text = fs::read_to_string(root().join(GLOSSARY)).expect("the glossary is readable");
    let text: &'static str = text.leak();
    let (_, table) = text.split_once(GLOSSARY_HEAD).expect("it has the glossary");
    let rows = table.lines().skip(2).map_while(|line| line.strip_prefix("| ")?.strip_suffix('|'));
    rows.map(|row| {
        let cells: Vec<&str> = row.split('|').map(str::trim).collect();
        let [_, term, variants] = cells[..] else { panic!("three cells: {row}") };
        Term { term, variants: variants.split('、').filter(|word| !word.is_empty()).collect() }
    })
    .collect()
}

fn files_in(path: &Path) -> Vec<PathBuf> {
    let Ok(entries) = fs::read_dir(path) else { return vec![path.to_owned()] };
    let paths = entries.map(|entry| entry.expect("the folder is readable").path());
    paths.flat_map(|path| files_in(&path)).collect()
}

/// Returns the first fault of punctuation or spaces between Chinese and other characters.
fn misplaced(text: &str) -> Option<&'static str> {
    let chars: Vec<char> = text.chars().collect();
    let mut in_code = false;
    for (at, &char) in chars.iter().enumerate() {
        in_code ^= char == '`';
        let Some(&next) = chars.get(at + 1) else { break };
        let latin = |char: char| char.is_ascii_alphanumeric();
        let fault = match (char, next) {
            (one, ',' | ';' | ':' | '!' | '?' | '(') if is_chinese(one) && !in_code => {
                "ASCII punctuation"
            }
            (')', other) if is_chinese(other) && !in_code => "ASCII punctuation",
            (one, other) if is_chinese(one) && latin(other) => "no space",
            (one, other) if latin(one) && is_chinese(other) => "no space",
            (one, '`') if is_chinese(one) && !in_code => "no space",
            // `in_code` is that after the backtick.
            ('`', other) if is_chinese(other) && !in_code => "no space",
            (one, ' ') if is_chinese(one) && chars.get(at + 2).copied().is_some_and(is_chinese) => {
                "a space"
            }
            _ => continue,
        };
        return Some(fault);
    }
    None
}

/// Checks for a Chinese character, without punctuation.
fn is_chinese(char: char) -> bool {
    matches!(char, '\u{3400}'..='\u{9fff}')
}

//! `odd-text`: characters in a name, path, image or group that are probably not intended, and names
//! of instances that are not safe as names of folders, which the platform makes of them
//! (the run folder in the home folder is named after the instance).

use crate::diagnostics::{DiagnosticKind, Oddity};
use crate::text::{is_invisible, is_wide_space};
use crate::validate::collector::DiagnosticCollector;
use crate::validate::rules::scalars::Scalar;

/// Names, paths, images and groups.
const FIELDS: [&str; 6] =
    ["instanceServiceName", "resourceGroup", "imagePath", "version", "sourcePath", "targetPath"];

/// Maximum number of bytes of a name: the platform appends numbers, and a folder name has 255.
const MAX_NAME_BYTES: usize = 200;

pub(super) fn check(scalar: Scalar<'_>, found: &mut DiagnosticCollector<'_>) -> bool {
    let Some(&field) = FIELDS.iter().find(|field| **field == scalar.field) else { return false };
    let Some(text) = scalar.node.as_str() else { return false };
    let oddity = oddity(text).or_else(|| match field {
        "instanceServiceName" => folder_name(text),
        "targetPath" if text.bytes().all(|byte| byte == b'/') => Some(Oddity::Root),
        "sourcePath" | "targetPath" if text.contains(':') => Some(Oddity::Colon),
        _ => None,
    });
    // In an image reference, no such character is valid.
    let separator = || final_separator(text).filter(|_| field != "imagePath");
    let Some(oddity) = oddity.or_else(separator) else { return false };
    let problem = DiagnosticKind::OddText { field, oddity };
    found.push(problem, scalar.node.span(), scalar.document, (scalar.pointer)());
    true
}

/// Returns what is odd about a name or a path of any kind.
fn oddity(text: &str) -> Option<Oddity> {
    let plain = text.bytes().all(|byte| byte.is_ascii_graphic());
    let odd = |c: &char| is_invisible(*c) || is_wide_space(*c);
    let odd = if plain { None } else { text.chars().find(odd) };
    if let Some(char) = odd {
        return Some(if char.is_control() {
            Oddity::Control(char)
        } else {
            Oddity::Invisible(char)
        });
    }
    if text.starts_with(' ') || text.ends_with(' ') {
        return Some(Oddity::OuterSpace);
    }
    let quotes = ['"', '\'', '“', '”', '‘', '’', '＂'];
    let ends = |char: char| quotes.contains(&char);
    let (first, last) = (text.chars().next()?, text.chars().next_back()?);
    let unpaired = ends(first) != ends(last) || ends(first) && text.chars().count() == 1;
    unpaired.then(|| Oddity::UnpairedQuote(if ends(last) { last } else { first }))
}

/// Returns the separator of lists that a text ends with, as in a line copied from JSON.
fn final_separator(text: &str) -> Option<Oddity> {
    let last = text.chars().next_back()?;
    matches!(last, ',' | ';' | '，' | '；' | '、' | '。').then_some(Oddity::FinalSeparator(last))
}

/// Returns why a name is not safe as the name of a folder.
fn folder_name(name: &str) -> Option<Oddity> {
    if name.len() > MAX_NAME_BYTES {
        return Some(Oddity::LongName { bytes: name.len() });
    }
    let first = name.chars().next().filter(|c| matches!(c, '.' | '-' | '~'));
    let unsafe_char = |c: &char| {
        matches!(c, ' ' | '/' | '\\' | '*' | '?' | '<' | '>' | '|' | '"' | '\'' | ':' | ';' | '&')
            || matches!(c, '$' | '`' | '(' | ')' | '[' | ']' | '{' | '}' | '!' | '#')
    };
    first.or_else(|| name.chars().find(unsafe_char)).map(Oddity::FolderName)
}

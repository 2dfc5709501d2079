//! Suggestions for names that are close to a known one.

pub(crate) mod ram_size;
pub(crate) mod suggestion;
pub(crate) mod timeout;
pub(crate) mod type_hint;
pub(crate) mod value;

use std::iter;

use super::field_names::NON_ASCII_WHITESPACE;
use super::smart_quotes::QUOTES;

/// Returns the one candidate that `found` clearly means: the same except for case and for
/// non-alphanumeric characters, or the first or last part of only one candidate, or some of the
/// words of only one, or a misspelling of only one.
pub fn closest<'c>(found: &str, candidates: &[&'c str]) -> Option<&'c str> {
    CandidateIndex::new(candidates).closest(found)
}

/// Returns the result of [`closest`]; of several equally close candidates, the one that is still
/// `absent`.
pub(super) fn closest_missing<'c>(
    found: &str,
    candidates: &[&'c str],
    absent: &[&'c str],
) -> Option<&'c str> {
    let name = closest(found, candidates);
    name.or_else(|| CandidateIndex::new(absent).misspelt(&normalize(found)))
        .filter(|name| absent.contains(name))
}

/// Known names, prepared for many lookups: a file may hold a million unknown ones.
pub(super) struct CandidateIndex<'c> {
    candidates: Vec<Candidate<'c>>,
}

struct Candidate<'c> {
    name: &'c str,
    plain: String,
    letter_mask: u64,
}

impl<'c> CandidateIndex<'c> {
    pub(super) fn new(candidates: &[&'c str]) -> Self {
        let word = |word: &&'c str| {
            let plain = normalize(word);
            Candidate { name: word, letter_mask: letter_mask(&plain), plain }
        };
        Self { candidates: candidates.iter().map(word).collect() }
    }

    /// Returns the result of [`closest`].
    pub(super) fn closest(&self, found: &str) -> Option<&'c str> {
        let plain = normalize(found);
        if plain.is_empty() || plain.len() > 64 {
            return None;
        }
        if let Some(same) = self.candidates.iter().find(|known| known.plain == plain) {
            return Some(same.name);
        }
        let part = |word: &str| word.starts_with(&plain) || word.ends_with(&plain);
        let mut parts =
            self.candidates.iter().filter(|known| plain.len() >= 4 && part(&known.plain));
        if let (Some(known), None) = (parts.next(), parts.next()) {
            return Some(known.name);
        }
        let some = split_words(found);
        let is_part = |known: &&Candidate<'_>| {
            some.len() > 1 && is_subsequence(&some, &split_words(known.name))
        };
        let mut parts = self.candidates.iter().filter(is_part);
        if let (Some(known), None) = (parts.next(), parts.next()) {
            return Some(known.name);
        }
        self.misspelt(&plain)
    }

    fn misspelt(&self, plain: &str) -> Option<&'c str> {
        let allowed = (plain.chars().count() / 3).clamp(1, 2);
        let letters = letter_mask(plain);
        // Quickly rules out most candidates by their length, or by differing letters, since each of
        // them is an edit.
        let may_be = |known: &&Candidate<'_>| {
            known.plain.len().abs_diff(plain.len()) <= allowed
                && known.plain.len() > allowed
                && (letters & !known.letter_mask).count_ones() as usize <= allowed
        };
        let known = self.candidates.iter().filter(may_be);
        let mut near: Vec<(usize, &str)> = known
            .map(|known| (strsim::damerau_levenshtein(plain, &known.plain), known.name))
            .filter(|(distance, _)| *distance <= allowed)
            .collect();
        near.sort_unstable();
        match near[..] {
            [(_, word)] => Some(word),
            [(best, word), (second, _), ..] if best < second => Some(word),
            _ => None,
        }
    }
}

/// Returns the characters of a text, with full-width ones converted to half-width.
pub(super) fn to_half_width(text: &str) -> impl Iterator<Item = char> {
    text.chars().map(|c| match c {
        '！'..='～' => char::from_u32(u32::from(c) - 0xfee0).unwrap_or(c),
        c => c,
    })
}

fn normalize(word: &str) -> String {
    to_half_width(word).filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

/// Returns a mask with a bit for each letter; letters that share one give fewer bits, never more.
fn letter_mask(word: &str) -> u64 {
    word.chars().fold(0, |bits, c| bits | 1 << (u32::from(c) % 64))
}

/// Splits a name such as `containerPort` into words, in lower case; a number begins a new one.
pub(super) fn split_words(name: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    let mut before = ' ';
    for char in name.chars() {
        let number = char.is_numeric() && !before.is_numeric();
        let capital = char.is_uppercase() && !before.is_uppercase();
        let begins = capital || !char.is_alphanumeric() || number;
        before = char;
        if begins && words.last().is_some_and(|word| !word.is_empty()) {
            words.push(String::new());
        }
        let last = words.last_mut().expect("there is one from the start");
        last.extend(iter::once(char).filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase));
    }
    words
}

/// Maximum length, in bytes, of a key that may be a field's name.
const MAX_WORD_CHARS: usize = 200;

/// Checks whether a key that is close to a field is clearly a misspelling of it. A symbol before or
/// after it, as used to disable a line, or an extra word has another meaning.
pub(super) fn is_misspelling(key: &str, field: &str) -> bool {
    if key.len() > MAX_WORD_CHARS {
        return false;
    }
    let quotes = |c: char| QUOTES.contains(&c) || matches!(c, '"' | '\'');
    let unseen = |c: char| NON_ASCII_WHITESPACE.contains(&c) || c == ' ';
    let inner = key.trim_matches(|c| quotes(c) || unseen(c));
    let inner: String =
        to_half_width(inner).filter(|c| !NON_ASCII_WHITESPACE.contains(c)).collect();
    let ends = |c: char| !c.is_alphanumeric();
    let between = |c: char| c.is_alphanumeric() || matches!(c, '_' | '-' | '.' | ' ');
    if inner.starts_with(ends) || inner.ends_with(ends) || !inner.chars().all(between) {
        return false;
    }
    let (words, field) = (split_words(&inner), normalize(field));
    if normalize(&inner) == field {
        return true;
    }
    // `instanceList` has the same meaning as `instances`.
    let reason = |word: &str| !matches!(word, "list" | "info");
    let without = |skip: usize| {
        let kept = words.iter().enumerate().filter(|(at, _)| *at != skip);
        kept.map(|(_, word)| word.as_str()).collect::<String>()
    };
    let is_more = |at: usize| strsim::damerau_levenshtein(&without(at), &field) <= 1;
    !(0..words.len()).any(|at| words.len() > 1 && reason(&words[at]) && is_more(at))
}

/// Checks whether all of `some` are among `words`, in order, at least as a prefix of one.
fn is_subsequence(some: &[String], words: &[String]) -> bool {
    let mut words = words.iter();
    let short = |word: &str, other: &str| word.len() >= 4 && other.starts_with(word);
    some.iter().all(|word| words.any(|other| other == word || short(word, other)))
}

/// Formats a human-readable list with each item in backticks: `a`, `b` and `c`.
pub(super) fn listed(words: &[&str], last: &str) -> String {
    let quoted: Vec<String> = words.iter().map(|word| format!("`{word}`")).collect();
    match quoted.split_last() {
        Some((end, [])) => end.clone(),
        Some((end, start)) => format!("{} {last} {end}", start.join(", ")),
        None => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::{closest, closest_missing, is_misspelling};

    #[test]
    fn only_an_unambiguous_suggestion_is_made() {
        let fields = ["taskType", "taskNumber", "gpuNumber", "cpuNumber", "ramSize", "type"];
        assert_eq!(closest("tasktype", &fields), Some("taskType"));
        assert_eq!(closest("ram_size", &fields), Some("ramSize"));
        assert_eq!(closest("gpuNumbr", &fields), Some("gpuNumber"));
        assert_eq!(closest("xpuNumber", &fields), None, "two are as close");
        assert_eq!(closest_missing("xpuNumber", &fields, &["cpuNumber"]), Some("cpuNumber"));
        assert_eq!(
            closest_missing("cpuNumbes", &fields, &["gpuNumber"]),
            None,
            "nearer to another"
        );
        assert_eq!(closest_missing("number", &fields, &["taskNumber"]), None, "three end so");
        assert_eq!(closest("task", &fields), None, "two begin so");
        assert_eq!(closest("name", &["instanceServiceName", "type"]), Some("instanceServiceName"));
        let list = ["containerPortInfoList", "mountInfoList", "startScriptContent"];
        assert_eq!(closest("containerPortList", &list), Some("containerPortInfoList"));
        assert_eq!(closest("container_port_list", &list), Some("containerPortInfoList"));
        assert_eq!(closest("list", &list), None);
        assert_eq!(closest("accelType", &["acceleratorType", "taskType"]), Some("acceleratorType"));
        assert_eq!(closest("gpuNumberPerNode", &fields), None, "its words say more");
        assert_eq!(closest("ｃｐｕNumber", &fields), Some("cpuNumber"));
        assert_eq!(closest("“task\u{200b}Type”", &fields), Some("taskType"));
        assert_eq!(closest("colour", &fields), None);
        assert_eq!(closest("", &fields), None);
    }

    #[test]
    fn disabled_or_more_specific_key_is_not_a_misspelling() {
        for key in [
            "_gpuNumber",
            "gpuNumber_",
            "-gpuNumber",
            "#gpuNumber",
            "~gpuNumber",
            "$gpuNumber",
            "gpuNumber?",
            "gpuNumber2",
            "gpuNumberX",
            "gpuNumberID",
            "xGpuNumber",
            "myGpuNumbr",
            "no_gpu_number",
            "old gpuNumber",
            "b gpuNumbr",
            "a{gpuNumber",
            "gpuNumber:\" a",
        ] {
            assert!(!is_misspelling(key, "gpuNumber"), "{key}");
        }
        for key in [
            "gpunumber",
            "gpu_number",
            "GPU-Number",
            "gpu number",
            "gpuNumbr",
            "gpuNumbers",
            "“gpu\u{200b}Number”",
            "\u{3000}gpuNumber",
            "gpuNumber\"",
            "ｇpuNumber",
        ] {
            assert!(is_misspelling(key, "gpuNumber"), "{key}");
        }
        assert!(is_misspelling("timeOutLmit", "timeoutLimit"));
        assert!(is_misspelling("instances_list", "instances"));
        assert!(!is_misspelling("oldInstances", "instances"));
        assert!(!is_misspelling(&"镜像A".repeat(1 << 20), "imagePath"), "and at once");
    }
}

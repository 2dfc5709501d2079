//! What was meant by a word that is close to one we know.

use std::iter;

/// The one candidate that `found` surely means: the same but for case and for what is neither letter
/// nor digit, or the first or last part of one candidate alone, or some of the words in it alone, or all
/// of its words and more, or a misspelling of one candidate alone.
pub fn nearest<'c>(found: &str, candidates: &[&'c str]) -> Option<&'c str> {
    let plain = fold(found);
    if plain.is_empty() || plain.len() > 64 {
        return None;
    }
    let known: Vec<(String, &str)> = candidates.iter().map(|word| (fold(word), *word)).collect();
    if let Some((_, same)) = known.iter().find(|(word, _)| *word == plain) {
        return Some(same);
    }
    let part = |word: &str| word.starts_with(&plain) || word.ends_with(&plain);
    let mut parts = known.iter().filter(|(word, _)| plain.len() >= 4 && part(word));
    if let (Some((_, word)), None) = (parts.next(), parts.next()) {
        return Some(word);
    }
    let some = words(found);
    let part = |some: &[String], all: &[String]| some.len() > 1 && is_part(some, all);
    let mut parts = candidates.iter().filter(|word| part(&some, &words(word)));
    if let (Some(word), None) = (parts.next(), parts.next()) {
        return Some(word);
    }
    let mut wholes = candidates.iter().filter(|word| part(&words(word), &some));
    if let (Some(word), None) = (wholes.next(), wholes.next()) {
        return Some(word);
    }
    let allowed = (plain.chars().count() / 3).clamp(1, 2);
    // A word of quite another length is no misspelling: most are told apart so, and quickly.
    let mut near: Vec<(usize, &str)> = known
        .iter()
        .filter(|(word, _)| word.len().abs_diff(plain.len()) <= allowed && word.len() > allowed)
        .map(|(word, candidate)| (strsim::damerau_levenshtein(&plain, word), *candidate))
        .filter(|(distance, _)| *distance <= allowed)
        .collect();
    near.sort_unstable();
    match near[..] {
        [(_, word)] => Some(word),
        [(best, word), (second, _), ..] if best < second => Some(word),
        _ => None,
    }
}

/// The letters of a text, those that are full-width as everyone types them.
pub(super) fn half_width(text: &str) -> impl Iterator<Item = char> {
    text.chars().map(|c| match c {
        '！'..='～' => char::from_u32(u32::from(c) - 0xfee0).unwrap_or(c),
        c => c,
    })
}

fn fold(word: &str) -> String {
    half_width(word).filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

/// The words of a name such as `containerPort`, in lower case.
fn words(name: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    for char in name.chars() {
        let begins = char.is_uppercase() || !char.is_alphanumeric();
        if begins && words.last().is_some_and(|word| !word.is_empty()) {
            words.push(String::new());
        }
        let last = words.last_mut().expect("there is one from the start");
        last.extend(iter::once(char).filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase));
    }
    words
}

/// Whether all of `some` are among `words`, in their order, the first letters of one at least.
fn is_part(some: &[String], words: &[String]) -> bool {
    let mut words = words.iter();
    let short = |word: &str, other: &str| word.len() >= 4 && other.starts_with(word);
    some.iter().all(|word| words.any(|other| other == word || short(word, other)))
}

/// `a`, `b` and `c` as people list them, each in backticks.
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
    use super::nearest;

    #[test]
    fn only_a_sure_guess_is_made() {
        let fields = ["taskType", "taskNumber", "gpuNumber", "cpuNumber", "ramSize", "type"];
        assert_eq!(nearest("tasktype", &fields), Some("taskType"));
        assert_eq!(nearest("ram_size", &fields), Some("ramSize"));
        assert_eq!(nearest("gpuNumbr", &fields), Some("gpuNumber"));
        assert_eq!(nearest("xpuNumber", &fields), None, "two are as close");
        assert_eq!(nearest("task", &fields), None, "two begin so");
        assert_eq!(nearest("name", &["instanceServiceName", "type"]), Some("instanceServiceName"));
        let list = ["containerPortInfoList", "mountInfoList", "startScriptContent"];
        assert_eq!(nearest("containerPortList", &list), Some("containerPortInfoList"));
        assert_eq!(nearest("container_port_list", &list), Some("containerPortInfoList"));
        assert_eq!(nearest("list", &list), None);
        assert_eq!(nearest("accelType", &["acceleratorType", "taskType"]), Some("acceleratorType"));
        assert_eq!(nearest("taskTypeName", &fields), Some("taskType"));
        assert_eq!(nearest("ｃｐｕNumber", &fields), Some("cpuNumber"));
        assert_eq!(nearest("“task\u{200b}Type”", &fields), Some("taskType"));
        assert_eq!(nearest("colour", &fields), None);
        assert_eq!(nearest("", &fields), None);
    }
}

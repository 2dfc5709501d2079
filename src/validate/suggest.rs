//! What was meant by a word that is close to one we know.

/// The one candidate that `found` surely means: the same but for case, `_` and `-`, or the first
/// or last part of one candidate alone, or a misspelling of one candidate alone.
pub(super) fn nearest<'c>(found: &str, candidates: &[&'c str]) -> Option<&'c str> {
    let plain = fold(found);
    if plain.is_empty() || plain.len() > 64 {
        return None;
    }
    if let Some(same) = candidates.iter().find(|candidate| fold(candidate) == plain) {
        return Some(same);
    }
    let mut whole_part = candidates.iter().filter(|candidate| {
        let candidate = fold(candidate);
        plain.len() >= 4 && (candidate.starts_with(&plain) || candidate.ends_with(&plain))
    });
    if let (Some(candidate), None) = (whole_part.next(), whole_part.next()) {
        return Some(candidate);
    }
    let allowed = (plain.chars().count() / 3).clamp(1, 2);
    let distance = |candidate: &str| strsim::damerau_levenshtein(&plain, &fold(candidate));
    let mut near: Vec<(usize, &str)> =
        candidates.iter().map(|candidate| (distance(candidate), *candidate)).collect();
    near.sort_unstable();
    match near[..] {
        [(best, candidate), ..] if best > allowed || candidate.len() <= best => None,
        [(best, _), (second, _), ..] if best == second => None,
        [(_, candidate), ..] => Some(candidate),
        [] => None,
    }
}

fn fold(word: &str) -> String {
    word.chars().filter(|c| !matches!(c, '_' | '-' | ' ')).flat_map(char::to_lowercase).collect()
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
        assert_eq!(nearest("colour", &fields), None);
        assert_eq!(nearest("", &fields), None);
    }
}

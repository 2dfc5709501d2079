//! Suggestions for names that are close to a known one.

pub(crate) mod value;

use super::syntax_recovery::is_odd_blank;
use crate::manifest::{FieldSpec, INSTANCE_FIELDS, LIST_KEYS};

/// Quotes that YAML reads as letters: those of word processors, and of other input methods.
pub(super) const QUOTES: [char; 5] = ['“', '”', '‘', '’', '＂'];

/// Maximum length, in bytes, of a name that is compared with the known ones.
const MAX_NAME_BYTES: usize = 64;

/// Returns the one candidate that `found` clearly means: the same except for case and symbols, or a
/// misspelling of only one.
pub fn closest<'c>(found: &str, candidates: &[&'c str]) -> Option<&'c str> {
    if found.len() > 2 * MAX_NAME_BYTES {
        return None;
    }
    let plain = normalize(found);
    if plain.is_empty() || plain.len() > MAX_NAME_BYTES {
        return None;
    }
    let length = plain.chars().count();
    let allowed = (length / 3).clamp(1, 2);
    let mut near: Vec<(usize, &str)> = candidates
        .iter()
        .filter(|known| known.len() > allowed && known.len().abs_diff(plain.len()) <= allowed + 2)
        .map(|known| (normalize(known), *known))
        // The distance is at least the difference of the lengths, and takes longer.
        .filter(|(known, _)| known.chars().count().abs_diff(length) <= allowed)
        .map(|(plain_known, known)| (strsim::osa_distance(&plain, &plain_known), known))
        .filter(|(distance, _)| *distance <= allowed)
        .collect();
    near.sort_unstable();
    match near[..] {
        [(_, word)] => Some(word),
        [(best, word), (second, _), ..] if best < second => Some(word),
        _ => None,
    }
}

/// Returns the field that other programs, or people, call by this word.
pub fn field_for_word(word: &str) -> Option<&'static str> {
    let fields = [&LIST_KEYS[..], &INSTANCE_FIELDS].concat();
    FieldSpec::for_alias(&normalize(word), &fields).map(|field| field.name)
}

/// Returns the result of [`closest`]; of several equally close candidates, the one that is still
/// `absent`.
pub(super) fn closest_missing<'c>(
    found: &str,
    candidates: &[&'c str],
    absent: &[&'c str],
) -> Option<&'c str> {
    let name = closest(found, candidates);
    name.or_else(|| closest(found, absent)).filter(|name| absent.contains(name))
}

/// Returns the characters of a text, with full-width ones converted to half-width.
pub(super) fn to_half_width(text: &str) -> impl Iterator<Item = char> {
    text.chars().map(|c| match c {
        '！'..='～' => char::from_u32(u32::from(c) - 0xfee0).unwrap_or(c),
        c => c,
    })
}

/// Returns the letters and digits of a name, in lower case.
pub(super) fn normalize(name: &str) -> String {
    to_half_width(name).filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

/// Checks whether a key that is close to a field is clearly a misspelling of it. A symbol before or
/// after it, as used to disable a line, or an extra word has another meaning.
pub(super) fn is_misspelling(key: &str, field: &str) -> bool {
    if key.len() > 2 * MAX_NAME_BYTES {
        return false;
    }
    let inner = key
        .trim_matches(|c| QUOTES.contains(&c) || is_odd_blank(c) || matches!(c, ' ' | '"' | '\''));
    let inner: String = to_half_width(inner).filter(|c| !is_odd_blank(*c)).collect();
    let outer = |c: char| !c.is_alphanumeric();
    let inside = |c: char| c.is_alphanumeric() || matches!(c, '_' | '-' | '.' | ' ');
    // Words after the first one; a number begins one too.
    let words = |name: &str| name.matches(|c: char| c.is_uppercase() || !c.is_alphabetic()).count();
    !inner.starts_with(outer)
        && !inner.ends_with(outer)
        && inner.chars().all(inside)
        && (normalize(&inner) == normalize(field) || words(&inner) <= words(field))
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
        assert!(!is_misspelling("oldInstances", "instances"));
        assert!(!is_misspelling(&"镜像A".repeat(1 << 20), "imagePath"), "and at once");
    }
}

//! Source lines of text that is not valid YAML yet.

use crate::manifest::{FieldSpec, LIST_KEYS};

/// A line without its line end, and its start.
#[derive(Clone, Copy)]
pub(super) struct SourceLine<'t> {
    pub(super) start: usize,
    pub(super) text: &'t str,
}

impl<'t> SourceLine<'t> {
    pub(super) fn at_offset(text: &'t str, at: usize) -> Self {
        let start = text[..at].rfind(['\n', '\r']).map_or(0, |end| end + 1);
        let line = text[start..].split(['\n', '\r']).next().unwrap_or_default();
        let mark =
            if start == 0 && line.starts_with('\u{feff}') { '\u{feff}'.len_utf8() } else { 0 };
        Self { start: start + mark, text: &line[mark..] }
    }

    /// Returns the nearest line above that is neither empty nor a comment.
    pub(super) fn above(self, text: &'t str) -> Option<Self> {
        let mut end = self.start;
        while let Some((at, char)) = text[..end].char_indices().next_back() {
            if char == '\u{feff}' {
                return None;
            }
            let line = Self::at_offset(text, at);
            if !line.body().is_empty() && !line.body().starts_with('#') {
                return Some(line);
            }
            end = line.start;
        }
        None
    }

    /// Returns the nearest line below that is not empty.
    pub(super) fn below(self, text: &'t str) -> Option<Self> {
        let mut at = self.start + self.text.len();
        loop {
            at += text[at..].find(|c| !matches!(c, '\n' | '\r'))?;
            let line = Self::at_offset(text, at);
            if !line.body().is_empty() {
                return Some(line);
            }
            at = line.start + line.text.len();
        }
    }

    pub(super) fn indent(self) -> usize {
        self.text.len() - self.text.trim_start_matches(' ').len()
    }

    pub(super) fn body(self) -> &'t str {
        self.text.trim()
    }

    pub(super) fn is_item(self) -> bool {
        self.body() == "-" || self.body().starts_with("- ")
    }

    /// Returns the column, from 0, of its leading dash.
    pub(super) fn dash(self) -> Option<usize> {
        self.is_item().then(|| self.indent())
    }

    /// Returns the column, from 0, in which the keys of its mapping begin.
    pub(super) fn column(self) -> Option<usize> {
        self.key().map(|(at, _)| at - self.start)
    }

    /// Returns the start of its key, after the dashes of list items, and the key.
    pub(super) fn key(self) -> Option<(usize, &'t str)> {
        let rest = self.text.trim_start_matches([' ', '-', '\u{3000}', '\u{a0}']);
        let end = rest
            .find(|c: char| !c.is_ascii_alphanumeric() && !matches!(c, '_' | '$'))
            .unwrap_or(rest.len());
        (end > 0).then(|| (self.start + self.text.len() - rest.len(), &rest[..end]))
    }

    /// Returns the name of its key.
    pub(super) fn field(self) -> Option<&'t str> {
        self.key().map(|(_, key)| key)
    }

    /// Returns the start of the text after its key, and that text.
    pub(super) fn after_key(self) -> Option<(usize, &'t str)> {
        let (at, key) = self.key()?;
        let after = at + key.len();
        Some((after, &self.text[after - self.start..]))
    }

    /// Checks whether it begins with a key.
    pub(super) fn is_key(self) -> bool {
        self.after_key().is_some_and(|(_, rest)| rest.starts_with(':'))
    }

    /// Checks whether it begins with a key, separates documents, or is a comment.
    pub(super) fn is_key_marker_or_comment(self) -> bool {
        self.is_key() || self.body().starts_with('#') || self.body() == "---"
    }

    /// Checks whether its key is clearly a field of a manifest.
    pub(super) fn looks_like_field(self) -> bool {
        self.key().is_some_and(|(_, key)| looks_like_field(key))
    }

    /// Checks whether its key is only valid at the left margin.
    pub(super) fn is_top_level_key(self) -> bool {
        self.field().is_some_and(|field| LIST_KEYS.contains(&field))
    }

    /// Checks whether its key takes any text.
    pub(super) fn is_free_text_field(self) -> bool {
        self.key().is_some_and(|(_, key)| matches!(key, "description" | "startScriptContent"))
    }

    /// Checks whether it opens a block scalar: `key: |`.
    pub(super) fn opens_block(self) -> bool {
        let last = self.body().split_whitespace().next_back().unwrap_or_default();
        last.starts_with(['|', '>']) && last.len() <= 3 && self.body().contains(": ")
    }
}

/// Checks whether a word is clearly a key of a manifest: nearly all have a capital in the middle.
pub(super) fn looks_like_field(word: &str) -> bool {
    let camel = word.starts_with(|c: char| c.is_ascii_lowercase())
        && word.contains(|c: char| c.is_ascii_uppercase())
        && word.chars().all(|c| c.is_ascii_alphanumeric());
    camel || word != "description" && FieldSpec::find(word).is_some()
}

/// Checks whether a text contains a field of a manifest with its colon: quotes around the text
/// would hide it.
pub(super) fn contains_field(text: &str) -> bool {
    let is_plain = |key: &str| matches!(key, "version" | "type");
    let mut words = text.split_whitespace().filter_map(|word| word.split_once(':'));
    words.any(|(word, _)| {
        let key = word.rsplit(|c: char| !c.is_ascii_alphanumeric()).next().unwrap_or(word);
        looks_like_field(key) && !is_plain(key)
    })
}

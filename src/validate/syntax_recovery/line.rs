//! Source lines of text that is not valid YAML yet.

use super::Edit;
use crate::manifest::{FieldKind, FieldSpec, LIST_KEYS, Parent};
use crate::text::{is_invisible, is_wide_space};

/// Whitespace and invisible characters that YAML reads as letters.
pub(in crate::validate) fn is_odd_blank(c: char) -> bool {
    !c.is_control() && (is_wide_space(c) || is_invisible(c))
}

/// A line without its line end.
#[derive(Clone, Copy)]
pub(super) struct Line<'t> {
    /// The whole text.
    source: &'t str,
    pub(super) start: usize,
    pub(super) text: &'t str,
}

impl<'t> Line<'t> {
    pub(super) fn at(source: &'t str, at: usize) -> Self {
        let start = source[..at].rfind(['\n', '\r']).map_or(0, |end| end + 1);
        let line = source[start..].split(['\n', '\r']).next().unwrap_or_default();
        let text = if start == 0 { line.trim_start_matches('\u{feff}') } else { line };
        Self { source, start: start + line.len() - text.len(), text }
    }

    /// Returns the nearest line above that is not blank.
    pub(super) fn previous(self) -> Option<Self> {
        let end = self.source[..self.start].trim_end_matches([' ', '\t', '\n', '\r', '\u{feff}']);
        (!end.is_empty()).then(|| Self::at(self.source, end.len()))
    }

    /// Returns the nearest line above that is neither blank nor a comment.
    pub(super) fn above(self) -> Option<Self> {
        self.all_above().next()
    }

    /// Returns the lines above that are neither blank nor comments, the nearest first.
    pub(super) fn all_above(self) -> impl Iterator<Item = Self> {
        std::iter::successors(self.previous(), |line| line.previous())
            .filter(|line| !line.is_comment())
    }

    /// Returns the lines above that are still open, the innermost first: each is indented less than
    /// all lines between, and none is part of a block text.
    pub(super) fn levels(self) -> Vec<Self> {
        let mut open: Vec<Self> = Vec::new();
        for line in self.all_above() {
            if open.last().is_some_and(|inner| line.indent() >= inner.indent()) {
                continue;
            }
            if line.block_header().is_some() {
                open.clear();
            }
            open.push(line);
            if line.indent() == 0 {
                break;
            }
        }
        open
    }

    /// Returns the nearest line below that is not blank.
    pub(super) fn below(self) -> Option<Self> {
        self.all_below().next()
    }

    /// Returns the lines below that are not blank.
    pub(super) fn all_below(self) -> impl Iterator<Item = Self> {
        let next = |end: usize| {
            let rest = self.source.get(end..)?.trim_start_matches([' ', '\t', '\n', '\r']);
            (!rest.is_empty()).then(|| Self::at(self.source, self.source.len() - rest.len()))
        };
        std::iter::successors(next(self.end()), move |line| next(line.end()))
    }

    /// Returns the edit that changes each line from this one to byte `end`; blank ones stay.
    pub(super) fn change_lines(self, end: usize, change: impl Fn(&str) -> String) -> Edit {
        let lines = self.source[self.start..end.max(self.start)].split_inclusive(['\n', '\r']);
        let is_blank = |line: &str| line.trim().is_empty() && line.ends_with(['\n', '\r']);
        let changed = lines.map(|line| if is_blank(line) { line.to_owned() } else { change(line) });
        (self.start..end.max(self.start), changed.collect())
    }

    /// Returns the line without its indentation, tabs included.
    pub(super) fn without_indent(self) -> Self {
        let text = self.text.trim_start_matches([' ', '\t']);
        Self { start: self.end() - text.len(), text, ..self }
    }

    pub(super) fn end(self) -> usize {
        self.start + self.text.len()
    }

    pub(super) fn indent(self) -> usize {
        self.text.len() - self.text.trim_start_matches(' ').len()
    }

    /// Returns the position of its first character that is not a space.
    pub(super) fn first(self) -> usize {
        self.start + self.indent()
    }

    pub(super) fn body(self) -> &'t str {
        self.text.trim()
    }

    pub(super) fn is_comment(self) -> bool {
        self.body().starts_with('#')
    }

    pub(super) fn is_item(self) -> bool {
        self.body() == "-" || self.body().starts_with("- ")
    }

    /// Returns the column, from 0, in which the keys of its mapping begin.
    pub(super) fn column(self) -> Option<usize> {
        self.key().map(|(at, _)| at - self.start)
    }

    /// Returns the start of its key, after the dashes of list items, and the key.
    pub(super) fn key(self) -> Option<(usize, &'t str)> {
        let rest = self.text.trim_start_matches(|c| matches!(c, ' ' | '-') || is_odd_blank(c));
        let end = rest.find(|c: char| !c.is_ascii_alphanumeric() && !matches!(c, '_' | '$'));
        let end = end.unwrap_or(rest.len());
        (end > 0).then(|| (self.end() - rest.len(), &rest[..end]))
    }

    /// Returns the name and the column of its key, or those of the first key in its braces.
    pub(super) fn entry(self) -> Option<(&'t str, usize)> {
        let mut body = self.text.trim_start_matches(' ');
        while let Some(item) = body.strip_prefix("- ") {
            body = item.trim_start_matches(' ');
        }
        let column = self.text.len() - body.len();
        let inner = body.trim_start_matches('{');
        let name = inner.split(|c: char| !c.is_ascii_alphanumeric()).next()?;
        (!name.is_empty() && inner[name.len()..].starts_with(':')).then_some((name, column))
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

    /// Checks whether it begins an entry: a key, a document or a comment.
    pub(super) fn begins_entry(self) -> bool {
        self.is_key() || self.is_comment() || self.body() == "---"
    }

    /// Checks whether its key is clearly a field of a manifest.
    pub(super) fn looks_like_field(self) -> bool {
        self.field().is_some_and(looks_like_field)
    }

    /// Checks whether its key is only valid at the left margin.
    pub(super) fn is_top_level_key(self) -> bool {
        self.field().is_some_and(|field| LIST_KEYS.contains(&field))
    }

    /// Checks whether its key takes any text.
    pub(super) fn is_free_text(self) -> bool {
        matches!(self.field(), Some("description" | "startScriptContent"))
    }

    /// Returns the mapping that its key belongs to.
    pub(super) fn parent(self) -> Option<Parent> {
        FieldSpec::find(self.field()?).map(|field| field.parent)
    }

    /// Returns the header of the block text that it opens: `|` or `>`, and what follows.
    pub(super) fn block_header(self) -> Option<&'t str> {
        let body = self.body().split(" #").next().unwrap_or_default().trim_end();
        let (before, last) = body.rsplit_once(' ')?;
        let header = last.starts_with(['|', '>']) && last.len() <= 3;
        (header
            && before.trim_end().ends_with(|c: char| matches!(c, ':' | '-') || c.is_alphanumeric()))
        .then_some(last)
    }

    /// Checks whether it is a line of a manifest, possibly misspelt: a field, a merge key or a key
    /// that is ignored. Fields with common names are expected in this column.
    pub(super) fn is_of_manifest(self, column: usize) -> bool {
        let inner = self.body().trim_start_matches(|c: char| !c.is_alphanumeric() && c != '<');
        let word = inner.split(|c: char| !c.is_ascii_alphanumeric()).next().unwrap_or_default();
        let near = |field: &FieldSpec| {
            let most = if field.name.len() < 9 { 1 } else { 2 };
            word.len() > 5 && strsim::damerau_levenshtein(word, field.name) <= most
        };
        if matches!(word, "version" | "type" | "description" | "cards" | "limits")
            && self.column() != Some(column)
        {
            return false;
        }
        inner.starts_with("<<:")
            || inner.starts_with("x-")
            || crate::manifest::FIELDS.iter().any(|field| field.name == word || near(field))
    }
}

/// Checks whether the key of a line takes a list or fields.
pub(super) fn holds_fields(line: Line<'_>) -> bool {
    line.field().and_then(FieldKind::of).is_some_and(FieldKind::is_collection)
}

/// Checks whether a word is clearly a key of a manifest: nearly all have a capital in the middle.
pub(super) fn looks_like_field(word: &str) -> bool {
    let camel = word.starts_with(|c: char| c.is_ascii_lowercase())
        && word.contains(|c: char| c.is_ascii_uppercase())
        && word.chars().all(|c| c.is_ascii_alphanumeric());
    camel || !matches!(word, "description" | "cards" | "limits") && FieldSpec::find(word).is_some()
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

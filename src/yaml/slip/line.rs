//! The lines of a text that is no YAML yet, as people see them.

/// A line without its end, and where it begins.
#[derive(Clone, Copy)]
pub(super) struct Line<'t> {
    pub(super) start: usize,
    pub(super) text: &'t str,
}

impl<'t> Line<'t> {
    pub(super) fn at(text: &'t str, at: usize) -> Self {
        let start = text[..at].rfind(['\n', '\r']).map_or(0, |end| end + 1);
        let line = text[start..].split(['\n', '\r']).next().unwrap_or_default();
        let mark =
            if start == 0 && line.starts_with('\u{feff}') { '\u{feff}'.len_utf8() } else { 0 };
        Self { start: start + mark, text: &line[mark..] }
    }

    /// The nearest line above that is neither empty nor a comment.
    pub(super) fn above(self, text: &'t str) -> Option<Self> {
        let mut end = self.start;
        while let Some((at, char)) = text[..end].char_indices().next_back() {
            if char == '\u{feff}' {
                return None;
            }
            let line = Self::at(text, at);
            if !line.body().is_empty() && !line.body().starts_with('#') {
                return Some(line);
            }
            end = line.start;
        }
        None
    }

    pub(super) fn indent(self) -> usize {
        self.text.len() - self.text.trim_start_matches(' ').len()
    }

    /// The nearest line below that is neither empty nor a comment.
    pub(super) fn below(self, text: &'t str) -> Option<Self> {
        let mut end = self.start + self.text.len();
        while let Some(start) = text[end..].find(|c| !matches!(c, '\n' | '\r')) {
            let line = Self::at(text, end + start);
            if !line.body().is_empty() && !line.body().starts_with('#') {
                return Some(line);
            }
            end = line.start + line.text.len();
        }
        None
    }

    /// Spaces before its key, the dash of a list item among them.
    pub(super) fn column(self) -> usize {
        self.indent() + usize::from(self.is_item()) * "- ".len()
    }

    pub(super) fn body(self) -> &'t str {
        self.text.trim()
    }

    pub(super) fn is_item(self) -> bool {
        self.body() == "-" || self.body().starts_with("- ")
    }

    /// Where its key begins, dashes of list items passed over, and the key.
    pub(super) fn key(self) -> Option<(usize, &'t str)> {
        let rest = self.text.trim_start_matches([' ', '-', '\u{3000}', '\u{a0}']);
        let end = rest
            .find(|c: char| !c.is_ascii_alphanumeric() && !matches!(c, '_' | '$'))
            .unwrap_or(rest.len());
        (end > 0).then(|| (self.start + self.text.len() - rest.len(), &rest[..end]))
    }

    /// The name of its key.
    pub(super) fn field(self) -> Option<&'t str> {
        self.key().map(|(_, key)| key)
    }

    /// What stands behind its key, and where.
    pub(super) fn behind_key(self) -> Option<(usize, &'t str)> {
        let (at, key) = self.key()?;
        let behind = at + key.len();
        Some((behind, &self.text[behind - self.start..]))
    }

    /// Whether it begins as a line of a manifest or of JSON does, or closes what such a line opened.
    pub(super) fn begins_key(self) -> bool {
        let body = self.body().trim_start_matches("- ").trim_start_matches(['"', '\'']);
        let key = body.trim_start_matches(|c: char| c.is_ascii_alphanumeric());
        let colon = key.trim_start_matches(['"', '\'']).strip_prefix(':');
        let named = key.len() < body.len()
            && colon.is_some_and(|rest| rest.is_empty() || rest.starts_with(' '));
        named || matches!(self.body(), "}" | "]" | "---")
    }

    /// Whether it opens a block of text: `key: |`.
    pub(super) fn opens_block(self) -> bool {
        let last = self.body().split_whitespace().next_back().unwrap_or_default();
        last.starts_with(['|', '>']) && last.len() <= 3 && self.body().contains(": ")
    }
}

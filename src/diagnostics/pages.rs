//! Page of each code: its meaning, why it matters, an example with the mistake and one without.
//! Tests run the examples.

/// The topic `yaml` of `explain`, as Markdown: a heading, paragraphs, and one table.
pub const YAML_TOPIC: &str = include_str!("topics/yaml.md");

/// Page that `instancectl explain CODE` shows, and that other consumers of our diagnostics may
/// show.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Page {
    /// The code.
    pub code: &'static str,
    /// The whole page, in Markdown.
    pub markdown: &'static str,
}

/// A block of a [`Page`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PageBlock {
    /// A heading.
    Heading(&'static str),
    /// A paragraph, its lines joined.
    Prose(String),
    /// An example: a whole manifest (`yaml`), or commands that make one (`sh`).
    Example {
        /// `yaml` or `sh`.
        language: &'static str,
        /// The lines.
        text: &'static str,
    },
}

macro_rules! pages {
    ($($code:literal)*) => {
        /// A page for each code, in the order of the catalog.
        pub const PAGES: &[Page] =
            &[$(Page { code: $code, markdown: include_str!(concat!("pages/", $code, ".md")) }),*];
    };
}

pages! {
    "yaml-syntax" "encoding" "too-large" "too-deep" "alias" "duplicate-key" "unknown-field"
    "missing-field" "wrong-type" "unknown-value" "out-of-range" "bad-format" "duplicate-name"
    "duplicate-port" "duplicate-mount" "relative-mount" "cards-on-cpu" "script-missing"
    "ram-looks-like-gib" "empty-file" "no-cards" "version-differs" "script-off" "yaml11-value"
    "secret-in-script" "folded-script" "swallowed-field" "unfilled-placeholder" "odd-image"
    "odd-text" "unlimited" "unpinned-image" "empty-list" "unused-allow"
}

impl Page {
    /// Returns the page of a code.
    pub fn page_for(code: &str) -> Option<Self> {
        PAGES.iter().find(|page| page.code == code).copied()
    }

    /// Returns the meaning of the code, in one paragraph.
    pub fn summary(self) -> String {
        let prose = |part| if let PageBlock::Prose(text) = part { Some(text) } else { None };
        self.blocks().into_iter().find_map(prose).unwrap_or_default()
    }

    /// Returns the blocks of the page without its title.
    pub fn blocks(self) -> Vec<PageBlock> {
        let mut parts = Vec::new();
        let mut rest = self.markdown;
        while !rest.is_empty() {
            let end = if rest.starts_with("```") { "\n```\n" } else { "\n\n" };
            let (block, after) = rest.split_once(end).unwrap_or((rest, ""));
            rest = after.trim_start_matches('\n');
            parts.extend(parse_block(block.trim_end()));
        }
        parts
    }
}

fn parse_block(block: &'static str) -> Option<PageBlock> {
    if let Some(fenced) = block.strip_prefix("```") {
        let (language, text) = fenced.split_once('\n')?;
        return Some(PageBlock::Example { language, text });
    }
    if let Some(heading) = block.strip_prefix("## ") {
        return Some(PageBlock::Heading(heading));
    }
    let is_title = block.is_empty() || block.starts_with("# ");
    (!is_title).then(|| PageBlock::Prose(block.replace('\n', " ")))
}

#[cfg(test)]
mod tests {
    use super::{PAGES, Page, PageBlock};
    use crate::diagnostics::CODES;

    #[test]
    fn every_code_has_a_page_with_all_sections() {
        let codes: Vec<&str> = CODES.iter().map(|(code, _)| *code).collect();
        assert_eq!(PAGES.iter().map(|page| page.code).collect::<Vec<_>>(), codes);
        for page in PAGES {
            assert!(page.markdown.starts_with(&format!("# {}\n\n", page.code)), "{}", page.code);
            let parts = page.blocks();
            let [
                PageBlock::Prose(what),
                PageBlock::Heading("Why"),
                PageBlock::Prose(_),
                PageBlock::Heading("Wrong"),
                PageBlock::Example { .. },
                PageBlock::Heading("Right"),
                PageBlock::Example { .. },
            ] = &parts[..]
            else {
                panic!("{}: {parts:#?}", page.code)
            };
            assert_eq!(page.summary(), *what);
        }
        assert_eq!(Page::page_for("no-such-code"), None);
    }
}

//! Page of each code: its meaning, why it matters, an example with the mistake and one without.
//! Tests run the examples.

use super::catalog::CatalogEntry;

/// A topic of `explain` that is neither a code nor a field.
#[derive(Debug, Clone, Copy)]
pub struct Topic {
    /// Its name.
    pub name: &'static str,
    /// Its page in Markdown: a heading, paragraphs, and tables.
    pub page: &'static str,
}

/// The topics, in the order in which `explain` lists them.
pub const TOPICS: &[Topic] = &[
    Topic { name: "lock", page: include_str!("topics/lock.md") },
    Topic { name: "unknown", page: include_str!("topics/unknown.md") },
    Topic { name: "exit-codes", page: include_str!("topics/exit-codes.md") },
    Topic { name: "regions", page: include_str!("topics/regions.md") },
    Topic { name: "git", page: include_str!("topics/git.md") },
    Topic { name: "yaml", page: include_str!("topics/yaml.md") },
];

impl Topic {
    /// Returns the topic of this name.
    pub fn find(name: &str) -> Option<Self> {
        TOPICS.iter().copied().find(|topic| topic.name == name)
    }

    /// Returns its heading.
    pub fn title(self) -> &'static str {
        let first = self.page.lines().next().unwrap_or_default();
        first.trim_start_matches("# ")
    }
}

/// A block of a page.
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

impl CatalogEntry {
    /// Returns the meaning of the code, in one paragraph.
    pub fn summary(self) -> String {
        let prose = |part| if let PageBlock::Prose(text) = part { Some(text) } else { None };
        self.blocks().into_iter().find_map(prose).unwrap_or_default()
    }

    /// Returns the blocks of the page without its title.
    pub fn blocks(self) -> Vec<PageBlock> {
        let mut parts = Vec::new();
        let mut rest = self.page;
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
    use super::PageBlock;
    use crate::diagnostics::{CATALOG, CatalogEntry};

    #[test]
    fn every_code_has_a_page_with_all_sections() {
        for entry in CATALOG {
            assert!(entry.page.starts_with(&format!("# {}\n\n", entry.code)), "{}", entry.code);
            let parts = entry.blocks();
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
                panic!("{}: {parts:#?}", entry.code)
            };
            assert_eq!(entry.summary(), *what);
        }
        assert_eq!(CatalogEntry::find("no-such-code"), None);
    }
}

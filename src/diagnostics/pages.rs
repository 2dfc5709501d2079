//! Page of each code: its meaning, why it matters, an example with the mistake and one without.
//! Tests run the examples.

use super::catalog::{CatalogEntry, Pages};
use crate::language::Language;

/// A topic of `explain` that is neither a code nor a field.
#[derive(Debug, Clone, Copy)]
pub struct Topic {
    /// Its name.
    pub name: &'static str,
    /// Its pages in Markdown: a heading, paragraphs, and tables.
    pages: Pages,
}

macro_rules! topics {
    ($($name:literal)*) => {
        /// The topics, in the order in which `explain` lists them.
        pub const TOPICS: &[Topic] = &[$(Topic {
            name: $name,
            pages: Pages {
                english: include_str!(concat!("topics/en/", $name, ".md")),
                chinese: include_str!(concat!("topics/zh/", $name, ".md")),
            },
        }),*];
    };
}

topics! { "lock" "unknown" "exit-codes" "regions" "git" "yaml" }

impl Topic {
    /// Returns the topic of this name.
    pub fn find(name: &str) -> Option<Self> {
        TOPICS.iter().copied().find(|topic| topic.name == name)
    }

    /// Returns its page.
    pub fn page(self, language: Language) -> &'static str {
        self.pages.of(language)
    }

    /// Returns its heading.
    pub fn title(self, language: Language) -> &'static str {
        title(self.page(language))
    }
}

/// The page of a code.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CodePage {
    /// The title: the code itself in English.
    pub title: &'static str,
    /// The meaning of the code, in one paragraph.
    pub meaning: String,
    /// Why it matters, in one paragraph.
    pub reason: String,
    /// The example with the mistake.
    pub wrong: Example,
    /// The example without it.
    pub right: Example,
}

/// An example: a whole manifest (`yaml`), or commands that make one (`sh`).
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Example {
    /// `yaml` or `sh`.
    pub format: &'static str,
    /// The lines.
    pub text: &'static str,
}

impl CatalogEntry {
    /// Returns the page. All languages have the examples of the English page.
    pub fn page(self, language: Language) -> CodePage {
        let page = self.pages.of(language);
        let mut examples = self.pages.english.split("\n## ").skip(2).filter_map(example);
        let mut paragraphs = page.split("\n## ").map(paragraph);
        CodePage {
            title: title(page),
            meaning: paragraphs.next().unwrap_or_default(),
            reason: paragraphs.next().unwrap_or_default(),
            wrong: examples.next().unwrap_or_default(),
            right: examples.next().unwrap_or_default(),
        }
    }
}

/// Returns the heading of a page.
fn title(page: &'static str) -> &'static str {
    page.lines().next().unwrap_or_default().trim_start_matches("# ")
}

/// Returns the paragraph below the heading of a section, its lines joined.
fn paragraph(section: &str) -> String {
    section.split_once("\n\n").map_or("", |(_, text)| text).trim_end().replace('\n', " ")
}

/// Returns the code block below the heading of a section.
fn example(section: &'static str) -> Option<Example> {
    let (_, fenced) = section.split_once("\n\n```")?;
    let (format, text) = fenced.split_once('\n')?;
    Some(Example { format, text: text.trim_end().strip_suffix("\n```")? })
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::{CodePage, TOPICS};
    use crate::diagnostics::{CATALOG, CatalogEntry};
    use crate::language::Language;

    /// Returns the code in backticks.
    fn code(text: &str) -> BTreeSet<&str> {
        text.split('`').skip(1).step_by(2).collect()
    }

    #[test]
    fn every_code_has_a_page_with_all_sections() {
        for entry in CATALOG {
            let headings = |page: &'static str| {
                page.lines().filter(|line| line.starts_with("## ")).collect::<Vec<_>>()
            };
            assert_eq!(headings(entry.pages.english), ["## Why", "## Wrong", "## Right"]);
            assert_eq!(headings(entry.pages.chinese), ["## 为什么"], "{}", entry.code);
            let page = entry.page(Language::English);
            assert_eq!(page.title, entry.code);
            let chinese = entry.page(Language::Chinese);
            for CodePage { title, meaning, reason, wrong, right } in [&page, &chinese] {
                let texts = [title, meaning.as_str(), reason, wrong.text, right.text];
                assert!(!texts.contains(&""), "{}: {texts:?}", entry.code);
            }
            assert_eq!((page.wrong, page.right), (chinese.wrong, chinese.right));
        }
        assert_eq!(CatalogEntry::find("no-such-code"), None);
    }

    #[test]
    fn pages_contain_the_same_code_in_each_language() {
        let of_codes = CATALOG.iter().map(|entry| {
            let [english, chinese] = [Language::English, Language::Chinese].map(|language| {
                let page = entry.page(language);
                format!("{} {}", page.meaning, page.reason)
            });
            (entry.code, english, chinese)
        });
        let of_topics = TOPICS.iter().map(|topic| {
            let page = |language| topic.page(language).to_owned();
            (topic.name, page(Language::English), page(Language::Chinese))
        });
        for (name, english, chinese) in of_codes.chain(of_topics) {
            assert_eq!(code(&chinese), code(&english.replace('\n', " ")), "{name}");
            let rows = |page: &str| page.lines().filter(|line| line.starts_with('|')).count();
            assert_eq!(rows(&chinese), rows(&english), "{name}");
        }
    }
}

//! `explain`: the page of a code or a topic, or the documentation of a field.

use std::collections::BTreeSet;

use super::error::{CommandError, Exit};
use crate::cli::{self, Explain, HelpPage};
use crate::diagnostics::{CATALOG, CatalogEntry, TOPICS, Topic};
use crate::language::Language;
use crate::manifest::schema::{self, FieldDoc, first_sentence};
use crate::output::{CommandProblem, Console, ExplainBlock, ExplainRow};
use crate::validate;

pub(super) fn run(args: &Explain, console: &mut Console) -> Result<Exit, CommandError> {
    let words = console.words();
    let fields = schema::fields(words);
    let blocks = match args.topic.as_deref() {
        None => everything(&fields, words),
        Some(name) => {
            let found = CatalogEntry::find(name).map(|entry| code(entry, words));
            let found = found.or_else(|| Topic::find(name).map(|of| topic(of, words)));
            let found = found.or_else(|| find(name, &fields).map(|of| field(of, words)));
            found.ok_or_else(|| unknown(name))?
        }
    };
    console.explanation(&blocks)?;
    Ok(Exit::Done)
}

/// Returns all topics.
pub(super) fn topics() -> Vec<String> {
    let codes = CATALOG.iter().map(|entry| entry.code.to_owned());
    let fields = schema::fields(Language::English).into_iter().map(|field| field.path);
    codes.chain(fields).chain(TOPICS.iter().map(|topic| topic.name.to_owned())).collect()
}

/// Finds the field with this path. `instances`, `defaults` and numbers at its start are skipped, so
/// that the pointer of a diagnostic works too; a field inside a list can be given without its list.
fn find<'f>(topic: &str, fields: &'f [FieldDoc]) -> Option<&'f FieldDoc> {
    let parts = topic.split(['.', '/', '[', ']']).filter(|part| {
        !part.is_empty() && *part != "*" && !part.bytes().all(|byte| byte.is_ascii_digit())
    });
    let mut parts: Vec<&str> = parts.collect();
    if parts.len() > 1 && matches!(parts[0], "instances" | "defaults") {
        parts.remove(0);
    }
    let path = if parts[..].first()?.starts_with("x-") { "x-".to_owned() } else { parts.join(".") };
    let within = format!(".{path}");
    let complete = fields.iter().find(|field| field.path == path);
    complete.or_else(|| fields.iter().find(|field| field.path.ends_with(&within)))
}

fn unknown(topic: &str) -> CommandError {
    let topics = topics();
    // List-item fields can also be looked up by their bare name.
    let own = topics.iter().map(|topic| topic.rsplit('.').next().unwrap_or_default());
    let known: BTreeSet<&str> = own.chain(topics.iter().map(String::as_str)).collect();
    let known: Vec<&str> = known.into_iter().collect();
    let near = near(topic, &known).into_iter().map(str::to_owned).collect();
    let is_command =
        cli::program(HelpPage::Short, Language::English).find_subcommand(topic).is_some();
    CommandProblem::UnknownTopic { topic: topic.to_owned(), near, is_command }.into()
}

/// Returns the topics that were perhaps meant: the field that other programs call so, a misspelt topic,
/// or those with the word in their name or on their page.
fn near<'k>(topic: &str, known: &[&'k str]) -> Vec<&'k str> {
    if topic.parse::<u8>().is_ok() {
        return vec!["exit-codes"];
    }
    let one = validate::field_for_word(topic).or_else(|| validate::closest(topic, known));
    if let Some(one) = one {
        return vec![one];
    }
    let word = topic.to_lowercase();
    if word.len() < 3 {
        return Vec::new();
    }
    let named = known.iter().copied().filter(|known| known.to_lowercase().contains(&word));
    let named: Vec<&str> = named.take(3).collect();
    if !named.is_empty() {
        return named;
    }
    let has_word = |topic: &&Topic| {
        let pages = [Language::English, Language::Chinese].map(|language| topic.page(language));
        pages.iter().any(|page| page.to_lowercase().contains(&word))
    };
    TOPICS.iter().filter(has_word).map(|topic| topic.name).collect()
}

/// Returns the blocks of a code's page, with its two examples as one.
fn code(entry: &CatalogEntry, words: Language) -> Vec<ExplainBlock> {
    let page = entry.page(words);
    let texts = &words.fixed().explain;
    vec![
        ExplainBlock::Heading(words.code_heading(entry)),
        ExplainBlock::Prose(page.meaning),
        ExplainBlock::Heading(texts.reason.to_owned()),
        ExplainBlock::Prose(page.reason),
        ExplainBlock::Heading(texts.correction.to_owned()),
        ExplainBlock::Correction { wrong: page.wrong.text, right: page.right.text },
    ]
}

/// Returns the blocks of a topic: a heading, paragraphs, and tables of which the first two columns are
/// shown.
fn topic(topic: Topic, words: Language) -> Vec<ExplainBlock> {
    let blocks =
        topic.page(words).trim_end().split("\n\n").map(|block| match block.strip_prefix("# ") {
            Some(heading) => ExplainBlock::Heading(heading.to_owned()),
            None if block.starts_with('|') => table(block.lines().skip(2).filter_map(|row| {
                let mut cells = row.strip_prefix("| ")?.strip_suffix(" |")?.split(" | ");
                Some((cells.next()?.to_owned(), cells.next()?.to_owned()))
            })),
            None => ExplainBlock::Prose(block.replace('\n', " ")),
        });
    blocks.collect()
}

fn field(field: &FieldDoc, words: Language) -> Vec<ExplainBlock> {
    let texts = &words.fixed().explain;
    let facts = field.facts.iter().map(|(name, fact)| ((*name).to_owned(), fact.clone()));
    let mut blocks = vec![
        ExplainBlock::Heading(field.path.clone()),
        ExplainBlock::Prose(field.about.clone()),
        table(facts),
    ];
    for (heading, rows) in [(texts.values, &field.values), (texts.item_fields, &field.item_fields)]
    {
        if !rows.is_empty() {
            blocks.push(ExplainBlock::Heading(heading.to_owned()));
            blocks.push(table(rows.iter().cloned()));
        }
    }
    blocks.push(ExplainBlock::Heading(texts.example.to_owned()));
    blocks.push(ExplainBlock::Lines(field.example.clone()));
    blocks
}

fn everything(fields: &[FieldDoc], words: Language) -> Vec<ExplainBlock> {
    let codes = CATALOG.iter().map(|entry| {
        let severity = words.severity(entry.severity);
        (
            entry.code.to_owned(),
            words.code_row(severity, first_sentence(&entry.page(words).meaning)),
        )
    });
    let fields =
        fields.iter().map(|field| (field.path.clone(), first_sentence(&field.about).to_owned()));
    let topics = TOPICS.iter().map(|topic| (topic.name.to_owned(), topic.title(words).to_owned()));
    let texts = &words.fixed().explain;
    vec![
        ExplainBlock::Heading(texts.codes.to_owned()),
        table(codes),
        ExplainBlock::Heading(texts.fields.to_owned()),
        table(fields),
        ExplainBlock::Heading(texts.topics.to_owned()),
        table(topics),
    ]
}

fn table(rows: impl Iterator<Item = (String, String)>) -> ExplainBlock {
    ExplainBlock::Table(rows.map(|(name, text)| ExplainRow { name, text }).collect())
}

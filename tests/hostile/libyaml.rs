//! Compares our parser's events with libyaml's (a port of it without `unsafe`).

use std::{fs, panic};

use granit_parser::{Event, Parser, ScalarStyle, StructureStyle, Tag};
use libyaml_safer::{EventData, MappingStyle, ScalarStyle as TheirStyle, SequenceStyle};

use crate::mutation::Dice;
use crate::{seeds, suite};

/// Result of parsing a text: its events, one per line, and whether the parser rejected the rest.
#[derive(Debug, PartialEq)]
struct Reading {
    events: Vec<String>,
    refused: Option<String>,
}

fn ours(text: &str) -> Reading {
    let options = granit_parser::options! {
        emit_unresolved_aliases: true,
        emit_anchor_events: true,
    };
    let mut events = Vec::new();
    let mut names: Vec<(usize, String)> = Vec::new();
    for event in Parser::new_from_str_with_options(text, options) {
        let (event, span) = match event {
            Ok((event, span)) => (event, span),
            Err(error) => return Reading { events, refused: Some(error.to_string()) },
        };
        let tag = |tag: Option<&Tag>| {
            tag.map_or_else(String::new, |tag| format!(" <{}{}>", tag.handle(), tag.suffix()))
        };
        let flow = |style: StructureStyle| if style == StructureStyle::Flow { " flow" } else { "" };
        let line = match &event {
            Event::DocumentStart(..) => "+DOC".to_owned(),
            Event::DocumentEnd => "-DOC".to_owned(),
            Event::SequenceStart(style, _, of) => {
                format!("+SEQ{}{}", flow(*style), tag(of.as_deref()))
            }
            Event::MappingStart(style, _, of) => {
                format!("+MAP{}{}", flow(*style), tag(of.as_deref()))
            }
            Event::SequenceEnd => "-SEQ".to_owned(),
            Event::MappingEnd => "-MAP".to_owned(),
            Event::Scalar(value, style, _, of) => {
                let mark = match style {
                    ScalarStyle::Plain => ':',
                    ScalarStyle::SingleQuoted => '\'',
                    ScalarStyle::DoubleQuoted => '"',
                    ScalarStyle::Literal => '|',
                    ScalarStyle::Folded => '>',
                };
                let empty = *style == ScalarStyle::Plain
                    && span.byte_range().is_some_and(|range| range.is_empty());
                let value = if empty && of.is_none() { "" } else { value };
                format!("={mark}{value:?}{}", tag(of.as_deref()))
            }
            Event::Anchor(id, name) => {
                let node = events.pop().expect("an anchor follows its node");
                names.push((*id, name.to_string()));
                format!("{node} &{name}")
            }
            Event::Alias(id) => {
                let name = names.iter().rev().find(|(own, _)| own == id);
                format!("*{}", name.expect("an anchor precedes its alias").1)
            }
            Event::UnresolvedAlias(name) => format!("*{name}"),
            _ => continue,
        };
        events.push(line);
    }
    Reading { events, refused: None }
}

fn theirs(text: &str) -> Reading {
    let mut input = text.as_bytes();
    let mut parser = libyaml_safer::Parser::new();
    parser.set_input_string(&mut input);
    let mut events = Vec::new();
    loop {
        let event = match parser.parse() {
            Ok(event) => event,
            Err(error) => return Reading { events, refused: Some(error.to_string()) },
        };
        let tag = |tag: Option<String>| tag.map_or_else(String::new, |tag| format!(" <{tag}>"));
        let name = |anchor: Option<String>| anchor.map_or_else(String::new, |a| format!(" &{a}"));
        events.push(match event.data {
            EventData::StreamEnd => return Reading { events, refused: None },
            EventData::DocumentStart { .. } => "+DOC".to_owned(),
            EventData::DocumentEnd { .. } => "-DOC".to_owned(),
            EventData::SequenceStart { anchor, tag: of, style, .. } => {
                let flow = if style == SequenceStyle::Flow { " flow" } else { "" };
                format!("+SEQ{flow}{}{}", tag(of), name(anchor))
            }
            EventData::MappingStart { anchor, tag: of, style, .. } => {
                let flow = if style == MappingStyle::Flow { " flow" } else { "" };
                format!("+MAP{flow}{}{}", tag(of), name(anchor))
            }
            EventData::SequenceEnd => "-SEQ".to_owned(),
            EventData::MappingEnd => "-MAP".to_owned(),
            EventData::Alias { anchor } => format!("*{anchor}"),
            EventData::Scalar { anchor, tag: of, value, style, .. } => {
                let mark = match style {
                    TheirStyle::SingleQuoted => '\'',
                    TheirStyle::DoubleQuoted => '"',
                    TheirStyle::Literal => '|',
                    TheirStyle::Folded => '>',
                    _ => ':',
                };
                format!("={mark}{value:?}{}{}", tag(of), name(anchor))
            }
            EventData::StreamStart { .. } => continue,
        });
    }
}

/// A text that both parsers accept but read differently.
struct Difference<'a> {
    text: &'a str,
    /// The first event that differs.
    ours: &'a str,
    theirs: &'a str,
}

/// An allowed difference: how to detect it, an example, and why ours is correct. libyaml reads
/// YAML 1.1.
struct Allowed {
    is_it: fn(&Difference<'_>) -> bool,
    example: &'static str,
    #[allow(dead_code, reason = "for who reads the table")]
    why: &'static str,
}

const ALLOWED: [Allowed; 5] = [
    Allowed {
        is_it: |found| found.text.contains(['\u{85}', '\u{2028}', '\u{2029}']),
        example: "a: b\u{85}\n",
        why: "U+0085, U+2028 and U+2029 end lines in YAML 1.1 and are text in 1.2",
    },
    Allowed {
        is_it: |found| {
            let name = found.ours.rsplit_once(['&', '*']).map_or("", |(_, name)| name);
            name.contains(|c: char| !c.is_ascii_alphanumeric() && c != '-' && c != '_')
        },
        example: "&an:chor value\n",
        why: "an anchor's name is letters, digits, `-` and `_` in 1.1, all but blanks and brackets in 1.2",
    },
    Allowed {
        is_it: |found| found.ours.starts_with("=:\"?") && found.text.contains(['[', '{']),
        example: "[?x]\n",
        why: "`?` without a blank after it begins a key in brackets in 1.1, a text in 1.2",
    },
    Allowed {
        is_it: |found| {
            ["=|\"%", "=>\"%", "=|\"#", "=>\"#"].iter().any(|text| found.ours.starts_with(text))
        },
        example: "|-\n%YAML 1.2\n---\nDocument\n",
        why: "a line of a text that is not indented may begin with `%` or `#` in 1.2",
    },
    Allowed {
        is_it: |found| {
            let kept = found.text.contains("|+") || found.text.contains(">+");
            kept && found.text.ends_with(' ') && found.theirs.ends_with('"')
        },
        example: "- |+\n   ",
        why: "a last line of blanks without its end counts as a line where a text keeps them",
    },
];

/// Valid manifests that libyaml rejects: anchors with Chinese names, and JSON features that YAML
/// 1.1 lacks.
const THEY_REFUSE: [&str; 2] = ["anchors.yaml", "json-surrogates.json"];

/// Why there was no comparison, or the first difference.
enum Outcome {
    Same,
    WeRefuse(String),
    TheyRefuse,
    Different { ours: String, theirs: String },
}

fn compared(text: &str) -> Outcome {
    let ours = ours(text);
    // The port panics on some texts that libyaml rejects.
    let theirs = panic::catch_unwind(|| theirs(text));
    let theirs =
        theirs.unwrap_or(Reading { events: Vec::new(), refused: Some("panic".to_owned()) });
    match (ours.refused, theirs.refused) {
        (Some(why), _) => return Outcome::WeRefuse(why),
        (None, Some(_)) => return Outcome::TheyRefuse,
        (None, None) if ours.events == theirs.events => return Outcome::Same,
        (None, None) => {}
    }
    let equal = ours.events.iter().zip(&theirs.events).take_while(|(a, b)| a == b).count();
    let at = |events: &[String]| events.get(equal).cloned().unwrap_or_default();
    Outcome::Different { ours: at(&ours.events), theirs: at(&theirs.events) }
}

#[track_caller]
fn is_allowed(text: &str, ours: &str, theirs: &str) {
    let found = Difference { text, ours, theirs };
    let known = ALLOWED.iter().any(|allowed| (allowed.is_it)(&found));
    assert!(known, "of {text:?}\n  we read {ours}\n  libyaml {theirs}");
}

#[test]
fn every_allowed_difference_still_exists() {
    for (at, allowed) in ALLOWED.iter().enumerate() {
        let Outcome::Different { ours, theirs } = compared(allowed.example) else {
            panic!("{:?} is read alike: take row {at} out", allowed.example);
        };
        let found = Difference { text: allowed.example, ours: &ours, theirs: &theirs };
        assert!((allowed.is_it)(&found), "{:?}: {ours}, {theirs}", allowed.example);
    }
}

#[test]
fn good_manifests_parse_as_in_libyaml() {
    let (mut same, mut refused) = (0, Vec::new());
    for folder in ["tests/fixtures/valid", "tests/fixtures/doubtful", "examples"] {
        for path in seeds::files(folder, &["yaml", "json"]) {
            let text = fs::read_to_string(&path).unwrap();
            match compared(&text) {
                Outcome::Same => same += 1,
                Outcome::Different { ours, theirs } => is_allowed(&text, &ours, &theirs),
                Outcome::TheyRefuse => {
                    refused.push(path.file_name().unwrap().to_string_lossy().into_owned());
                }
                Outcome::WeRefuse(why) => panic!("{}: {why}", path.display()),
            }
        }
    }
    assert_eq!(refused, THEY_REFUSE);
    assert!(same > 50, "{same} files");
}

#[test]
fn texts_accepted_by_both_parsers_parse_alike() {
    let mut texts: Vec<String> = suite::cases().into_iter().map(|case| case.yaml).collect();
    let manifests = seeds::manifests().into_iter();
    texts.extend(manifests.filter_map(|(_, bytes)| String::from_utf8(bytes).ok()));
    let seeds = texts.clone();
    texts.extend((0..3000).filter_map(|round| {
        let mut dice = Dice::new(round);
        let seed = &seeds[dice.below(seeds.len())];
        String::from_utf8(dice.damaged(seed.as_bytes())).ok()
    }));
    let (mut same, mut all) = (0, 0);
    for text in &texts {
        all += 1;
        match compared(text) {
            Outcome::Same => same += 1,
            Outcome::Different { ours, theirs } => is_allowed(text, &ours, &theirs),
            Outcome::WeRefuse(_) | Outcome::TheyRefuse => {}
        }
    }
    // Ensure that enough texts are compared: one or both reject the rest.
    assert!(same * 3 > all, "{same} of {all} texts were read by both");
}

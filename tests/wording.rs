//! Plain English: words and phrases that the project avoids, and what to write instead. Checked in
//! every tracked text file, in comments, messages and identifiers alike.

// Helper functions are test code too.
#![allow(clippy::unwrap_used)]

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::fs;
use std::path::Path;
use std::process::Command;

/// An avoided wording.
struct Avoided {
    /// One word, which is also found inside identifiers, or several words as prose has them. `*` is
    /// any word.
    phrase: &'static str,
    instead: &'static str,
    /// Contexts in which it is right: standard English, and names that are part of a contract.
    allowed: &'static [&'static str],
}

const fn avoid(phrase: &'static str, instead: &'static str) -> Avoided {
    Avoided { phrase, instead, allowed: &[] }
}

const fn except(
    phrase: &'static str,
    instead: &'static str,
    allowed: &'static [&'static str],
) -> Avoided {
    Avoided { phrase, instead, allowed }
}

/// A lock contains `how: told`, and a journal records of the type `doubt`.
const TOLD: &[&str] = &["how: told", "\"told\"", "list or told", "`told`"];
const DOUBT: &[&str] = &["\"doubt\"", "\\\"doubt\\\""];
const NO: &[&str] = &[
    "here is no ",
    "here are no ",
    "here was no ",
    "was no such",
    "is no longer",
    "are no longer",
];
const NONE: &[&str] = &["here is none", "here are none"];

#[rustfmt::skip]
const AVOIDED: &[Avoided] = &[
    except("anew", "again", &["anchor-anew.yaml"]),
    avoid("beside", "next to"),
    avoid("besides", "in addition to, except"),
    except("doubt", "uncertain outcome", DOUBT),
    avoid("doubted", "uncertain"),
    except("doubts", "uncertain outcomes", DOUBT),
    avoid("dispute", "conflict"),
    avoid("disputes", "conflicts"),
    avoid("disputed", "conflicting"),
    avoid("lest", "so that .. not"),
    avoid("mend", "fix"),
    avoid("mended", "fixed"),
    avoid("mending", "fixing"),
    avoid("mends", "fixes"),
    avoid("slip", "mistake"),
    avoid("slipped", "misspelt"),
    avoid("slips", "mistakes"),
    avoid("slipshod", "careless"),
    avoid("somebody", "a user"),
    avoid("stands", "is"),
    avoid("stood", "was"),
    avoid("surely", "certainly; remove it"),
    avoid("tells", "shows, reports"),
    except("told", "reported", TOLD),
    avoid("twin", "duplicate"),
    avoid("twins", "duplicates"),
    avoid("unasked", "without being requested; query failed"),
    avoid("unsure", "uncertain"),
    avoid("untold", "unreported"),

    except("* alone", "only", &["let alone", "if alone", "left alone"]),
    avoid("a person", "a user"),
    except("are no *", "are not", NO),
    except("are none", "are not", NONE),
    avoid("became of", "the outcome of"),
    avoid("becomes of", "the outcome of"),
    avoid("behind a", "after a"),
    avoid("behind an", "after an"),
    avoid("behind it", "after it"),
    avoid("behind its", "after its"),
    avoid("behind the", "after the"),
    avoid("behind them", "after them"),
    avoid("but for", "except for"),
    avoid("by its own word", "according to"),
    avoid("came of", "the outcome of"),
    avoid("came to", "resulted in"),
    avoid("come to an end", "end"),
    avoid("comes to", "results in"),
    avoid("for people", "for humans, in human format"),
    avoid("in doubt", "uncertain"),
    except("is none", "is not", NONE),
    except("is no *", "is not a", NO),
    avoid("is said", "is reported"),
    avoid("may stand", "may be"),
    except("nobody *", "no process, no user", &["`nobody`"]),
    avoid("of its own", "its own, separate"),
    avoid("of their own", "their own, separate"),
    avoid("so many", "this many, several"),
    avoid("the time is over", "timed out"),
    except("was no *", "was not a", NO),
    avoid("what it came to", "its result"),
    avoid("whatever became", "the outcome"),
];

/// First words of a documentation comment that make it a clause without a main verb. A comment names
/// the item instead: "The calls that ..", "True if ..". Help of a flag may say how long or how many.
const OPENINGS: &[&str] = &["How", "What", "Where", "Which", "Who", "Whose"];
const ALLOWED_OPENINGS: &[&str] = &["How long ", "How many "];

/// Files that still have a wording: remove each line with its last occurrence.
const EXEMPT: &[(&str, &str)] = &[];

#[test]
fn tracked_files_use_plain_english() {
    let mut found = String::new();
    let mut used = BTreeSet::new();
    for path in text_files() {
        let text = fs::read_to_string(root().join(&path)).unwrap();
        for (line, phrase, instead) in faults(&text) {
            match EXEMPT.iter().position(|exempt| *exempt == (&*path, phrase)) {
                Some(row) => _ = used.insert(row),
                None => writeln!(found, "{path}:{line}: `{phrase}` (instead: {instead})").unwrap(),
            }
        }
    }
    assert!(found.is_empty(), "wordings to avoid (the list is in {}):\n{found}", file!());
    let rows = EXEMPT.iter().enumerate();
    let unused: Vec<_> = rows.filter(|(row, _)| !used.contains(row)).collect();
    assert!(unused.is_empty(), "remove from EXEMPT in {}: {unused:?}", file!());
}

#[test]
fn every_avoided_wording_is_found_and_standard_english_is_not() {
    for text in [
        "it is told",
        "/// The told ones",
        "fn is_told() {}",
        "struct AlreadyTold;",
        "which is no list",
        "//! which is\n//! no list",
        "# the command alone",
        "/// How it is read.",
        "told, `how: told`",
    ] {
        assert_eq!(faults(text).len(), 1, "{text:?} gives {:?}", faults(text));
    }
    for text in [
        "there is no list",
        "it is no longer there",
        "x.is_none()",
        "taskId: a\nhow: told",
        "/// How long to wait",
        "the clock is behind",
        "untolded",
        "// Whether it is one depends on the list.",
        "nobody",
    ] {
        assert_eq!(faults(text), [], "{text:?}");
    }
}

/// Returns the avoided wordings of a text: line, phrase, replacement.
fn faults(text: &str) -> Vec<(usize, &'static str, &'static str)> {
    let mut faults = Vec::new();
    let mut previous = "";
    let mut lines = text.lines().enumerate().peekable();
    while let Some((at, line)) = lines.next() {
        let opening = opening(line, previous).map(|word| (word, "a noun, a verb, `True if`"));
        let next = lines.peek().map_or("", |(_, next)| without_mark(next));
        // A phrase may continue on the next line.
        let both = format!("{line} {next}");
        let lower = both.to_lowercase();
        // A quick check first: few lines contain any of the words.
        let found = AVOIDED.iter().filter(|avoided| {
            avoided.phrase.split(' ').all(|word| word == "*" || lower.contains(word))
                && (contains(line, avoided) || contains(&both, avoided) && !contains(next, avoided))
        });
        let found = found.map(|avoided| (avoided.phrase, avoided.instead));
        faults.extend(opening.into_iter().chain(found).map(|(what, how)| (at + 1, what, how)));
        previous = line;
    }
    faults
}

/// Returns the first word of a documentation comment if it is to be avoided.
fn opening(line: &str, previous: &str) -> Option<&'static str> {
    let text = |line: &'_ str| {
        let line = line.trim_start();
        let text = line.strip_prefix("///").or_else(|| line.strip_prefix("//!"))?;
        Some(text.trim().to_owned()).filter(|text| !text.is_empty())
    };
    let doc = text(line)?;
    // Only the first line: the next ones may start in the middle of a sentence.
    if text(previous).is_some() || ALLOWED_OPENINGS.iter().any(|start| doc.starts_with(start)) {
        return None;
    }
    OPENINGS.iter().copied().find(|word| doc.split(' ').next() == Some(word))
}

fn contains(line: &str, avoided: &Avoided) -> bool {
    let mut line = line.to_owned();
    for allowed in avoided.allowed {
        line = line.replace(allowed, "-");
    }
    let phrase: Vec<&str> = avoided.phrase.split(' ').collect();
    if phrase.len() == 1 {
        return words(&line).iter().any(|word| word.eq_ignore_ascii_case(avoided.phrase));
    }
    let prose: Vec<&str> =
        line.split([' ', '"', '(', '[']).filter(|word| !word.is_empty()).collect();
    prose.windows(phrase.len()).any(|window| {
        window.iter().zip(&phrase).enumerate().all(|(at, (word, expected))| {
            // Punctuation may follow a phrase, but not separate its words.
            let is_last = at + 1 == phrase.len();
            let word =
                if is_last { word.trim_end_matches(|c: char| !c.is_alphanumeric()) } else { word };
            match *expected {
                "*" => !word.is_empty() && word.chars().all(char::is_alphabetic),
                expected => word.eq_ignore_ascii_case(expected),
            }
        })
    })
}

/// Returns the words of a line, and of its identifiers in `snake_case` and in `CamelCase`.
fn words(line: &str) -> Vec<String> {
    let mut spaced = String::new();
    let mut lower = false;
    for c in line.chars() {
        if lower && c.is_ascii_uppercase() {
            spaced.push(' ');
        }
        lower = c.is_ascii_lowercase();
        spaced.push(if c.is_ascii_alphanumeric() { c } else { ' ' });
    }
    spaced.split_whitespace().map(str::to_owned).collect()
}

/// Returns the text of a line that continues the comment of the line before it.
fn without_mark(line: &str) -> &str {
    let line = line.trim_start();
    ["/// ", "//! ", "// ", "# "].iter().find_map(|mark| line.strip_prefix(mark)).unwrap_or(line)
}

/// Returns the tracked text files that people write, except the inputs and outputs of tests.
fn text_files() -> Vec<String> {
    let output = Command::new("git")
        .args(["-c", "safe.directory=*", "ls-files", "-z"])
        .args(["src", "tests", "examples", ".github", ".ci", ".cargo"])
        .args(["README.md", "Cargo.toml", ".clippy.toml", ".pre-commit-hooks.yaml"])
        .current_dir(root())
        .output()
        .expect("git runs");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let listed = String::from_utf8(output.stdout).unwrap();
    let files: Vec<String> = listed
        .split('\0')
        .filter(|path| !path.is_empty() && *path != "tests/wording.rs")
        .filter(|path| {
            !["tests/fixtures/", "tests/fuzz/seeds/"].iter().any(|of| path.starts_with(of))
        })
        .filter(|path| !path.ends_with("Cargo.lock") && !path.ends_with("package-lock.json"))
        // A file may be deleted and not committed yet.
        .filter(|path| root().join(path).exists())
        .map(str::to_owned)
        .collect();
    assert!(files.len() > 300, "git lists another folder: {files:?}");
    files
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

//! `validate --fix` of manifests with one mistake: it writes what was meant, or nothing.

use instancectl::manifest::Manifest;
use instancectl::source::SourceFile;
use instancectl::validate::{LintLevels, fix, validate};

use crate::fuzz::fixes::check;
use crate::seeds;

fn manifest(text: &str) -> Option<Manifest> {
    validate(&SourceFile::new("a.yaml", text), None).manifest
}

/// Returns the text with its lines `at` and after replaced.
fn with(lines: &[&str], at: usize, new: &str) -> String {
    let all = lines[..at].iter().chain([&new]).chain(&lines[at + 1..]);
    all.flat_map(|line| [line, "\n"]).collect()
}

/// Returns a text with one mistake in a line, for each kind of mistake that fits the line.
fn mistakes(lines: &[&str], at: usize) -> Vec<(&'static str, String)> {
    let line = lines[at];
    let body = line.trim_start_matches(' ');
    let indent = line.len() - body.len();
    let mut found = Vec::new();
    let mut add = |what, new: String| {
        if new != line {
            found.push((what, with(lines, at, &new)));
        }
    };
    for (what, to) in [("1 deeper", indent + 1), ("2 deeper", indent + 2), ("4 deeper", indent + 4)]
    {
        add(what, format!("{}{body}", " ".repeat(to)));
    }
    for (what, by) in [("1 less", 1), ("2 less", 2), ("4 less", 4)] {
        add(what, format!("{}{body}", " ".repeat(indent.saturating_sub(by))));
    }
    add("tab", format!("{}{body}", "\t".repeat(indent.div_ceil(2))));
    for (what, old, new) in [
        ("no blank after colon", ": ", ":"),
        ("full-width colon", ": ", "："),
        ("full-width colon and blank", ":", "："),
        ("no colon", ":", ""),
        ("equals", ": ", " = "),
        ("no blank after dash", "- ", "-"),
        ("no dash", "- ", "  "),
        ("two dashes", "- ", "- - "),
        ("no opening quote", "\"", ""),
        ("smart quote", "\"", "“"),
        ("no brace", "{", ""),
        ("no bracket", "[", ""),
        ("no comma", ",", ""),
        ("full-width comma", ", ", "，"),
        ("full-width bar", "|", "｜"),
        ("bar after dash", "|-", "-|"),
        ("no bar", " |", ""),
        ("full-width greater", ">", "》"),
        ("full-width space", " ", "\u{3000}"),
    ] {
        add(what, format!("{}{}", &line[..indent], body.replacen(old, new, 1)));
    }
    for (what, old, new) in [
        ("no closing quote", '"', ""),
        ("smart closing quote", '"', "”"),
        ("no closing brace", '}', ""),
        ("no closing bracket", ']', ""),
        ("wrong closing brace", '}', "]"),
    ] {
        if let Some(last) = line.rfind(old) {
            add(what, format!("{}{new}{}", &line[..last], &line[last + 1..]));
        }
    }
    if let Some(next) = lines.get(at + 1) {
        let mut moved = lines.to_vec();
        moved[at] = next;
        moved[at + 1] = line;
        found.push(("moved", moved.iter().flat_map(|line| [*line, "\n"]).collect()));
    }
    found
}

#[test]
fn fix_of_one_mistake_writes_what_was_meant_or_nothing() {
    let (mut tried, mut restored, mut wrong) = (0, 0, Vec::new());
    for (path, bytes) in seeds::manifests() {
        let Ok(text) = String::from_utf8(bytes) else { continue };
        let Some(meant) = manifest(&text).filter(|_| text.len() < 4096) else { continue };
        let lines: Vec<&str> = text.lines().collect();
        for at in 0..lines.len() {
            // A third of them takes long enough.
            for (what, broken) in mistakes(&lines, at).into_iter().skip(at % 3).step_by(3) {
                let fixed = fix(SourceFile::new("a.yaml", &*broken), &LintLevels::default());
                if fixed.edits.is_empty() || manifest(&broken).is_some() {
                    continue;
                }
                tried += 1;
                match fixed.checked.manifest {
                    Some(written) if written != meant => {
                        wrong.push(format!(
                            "{}:{}: {what}: {:?}",
                            path.display(),
                            at + 1,
                            fixed.edits
                        ));
                    }
                    Some(_) => restored += 1,
                    None => {}
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{} of {tried}:\n{}", wrong.len(), wrong.join("\n"));
    assert!(restored > 1000, "only {restored} of {tried} are restored");
}

#[test]
fn fixes_of_invalid_manifests_keep_what_was_read() {
    for path in seeds::files("tests/fixtures/invalid", &["yaml", "json"]) {
        check(&std::fs::read(path).unwrap());
    }
}

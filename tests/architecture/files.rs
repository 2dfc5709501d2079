//! Rules for single files, and for the imports between files.

use std::collections::{BTreeMap, BTreeSet};

use instancectl::manifest::FIELDS;

use super::{Source, begins, first, sources};

#[test]
fn mod_files_only_declare_and_re_export() {
    let sources = sources();
    let mods = sources.iter().filter(|source| source.path.ends_with("mod.rs"));
    let wrong: Vec<_> = mods
        .filter(|source| !source.reading.only_declares)
        .map(|source| source.path.display().to_string())
        .collect();
    assert!(wrong.is_empty(), "more than `mod` and `pub use` in:\n{}", wrong.join("\n"));
}

#[test]
fn signatures_are_simple() {
    let sources = sources();
    let wrong: Vec<_> = sources
        .iter()
        .flat_map(|source| {
            let path = source.path.display();
            source
                .reading
                .signatures
                .iter()
                .map(move |(line, what)| format!("{path}:{line}: {what}"))
        })
        .collect();
    assert!(wrong.is_empty(), "{} functions:\n{}", wrong.len(), wrong.join("\n"));
}

#[test]
fn yaml_names_no_field_of_a_manifest() {
    let sources = sources();
    let mut wrong = Vec::new();
    for source in sources.iter().filter(|source| first(&source.module) == "yaml") {
        for (line, text) in &source.reading.strings {
            // Names of one word are words of YAML and of errors too.
            let is_name = |name: &str| name.contains(char::is_uppercase) && text.contains(name);
            if let Some(field) = FIELDS.iter().find(|field| is_name(field.name)) {
                wrong.push(format!("{}:{line}: {}", source.path.display(), field.name));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Layers that carry facts; `output` makes the sentences about them.
const WITHOUT_SENTENCES: &[&str] = &[
    "api",
    "apply",
    "commands",
    "diagnostics",
    "inventory",
    "lifecycle",
    "lockfile",
    "plan",
    "request",
    "resolve",
    "run_folder",
    "sandbox",
    "validate",
    "why",
];

/// Modules whose texts are answers of the platform, which the sandbox imitates in English, or texts of
/// other systems, to recognize them.
const WITH_SENTENCES: &[&str] =
    &["sandbox::accounts", "sandbox::handlers", "sandbox::run_files", "why::texts"];

/// Texts that are not sentences for users, or that files contain in one language.
const STORED_TEXTS: &[&str] = &[
    // The reason that a lock stores with an unknown outcome.
    "the request was about to be sent; no outcome was recorded",
    // The first line of every lock.
    "# Written by instancectl",
    "Commit it; do not edit it",
    "Do not commit or edit it",
    // A text of the HTTP library, to recognize its error.
    "connection closed before message completed",
    // Details of errors of the file system and of the decoder.
    "it was changed in the meantime",
    "not a regular file",
    "expected a port from 1 to 65535",
    // Names of commands, to recognize scripts.
    "accelerate apt apt-get awk",
    "accelerate apptainer conda docker",
    // A heading of `explain`.
    "The YAML dialect of manifests.",
];

#[test]
fn sentences_are_made_only_in_the_output() {
    let sources = sources();
    let mut wrong = Vec::new();
    for source in &sources {
        let excepted = WITH_SENTENCES.iter().any(|module| begins(&source.module, module));
        if excepted || !WITHOUT_SENTENCES.contains(&first(&source.module)) {
            continue;
        }
        for (line, text) in &source.reading.texts {
            if is_sentence(text) && !STORED_TEXTS.iter().any(|stored| text.contains(stored)) {
                wrong.push(format!("{}:{line}: {text}", source.path.display()));
            }
        }
    }
    assert!(wrong.is_empty(), "{} sentences:\n{}", wrong.len(), wrong.join("\n"));
}

#[test]
fn sentence_is_found() {
    assert!(is_sentence("\"cannot read the file {path}\""));
    assert!(is_sentence("\"several entries are named {name}\""));
    for other in ["\"containerPortInfoList\"", "\"{hours}:{minutes}\"", "\" \", \"", "\"git push\""]
    {
        assert!(!is_sentence(other), "{other}");
    }
}

/// Returns whether a literal has three words of lowercase letters in a row.
fn is_sentence(literal: &str) -> bool {
    let is_word =
        |part: &&str| part.len() > 1 && part.bytes().all(|byte| byte.is_ascii_lowercase());
    let text = literal.trim_start_matches(['b', 'r', '#']).trim_matches(['"', '#']);
    let words: Vec<&str> =
        text.split(' ').map(|part| part.trim_end_matches([',', ':', ';', '.'])).collect();
    words.windows(3).any(|three| three.iter().all(is_word))
}

#[test]
fn files_import_each_other_only_as_parent_and_child() {
    let sources = sources();
    let circles = circles(&edges(&sources));
    assert!(circles.is_empty(), "{} circles:\n{}", circles.len(), circles.join("\n"));
}

#[test]
fn circle_of_files_is_found() {
    let edge = |from: &str, to: &[&str]| {
        (from.to_owned(), to.iter().map(|to| (*to).to_owned()).collect::<BTreeSet<_>>())
    };
    let acyclic = [edge("a", &["b", "c"]), edge("b", &["c"]), edge("c", &[])];
    assert_eq!(circles(&acyclic.into()), [""; 0]);
    let cyclic = [edge("a", &["b"]), edge("b", &["c"]), edge("c", &["a"]), edge("d", &["a"])];
    assert_eq!(circles(&cyclic.into()), ["a -> b; b -> c; c -> a"]);
}

/// Returns the files that each file names, except its ancestors and descendants.
fn edges(sources: &[Source]) -> BTreeMap<String, BTreeSet<String>> {
    let modules: BTreeSet<&str> = sources.iter().map(|source| source.module.as_str()).collect();
    let exports: BTreeMap<String, &str> = sources
        .iter()
        .flat_map(|source| {
            let home = &source.module;
            let exports = source.reading.exports.iter();
            exports.map(move |(name, path)| (format!("{home}::{name}"), path.as_str()))
        })
        .collect();
    let mut edges = BTreeMap::new();
    for source in sources {
        let mut named = BTreeSet::new();
        for (_, path) in &source.reading.paths {
            let inside = match path.strip_prefix("crate::") {
                Some(inside) => inside.to_owned(),
                // A child module by its bare name.
                None => format!("{}::{path}", source.module),
            };
            let Some(file) = file_of(&inside, &modules, &exports) else { continue };
            if !begins(&file, &source.module) && !begins(&source.module, &file) {
                named.insert(file);
            }
        }
        edges.insert(source.module.clone(), named);
    }
    edges
}

/// Returns the module in whose file an item is defined, with re-exports followed.
fn file_of(
    path: &str,
    modules: &BTreeSet<&str>,
    exports: &BTreeMap<String, &str>,
) -> Option<String> {
    let mut path = path.to_owned();
    for _ in 0..5 {
        let parts: Vec<&str> = path.split("::").collect();
        let longest = (1..=parts.len()).rev().map(|n| parts[..n].join("::"));
        let module = longest.clone().find(|prefix| modules.contains(prefix.as_str()))?;
        let item = longest.rev().find(|prefix| prefix.len() > module.len());
        match item.and_then(|item| exports.get(&item)) {
            Some(export) => export.strip_prefix("crate::").unwrap_or(export).clone_into(&mut path),
            None => return Some(module),
        }
    }
    None
}

/// Returns the circles, each as the list of its files.
fn circles(edges: &BTreeMap<String, BTreeSet<String>>) -> Vec<String> {
    let reachable = |from: &str| {
        let mut found: BTreeSet<&str> = BTreeSet::new();
        let mut open = vec![from];
        while let Some(at) = open.pop() {
            for next in edges.get(at).into_iter().flatten() {
                if found.insert(next) {
                    open.push(next);
                }
            }
        }
        found
    };
    let all: BTreeMap<&str, BTreeSet<&str>> =
        edges.keys().map(|file| (file.as_str(), reachable(file))).collect();
    let mut seen = BTreeSet::new();
    let mut circles = Vec::new();
    for (file, reached) in &all {
        if !reached.contains(file) || !seen.insert(*file) {
            continue;
        }
        let circle: Vec<&str> = reached
            .iter()
            .filter(|other| all.get(*other).is_some_and(|back| back.contains(file)))
            .copied()
            .collect();
        seen.extend(&circle);
        let inside = |from: &&str| {
            let to = edges.get(*from).into_iter().flatten();
            let to: Vec<&str> = to.map(String::as_str).filter(|to| circle.contains(to)).collect();
            format!("{from} -> {}", to.join(", "))
        };
        circles.push(circle.iter().map(inside).collect::<Vec<_>>().join("; "));
    }
    circles
}

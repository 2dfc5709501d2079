//! The layers of the source as a table, checked against the paths that each file of `src/` names,
//! and rules for single files. The check has no types: it covers which module may name which. Code
//! under `#[cfg(test)]` is exempt.

mod chinese;
mod files;
mod reading;

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use reading::Reading;

/// Allowed dependencies: a top-level module of `src/` and the modules that it may name in addition
/// to itself and [`OPEN`]. `api::create_task` allows only that submodule, `!api::client` excludes
/// a submodule. The graph is acyclic: every module that a row names has its own row further down.
const LAYERS: &[(&str, &[&str])] = &[
    ("main", &["commands", "output", "cli"]),
    (
        "commands",
        &[
            "output",
            "cli",
            "why",
            "lifecycle",
            "export",
            "run_folder",
            "apply",
            "resolve",
            "inventory",
            "plan",
            "request",
            "validate",
            "manifest",
            "diagnostics",
            "source",
            "git",
            "lockfile",
            "sandbox",
            "api",
            "yaml",
            "atomic_file",
            "user_command",
        ],
    ),
    // Only renders the values it is given. From the command line it uses the format and colour.
    (
        "output",
        &[
            "cli",
            "why",
            "lifecycle",
            "export",
            "run_folder",
            "apply",
            "resolve",
            "inventory",
            "plan",
            "request",
            "validate",
            "manifest",
            "git",
            "lockfile",
            "diagnostics",
            "source",
            "sandbox",
            "api",
            "user_command",
        ],
    ),
    ("cli", &[]),
    ("export", &["manifest", "yaml", "api::endpoints::detail"]),
    ("apply", &["lifecycle", "resolve", "inventory", "plan", "request", "lockfile", "api"]),
    ("why", &["lifecycle", "inventory", "run_folder", "api", "diagnostics"]),
    ("run_folder", &["api"]),
    ("lifecycle", &["resolve", "inventory", "plan", "lockfile", "api"]),
    ("resolve", &["inventory", "plan", "lockfile", "api"]),
    ("inventory", &["plan", "request", "lockfile", "api", "diagnostics"]),
    (
        "plan",
        &[
            "request",
            "lockfile",
            "api::client::ErrorDetail",
            "api::endpoints::actions",
            "api::endpoints::create_task",
        ],
    ),
    (
        "sandbox",
        &["api", "!api::client", "!api::auth::credentials", "!api::http_exchange", "atomic_file"],
    ),
    ("request", &["manifest", "api::endpoints::create_task"]),
    ("validate", &["manifest", "diagnostics", "source", "yaml"]),
    ("git", &["lockfile"]),
    ("lockfile", &["yaml", "atomic_file"]),
    ("api", &[]),
    ("diagnostics", &["manifest", "source"]),
    ("manifest", &["source", "yaml"]),
    ("yaml", &["source"]),
    ("source", &[]),
    ("atomic_file", &[]),
    ("exit_status", &[]),
    ("ids", &[]),
    ("interrupts", &[]),
    ("language", &[]),
    ("text", &[]),
    ("user_command", &[]),
];

/// Modules that every layer may name: IDs, exit status classes, the language, text helpers.
const OPEN: &[&str] = &["ids", "exit_status", "interrupts", "language", "text"];

/// Crates and the only modules that may name them.
const CRATES: &[(&[&str], &[&str])] = &[
    (
        &[
            "granit_parser",
            "libyaml_safer",
            "noyalib",
            "saphyr",
            "saphyr_parser",
            "serde_saphyr",
            "serde_yaml",
            "serde_yml",
            "yaml_rust2",
            "yaml_serde",
        ],
        &["yaml"],
    ),
    (&["reqwest"], &["api"]),
    (&["jsonschema"], &["manifest::schema", "validate"]),
    (&["clap"], &["cli", "main"]),
    (&["clap_complete"], &["cli", "commands::completions"]),
];

/// The layers that only compute, and the paths that they must not name: so `validate` cannot open
/// a socket by construction.
const PURE: &[&str] = &["validate", "plan", "manifest", "request"];
const IMPURE: &[&str] =
    &["tokio", "reqwest", "hyper", "std::fs", "std::env", "std::net", "std::process"];

/// Only these write to standard output and standard error.
const WRITERS: &[&str] = &["main", "output"];
const WRITING: &[&str] = &["std::io::stdout", "std::io::stderr"];
const WRITING_MACROS: &[&str] = &["print", "println", "eprint", "eprintln", "dbg"];

/// Only `main` exits the process.
const ENDING: &[&str] = &["std::process::exit", "std::process::abort"];

/// Only these start another program.
const STARTERS: &[&str] = &["git", "user_command"];
const STARTING: &[&str] = &["std::process::Command"];

/// Allowed non-hidden entries at the top level of the repository.
const TOP_LEVEL: &[&str] =
    &["Cargo.lock", "Cargo.toml", "LICENSE", "README.md", "examples", "schema", "src", "tests"];

/// A file of `src/` that is not for tests only.
struct Source {
    path: PathBuf,
    module: String,
    reading: Reading,
}

fn sources() -> Vec<Source> {
    let read = |path: PathBuf| {
        let text = fs::read_to_string(&path).expect("a source file is UTF-8");
        let module = module_of(&path);
        let reading = Reading::new(&module, &text);
        Source { path, module, reading }
    };
    let mut sources: Vec<Source> = rust_files(&root().join("src")).into_iter().map(read).collect();
    let test_modules = |source: &Source| {
        let names = source.reading.test_modules.iter();
        names.map(|name| child(&source.module, name)).collect::<Vec<_>>()
    };
    let exempt: BTreeSet<String> = sources.iter().flat_map(test_modules).collect();
    sources.retain(|source| !exempt.iter().any(|test| begins(&source.module, test)));
    assert!(!sources.is_empty(), "there is no source to read");
    sources
}

#[test]
fn every_file_respects_its_layer() {
    let mut broken = String::new();
    for Source { path, module, reading } in sources() {
        for (line, error) in faults(&module, &reading) {
            writeln!(broken, "{}:{line}: {error}", path.display()).expect("a String takes all");
        }
    }
    assert!(broken.is_empty(), "layers are broken (the table is in {}):\n{broken}", file!());
}

#[test]
fn layer_table_has_no_cycles() {
    for (row, (layer, may_name)) in LAYERS.iter().enumerate() {
        for named in *may_name {
            let named = first(named.trim_start_matches('!'));
            let below = LAYERS.iter().position(|(other, _)| *other == named);
            assert!(below > Some(row), "`{layer}` names `{named}`, which has no row below it");
        }
    }
}

#[test]
fn layer_violations_are_found() {
    for (module, text, expected) in [
        ("plan", "use crate::apply::Effect;", "`plan` may not name `crate::apply::Effect`"),
        ("apply::send", "use crate::output;", "may not name `crate::output`"),
        ("api::list", "use crate::manifest::Manifest;", "may not name `crate::manifest"),
        ("manifest", "fn f() -> crate::api::client::Client {}", "may not name `crate::api"),
        ("plan", "use crate::api::client::Client;", "may not name `crate::api::client"),
        ("plan", "use crate::{ids::TaskId, lockfile, api::{list}};", "`crate::api::list`"),
        ("sandbox::state", "use crate::api::{self, client};", "`crate::api::client`"),
        ("lockfile::journal", "use super::super::plan::Plan;", "`crate::plan::Plan`"),
        ("ids", "mod inner { use super::super::source::Span; }", "`crate::source::Span`"),
        ("main", "use instancectl::api::client;", "`crate::api::client`"),
        ("ids", "use crate::source::*;", "`crate::source::*`"),
        ("helpers", "", "`helpers` has no row in the table"),
        ("plan", "use crate::helpers::trim;", "`crate::helpers::trim`"),
        ("validate", "use serde_yaml::Value;", "`serde_yaml` belongs in `yaml`"),
        ("lockfile", "fn f(v: ::granit_parser::Event) {}", "`granit_parser` belongs in `yaml`"),
        ("apply", "use reqwest as http;", "`reqwest` belongs in `api`"),
        ("manifest", "use {std::fmt, jsonschema::Validator};", "`jsonschema` belongs in"),
        ("commands::plan", "#[derive(clap::Args)] struct A;", "`clap` belongs in"),
        ("commands::plan", "use clap_complete::Shell;", "`clap_complete` belongs in"),
        ("validate::rules::x", "async fn f() { tokio::task::yield_now().await }", "`tokio::"),
        ("plan", "use std::{fmt, env};", "`plan` only computes: it may not name `std::env`"),
        ("manifest", "fn f() { std::fs::read(p); }", "it may not name `std::fs::read`"),
        ("request", "use std::net as n;", "it may not name `std::net`"),
        ("apply", "fn f() { println!(\"{}\", 1); }", "only `main` and `output` write: `println!`"),
        ("apply", "use std::io; fn f() { io::stderr().flush() }", "`std::io::stderr`"),
        ("commands", "use std::process; fn f() { process::exit(1) }", "`std::process::exit`"),
        ("lib", "fn f() { std::process::abort() }", "only `main` ends the process"),
        // Paths after text that only looks like the end or the start of code.
        ("plan", "const A: &str = r#\"\"//\"#; use crate::cli;", "`crate::cli`"),
        ("plan", "const A: char = '\"'; use crate::cli; // \"", "`crate::cli`"),
        ("plan", "fn f<'a>(a: &'a str) {} /* /* */ */ use crate::cli;", "`crate::cli`"),
        ("plan", "#[cfg(test)] mod tests { fn f() {} } use crate::cli;", "`crate::cli`"),
        ("plan", "#[cfg(not(test))] use crate::cli;", "`crate::cli`"),
        ("plan", "macro_rules! m { () => { $crate::cli::run() } }", "`crate::cli::run`"),
        ("plan", "fn f<'a>() -> impl Fn() + use<'a> { g } use crate::cli;", "`crate::cli`"),
        ("plan", "fn f() -> impl Fn() + use<> { { x; } } use crate::cli;", "`crate::cli`"),
    ] {
        let found: Vec<String> =
            faults(module, &Reading::new(module, text)).into_iter().map(|(_, f)| f).collect();
        assert!(
            found.len() == 1 && found[0].contains(expected),
            "in `{module}`: {text}\n  expected: {expected}\n  found: {found:?}"
        );
    }
}

#[test]
fn allowed_code_has_no_layer_violations() {
    for (module, text) in [
        ("plan", "use crate::{ids::TaskId, lockfile::Lockfile, request::Request};"),
        (
            "plan::compare",
            "use super::Plan; use crate::api::endpoints::create_task::CreateTask; use self::a;",
        ),
        ("sandbox", "use crate::api::endpoints::detail::Detail;"),
        ("yaml::parse", "use granit_parser::Parser; use super::tree;"),
        (
            "apply",
            "use std::{fs, env}; use tokio::sync::Semaphore; use crate::exit_status::ExitClass;",
        ),
        ("commands::completions", "use clap_complete::generate;"),
        ("main", "use clap::Parser; fn main() { println!(); std::process::exit(1) }"),
        ("output::text", "use std::io; fn f() { io::stdout(); eprintln!() }"),
        ("lib", "pub mod api; use crate::plan::Plan; use crate::output::Report;"),
        ("plan", "// use crate::cli;\n/// [`crate::cli`]\nfn f() {} /* std::fs */"),
        ("plan", "const A: &str = \"use crate::cli; \\\" std::fs::read\"; const B: u8 = b'\"';"),
        ("plan", "pub(crate) fn f() { let reqwest = 1; a.clap::<B>(); print(); }"),
        ("plan", "#[cfg(test)] mod tests { use std::fs; fn f() { println!(\"{}\", 1); } }"),
        (
            "plan",
            "#[cfg(test)] #[allow(unused)] use std::fs; #[cfg(all(test, unix))] mod t { use std::env; }",
        ),
        ("plan", "use std::fmt::Write; use crate::ids; fn f() { ids::x(); fmt::fs::y() }"),
    ] {
        let found = faults(module, &Reading::new(module, text));
        assert!(found.is_empty(), "in `{module}`: {text}\n  found: {found:?}");
    }
    let reading = Reading::new("plan", "#[cfg(test)]\nmod tests;\nmod real;");
    assert_eq!(reading.test_modules, ["tests"]);
}

#[test]
fn top_level_has_only_listed_entries() {
    let output = Command::new("git")
        .args(["-c", "safe.directory=*", "ls-files", "-z"])
        .current_dir(root())
        .output()
        .expect("git runs");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let listed = String::from_utf8(output.stdout).expect("the names of our files are UTF-8");
    let seen: BTreeSet<&str> = listed
        .split('\0')
        .filter_map(|path| path.split('/').next())
        .filter(|name| !name.is_empty() && !name.starts_with('.'))
        .collect();
    assert!(seen.contains("Cargo.toml"), "git lists another folder: {seen:?}");
    let allowed: BTreeSet<&str> = TOP_LEVEL.iter().copied().collect();
    let more: Vec<_> = seen.difference(&allowed).collect();
    assert!(more.is_empty(), "not allowed at the top level: {more:?}");
}

/// Returns every violation of a rule in one file, with its line.
fn faults(module: &str, file: &Reading) -> Vec<(usize, String)> {
    let layer = first(module);
    let mut found = Vec::new();
    let row = LAYERS.iter().find(|(name, _)| *name == layer);
    if row.is_none() && layer != "lib" {
        found.push((1, format!("`{layer}` has no row in the table")));
    }
    for (line, path) in &file.paths {
        let mut fault = |words: String| found.push((*line, words));
        if let (Some(inside), Some((_, may_name))) = (path.strip_prefix("crate::"), row)
            && first(inside) != layer
            && !is_allowed(inside, may_name)
        {
            fault(format!("`{layer}` may not name `{path}`"));
        }
        for (crates, places) in CRATES {
            let named = first(path);
            if crates.contains(&named) && !any_begins(module, places) {
                fault(format!("`{named}` belongs in `{}`", places.join("` and `")));
            }
        }
        if PURE.contains(&layer) && any_begins(path, IMPURE) {
            fault(format!("`{layer}` only computes: it may not name `{path}`"));
        }
        if !WRITERS.contains(&layer) && any_begins(path, WRITING) {
            fault(format!("only `main` and `output` write: `{path}`"));
        }
        if layer != "main" && any_begins(path, ENDING) && !PURE.contains(&layer) {
            fault(format!("only `main` ends the process: `{path}`"));
        }
        if !STARTERS.contains(&layer) && any_begins(path, STARTING) {
            fault(format!("only `git` and `user_command` start a program: `{path}`"));
        }
    }
    for (line, name) in &file.macros {
        if !WRITERS.contains(&layer) && WRITING_MACROS.contains(&name.as_str()) {
            found.push((*line, format!("only `main` and `output` write: `{name}!`")));
        }
    }
    found
}

/// Checks whether a row allows `path` (without its `crate::`).
fn is_allowed(path: &str, may_name: &[&str]) -> bool {
    let taken_out = may_name.iter().filter_map(|rule| rule.strip_prefix('!'));
    any_begins(path, OPEN)
        || any_begins(path, may_name) && !taken_out.into_iter().any(|part| begins(path, part))
}

/// Checks whether `path` is `start` or an item in it.
fn begins(path: &str, start: &str) -> bool {
    path.strip_prefix(start).is_some_and(|rest| rest.is_empty() || rest.starts_with("::"))
}

fn any_begins(path: &str, starts: &[&str]) -> bool {
    starts.iter().any(|start| begins(path, start))
}

fn first(path: &str) -> &str {
    path.split("::").next().unwrap_or(path)
}

fn child(module: &str, name: &str) -> String {
    if matches!(module, "lib" | "main") { name.to_owned() } else { format!("{module}::{name}") }
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// Returns the module of a file of `src/`: `api::list`; `lib` and `main` for the roots.
fn module_of(file: &Path) -> String {
    let inside = file.strip_prefix(root().join("src")).expect("the file is in `src`");
    let mut names: Vec<String> =
        inside.with_extension("").iter().map(|name| name.to_string_lossy().into_owned()).collect();
    if names.len() > 1 && names.last().is_some_and(|name| name == "mod") {
        names.pop();
    }
    names.join("::")
}

fn rust_files(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).expect("the folder is there") {
        let path = entry.expect("the folder can be read").path();
        if path.is_dir() {
            found.extend(rust_files(&path));
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            found.push(path);
        }
    }
    found.sort();
    found
}

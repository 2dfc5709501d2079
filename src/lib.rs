//! `instancectl`: a declarative applier for AI container instances on the SCNet platform.
//!
//! Users describe instances in YAML manifests, check them with `validate`, and create them with
//! `apply`: one create call per instance, its task ID recorded in a lock file. Instances are billed
//! by the card-hour and the create call is not idempotent, so three rules come first: no task ID is
//! lost, nothing is created twice without a request, no mistake in a manifest reaches the platform.
//!
//! The library is internal: its modules are public for the binary, the tests and this
//! documentation, and may change in any release. Only [`validate_str`] and what its example uses are
//! stable.
//!
//! # Data flow
//!
//! ```text
//! bytes -> source::SourceFile -> yaml::Parsed -> validate::ValidationResult -> manifest::Manifest
//!       -> request::Request -> plan::Plan (against lockfile::Lockfile) -> apply::ApplyReport
//!       -> output
//! ```
//!
//! Each stage has a type, takes the type before it and returns the next, or all diagnostics. A
//! manifest without mistakes is parsed once: the schema check, the rules and the typed decoder read
//! one tree with spans. Later stages refer to the text only through a [`source::Span`].
//!
//! # Modules
//!
//! | module | content |
//! |---|---|
//! | [`cli`] | the command line, as clap types |
//! | [`commands`] | one file per command; connects the stages |
//! | [`output`] | text, snippets and machine formats; everything that is printed, except usage errors and completions, which clap prints |
//! | [`source`] | source files, spans, lines and columns |
//! | [`yaml`] | parser, tree, decoder and emitter; only this module names the YAML crates |
//! | [`manifest`] | the types of a manifest, its documents, and the JSON Schema generated from the types |
//! | [`diagnostics`] | kinds of diagnostics, fixes, the catalog of codes, the `explain` pages |
//! | [`validate`] | checks a tree against the schema and the rules |
//! | [`request`] | converts a manifest to the bodies of create calls |
//! | [`lockfile`] | the lock, its journal, its process lock, recovery and merges |
//! | [`git`] | the git remote as the backend of locks: claims, pushes, setup; only this module calls the `git` program |
//! | [`plan`] | compares requests with the lock; pure |
//! | [`inventory`] | lists what a region has; matches lost creates, finds duplicates |
//! | [`apply`] | executes a plan: intent, request, outcome, reconciliation; deletes |
//! | [`resolve`] | manual decisions of the user: resolve and adopt |
//! | [`export`] | writes live instances as a manifest |
//! | [`lifecycle`] | queries, waits for, stops and starts instances, runs scripts on them |
//! | [`run_folder`] | the folders in the user's home to which the platform writes the output of instances |
//! | [`why`] | why an instance waits or ended, with the evidence |
//! | [`api`] | client of the platform: transport, authentication, the calls |
//! | [`sandbox`] | the platform on loopback, for rehearsals and tests |
//! | [`user_command`] | runs the command of `wait --exec` |
//! | `atomic_file` | replaces a file atomically |
//! | [`ids`], [`exit_status`], [`interrupts`], [`language`], [`text`] | shared: identifiers, exit codes, signals, the choice of the language, escaping and the commands printed in messages |
//!
//! `tests/architecture/` checks which module may name which. `validate`, `plan`, `manifest` and
//! `request` access neither files nor sockets, `apply` prints nothing, and of the stages only
//! `request` names both `api` and `manifest`.
//!
//! # Where a change goes
//!
//! | change | files | reminder |
//! |---|---|---|
//! | a field of the platform | a row of `manifest/fields.rs`, its type in `manifest/instance.rs`, `api/endpoints/create_task.rs`, `request.rs` | compile errors; the schema test |
//! | a rule | a file in `validate/rules/` and a line in its table, a variant in `diagnostics/kind.rs`, its row in `diagnostics/catalog.rs`, a page in each folder of `diagnostics/pages/`, its texts in `output/words/`; in `manifest/schema/rules.rs` if JSON Schema can express it | compile errors; tests require a fixture and a page |
//! | a syntax mistake | its facts in `diagnostics/syntax.rs`, its function in `validate/syntax_recovery/` and its row in `validate/syntax_recovery.rs`, its text in `output/words/en/diagnostic/syntax.rs`; if it is valid YAML, `validate/suggest/` or `validate/field_names/` | a fixture with its snapshot |
//! | a call of the platform | `api/endpoints/`, a handler in `sandbox/handlers/` | an exhaustive match |
//! | a text of a system that states why an instance ended | `why/texts.rs` | the tests of `why/phrases.rs` |
//! | the meaning of a code or status of the platform | `api/response.rs` | its table of responses in the tests |
//! | retries, rate limit, connections | `api/http.rs`, `api/rate_limit.rs`; errors in `api/transport_error.rs` | their tests; `tests/settle/gateways.rs` |
//! | a text about the access to the platform | `output/words/en/api/` | an exhaustive match on its facts |
//! | proxies, certificates | `api/proxy.rs`, `api/tls.rs` | their tests; `tests/service/ways.rs` |
//! | a reason that a lock records | `output/words/en/api/connection.rs`; its reader in `output/words/recorded.rs` | its test |
//! | a command printed in a message | `text/command_line.rs` | `tests/settle/pasted.rs` runs it |
//! | what a failed call means for outcome and exit code | `apply/report.rs` | exhaustive matches |
//! | behaviour shared by `plan` and `apply` | `commands/planning.rs` | `tests/settle/agree.rs` |
//! | a command or a flag | its arguments in `cli/`, a flag of several commands in `cli/args.rs`; a file in `commands/`; its output in `output/` | an exhaustive match; tests of help and README |
//! | an exit code | [`exit_status::ExitClass`] | exhaustive matches; the table in README |
//! | a message | its line in `output/words/language.rs`, its function in each language; its facts below; without facts, `output/words/fixed.rs` | compile errors; `tests/architecture` |
//! | a key of the JSON output | its struct in `output/json/`; `UPDATE_SCHEMA=1 cargo test --test schema` | the schema test; `tests/cli/output_schema.rs` |
//! | a format of `validate` | a file in `output/`, a variant of [`cli::ReportFormat`] | exhaustive matches |
//! | common YAML that is read without the parser | `yaml/fast.rs` and its folder; the parser stays the judge | `tests/hostile/fuzz.rs` compares the two |
//! | a text of the help or of the schema in Chinese | its pair in `language/chinese/` | the tests of `cli/texts.rs` and `manifest/schema/` |
//! | another YAML parser | `yaml/` | its tests of positions and quirks |
//! | a step of a run that must survive a crash | a record in `lockfile/journal/`: its form and space in `record.rs`, its meaning in `replay.rs` | exhaustive matches; the crash tests |
//! | the protocol of claims, a push, the setup of a repository | `git/`, its table in `git/mod.rs`; `lockfile/remote.rs` is all that a run sees of it | `tests/git`, `tests/locks/recipes.rs` |
//! | a version of the lock | `lockfile/`, keeping the old reader | `tests/fixtures/lock/v1` must still read |

#[cfg(all(feature = "without-intent", not(debug_assertions)))]
compile_error!(
    "`without-intent` loses instances: it is for the negative control of the crash tests"
);

pub mod api;
pub mod apply;
mod atomic_file;
pub mod cli;
pub mod commands;
pub mod diagnostics;
pub mod exit_status;
pub mod export;
pub mod git;
pub mod ids;
pub mod interrupts;
pub mod inventory;
pub mod language;
pub mod lifecycle;
pub mod lockfile;
pub mod manifest;
pub mod output;
pub mod plan;
pub mod request;
pub mod resolve;
pub mod run_folder;
pub mod sandbox;
pub mod source;
pub mod text;
pub mod user_command;
pub mod validate;
pub mod why;
pub mod yaml;

/// Validates the text of a manifest, as `instancectl validate` does. `name` is its file name in
/// diagnostics. Reads no file, no environment, and opens no socket.
///
/// ```
/// let result = instancectl::validate_str("instances.yaml", "instances: 1\n");
/// assert!(result.manifest.is_none());
/// let found = &result.diagnostics[0];
/// assert_eq!((found.problem.code(), found.span.start, found.span.end), ("wrong-type", 11, 12));
/// ```
pub fn validate_str(name: &str, text: &str) -> validate::ValidationResult {
    let (source, error) = source::SourceFile::from_bytes(name, text.as_bytes().to_vec());
    validate::validate(&source, error)
}

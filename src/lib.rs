//! `instancectl`: a declarative applier for AI container instances on the SCNet platform.
//!
//! People write YAML manifests that describe instances, check them with `validate`, and create
//! them with `apply`: one create call an instance, its task ID in a lock file. Instances bill by
//! the card-hour and the create call is not idempotent, so three things come before all others:
//! no ID is lost, nothing is created twice unasked, no mistake in a manifest reaches the platform.
//!
//! # The way of a manifest
//!
//! ```text
//! bytes -> source::SourceFile -> yaml::Parsed -> validate::Checked -> manifest::Manifest
//!       -> request::Request -> plan::Plan (against lockfile::Lockfile) -> apply -> apply::Report
//!       -> report
//! ```
//!
//! A type for each stage; each takes the one before and gives the next, or everything that is
//! wrong. A manifest is parsed once: the schema check, the rules and the typed decode read one
//! tree that knows where everything is written. Nothing later reaches back for the text but
//! through a [`source::Span`].
//!
//! # The rooms
//!
//! | module | what it is |
//! |---|---|
//! | [`cli`] | the command line, as types |
//! | [`commands`] | one file a command: joins the stages |
//! | [`report`] | words, pictures and the formats for machines; with `main`, the only writer to the terminal |
//! | [`source`] | text, spans, lines and columns |
//! | [`yaml`] | the only place that names the YAML libraries |
//! | [`document`] | a document's form, its instances, places by JSON Pointer |
//! | [`manifest`] | the user's format, as types |
//! | [`schema`] | the JSON Schema, generated from those types |
//! | [`diagnostic`] | the catalogue of what can be wrong |
//! | [`validate`] | schema and rules against a tree |
//! | [`request`] | from a manifest to the bodies of the create call |
//! | [`lockfile`] | the lock, its journal, its guard, its recovery |
//! | [`plan`] | requests against the lock: what is to be done; pure |
//! | [`apply`] | does it: the list before, intent, request, outcome, the list after; deletes; takes a person's word |
//! | [`api`] | the service: credentials, login, transport, classification, one file an endpoint |
//! | [`sandbox`] | the service on loopback, for rehearsals and tests |
//! | [`ids`], [`exit`] | what all of them share |
//!
//! `tests/architecture.rs` holds who may name whom. Arrows point down: `validate`, `plan`,
//! `schema` and `request` see neither files nor sockets, `apply` prints nothing, and `api` and
//! `manifest` meet in `request` alone.
//!
//! # Where a change goes
//!
//! | change | place | what reminds you |
//! |---|---|---|
//! | a field of the platform | `manifest/instance.rs`, `api/create_task.rs`, `request.rs` | it does not compile; the schema test fails |
//! | a rule | a file in `validate/rules/`, a line in its table, a variant in `diagnostic/problem.rs` | the catalogue test wants a fixture |
//! | a call of the platform | a file in `api/`, a handler in `sandbox/` | an exhaustive match |
//! | a format of `validate` | a file in `report/`, a variant of [`cli::ReportFormat`] | exhaustive matches |
//! | another YAML parser | `yaml/` | its tests of positions and quirks |
//! | a version of the lock | `lockfile/`, the old reader kept | `tests/fixtures/lock/v1` must still read |
//!
//! # What of YAML is read
//!
//! YAML 1.2 with the core schema (`010` is ten, `yes` is text, `0o17` is fifteen), and of YAML 1.1
//! the merge key `<<`. Streams of several documents; empty ones are passed over. Anchors and
//! aliases, as long as all that aliases stand for is not larger than the file, and the instances
//! with `defaults` written out are no more than 512 MiB. The tags of the core schema. Refused, each with its place: duplicate keys, keys that are collections, other
//! tags, an alias inside what it names, more than 100 levels, more than 256 MiB, control
//! characters, and every encoding but UTF-8.

#[cfg(all(feature = "without-intent", not(debug_assertions)))]
compile_error!(
    "`without-intent` loses instances: it is for the negative control of the crash tests"
);

pub mod api;
pub mod apply;
pub mod cli;
pub mod commands;
pub mod diagnostic;
pub mod document;
pub mod exit;
pub mod ids;
pub mod lockfile;
pub mod manifest;
pub mod plan;
pub mod report;
pub mod request;
pub mod sandbox;
pub mod schema;
pub mod source;
pub mod validate;
pub mod yaml;

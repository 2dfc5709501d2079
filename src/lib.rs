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
//! | [`life`] | what became of what was created: looks, waits, stops, starts |
//! | [`api`] | the service: credentials, login, transport, classification, one file an endpoint |
//! | [`sandbox`] | the service on loopback, for rehearsals and tests |
//! | [`ids`], [`exit`], [`count`], [`text`] | what all of them share: identities, exit codes, counts in words, words of a shell and the commands that messages name |
//!
//! `tests/architecture/` holds who may name whom. Arrows point down: `validate`, `plan`,
//! `schema` and `request` see neither files nor sockets, `apply` prints nothing, and `api` and
//! `manifest` meet in `request` alone.
//!
//! # Where a change goes
//!
//! | change | place | what reminds you |
//! |---|---|---|
//! | a field of the platform | `manifest/instance.rs`, `api/create_task.rs`, `request.rs` | it does not compile; the schema test fails |
//! | a rule | a file in `validate/rules/`, a line in its table, a variant in `diagnostic/problem.rs` and its code in `codes.rs`, a page in `diagnostic/pages/` | tests want a fixture and a page |
//! | a slip of newcomers | `yaml/slip.rs` where it is no YAML, `validate/meant/` or `validate/misspelt/` where it is | a fixture with its picture |
//! | a call of the platform | a file in `api/`, a handler in `sandbox/` | an exhaustive match |
//! | what a code or a status of the platform means | `api/outcome.rs` | its table of answers in the tests |
//! | attempts, pace, connections | `api/wire.rs`, `api/pace.rs`; in words: `api/peer.rs` | their tests; `tests/settle/gateways.rs` |
//! | proxies, certificates | `api/proxy.rs`, `api/tls.rs` | their tests; `tests/service/ways.rs` |
//! | a command that a message names | [`text`]: `command_line.rs` | `tests/settle/pasted.rs` runs it |
//! | what `plan` and `apply` do alike | `commands/planning.rs` | `tests/settle/agree.rs` |
//! | a command or a flag | a file in `cli/` and in `commands/`; what it prints in `report/` | an exhaustive match; tests of help and README |
//! | an exit code | [`exit::ExitClass`] | exhaustive matches; the README's table |
//! | a format of `validate` | a file in `report/`, a variant of [`cli::ReportFormat`] | exhaustive matches |
//! | another YAML parser | `yaml/` | its tests of positions and quirks |
//! | a step of a run that must survive a crash | a record in `lockfile/journal.rs`, its meaning in `ledger.rs`, its room in `scribe.rs` | exhaustive matches; the crash tests |
//! | a version of the lock | `lockfile/`, the old reader kept | `tests/fixtures/lock/v1` must still read |
//!
//! # What of YAML is read
//!
//! YAML 1.2 with its core schema, and of YAML 1.1 the merge key. The table is tested: each row's
//! last column is a text in `tests/fixtures/yaml`; the middle is what that text means, a value a
//! document, or the codes that refuse it and where.
//!
//! | what | read as, or refused as | text |
//! |---|---|---|
//! | several documents, empty ones passed over | `{a: 1}`, `[2]`, `"b"` | `documents.yaml` |
//! | `%YAML 1.1` and 1.2, either way read as 1.2 | `["yes", 10]` | `version.yaml` |
//! | `%YAML 2.0` | `yaml-syntax` at 1:1 | `version-unknown.yaml` |
//! | an unknown directive is passed over | `{a: 1}` | `directive.yaml` |
//! | integers: decimal, `0o`, `0x` | `[12, -3, 4, 10, 15, 31]` | `integers.yaml` |
//! | integers beyond 64 bits are numbers still | `[9223372036854775807, 9.223372036854776e18]` | `integers-large.yaml` |
//! | other numbers | `[1.5, 0.5, 5.0, 1000.0, -inf, NaN]` | `floats.yaml` |
//! | numbers of YAML 1.1 alone are text | `["0b11", "1_000", "1:30", "0o8"]` | `numbers-1.1.yaml` |
//! | truth | `[true, true, false, "tRUE"]` | `truth.yaml` |
//! | words of YAML 1.1 are text | `["yes", "No", "on", "OFF", "y"]` | `words-1.1.yaml` |
//! | null | `[null, null, null, null, "nULL"]` | `null.yaml` |
//! | nothing is null | `{a: null, b: ""}` | `nothing.yaml` |
//! | times and dates are text | `["01:00:00", "2026-11-23", "2026-11-23T06:11:41Z"]` | `times.yaml` |
//! | quoted text, with its escapes | `["it's", "\tA训😀", "ab"]` | `quotes.yaml` |
//! | surrogates in pairs, as JSON writes them | `"😀"` | `surrogates.yaml` |
//! | half a pair | `yaml-syntax` at 1:1 | `surrogate-alone.yaml` |
//! | text in blocks: `|`, `>`, with `-`, `+` or an indentation | `["a\nb\n", "a b", "a\n\n", " a\n"]` | `blocks.yaml` |
//! | text over several lines | `{a: "one two\nthree"}` | `lines.yaml` |
//! | U+0085, U+2028 and U+2029 end no line | `["a\u{85}b", "a\u{2028}b"]` | `line-ends-1.1.yaml` |
//! | LF, CR LF and CR end lines | `{a: 1, b: 2, c: 3}` | `line-ends.yaml` |
//! | a byte order mark | `{a: 1}` | `mark.yaml` |
//! | collections in brackets and braces, a last comma, keys without values | `{a: [1, 2], b: 3, c: null}` | `flow.yaml` |
//! | `?` in brackets begins text where no blank follows | `["?x", "a?b"]` | `flow-question.yaml` |
//! | brackets that go on no deeper than their key | `{a: [1], b: 2}` | `flow-outdented.yaml` |
//! | tabs between things | `{a: 1}` | `tabs.yaml` |
//! | a tab in an indentation | `yaml-syntax` at 2:1 | `tab-indent.yaml` |
//! | keys are text, whatever they look like | `{1: "a", true: "b", ~: "c", d: "e"}` | `keys.yaml` |
//! | a key without a text is `~` | `{~: "a"}` | `key-empty.yaml` |
//! | a key that is a list or a mapping | `wrong-type` at 1:3 | `key-complex.yaml` |
//! | a key twice | `duplicate-key` at 3:1 | `key-twice.yaml` |
//! | anchors and aliases, in values and keys | `{a: [1], b: [1], c: "d", d: "e"}` | `anchors.yaml` |
//! | an anchor's name holds any letters | `["a", "a"]` | `anchor-names.yaml` |
//! | an anchor set anew | `[1, 1, 2, 2]` | `anchor-anew.yaml` |
//! | an alias before its anchor, or in another document | `alias` at 1:4, `alias` at 4:4 | `alias-undefined.yaml` |
//! | an alias inside what it names | `alias` at 1:8 | `alias-inside.yaml` |
//! | aliases that stand for more than the file may hold | `alias` at 4:40 | `alias-bomb.yaml` |
//! | the merge key of YAML 1.1: own keys win, earlier sources win | `{x: {a: 1, b: 1}, y: {b: 2, c: 2}, z: {a: 0, b: 1, c: 2}}` | `merge.yaml` |
//! | a merge key in quotes is a key | `{x: {<<: 1}}` | `merge-quoted.yaml` |
//! | merging what is no mapping | `wrong-type` at 2:7 | `merge-bad.yaml` |
//! | the merge key twice | `duplicate-key` at 4:3 | `merge-twice.yaml` |
//! | the tags of the core schema | `["1", 2, 3.0, null, "4", [], {}]` | `tags.yaml` |
//! | a tag that its value does not fit | `wrong-type` at 1:4 | `tag-unfit.yaml` |
//! | other tags | `wrong-type` at 1:4, `wrong-type` at 2:4, `wrong-type` at 3:4, `wrong-type` at 4:4 | `tags-other.yaml` |
//! | more than 100 levels | `too-deep` at 1:101 | `levels-beyond.yaml` |
//! | control characters | `encoding` at 1:5 | `control.yaml` |
//! | UTF-16, with a mark or without | `encoding` at 1:1 | `utf-16.yaml` |
//! | UTF-32 | `encoding` at 1:2 | `utf-32.yaml` |
//! | GBK | `encoding` at 1:1 | `gbk.yaml` |
//! | other bytes that are no UTF-8 | `encoding` at 1:7 | `latin-1.yaml` |
//!
//! The limits beside these: a file of 256 MiB; aliases that stand for as many values as the file has
//! bytes, and 10,000; instances that with `defaults` written out are 512 MiB; 1,000,000 problems of
//! one file; where there are problems, 65,535 mounts or ports in one list. Of the public YAML test
//! suite (`tests/hostile/suite.rs`) no well-formed text is refused but for keys that are collections,
//! tags and one key twice: 276 of 308 are read, with the values it states; 91 of 94 broken ones are
//! refused.

#[cfg(all(feature = "without-intent", not(debug_assertions)))]
compile_error!(
    "`without-intent` loses instances: it is for the negative control of the crash tests"
);

pub mod api;
pub mod apply;
pub mod cli;
pub mod commands;
pub mod count;
pub mod diagnostic;
pub mod document;
pub mod exit;
pub mod ids;
pub mod life;
pub mod lockfile;
pub mod manifest;
pub mod plan;
pub mod report;
pub mod request;
pub mod sandbox;
pub mod schema;
pub mod source;
pub mod text;
pub mod validate;
pub mod yaml;

//! Parts that the texts of all languages have: names, values and commands.

use std::path::Path;

use crate::api::endpoints::create_task::ContainerPortInfo;
use crate::apply::DeleteTarget;
use crate::diagnostics::{Severity, escape_for_terminal};
use crate::ids::{InstanceName, TaskId};
use crate::lifecycle::{LockedInstance, ObservedInstance};
use crate::manifest::{FieldSpec, Parent};
use crate::output::UnknownOutcomes;
use crate::resolve::Remediation;
use crate::text::{CommandLine, memory, shell_quote};

/// Maximum number of names that are listed in full.
pub(super) const MAX_NAMES: usize = 10;
/// Placeholder for an ID in a command.
pub(super) const TASK_ID: &str = "TASK_ID";
/// If more outcomes are unknown, a command does not name each of them.
const MAX_NAMED: usize = 3;

/// Formats an amount of memory as a manifest has it.
pub(in crate::output) fn manifest_memory(megabytes: u64) -> String {
    match megabytes {
        mb if mb > 0 && mb.is_multiple_of(1024) => format!("{}GiB", mb / 1024),
        mb => format!("{mb}MB"),
    }
}

/// Formats a port and its protocol.
pub(in crate::output) fn port(port: &ContainerPortInfo) -> String {
    format!("{} {}", port.container_port, port.protocol_type.as_str())
}

/// Returns names with their IDs; without them if there are too many to list all.
pub(super) fn with_ids<'a>(
    targets: impl ExactSizeIterator<Item = (&'a InstanceName, Option<String>)>,
) -> Vec<String> {
    let is_short = targets.len() <= MAX_NAMES;
    let text = |(name, id): (&InstanceName, Option<String>)| {
        let id = id.filter(|_| is_short).map_or_else(String::new, |id| format!(" {id}"));
        format!("{}{id}", name.as_str().escape_debug())
    };
    targets.map(text).collect()
}

/// Returns the name and the ID of an instance on which a script is to run.
pub(crate) fn script_target(observed: &ObservedInstance) -> String {
    let id = observed.locked.entry.task_id.as_ref().map_or("", |id| id.as_str());
    format!("{} {id}", observed.locked.name.as_str().escape_debug())
}

/// Returns the names of instances with their IDs.
pub(super) fn locked_with_ids(targets: &[&LockedInstance]) -> Vec<String> {
    let id = |target: &LockedInstance| target.entry.task_id.as_ref().map(ToString::to_string);
    with_ids(targets.iter().map(|target| (&target.name, id(target))))
}

/// Returns the names of instances with their IDs; `kept` says which ID the lock records then.
pub(super) fn deleted_with_ids(
    targets: &[&DeleteTarget],
    kept: impl Fn(&TaskId) -> String,
) -> Vec<String> {
    let id = |target: &DeleteTarget| {
        format!("{}{}", target.id, target.successor.as_ref().map(&kept).unwrap_or_default())
    };
    with_ids(targets.iter().map(|target| (&target.name, Some(id(target)))))
}

/// The commands for outcomes of one manifest that stay unknown.
pub(super) struct UnknownCommands {
    /// Searches again.
    pub(super) apply: CommandLine,
    /// The platform shows an instance.
    pub(super) is: CommandLine,
    /// The platform shows none.
    pub(super) absent: CommandLine,
}

impl UnknownCommands {
    /// Returns the commands, by manifest.
    pub(super) fn of<'a>(unknown: &UnknownOutcomes<'a>) -> impl Iterator<Item = Self> + use<'a> {
        unknown.steps.chunk_by(|one, next| one.manifest == next.manifest).map(Self::of_manifest)
    }

    fn of_manifest(same: &[&Remediation]) -> Self {
        let command = |name| same[0].manifest.command(name);
        let (is, absent) = match same {
            [one] => (one.is(TASK_ID), one.absent()),
            all => {
                let names = all.iter().map(|steps| steps.name.as_str());
                let each = names.fold(command("resolve"), CommandLine::value);
                let few = all.len() <= MAX_NAMED;
                let none = if few { each } else { command("resolve").flag("--all-unknown") };
                let is = command("resolve").value("NAME").option("--id", TASK_ID);
                (is, none.flag("--absent"))
            }
        };
        Self { apply: command("apply"), is, absent }
    }
}

/// Parts of the commands that repeat the merge of a lock, quoted for a shell.
pub(super) struct MergeAgain {
    /// The lock.
    pub(super) lock: String,
    /// A copy of it.
    pub(super) copy: String,
    /// The attribute with the merge driver.
    pub(super) attribute: String,
}

impl MergeAgain {
    pub(super) fn of(path: &Path) -> Self {
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        // A pattern with spaces must be quoted there.
        let pattern =
            if name.contains(char::is_whitespace) { format!("{name:?}") } else { name.into() };
        Self {
            lock: shell_quote(&path.to_string_lossy()),
            copy: shell_quote(&format!("{}.conflict", path.display())),
            attribute: shell_quote(&format!("{pattern} merge=instancectl")),
        }
    }
}

/// Maximum number of characters of a text that contains a library's message.
const MAX_CHARS: usize = 300;

/// Returns the beginning of a text, with `..` if there is more.
pub(super) fn shortened(text: &str) -> String {
    match text.char_indices().nth(MAX_CHARS) {
        Some((end, _)) => format!("{}..", &text[..end]),
        None => text.to_owned(),
    }
}

/// Escapes control characters in what a program or another machine said.
pub(super) fn escape(text: &str) -> String {
    escape_for_terminal(text.chars())
}

/// The severities in the order of a summary.
pub(super) const SEVERITIES: [Severity; 3] = [Severity::Error, Severity::Warning, Severity::Note];

/// Maximum number of offers that a help text names.
pub(super) const MAX_OFFERS: usize = 8;

/// Returns the value of a field that has a number, with its unit.
pub(super) fn sized(field: &str, value: u64) -> String {
    if field == "ramSize" { memory(value) } else { value.to_string() }
}

/// Returns the bracket that closes another one.
pub(super) fn closing(open: char) -> char {
    if open == '[' { ']' } else { '}' }
}

/// Returns the list that a field of its items belongs to, with an example of an item.
pub(super) fn item_example(parent: Parent) -> Option<(&'static str, &'static str)> {
    match parent {
        Parent::Mount => Some((
            "mountInfoList",
            "- {sourcePath: /public/home/alice/data, targetPath: /mnt/data, type: path}",
        )),
        Parent::Port => {
            Some(("containerPortInfoList", "- {containerPort: 8888, protocolType: HTTP}"))
        }
        Parent::Instance | Parent::Limits | Parent::Document => None,
    }
}

/// Returns an example of the value of a field.
pub(super) fn value_example(field: &str) -> &'static str {
    FieldSpec::find(field).map_or("", |field| field.example)
}

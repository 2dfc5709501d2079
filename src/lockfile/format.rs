//! Writer of the text of a lock: equal content gives equal bytes.

use serde_json::Value;

use crate::ids::TaskId;
use crate::lockfile::entry::{Entry, Lockfile};
use crate::yaml::emit;

/// Longer keys are not implicit keys in YAML (1,024 characters, including quotes and escapes).
const MAX_IMPLICIT_KEY: usize = 1000;

/// Begin of the first line.
pub(super) const WRITTEN: &str = "# Written by instancectl";
/// End of the first line.
pub(super) const FOR_GIT: &str = ". Commit it; do not edit it.";
/// End of the first line of a lock of the sandbox.
pub(super) const FOR_SANDBOX: &str = " for the sandbox. Do not commit or edit it.";

impl Lockfile {
    /// Returns the text of this lock; equal content gives equal bytes.
    pub fn to_text(&self) -> String {
        // A name that needs escapes could end the comment's line, so it is omitted.
        let name =
            self.manifest.as_ref().filter(|name| emit::to_flow_yaml(name).len() == name.len() + 2);
        let from = name.map_or_else(String::new, |name| format!(" from {name}"));
        let purpose = if self.sandbox { FOR_SANDBOX } else { FOR_GIT };
        let mut text = format!("{WRITTEN}{from}{purpose}\n");
        text.push_str("version: 1\n");
        if self.instances.is_empty() {
            text.push_str("instances: {}\n");
        } else {
            text.push_str("instances:\n");
        }
        for (name, entry) in &self.instances {
            let key = emit::to_scalar(name.as_str());
            let open = if key.len() > MAX_IMPLICIT_KEY { "? " } else { "" };
            let close = if open.is_empty() { ":" } else { "\n  :" };
            text.extend(["\n  ", open, &key, close, "\n"]);
            entry.write(&mut text);
        }
        if !self.extra.is_empty() {
            text.push('\n');
        }
        for (key, value) in &self.extra {
            push(&mut text, "", &emit::to_scalar(key), &value_text(value));
        }
        text
    }
}

impl Entry {
    fn write(&self, text: &mut String) {
        let ids = |ids: &[TaskId]| {
            let ids: Vec<_> = ids.iter().map(|id| emit::to_scalar(id.as_str())).collect();
            format!("[{}]", ids.join(", "))
        };
        let mut field = |key: &str, value: &str| push(text, "    ", key, value);
        field("state", self.state.as_str());
        if let Some(id) = &self.task_id {
            field("taskId", &emit::to_scalar(id.as_str()));
        }
        if let Some(how) = self.how {
            field("how", how.as_str());
        }
        if !self.candidates.is_empty() {
            field("candidates", &ids(&self.candidates));
        }
        if let Some(region) = &self.region {
            field("region", &emit::to_scalar(region.as_str()));
        }
        field("endpoint", &emit::to_scalar(self.endpoint.as_str()));
        if let Some(at) = &self.submitted_at {
            field("submittedAt", &if is_time(at) { at.into() } else { emit::to_scalar(at) });
        }
        if let Some(known_ids) = &self.known_ids {
            field("before", &ids(known_ids));
        }
        if let Some(list_watermark) = &self.list_watermark {
            field("newest", &emit::to_scalar(list_watermark));
        }
        if let Some(why) = &self.why {
            field("why", &emit::to_scalar(why));
        }
        field("request", self.request.as_str());
        for (key, value) in &self.extra {
            field(&emit::to_scalar(key), &value_text(value));
        }
    }
}

fn push(text: &mut String, indent: &str, key: &str, value: &str) {
    text.extend([indent, key, ": ", value, "\n"]);
}

fn value_text(value: &Value) -> String {
    match value {
        Value::String(text) => emit::to_scalar(text).into_owned(),
        other => emit::to_flow_yaml(other),
    }
}

/// Returns whether the text has the form `2026-11-23T06:11:41Z`, which some readers parse as a time
/// and the contract writes plain.
fn is_time(text: &str) -> bool {
    text.len() == 20
        && text
            .bytes()
            .zip(b"0000-00-00T00:00:00Z")
            .all(|(found, &form)| if form == b'0' { found.is_ascii_digit() } else { found == form })
}

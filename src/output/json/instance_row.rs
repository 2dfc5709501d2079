//! Rows of `instances`.

use std::borrow::Cow;

use schemars::JsonSchema;
use serde::{Serialize, Serializer};
use serde_json::{Map, Value};

use super::live_fields::{AddressRow, LiveFields};
use super::vocabulary::OutcomeName;
use crate::api::endpoints::create_task::CreateTask;
use crate::apply::InstanceReport;
use crate::language::Language;
use crate::lifecycle::SshHost;
use crate::output::text::plan::message;
use crate::plan::{FieldChange, PlanAction, PlanItem};
use crate::validate::mask_secrets;

/// One instance: what is planned for it, what was done, and its state.
#[derive(Debug, Default, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "instance", extend("additionalProperties" = false))]
pub(crate) struct InstanceRow<'a> {
    /// Its manifest or lock, as the user named it; null if it is in no lock.
    #[serde(serialize_with = "null_if_empty")]
    #[schemars(with = "Option<&'a str>")]
    pub(crate) file: &'a str,
    /// Its name.
    pub(crate) name: &'a str,
    /// The planned action; null if the command plans nothing for it.
    pub(crate) action: Option<PlanAction>,
    /// Its outcome; null if nothing was to be done.
    pub(crate) outcome: Option<OutcomeName>,
    /// Its ID on the platform; null if it has none yet or the ID is unknown.
    pub(crate) task_id: Option<&'a str>,
    /// Error code of the platform, if it refused the request.
    pub(crate) code: Option<&'a str>,
    /// Explanation, with the next step if there is one.
    pub(crate) message: Option<Cow<'a, str>>,
    /// Fields in which the manifest differs from the lock. Secrets in their texts are replaced by `***`.
    pub(crate) changes: Cow<'a, [FieldChange]>,
    #[serde(flatten)]
    pub(crate) dry_run: Option<DryRunFields<'a>>,
    /// State of its entry in the lock.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) state: Option<&'a str>,
    /// Other instances of its name: with their status if the platform was queried, else their IDs.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Vec<Candidate<'a>>")]
    pub(crate) candidates: Option<Vec<Candidate<'a>>>,
    #[serde(flatten)]
    pub(crate) live: Option<LiveFields<'a>>,
    #[serde(flatten)]
    pub(crate) entry: Option<EntryFields<'a>>,
    /// `status`: access addresses of its opened ports. They may contain secrets.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Vec<AddressRow<'a>>")]
    pub(crate) addresses: Option<Vec<AddressRow<'a>>>,
    /// `ssh-config`: its SSH servers.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Vec<SshRow<'a>>")]
    pub(crate) ssh: Option<Vec<SshRow<'a>>>,
    /// `wait`: whether it reached the status.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "bool")]
    pub(crate) reached: Option<bool>,
    /// `url`: its access address. It contains a secret.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "String")]
    pub(crate) url: Option<&'a str>,
}

/// An SSH server of an instance.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "ssh", extend("additionalProperties" = false))]
pub(crate) struct SshRow<'a> {
    /// Its name in the configuration.
    host: &'a str,
    /// Name or address of the host.
    host_name: &'a str,
    /// Its port; null if the address has none.
    port: Option<u16>,
    /// The user; null if the address has none.
    user: Option<&'a str>,
    /// The port inside the container.
    container_port: &'a str,
}

impl<'a> SshRow<'a> {
    /// Returns the row of a server.
    pub(crate) fn new(host: &'a SshHost) -> Self {
        let SshHost { alias, container_port, address } = host;
        let (host_name, user) = (&*address.host, address.user.as_deref());
        Self { host: alias, host_name, port: address.port, user, container_port }
    }
}

/// Writes null in place of an empty text.
fn null_if_empty<S: Serializer>(text: &str, to: S) -> Result<S::Ok, S::Error> {
    Some(text).filter(|text| !text.is_empty()).serialize(to)
}

/// Fields of an entry of a lock.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct EntryFields<'a> {
    /// `lock list`: where its ID comes from, if it was not the answer to the create call: `list` or
    /// `told`.
    pub(crate) how: Option<&'a str>,
    /// `lock list`: region of its request, if known.
    pub(crate) region: Option<&'a str>,
    /// `lock list`: endpoint of its request.
    pub(crate) endpoint: &'a str,
    /// `lock list`: when its request was about to be sent, in RFC 3339.
    pub(crate) submitted_at: Option<&'a str>,
    /// `lock list`: whether an interrupted run left a record of it that is not in the lock yet.
    pub(crate) pending: bool,
}

/// The request of a dry run.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct DryRunFields<'a> {
    /// `apply --dry-run`: body of the create call that would be sent; null if none would be.
    #[schemars(with = "Option<Map<String, Value>>")]
    request: Option<&'a CreateTask>,
}

/// Another instance of the same name.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(untagged)]
#[schemars(rename = "candidate")]
pub(crate) enum Candidate<'a> {
    /// Its ID, from the lock.
    Recorded(&'a str),
    /// An instance that the platform was queried about.
    Queried(QueriedCandidate<'a>),
}

/// An instance that the platform was queried about.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "queriedCandidate", extend("additionalProperties" = false))]
pub(crate) struct QueriedCandidate<'a> {
    /// Its ID.
    pub(crate) task_id: &'a str,
    /// Its status; null if the platform does not list it.
    #[schemars(with = "Option<String>")]
    pub(crate) status: Option<Cow<'a, str>>,
}

/// Returns one item of a plan, with the request body if requested.
pub(crate) fn item_row<'a>(
    file: &'a str,
    item: &'a PlanItem,
    with_request: bool,
    words: Language,
) -> InstanceRow<'a> {
    let request =
        item.request.as_ref().filter(|_| item.creates()).map(|request| request.task.as_ref());
    InstanceRow {
        file,
        name: item.name.as_str(),
        action: Some(item.action),
        task_id: item.task_id.as_ref().map(AsRef::as_ref),
        message: message(item, words).map(Cow::Owned),
        changes: masked(&item.changes),
        dry_run: with_request.then_some(DryRunFields { request }),
        ..InstanceRow::default()
    }
}

/// Returns changes without the secrets in their texts.
fn masked(changes: &[FieldChange]) -> Cow<'_, [FieldChange]> {
    let hide = |value: &Value| {
        let text = value.as_str()?;
        let lines = mask_secrets(text);
        let differs = text.split('\n').zip(&lines).any(|(line, masked)| line != masked);
        let end = if text.ends_with('\n') { "\n" } else { "" };
        differs.then(|| Value::String(lines.join("\n") + end))
    };
    let clean = |change: &FieldChange| {
        let FieldChange { field, old, new } = change;
        let (old, new) = (hide(old).unwrap_or(old.clone()), hide(new).unwrap_or(new.clone()));
        FieldChange { field: field.clone(), old, new }
    };
    if changes.iter().any(|change| hide(&change.old).or_else(|| hide(&change.new)).is_some()) {
        return changes.iter().map(clean).collect();
    }
    Cow::Borrowed(changes)
}

/// Returns the result of one instance.
pub(crate) fn outcome_row<'a>(
    file: &'a str,
    instance: &'a InstanceReport,
    words: Language,
) -> InstanceRow<'a> {
    let note = instance.note.as_ref().map(|note| words.instance_note(note).into_owned());
    let step = instance.next_step.as_ref().map(|step| words.next_step(step));
    let message = words.clauses(&[note, step].into_iter().flatten().collect::<Vec<_>>());
    InstanceRow {
        file,
        name: instance.name.as_str(),
        action: Some(instance.action),
        outcome: OutcomeName::of(instance),
        task_id: instance.task_id.as_ref().map(AsRef::as_ref),
        code: instance.code.as_deref(),
        message: (!message.is_empty()).then_some(message.into()),
        changes: masked(&instance.changes),
        ..InstanceRow::default()
    }
}

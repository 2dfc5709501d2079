//! Output of `--format json`: one object, built from typed structs whose JSON Schema is committed as
//! `schema/output.schema.json`.

mod diagnostic;
mod envelope;
mod exit;
mod fields;
mod instance_row;
mod live;
mod live_fields;
mod lock;
pub mod schema;
mod stream;
mod summary;
mod validation;
mod vocabulary;
mod why;

pub(crate) use envelope::Envelope;
pub use exit::ExitReport;
pub(crate) use fields::{AuthFields, CommandFields, ListFields, LogObject, StatusFields, Waited};
pub(crate) use instance_row::{InstanceRow, SshRow, item_row, outcome_row};
pub(crate) use live::{account_row, live_row, unrecorded_row, without_status};
pub(crate) use live_fields::{CardCounts, address_rows, card_counts, card_hours, hours};
pub(crate) use lock::{
    entry_row, issue_row, locks, pushed_locks, recovered_locks, recovered_rows, store_rows,
};
pub(crate) use stream::{EachRow, SerializeWith, print};
pub(crate) use summary::CardUsage;
pub(crate) use validation::{invalid_exit, validation};
pub(crate) use vocabulary::OutcomeName;
pub(crate) use why::{EvidenceObject, LookObject, WhyObject};

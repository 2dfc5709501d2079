//! Chinese texts about exported manifests.

use crate::export::{FieldRemark, InstanceRemark, Remark};
use crate::ids::TaskId;
use crate::output::words::zh::Zh;

impl Zh {
    pub(crate) fn export_remark(remark: Remark<'_>) -> String {
        match remark {
            Remark::File => {
                "Written by `instancectl export` from what the platform shows.".to_owned()
            }
            Remark::Instance(InstanceRemark::SameName) => {
                "not used: an instance above has the same name, and names are unique in a file"
                    .to_owned()
            }
            Remark::Instance(InstanceRemark::NotValid) => {
                "not used: a manifest cannot have these values".to_owned()
            }
            Remark::Field(field, remark) => match remark {
                FieldRemark::NotShown => format!("{field}: the platform does not show it"),
                FieldRemark::Guessed(field) => {
                    format!("{field}: the platform does not show it; this is a guess")
                }
                FieldRemark::ScriptNotShown => {
                    format!(
                        "{field}: a script runs at the start, but the platform does not show it"
                    )
                }
                FieldRemark::NotAccepted(value) => {
                    format!("{field}: the platform shows {}", value.escape_debug())
                }
            },
        }
    }

    pub(crate) fn export_skipped(name: &str, file: &str) -> String {
        format!("{}: skipped: the lock of {file} has it", name.escape_debug())
    }

    pub(crate) fn export_undecided(name: &str, file: &str) -> String {
        format!(
            "{}: skipped: it may be the instance of an unknown outcome in the lock of {file}",
            name.escape_debug()
        )
    }

    pub(crate) fn export_disabled(name: &str, id: &TaskId, reason: InstanceRemark) -> String {
        let reason = match reason {
            InstanceRemark::SameName => "another live instance has the same name",
            InstanceRemark::NotValid => "a manifest cannot have its values",
        };
        format!("{}: only a comment ({id}): {reason}", name.escape_debug())
    }
}

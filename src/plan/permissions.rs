//! Actions allowed beyond creating: replacing, pruning, leaving changed instances running as they
//! are.

use std::collections::BTreeSet;

use super::{Plan, PlanAction, PlanItem, PlanNote, Target};
use crate::ids::InstanceName;
use crate::lockfile::EntryState;
use crate::request::Request;

/// The allowed actions.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
// Each permission is an independent choice.
#[allow(clippy::struct_excessive_bools)]
pub struct Permissions {
    /// Instances to replace, whether changed or not, ended or gone.
    pub replace: BTreeSet<InstanceName>,
    /// Whether all changed, ended and gone instances are replaced.
    pub replace_all: bool,
    /// Whether changed sizes are changed in place, if nothing else has changed.
    pub resize: bool,
    /// Whether changed instances are left running as they are.
    pub keep_changed: bool,
    /// Whether orphans are deleted.
    pub prune: bool,
}

impl Plan {
    /// Turns the allowed actions into planned ones. Entries that are not settled are left unchanged
    /// in any case.
    pub fn apply_permissions(
        &mut self,
        policy: &Permissions,
        requests: &[Request],
        target: &Target,
    ) {
        for item in &mut self.items {
            if item.state != Some(EntryState::Created) {
                continue;
            }
            let named = policy.replace.contains(&item.name);
            match item.action {
                PlanAction::Changed if policy.resize && !named && item.differs_in_sizes() => {
                    item.blocked = false;
                    item.note = Some(PlanNote::Resize.into());
                }
                PlanAction::Changed | PlanAction::Finished | PlanAction::Gone
                    if named || policy.replace_all =>
                {
                    replace(item, requests);
                }
                PlanAction::Unchanged if named => replace(item, requests),
                PlanAction::Changed if policy.keep_changed => {
                    item.blocked = false;
                    item.note = Some(PlanNote::KeptAsIs.into());
                }
                PlanAction::Orphan if policy.prune => {
                    item.action = PlanAction::Prune;
                    item.blocked = !target.is_reachable(&item.location);
                    if item.blocked {
                        item.action = PlanAction::Elsewhere;
                        item.note = Some(PlanNote::OtherLocation.into());
                    }
                }
                _ => {}
            }
        }
    }
}

fn replace(item: &mut PlanItem, requests: &[Request]) {
    if item.request.is_none() {
        let request = requests.iter().find(|request| request.name == item.name);
        item.request = request.cloned().map(Box::new);
    }
    if item.request.is_some() {
        item.action = PlanAction::Replace;
        item.blocked = false;
        item.note = None;
    }
}

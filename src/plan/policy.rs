//! What a person allows beyond creating: replacing, pruning, leaving what changed as it runs.

use std::collections::BTreeSet;

use super::{Action, Here, Item, Plan};
use crate::ids::InstanceName;
use crate::lockfile::State;
use crate::request::Request;

/// What is allowed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Policy {
    /// Instances to replace, changed or not, ended, gone.
    pub replace: BTreeSet<InstanceName>,
    /// Whether all that changed, ended or are gone are replaced.
    pub replace_all: bool,
    /// Whether changed ones are left as they run.
    pub keep_changed: bool,
    /// Whether orphans are deleted.
    pub prune: bool,
}

impl Plan {
    /// Turns what is allowed into what is done. What is not settled is left alone whatever is allowed.
    pub fn permit(&mut self, policy: &Policy, requests: &[Request], here: &Here) {
        for item in &mut self.items {
            if item.state != Some(State::Created) {
                continue;
            }
            let named = policy.replace.contains(&item.name);
            match item.action {
                Action::Changed | Action::Ended | Action::Gone if named || policy.replace_all => {
                    replace(item, requests);
                }
                Action::Unchanged if named => replace(item, requests),
                Action::Changed if policy.keep_changed => {
                    item.barred = false;
                    item.message = Some("it is left as it runs".to_owned());
                }
                Action::Orphan if policy.prune => {
                    item.action = Action::Prune;
                    item.barred = !here.reaches(&item.place);
                    if item.barred {
                        item.action = Action::Elsewhere;
                        item.message = Some("it belongs to another region or address".to_owned());
                    }
                }
                _ => {}
            }
        }
    }
}

fn replace(item: &mut Item, requests: &[Request]) {
    if item.request.is_none() {
        let request = requests.iter().find(|request| request.name == item.name);
        item.request = request.cloned().map(Box::new);
    }
    if item.request.is_some() {
        item.action = Action::Replace;
        item.barred = false;
        item.message = None;
    }
}

//! The claim of a process that is ended by a signal before it has recorded anything.

use std::sync::{Mutex, PoisonError};

use super::claimed::Claimed;
use super::push::RefUpdate;
use super::repository::Repository;

/// The claim of this process before it has records: given up if a signal ends the process.
pub(super) struct IdleClaim(Mutex<Option<(Repository, Vec<RefUpdate>)>>);

pub(super) static IDLE: IdleClaim = IdleClaim(Mutex::new(None));

impl IdleClaim {
    pub(super) fn set(&self, claimed: &Claimed) {
        let claim = (claimed.repository.clone(), claimed.release());
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(claim);
    }

    /// Follows the pushes of a claim that still has no records.
    pub(super) fn follow(&self, claimed: &Claimed) {
        let mut idle = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        *idle = idle.take().map(|(repository, _)| (repository, claimed.release()));
    }

    pub(super) fn clear(&self) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = None;
    }
}

/// Gives up the claim of this process, which is about to exit, if it has recorded nothing yet. What it
/// recorded otherwise is for the next run.
pub fn release_idle_claims() {
    let idle = IDLE.0.lock().unwrap_or_else(PoisonError::into_inner).take();
    if let Some((repository, release)) = idle {
        let _ = repository.push(&release, false);
    }
}

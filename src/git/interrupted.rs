//! The claim of a process that a signal ends.

use std::sync::{Mutex, PoisonError, mpsc};
use std::time::Duration;

/// Maximum time that a process takes to give its claim up.
const TIMEOUT: Duration = Duration::from_secs(20);

/// Gives the claim of this process up, and drops the sender when that is done.
type GiveUp = Box<dyn FnOnce(mpsc::Sender<()>) + Send>;

static CLAIM: Mutex<Option<GiveUp>> = Mutex::new(None);

/// Sets the claim of this process.
pub(super) fn set(claim: Option<GiveUp>) {
    *CLAIM.lock().unwrap_or_else(PoisonError::into_inner) = claim;
}

/// Gives up the claim of this process, which is about to exit. From then on it sends nothing that needs
/// the claim; its records are for the next run.
pub fn give_up_claim() {
    let claim = CLAIM.lock().unwrap_or_else(PoisonError::into_inner).take();
    if let Some(give_up) = claim {
        let (done, wait) = mpsc::channel();
        give_up(done);
        let _ = wait.recv_timeout(TIMEOUT);
    }
}

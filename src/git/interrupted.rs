//! The claim of a process that a signal ends.

use std::sync::{Mutex, PoisonError, mpsc};
use std::time::Duration;

use super::writer::Command;

/// Maximum time that a process takes to give its claim up.
const TIMEOUT: Duration = Duration::from_secs(20);

/// The thread that keeps the claim of this process.
static KEEPER: Mutex<Option<mpsc::Sender<Command>>> = Mutex::new(None);

/// Sets the thread that keeps the claim of this process.
pub(super) fn set(keeper: Option<mpsc::Sender<Command>>) {
    *KEEPER.lock().unwrap_or_else(PoisonError::into_inner) = keeper;
}

/// Gives up the claim of this process, which is about to exit. From then on it sends nothing that needs
/// the claim; what it recorded is for the next run.
pub fn give_up_claim() {
    let keeper = KEEPER.lock().unwrap_or_else(PoisonError::into_inner).take();
    let (done, wait) = mpsc::channel();
    if keeper.is_some_and(|keeper| keeper.send(Command::GiveUp(done)).is_ok()) {
        let _ = wait.recv_timeout(TIMEOUT);
    }
}

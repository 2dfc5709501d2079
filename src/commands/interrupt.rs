//! SIGINT and SIGTERM, counted.

use std::io;
use std::thread;

use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::watch;

use super::Failure;

/// Counts signals from here on, on a thread of its own, so that a run that waits for its disk
/// still hears them. The third one ends the process at once.
pub(super) fn listen(abort: fn() -> !) -> Result<watch::Receiver<u8>, Failure> {
    count(abort).map_err(|error| Failure::system(&error))
}

fn count(abort: fn() -> !) -> io::Result<watch::Receiver<u8>> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_io().build()?;
    let entered = runtime.enter();
    let (mut interrupt, mut terminate) =
        (signal(SignalKind::interrupt())?, signal(SignalKind::terminate())?);
    drop(entered);
    let (count, counted) = watch::channel(0_u8);
    let wait = async move {
        loop {
            tokio::select! {
                _ = interrupt.recv() => {}
                _ = terminate.recv() => {}
            }
            count.send_modify(|count| *count += 1);
            if *count.borrow() >= 3 {
                abort();
            }
        }
    };
    thread::Builder::new().name("signals".to_owned()).spawn(move || runtime.block_on(wait))?;
    Ok(counted)
}

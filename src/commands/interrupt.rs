//! SIGINT and SIGTERM, counted.

use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;

use tokio::runtime::Runtime;
use tokio::signal::unix::{Signal, SignalKind, signal};
use tokio::sync::watch;

use super::Failure;

/// Counts signals on a thread of its own, so that a run that waits for its disk still hears them.
/// Until a command listens, the first one ends the process at once: what only reads has nothing to
/// bring to an end. Once one listens, that is what the third does.
pub(super) struct Signals {
    counted: watch::Receiver<u8>,
    heard: Arc<AtomicBool>,
}

impl Signals {
    /// Counts from here on; `abort` ends the process.
    pub(super) fn count(abort: fn() -> !) -> Result<Self, Failure> {
        Self::begin(abort).map_err(|error| Failure::system(&error))
    }

    /// Leaves the first two signals to the caller.
    pub(super) fn listen(&self) -> watch::Receiver<u8> {
        self.heard.store(true, Ordering::SeqCst);
        self.counted.clone()
    }

    fn begin(abort: fn() -> !) -> io::Result<Self> {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_io().build()?;
        let entered = runtime.enter();
        let both = (signal(SignalKind::interrupt())?, signal(SignalKind::terminate())?);
        drop(entered);
        let (count, counted) = watch::channel(0);
        let heard = Arc::new(AtomicBool::new(false));
        let listening = Arc::clone(&heard);
        let wait = move || hear(&runtime, both, &count, &listening, abort);
        thread::Builder::new().name("signals".to_owned()).spawn(wait)?;
        Ok(Self { counted, heard })
    }
}

fn hear(
    runtime: &Runtime,
    (mut interrupt, mut terminate): (Signal, Signal),
    count: &watch::Sender<u8>,
    heard: &AtomicBool,
    abort: fn() -> !,
) {
    runtime.block_on(async {
        loop {
            tokio::select! {
                _ = interrupt.recv() => {}
                _ = terminate.recv() => {}
            }
            count.send_modify(|count| *count += 1);
            if *count.borrow() >= 3 || !heard.load(Ordering::SeqCst) {
                abort();
            }
        }
    });
}

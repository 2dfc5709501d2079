//! Counts the signals that end a run.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};
use std::{fs, io, thread};

use rustix::process::Signal as Number;
use tokio::runtime::Runtime;
use tokio::signal::unix::{Signal, SignalKind, signal};
use tokio::sync::{mpsc, watch};

use super::error::CommandError;
use crate::output::{CommandProblem, InterruptedRun};
use crate::{git, lockfile};

/// Signals with which a user, a closing terminal and a service manager end a run.
const ENDING: [Number; 3] = [Number::INT, Number::TERM, Number::HUP];
/// A signal within this time after the first one counts as the same: a wrapper forwards to its child
/// a signal that the terminal sent to both.
const MIN_SIGNAL_INTERVAL: Duration = Duration::from_millis(500);

/// Counts signals on a separate thread, so that a run that waits for its disk still receives them.
/// Until a command listens, the first signal ends the process at once: read-only commands have nothing
/// to complete. Once a command listens, the third signal does so.
pub(super) struct SignalHandler {
    counted: watch::Receiver<u8>,
    received: Arc<AtomicBool>,
}

impl SignalHandler {
    /// Starts counting; `abort` ends the process, after the object of the run is printed.
    pub(super) fn install(abort: fn() -> !, run: InterruptedRun) -> Result<Self, CommandError> {
        let end = move || {
            run.print();
            abort()
        };
        Ok(Self::start(end).map_err(CommandProblem::CannotPrepare)?)
    }

    /// Leaves the first two signals to the caller.
    pub(super) fn subscribe(&self) -> watch::Receiver<u8> {
        self.received.store(true, Ordering::SeqCst);
        self.counted.clone()
    }

    fn start(end: impl Fn() + Send + 'static) -> io::Result<Self> {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_io().build()?;
        let entered = runtime.enter();
        let ignored = ignored();
        let listened: Vec<Signal> = ENDING
            .into_iter()
            .filter(|number| !ignored.contains(number))
            .map(|number| signal(SignalKind::from_raw(number.as_raw())))
            .collect::<io::Result<_>>()?;
        // With a handler, a write beyond the file size limit (`ulimit -f`) fails instead of ending the
        // process. It stays installed when its stream is dropped.
        drop(signal(SignalKind::from_raw(Number::XFSZ.as_raw()))?);
        drop(entered);
        let (count, counted) = watch::channel(0);
        let received = Arc::new(AtomicBool::new(false));
        let listening = Arc::clone(&received);
        let wait = move || run_until_interrupted(&runtime, listened, &count, &listening, end);
        thread::Builder::new().name("signals".to_owned()).spawn(wait)?;
        Ok(Self { counted, received })
    }
}

/// Returns the signals that were ignored when the program started (`nohup`, a shell's background job):
/// they stay ignored. Empty if the system does not report them.
fn ignored() -> Vec<Number> {
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let mask = status.lines().find_map(|line| line.strip_prefix("SigIgn:"));
    let mask = mask.and_then(|mask| u64::from_str_radix(mask.trim(), 16).ok()).unwrap_or_default();
    ENDING.into_iter().filter(|number| mask >> (number.as_raw() - 1) & 1 == 1).collect()
}

fn run_until_interrupted(
    runtime: &Runtime,
    listened: Vec<Signal>,
    count: &watch::Sender<u8>,
    received: &AtomicBool,
    end: impl Fn(),
) {
    runtime.block_on(async {
        let (sender, mut arrived) = mpsc::unbounded_channel();
        let tell = |mut signal: Signal| {
            let sender = sender.clone();
            async move { while signal.recv().await.is_some() && sender.send(()).is_ok() {} }
        };
        for signal in listened {
            runtime.spawn(tell(signal));
        }
        let mut first: Option<Instant> = None;
        while arrived.recv().await.is_some() {
            if first.is_some_and(|first| first.elapsed() < MIN_SIGNAL_INTERVAL) {
                continue;
            }
            first.get_or_insert_with(Instant::now);
            count.send_modify(|count| *count += 1);
            if *count.borrow() >= 3 || !received.load(Ordering::SeqCst) {
                if !received.load(Ordering::SeqCst) {
                    git::give_up_claim();
                }
                lockfile::release_guards();
                end();
            }
        }
    });
}

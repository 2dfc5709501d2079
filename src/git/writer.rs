//! The thread that keeps a claim: it pushes records in groups, and moves the claim every minute.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{self, RecvTimeoutError};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use rustix::time::{ClockId, clock_gettime};

use super::GitError;
use super::ahead::Ahead;
use super::claim_records::ClaimRecord;
use super::claimed::Claimed;
use super::holder::{heartbeat, max_silence};
use super::interrupted;
use crate::lockfile::{PendingCreate, Record, RemoteError, RemoteFailure};

pub(super) type Reply<T> = Box<dyn FnOnce(Result<T, RemoteError>) + Send>;

/// A command to the thread.
pub(super) enum Command {
    Publish(usize, Vec<ClaimRecord>, Reply<()>),
    Announce(usize, Vec<PendingCreate>),
    Intent(usize, PendingCreate, Reply<Record>),
    /// A create found its intent at the remote.
    Started,
    Confirm(Reply<()>),
    Outcome(usize, Record),
    Flush,
    Stop,
    /// Gives the claim up; the sender is dropped when that is done.
    GiveUp(mpsc::Sender<()>),
}

/// The thread of a claim.
pub(super) struct ClaimWriter {
    pub(super) link: ClaimLink,
    thread: thread::JoinHandle<Claimed>,
}

/// The handle of the thread of a claim.
#[derive(Debug, Clone)]
pub(super) struct ClaimLink {
    pub(super) commands: mpsc::Sender<Command>,
    pub(super) confirmed: Arc<Confirmed>,
    pub(super) ahead: Arc<Mutex<Ahead>>,
    pub(super) remote: String,
}

/// Time before the last push that moved every claim, by the clock that also runs while the machine sleeps.
#[derive(Debug)]
pub(super) struct Confirmed(AtomicU64);

/// The claim is known to be that of another run.
const LOST: u64 = u64::MAX;

impl Confirmed {
    fn set(&self, begun: u64) {
        self.0.store(begun, Ordering::SeqCst);
    }

    pub(super) fn is_recent(&self) -> bool {
        let confirmed = self.0.load(Ordering::SeqCst);
        if confirmed == LOST {
            return false;
        }
        let silence = milliseconds().saturating_sub(confirmed);
        Duration::from_millis(silence) < max_silence()
    }
}

/// Returns the time of that clock.
pub(super) fn milliseconds() -> u64 {
    let now = clock_gettime(ClockId::Boottime);
    let (seconds, nanoseconds) = (now.tv_sec.cast_unsigned(), now.tv_nsec.cast_unsigned());
    seconds * 1000 + nanoseconds / 1_000_000
}

impl ClaimWriter {
    /// Starts the thread. `begun` is the time before the locks were claimed.
    pub(super) fn start(mut claimed: Claimed, begun: u64) -> Result<Self, GitError> {
        claimed.repository.git = claimed.repository.git.in_background();
        let (commands, waiting) = mpsc::channel();
        let confirmed = Arc::new(Confirmed(AtomicU64::new(begun)));
        let ahead = Arc::<Mutex<Ahead>>::default();
        let remote = claimed.repository.remote();
        let keeper = Keeper {
            claimed,
            confirmed: Arc::clone(&confirmed),
            ahead: Arc::clone(&ahead),
            replies: Vec::new(),
            intents: Vec::new(),
            confirms: false,
        };
        let thread = thread::Builder::new()
            .name("claim".to_owned())
            .spawn(move || keeper.serve(&waiting))
            .map_err(|error| GitError::CannotRun { cause: error.to_string() })?;
        let keeper = commands.clone();
        // If the thread has ended, so has the claim.
        interrupted::set(Some(Box::new(move |done| drop(keeper.send(Command::GiveUp(done))))));
        Ok(Self { link: ClaimLink { commands, confirmed, ahead, remote }, thread })
    }

    /// Ends the thread and returns the claim, with the records that are not pushed yet.
    pub(super) fn stop(self) -> Claimed {
        interrupted::set(None);
        let _ = self.link.commands.send(Command::Stop);
        self.thread.join().expect("the thread of a claim does not panic")
    }
}

/// State owned by the thread.
struct Keeper {
    claimed: Claimed,
    confirmed: Arc<Confirmed>,
    /// Shared with the creates, which do not wait for a push in progress if their intents are ahead.
    ahead: Arc<Mutex<Ahead>>,
    /// Waiting for the next push.
    replies: Vec<Reply<()>>,
    /// Creates that wait for their intents.
    intents: Vec<(usize, PendingCreate, Reply<Record>)>,
    /// Whether the next push has to move every claim.
    confirms: bool,
}

impl Keeper {
    fn serve(mut self, waiting: &mpsc::Receiver<Command>) -> Claimed {
        let mut beat = Instant::now() + heartbeat();
        loop {
            let pause = beat.saturating_duration_since(Instant::now());
            let first = match waiting.recv_timeout(pause) {
                Ok(command) => Some(command),
                Err(RecvTimeoutError::Timeout) => None,
                Err(RecvTimeoutError::Disconnected) => Some(Command::Stop),
            };
            let mut is_due = first.is_none();
            for command in first.into_iter().chain(waiting.try_iter()) {
                match command {
                    Command::Stop => return self.ended(),
                    Command::GiveUp(_done) => {
                        let mut claimed = self.ended();
                        // If this fails, the claim is taken over like that of a run that died.
                        let _ = claimed.give_up(false);
                        return claimed;
                    }
                    command => is_due |= self.take(command),
                }
            }
            let waits: Vec<_> =
                self.intents.iter().map(|(lock, create, _)| (*lock, create.clone())).collect();
            let batch = self.ahead().take(&waits);
            if is_due || !batch.is_empty() || !self.replies.is_empty() {
                let all = Instant::now() >= beat || std::mem::take(&mut self.confirms);
                match self.push(batch, all) {
                    Some(true) => beat = Instant::now() + heartbeat(),
                    Some(false) => {}
                    None => beat = Instant::now() + heartbeat() / 6,
                }
            }
        }
    }

    /// Takes a command; returns whether a push is due.
    fn take(&mut self, command: Command) -> bool {
        match command {
            Command::Publish(lock, records, reply) => {
                self.add(lock, records);
                self.replies.push(reply);
                true
            }
            Command::Announce(lock, creates) => {
                self.ahead().announce(lock, creates);
                false
            }
            Command::Intent(lock, create, reply) => {
                let intent = self.ahead().start(&(lock, create.name.clone()));
                match intent {
                    Some(intent) => reply(Ok(intent)),
                    None => self.intents.push((lock, create, reply)),
                }
                false
            }
            Command::Confirm(reply) => {
                self.confirms = true;
                self.replies.push(reply);
                true
            }
            Command::Outcome(lock, record) => {
                self.add(lock, vec![ClaimRecord::Journal(record)]);
                false
            }
            Command::Flush => true,
            Command::Started | Command::Stop | Command::GiveUp(_) => false,
        }
    }

    fn ahead(&self) -> MutexGuard<'_, Ahead> {
        self.ahead.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn add(&mut self, lock: usize, records: Vec<ClaimRecord>) {
        self.claimed.locks[lock].pending.extend(records);
    }

    /// Pushes what is pending and the intents of these creates, and answers everything that waits for it.
    /// Returns whether every claim moved; `None` if the push failed.
    fn push(&mut self, batch: Vec<(usize, PendingCreate)>, all: bool) -> Option<bool> {
        let lengths: Vec<usize> =
            self.claimed.locks.iter().map(|lock| lock.pending.len()).collect();
        let mut intents = Vec::new();
        for (lock, create) in batch {
            let intent = Record::intent(create.name.clone());
            let key = (lock, create.name.clone());
            let records = [Record::Plan(create), intent.clone()];
            self.add(lock, records.map(ClaimRecord::Journal).into());
            intents.push((key, intent));
        }
        self.ahead().begin_push(Instant::now());
        // This process may be stopped while git works: the claim is its own at the start of the push.
        let begun = milliseconds();
        let pushed = self.claimed.push(all);
        self.ahead().end_push(Instant::now());
        if matches!(&pushed, Err(error) if error.failure == RemoteFailure::ClaimLost) {
            self.confirmed.set(LOST);
        }
        match &pushed {
            Ok(moved_all) => {
                if *moved_all {
                    self.confirmed.set(begun);
                }
                self.ahead().pushed(intents);
            }
            // None of these creates is sent, so their intents must not be pushed later.
            Err(_) if !intents.is_empty() => {
                for (lock, length) in self.claimed.locks.iter_mut().zip(lengths) {
                    lock.pending.truncate(length);
                }
            }
            Err(_) => {}
        }
        for reply in std::mem::take(&mut self.replies) {
            reply(pushed.clone().map(drop));
        }
        for (lock, create, reply) in std::mem::take(&mut self.intents) {
            let intent = self.ahead().start(&(lock, create.name.clone()));
            match (&pushed, intent) {
                (Ok(_), Some(intent)) => reply(Ok(intent)),
                (Err(error), _) => reply(Err(error.clone())),
                (Ok(_), None) => self.intents.push((lock, create, reply)),
            }
        }
        pushed.ok()
    }

    /// Records that the creates that never started were not sent.
    fn ended(mut self) -> Claimed {
        let unused = self.ahead().unused();
        for (lock, name) in unused {
            let record = ClaimRecord::Journal(Record::NotSent { name });
            self.claimed.locks[lock].pending.push(record);
        }
        self.claimed
    }
}

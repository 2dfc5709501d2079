//! The thread that keeps a claim: it pushes records in groups, and moves the claim every minute.

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{self, RecvTimeoutError};
use std::thread;
use std::time::{Duration, Instant};

use futures_util::FutureExt;
use futures_util::future::LocalBoxFuture;
use rustix::time::{ClockId, clock_gettime};
use tokio::sync::oneshot;

use super::GitError;
use super::ahead::Ahead;
use super::claim_records::ClaimRecord;
use super::claimed::Claimed;
use super::holder::{heartbeat, max_silence};
use super::idle::IDLE;
use crate::lockfile::{
    DurablePlace, EntryChange, PendingCreate, Record, RemoteError, RemoteFailure,
};

type Reply<T> = Box<dyn FnOnce(Result<T, RemoteError>) + Send>;

/// A command to the thread.
enum Command {
    Publish(usize, Vec<ClaimRecord>, Reply<()>),
    Announce(usize, Vec<PendingCreate>),
    Intent(usize, PendingCreate, Reply<Record>),
    Confirm(Reply<()>),
    Outcome(usize, Record),
    Flush,
    Stop,
}

/// The thread of a claim.
pub(super) struct ClaimWriter {
    commands: mpsc::Sender<Command>,
    confirmed: Arc<Confirmed>,
    remote: String,
    thread: thread::JoinHandle<Claimed>,
}

/// Time of the last push by the clock that also runs while the machine sleeps.
#[derive(Debug)]
struct Confirmed(AtomicU64);

impl Confirmed {
    fn now(&self) {
        self.0.store(milliseconds(), Ordering::SeqCst);
    }

    fn is_recent(&self) -> bool {
        let silence = milliseconds().saturating_sub(self.0.load(Ordering::SeqCst));
        Duration::from_millis(silence) < max_silence()
    }
}

fn milliseconds() -> u64 {
    let now = clock_gettime(ClockId::Boottime);
    let (seconds, nanoseconds) = (now.tv_sec.cast_unsigned(), now.tv_nsec.cast_unsigned());
    seconds * 1000 + nanoseconds / 1_000_000
}

impl ClaimWriter {
    pub(super) fn start(mut claimed: Claimed) -> Result<Self, GitError> {
        claimed.repository.git = claimed.repository.git.in_background();
        let (commands, waiting) = mpsc::channel();
        let confirmed = Arc::new(Confirmed(AtomicU64::new(milliseconds())));
        let remote = claimed.repository.remote();
        let keeper = Keeper {
            claimed,
            confirmed: Arc::clone(&confirmed),
            ahead: Ahead::default(),
            replies: Vec::new(),
            intents: Vec::new(),
            has_records: false,
            confirms: false,
        };
        let thread = thread::Builder::new()
            .name("claim".to_owned())
            .spawn(move || keeper.serve(&waiting))
            .map_err(|error| GitError::CannotRun { cause: error.to_string() })?;
        Ok(Self { commands, confirmed, remote, thread })
    }

    /// Ends the thread and returns the claim, with the records that are not pushed yet.
    pub(super) fn stop(self) -> Claimed {
        let _ = self.commands.send(Command::Stop);
        self.thread.join().expect("the thread of a claim does not panic")
    }
}

/// State owned by the thread.
struct Keeper {
    claimed: Claimed,
    confirmed: Arc<Confirmed>,
    ahead: Ahead,
    /// Waiting for the next push.
    replies: Vec<Reply<()>>,
    /// Creates that wait for their intents.
    intents: Vec<(usize, PendingCreate, Reply<Record>)>,
    has_records: bool,
    /// Whether the next push has to move every claim.
    confirms: bool,
}

impl Keeper {
    fn serve(mut self, waiting: &mpsc::Receiver<Command>) -> Claimed {
        let mut beat = Instant::now() + heartbeat();
        loop {
            let pause = beat.saturating_duration_since(Instant::now());
            let mut is_due = false;
            match waiting.recv_timeout(pause) {
                Ok(Command::Stop) | Err(RecvTimeoutError::Disconnected) => return self.ended(),
                Ok(command) => is_due |= self.take(command),
                Err(RecvTimeoutError::Timeout) => is_due = true,
            }
            while let Ok(command) = waiting.try_recv() {
                if matches!(command, Command::Stop) {
                    return self.ended();
                }
                is_due |= self.take(command);
            }
            let waits: Vec<_> =
                self.intents.iter().map(|(lock, create, _)| (*lock, create.clone())).collect();
            let batch = self.ahead.take(&waits);
            if is_due || !batch.is_empty() || !self.replies.is_empty() {
                let all = Instant::now() >= beat || std::mem::take(&mut self.confirms);
                if self.push(batch, all) {
                    beat = Instant::now() + heartbeat();
                } else {
                    beat = Instant::now() + heartbeat() / 6;
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
                self.ahead.announce(lock, creates);
                false
            }
            Command::Intent(lock, create, reply) => {
                match self.ahead.start(&(lock, create.name.clone())) {
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
            Command::Stop => false,
        }
    }

    fn add(&mut self, lock: usize, records: Vec<ClaimRecord>) {
        self.has_records = true;
        IDLE.clear();
        self.claimed.locks[lock].pending.extend(records);
    }

    /// Pushes what is pending and the intents of these creates, and answers everything that waits for it.
    fn push(&mut self, batch: Vec<(usize, PendingCreate)>, all: bool) -> bool {
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
        self.ahead.begin_push(Instant::now());
        let pushed = self.claimed.push(all);
        self.ahead.end_push(Instant::now());
        match &pushed {
            Ok(()) => {
                self.confirmed.now();
                self.ahead.pushed(intents);
                if !self.has_records {
                    IDLE.follow(&self.claimed);
                }
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
            reply(pushed.clone());
        }
        for (lock, create, reply) in std::mem::take(&mut self.intents) {
            let intent = self.ahead.start(&(lock, create.name.clone()));
            match (&pushed, intent) {
                (Ok(()), Some(intent)) => reply(Ok(intent)),
                (Err(error), _) => reply(Err(error.clone())),
                (Ok(()), None) => self.intents.push((lock, create, reply)),
            }
        }
        pushed.is_ok()
    }

    /// Records that the creates that never started were not sent.
    fn ended(mut self) -> Claimed {
        for (lock, name) in self.ahead.unused() {
            let record = ClaimRecord::Journal(Record::NotSent { name });
            self.claimed.locks[lock].pending.push(record);
        }
        self.claimed
    }
}

/// The claim as the place where the records of one lock are durable.
pub(super) struct ClaimPlace {
    commands: mpsc::Sender<Command>,
    confirmed: Arc<Confirmed>,
    remote: String,
    lock: usize,
}

impl ClaimPlace {
    pub(super) fn new(writer: &ClaimWriter, lock: usize) -> Self {
        let (commands, confirmed) = (writer.commands.clone(), Arc::clone(&writer.confirmed));
        Self { commands, confirmed, remote: writer.remote.clone(), lock }
    }

    /// Sends a command whose answer is awaited.
    fn ask<T: Send + 'static>(
        &self,
        command: impl FnOnce(Reply<T>) -> Command,
    ) -> LocalBoxFuture<'_, Result<T, RemoteError>> {
        let (reply, answer) = oneshot::channel();
        let reply = Box::new(move |result| drop(reply.send(result)));
        let sent = self.commands.send(command(reply));
        async move {
            sent.map_err(|_| self.stopped())?;
            answer.await.map_err(|_| self.stopped())?
        }
        .boxed_local()
    }

    fn stopped(&self) -> RemoteError {
        RemoteError { remote: self.remote.clone(), failure: RemoteFailure::ClaimLost }
    }

    fn records(changes: &[EntryChange]) -> Vec<ClaimRecord> {
        changes.iter().map(ClaimRecord::of_change).collect()
    }
}

impl fmt::Debug for ClaimPlace {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ClaimPlace").field("remote", &self.remote).finish_non_exhaustive()
    }
}

impl DurablePlace for ClaimPlace {
    fn publish(&self, changes: &[EntryChange]) -> Result<(), RemoteError> {
        let (reply, answer) = mpsc::channel();
        let reply = Box::new(move |result| drop(reply.send(result)));
        let command = Command::Publish(self.lock, Self::records(changes), reply);
        self.commands.send(command).map_err(|_| self.stopped())?;
        answer.recv().map_err(|_| self.stopped())?
    }

    fn publish_later(
        &self,
        changes: &[EntryChange],
    ) -> LocalBoxFuture<'_, Result<(), RemoteError>> {
        let records = Self::records(changes);
        self.ask(|reply| Command::Publish(self.lock, records, reply))
    }

    fn announce(&self, creates: Vec<PendingCreate>) {
        // If the thread has ended, the first intent reports it.
        let _ = self.commands.send(Command::Announce(self.lock, creates));
    }

    fn intent(&self, create: &PendingCreate) -> LocalBoxFuture<'_, Result<Record, RemoteError>> {
        let create = create.clone();
        self.ask(|reply| Command::Intent(self.lock, create, reply))
    }

    fn confirm(&self) -> LocalBoxFuture<'_, Result<(), RemoteError>> {
        if self.confirmed.is_recent() {
            return async { Ok(()) }.boxed_local();
        }
        self.ask(Command::Confirm)
    }

    fn outcome(&self, record: &Record) {
        let _ = self.commands.send(Command::Outcome(self.lock, record.clone()));
    }

    fn flush(&self) {
        let _ = self.commands.send(Command::Flush);
    }
}

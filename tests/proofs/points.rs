//! The points at which a fault is injected into a run, and the kinds of faults.

use std::collections::BTreeSet;
use std::fmt;
use std::path::PathBuf;

use crate::stories::Story;
use crate::support::Cli;
use crate::tracer::{self, Span};
use crate::world::{JOURNAL, LOCK, World};

/// The relevant calls: those that read, write, name, sync or lock a file, that send, receive or
/// connect, that wait, and that start or end a thread.
const CALLS: &str = "openat,read,write,writev,pwrite64,pread64,fdatasync,fsync,ftruncate,rename,\
    unlink,flock,fchmod,statx,close,socket,connect,sendto,recvfrom,shutdown,epoll_wait,futex,clone3,\
    exit_group";
/// Those of them that are necessary to get data onto a disk or a wire.
const DURABLE: &str = "openat,write,writev,pwrite64,fdatasync,fsync,ftruncate,rename,unlink,sendto,\
    recvfrom,connect";

/// A call at which a fault is injected.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Point {
    call: String,
    /// Its number among the calls of its kind in its thread, from 1; with a file, among those on
    /// the file.
    at: usize,
    on: Option<&'static str>,
    strike: Strike,
}

/// The injected fault.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Strike {
    /// The process is killed before the call is carried out.
    Kill,
    /// The call fails with this error, once or from then on.
    Fail(&'static str, bool),
}

/// The calls that send a request, receive its answer and record it.
const WIRE: &str = "pwrite64,fdatasync,writev,sendto,recvfrom,epoll_wait";

/// The calls that get faults.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Extent {
    /// Calls that get data onto a disk or a wire.
    Durable,
    /// Calls that send a request and record its answer.
    Wire,
    /// Every relevant call.
    Everything,
}

/// The files of a run.
const FILES: [&str; 4] = [LOCK, JOURNAL, ".a.lock.next", "."];

impl Point {
    /// Returns a kill before the call with this number of its kind.
    pub(crate) fn kill(call: &str, at: usize) -> Self {
        Self { call: call.to_owned(), at, on: None, strike: Strike::Kill }
    }

    /// Returns the command with this fault injected.
    pub(crate) fn strike(&self, world: &World, command: Cli) -> Cli {
        let Self { call, at, on, strike } = self;
        let what = match strike {
            Strike::Kill => format!("signal=KILL:when={at}"),
            Strike::Fail(error, false) => format!("error={error}:when={at}"),
            Strike::Fail(error, true) => format!("error={error}:when={at}+"),
        };
        let path = on.map(|on| file(world, on));
        tracer::inject(command, call, &what, path.as_deref())
    }

    /// Checks whether it kills the process.
    pub(crate) fn kills(&self) -> bool {
        self.strike == Strike::Kill
    }
}

impl fmt::Display for Point {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.strike {
            Strike::Kill => write!(f, "kill before")?,
            Strike::Fail(error, false) => write!(f, "{error} at")?,
            Strike::Fail(error, true) => write!(f, "{error} from")?,
        }
        write!(f, " {} {}", self.call, self.at)?;
        self.on.map_or(Ok(()), |on| write!(f, " on {on}"))
    }
}

/// Returns every call of a scenario's run before which it can be killed.
pub(crate) fn kills(story: &Story, extent: Extent) -> BTreeSet<Point> {
    let calls = match extent {
        Extent::Durable => DURABLE,
        Extent::Wire => WIRE,
        Extent::Everything => CALLS,
    };
    let everywhere = [None].into_iter().chain(FILES.map(Some));
    everywhere.flat_map(|on| numbered(story, calls, on, &[Strike::Kill])).collect()
}

/// Returns a kill before one of the last writes of a scenario's run to its journal, counted from
/// the end.
pub(crate) fn late_write(story: &Story, from_end: usize) -> Point {
    let mut writes = numbered(story, "pwrite64", Some(JOURNAL), &[Strike::Kill]);
    writes.sort();
    writes.swap_remove(writes.len() - 1 - from_end)
}

/// Returns every call of a scenario's run on its files that a broken disk can make fail, and every
/// one on the wire.
pub(crate) fn failures(story: &Story) -> BTreeSet<Point> {
    // A broken sector, and a disk that is full from then on.
    const DISK: [Strike; 2] = [Strike::Fail("EIO", false), Strike::Fail("ENOSPC", true)];
    const WIRE: [Strike; 1] = [Strike::Fail("ECONNRESET", false)];
    let disk = "openat,write,pwrite64,fdatasync,fsync,ftruncate,rename,unlink";
    let on_disk = FILES.into_iter().flat_map(|on| numbered(story, disk, Some(on), &DISK));
    let wire = "connect,sendto,writev,recvfrom";
    on_disk.chain(numbered(story, wire, None, &WIRE)).collect()
}

fn file(world: &World, on: &str) -> PathBuf {
    let folder = world.path(LOCK).parent().unwrap().to_owned();
    if on == "." { folder } else { folder.join(on) }
}

/// Returns the calls of a run, counted in one without faults.
fn numbered(
    story: &Story,
    calls: &str,
    on: Option<&'static str>,
    strikes: &[Strike],
) -> Vec<Point> {
    let (world, command) = story.begin();
    let path = on.map(|on| file(&world, on));
    // The calls that start a program are the same for all of them.
    let from = if on.is_some() { "" } else { LOCK };
    let spans = tracer::count(&command, calls, from, path.as_deref());
    let points = spans.into_iter().flat_map(|Span { call, first, last }| {
        (first..=last).flat_map(move |at| {
            let call = call.clone();
            strikes.iter().map(move |&strike| Point { call: call.clone(), at, on, strike })
        })
    });
    points.collect()
}

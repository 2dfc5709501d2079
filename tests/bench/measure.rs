//! Runs programs and measures them.

use std::io::{BufRead, BufReader, Result};
use std::os::unix::process::CommandExt;
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use wait4::Wait4;

/// Measurements of one run.
#[derive(Clone, Copy)]
pub(crate) struct Run {
    /// Time from start to end.
    pub(crate) wall: Duration,
    /// User and system time of the process.
    pub(crate) cpu: Duration,
    /// Peak resident memory, in bytes.
    pub(crate) peak: u64,
}

/// Measurements of several runs of one program: the median of each.
#[derive(Clone, Copy)]
pub(crate) struct Taken {
    /// The medians.
    pub(crate) run: Run,
    /// CPU time of the slowest run divided by that of the fastest: the noise of the machine.
    pub(crate) noise: f64,
}

impl Taken {
    /// Returns the medians of these runs.
    pub(crate) fn of(runs: &[Run]) -> Self {
        fn median<T: Ord + Copy>(runs: &[Run], measure: impl Fn(&Run) -> T) -> T {
            let mut all: Vec<T> = runs.iter().map(measure).collect();
            all.sort_unstable();
            all[all.len() / 2]
        }
        let cpu = runs.iter().map(|run| run.cpu);
        Self {
            run: Run {
                wall: median(runs, |run| run.wall),
                cpu: median(runs, |run| run.cpu),
                peak: median(runs, |run| run.peak),
            },
            noise: ratio(cpu.clone().max().unwrap_or_default(), cpu.min().unwrap_or_default()),
        }
    }
}

/// Returns `a` divided by `b`.
pub(crate) fn ratio(a: Duration, b: Duration) -> f64 {
    a.as_secs_f64() / b.as_secs_f64().max(f64::EPSILON)
}

/// Reason why a program has no figure.
#[derive(Clone, PartialEq)]
pub(crate) enum Without {
    /// It exceeded the time limit.
    TooLong,
    /// It ended with this status instead of an expected one.
    Status(String),
}

/// Runs a program, discards its output and expects it to end with one of `statuses` within
/// `limit`.
pub(crate) fn run(
    command: &mut Command,
    statuses: &[i32],
    limit: Duration,
) -> Result<std::result::Result<Run, Without>> {
    let started = Instant::now();
    let nowhere = Stdio::null;
    let child =
        command.process_group(0).stdin(nowhere()).stdout(nowhere()).stderr(nowhere()).spawn()?;
    let (ended, killed) = (Arc::new(AtomicBool::new(false)), Arc::new(AtomicBool::new(false)));
    let watch = watch(&child, limit, Arc::clone(&ended), Arc::clone(&killed));
    let used = child.wait4()?;
    let wall = started.elapsed();
    ended.store(true, Ordering::SeqCst);
    watch.thread().unpark();
    watch.join().expect("the watch does not panic");
    if killed.load(Ordering::SeqCst) {
        return Ok(Err(Without::TooLong));
    }
    if !used.status.code().is_some_and(|code| statuses.contains(&code)) {
        return Ok(Err(Without::Status(used.status.to_string())));
    }
    Ok(Ok(Run { wall, cpu: used.rusage.utime + used.rusage.stime, peak: used.rusage.maxrss }))
}

/// Kills the process at its time limit.
fn watch(
    child: &Child,
    limit: Duration,
    ended: Arc<AtomicBool>,
    killed: Arc<AtomicBool>,
) -> std::thread::JoinHandle<()> {
    let id = child.id().to_string();
    let end = Instant::now() + limit;
    std::thread::spawn(move || {
        while !ended.load(Ordering::SeqCst) {
            let left = end.saturating_duration_since(Instant::now());
            if left.is_zero() {
                killed.store(true, Ordering::SeqCst);
                // Kill the process group, since npm's programs are scripts that start node.
                let _ = Command::new("kill").args(["-KILL", "--", &format!("-{id}")]).status();
                return;
            }
            std::thread::park_timeout(left);
        }
    })
}

/// Result of a run whose output lines were timed.
pub(crate) struct Phase {
    /// Number of lines that reported a created instance.
    pub(crate) created: usize,
    /// Time from the first such line to the last.
    pub(crate) lasted: Duration,
    /// CPU time of the process and of the processes it waited for.
    pub(crate) cpu: Duration,
}

/// Runs a program and times the lines of its standard output that match `is_result_line`.
pub(crate) fn phase(command: &mut Command, is_result_line: fn(&str) -> bool) -> Result<Phase> {
    let mut child =
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::null()).spawn()?;
    let output = child.stdout.take().expect("it is a pipe");
    let (mut first, mut last, mut created) = (None, None, 0);
    for line in BufReader::new(output).lines() {
        if is_result_line(&line?) {
            let now = Instant::now();
            first.get_or_insert(now);
            last = Some(now);
            created += 1;
        }
    }
    let used = child.wait4()?;
    let lasted = first.zip(last).map_or(Duration::ZERO, |(first, last)| last - first);
    Ok(Phase { created, lasted, cpu: used.rusage.utime + used.rusage.stime })
}

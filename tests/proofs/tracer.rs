//! `strace`, which kills the program before a system call or makes a call fail.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::process::Command;

use crate::support::Cli;

const STRACE: &str = "/usr/bin/strace";

/// Checks whether the tracer can be used. CI must be able to use it: there a proof without faults
/// proves nothing.
pub(crate) fn works() -> bool {
    let traced = Command::new(STRACE).args(["-f", "-qq", "-o", "/dev/null", "true"]).output();
    let works = traced.is_ok_and(|output| output.status.success());
    assert!(works || std::env::var_os("CI").is_none(), "CI cannot run strace");
    if !works {
        println!("not tested: killing before system calls needs strace and the right to trace");
    }
    works
}

/// Returns the program under the tracer, which traces only these calls and injects `what` into one
/// of them. With a path only calls on that file count.
pub(crate) fn inject(cli: Cli, call: &str, what: &str, path: Option<&Path>) -> Cli {
    let mut words = vec![STRACE.to_owned()];
    words.extend(["-f", "-qqq", "-o", "/dev/null", "-e"].map(str::to_owned));
    words.push(format!("trace={call}"));
    words.push("-e".to_owned());
    words.push(format!("inject={call}:{what}"));
    words.extend(path.into_iter().flat_map(on));
    cli.under(words)
}

/// Returns a command whose calls of this name start this number of milliseconds late. The program
/// itself is the process that is started, so that it can be killed meanwhile.
pub(crate) fn slow(cli: Cli, call: &str, milliseconds: u32) -> Cli {
    let mut words = vec![STRACE.to_owned()];
    words.extend(["-D", "-f", "-qqq", "-o", "/dev/null", "-e"].map(str::to_owned));
    words.push(format!("trace={call}"));
    words.push("-e".to_owned());
    words.push(format!("inject={call}:delay_enter={}", milliseconds * 1000));
    cli.under(words)
}

/// Counts how often a run makes each of these calls: per thread, the range of numbers after the
/// thread first names this file. With `path` only calls on that file count.
pub(crate) fn count(cli: &Cli, calls: &str, from: &str, path: Option<&Path>) -> Vec<Span> {
    let trace = cli.path(".home/trace");
    let mut words = vec![STRACE.to_owned()];
    words.extend(["-f", "-qqq", "-s", "256", "-e", "signal=none", "-o"].map(str::to_owned));
    words.push(trace.to_str().unwrap().to_owned());
    words.push("-e".to_owned());
    // The file is first named when it is opened.
    words.push(format!("trace=openat,{calls}"));
    words.extend(path.into_iter().flat_map(on));
    let output = cli.clone().under(words).run();
    let text = fs::read_to_string(&trace).unwrap();
    fs::remove_file(trace).unwrap();
    let _ = output.code(0);
    let mut spans = spans(&text, from);
    assert!(!spans.is_empty() || path.is_some(), "nothing was traced");
    spans.retain(|span| calls.split(',').any(|call| call == span.call));
    spans
}

fn on(path: &Path) -> [String; 2] {
    ["-P".to_owned(), path.to_str().unwrap().to_owned()]
}

/// The calls of one kind by one thread after it first named the lock.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Span {
    pub(crate) call: String,
    pub(crate) first: usize,
    pub(crate) last: usize,
}

fn spans(trace: &str, from: &str) -> Vec<Span> {
    let mut counts: BTreeMap<(&str, &str), (usize, Option<usize>)> = BTreeMap::new();
    let mut begun = false;
    for line in trace.lines() {
        let Some((thread, rest)) = line.split_once(' ') else { continue };
        let Some((call, args)) = rest.trim_start().split_once('(') else { continue };
        if !call.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_') {
            continue;
        }
        begun = begun || args.contains(from);
        let (count, first) = counts.entry((call, thread)).or_default();
        *count += 1;
        if begun {
            first.get_or_insert(*count);
        }
    }
    let spans = counts.into_iter().filter_map(|((call, _), (last, first))| {
        Some(Span { call: call.to_owned(), first: first?, last })
    });
    spans.collect()
}

//! Finds the texts that state a reason in lines. They are searched in lower case.

use super::reason::Reason;
use super::texts::{
    CAUSE, EXIT_CODES, FAILURES, MISSING, PROGRAM, PULLED, Phrases, RUNTIME_MARKS, START, SYSTEM,
    SYSTEM_MARKS, WRAPPERS,
};

fn first_of(tables: &[&[Phrases]], line: &str) -> Option<Reason> {
    let line = line.to_lowercase();
    let mut phrases = tables.iter().flat_map(|table| table.iter());
    let states = |phrases: &&Phrases| phrases.texts.iter().any(|text| line.contains(text));
    phrases.find(states).map(|phrases| phrases.reason)
}

/// Returns the reason for the end of a job that a line states. A job that was cancelled without another
/// reason was stopped.
pub(super) fn system(line: &str) -> Option<Reason> {
    let is_cancelled = || {
        let line = line.to_lowercase();
        line.contains("*** ") && line.contains(" cancelled at ") && !line.contains(" due to ")
    };
    first_of(&[SYSTEM], line).or_else(|| is_cancelled().then_some(Reason::Stopped))
}

/// Returns the same for a line of an output, which the program of the user may have written.
pub(super) fn system_in_output(line: &str) -> Option<Reason> {
    has_any(line, SYSTEM_MARKS).then(|| system(line)).flatten()
}

/// Returns whether the runtime of containers wrote a line.
pub(super) fn is_of_runtime(line: &str) -> bool {
    has_any(line, RUNTIME_MARKS)
}

/// Returns the reason for the failure of a start that a line states.
pub(super) fn start(line: &str) -> Option<Reason> {
    first_of(&[START], line)
}

/// Returns the reason for the failure of a program that a line states.
pub(super) fn program(line: &str) -> Option<Reason> {
    first_of(&[PROGRAM], line)
}

fn has_any(line: &str, texts: &[&str]) -> bool {
    let line = line.to_lowercase();
    texts.iter().any(|text| line.contains(text))
}

/// Returns whether a line is that of a script that fails.
pub(super) fn fails(line: &str) -> bool {
    has_any(line, FAILURES)
}

/// Returns whether a line ends a pull.
pub(super) fn is_pulled(line: &str) -> bool {
    has_any(line, PULLED)
}

/// The exit code that a line states.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum ExitCode {
    /// The code.
    Known(u8),
    /// A number other than an exit code, which a success does not have.
    Odd,
}

impl ExitCode {
    /// Returns the code, if it is one.
    pub(super) fn known(self) -> Option<u8> {
        match self {
            Self::Known(code) => Some(code),
            Self::Odd => None,
        }
    }
}

/// Returns the exit code that a line states. Slurm writes a signal after a colon, and a shell adds 128 to
/// it. A greater number is the status of `wait`, whose second byte is the exit code unless a signal ended
/// the process.
pub(super) fn exit_code(line: &str) -> Option<ExitCode> {
    let line = line.to_lowercase();
    EXIT_CODES.iter().find_map(|text| {
        let (_, rest) = line.split_once(text)?;
        let rest = rest.trim_start_matches([' ', ':', '=', '：', '`', '\'', '"']);
        let signal = rest.strip_prefix("0:").and_then(number);
        match (number(rest)?, signal) {
            (0, Some(signal @ 1..=64)) => u8::try_from(signal + 128).ok().map(ExitCode::Known),
            (code, _) => Some(match (u8::try_from(code), u8::try_from(code >> 8)) {
                (Ok(code), _) => ExitCode::Known(code),
                (_, Ok(second)) if code % 256 == 0 => ExitCode::Known(second),
                _ => ExitCode::Odd,
            }),
        }
    })
}

/// Returns the number at the start of a text, unless it is part of a word.
fn number(text: &str) -> Option<i64> {
    let digits = text.strip_prefix('-').unwrap_or(text);
    let end = digits.find(|char: char| !char.is_ascii_digit()).unwrap_or(digits.len());
    let is_whole = !digits[end..].starts_with(char::is_alphanumeric);
    text[..text.len() - digits.len() + end].parse().ok().filter(|_| is_whole)
}

/// Returns whether a line is an error other than the end of the report of one before it.
pub(super) fn is_error(line: &str) -> bool {
    let name = line.trim_start().split(':').next().unwrap_or_default();
    let is_exception = !name.contains(char::is_whitespace)
        && (name.ends_with("Error") || name.ends_with("Exception"));
    let is_failure = has_any(line, FAILURES) && !line.contains("Traceback (most recent call last)");
    (is_exception || is_failure) && !has_any(line, WRAPPERS)
}

/// Returns whether a line says that the error after it is a consequence of the one before it.
pub(super) fn is_cause(line: &str) -> bool {
    has_any(line, &[CAUSE])
}

/// Returns whether a line says that this directory, and not one below it, does not exist.
pub(super) fn is_missing(line: &str, directory: &str) -> bool {
    let directory = directory.trim_end_matches('/');
    let is_named = || {
        line.match_indices(directory).any(|(at, _)| {
            let continues = |char: char| char.is_alphanumeric() || "/._-".contains(char);
            let rest = line[at + directory.len()..].trim_start_matches('/');
            !rest.starts_with(continues) && !line[..at].ends_with(continues)
        })
    };
    !directory.is_empty() && has_any(line, MISSING) && is_named()
}

#[cfg(test)]
mod tests {
    use super::ExitCode::{Known, Odd};
    use super::{exit_code, is_error, is_missing, program, start, system};
    use crate::why::Reason;

    #[test]
    fn texts_of_real_systems_are_recognized() {
        for (line, reason) in [
            (
                "slurmstepd: error: Detected 1 oom-kill event(s) in StepId=1.batch cgroup. Some of \
                 your processes may have been killed by the cgroup out-of-memory handler.",
                Reason::OutOfMemory,
            ),
            ("srun: error: o0616: task 0: Out Of Memory", Reason::OutOfMemory),
            ("Memory cgroup out of memory: Killed process 9 (python)", Reason::OutOfMemory),
            (
                "slurmstepd: error: *** JOB 4 ON n1 CANCELLED AT 2026-01-01T00:00:00 DUE TO TIME LIMIT ***",
                Reason::TimeLimit,
            ),
            (
                "slurmstepd: error: *** JOB 4 ON n1 CANCELLED AT 2026-01-01T00:00:00 DUE TO PREEMPTION ***",
                Reason::Preempted,
            ),
            (
                "slurmstepd: error: *** JOB 4 ON n1 CANCELLED AT 2026-01-01T00:00:00 DUE TO NODE FAILURE ***",
                Reason::NodeFailed,
            ),
            (
                "slurmstepd: error: *** JOB 4 ON n1 CANCELLED AT 2026-01-01T00:00:00 ***",
                Reason::Stopped,
            ),
        ] {
            assert_eq!(system(line), Some(reason), "{line}");
        }
        for (line, reason) in [
            (
                "Error response from daemon: manifest for a/b:1 not found: manifest unknown",
                Reason::ImageNotFound,
            ),
            (
                "Error response from daemon: pull access denied for b, repository does not exist or \
                 may require 'docker login'",
                Reason::ImageNotFound,
            ),
            ("FATAL:   Error reading manifest latest in docker.io/a/b", Reason::ImageNotFound),
            (
                "Error response from daemon: Get \"https://r/v2/\": dial tcp: i/o timeout",
                Reason::PullFailed,
            ),
            (
                "docker: invalid mount config for type \"bind\": bind source path does not exist: /d",
                Reason::MountMissing,
            ),
            (
                "FATAL: container creation failed: mount source /d doesn't exist",
                Reason::MountMissing,
            ),
        ] {
            assert_eq!(start(line), Some(reason), "{line}");
        }
        for (line, reason) in [
            (
                "torch.OutOfMemoryError: HIP out of memory. Tried to allocate 2 GiB",
                Reason::CardOutOfMemory,
            ),
            ("RuntimeError: CUDA error: out of memory", Reason::CardOutOfMemory),
            ("MemoryError", Reason::OutOfMemory),
        ] {
            assert_eq!(program(line), Some(reason), "{line}");
        }
        for line in ["Unable to find image 'a:1' locally", "epoch 1: time 3 s", "no limit", ""] {
            assert_eq!((system(line), start(line), program(line)), (None, None, None), "{line}");
        }
    }

    #[test]
    fn exit_code_follows_its_name() {
        for (line, code) in [
            ("container exited with code 3", Some(Known(3))),
            ("srun: error: n1: task 0: Exited with exit code 137", Some(Known(137))),
            ("ExitCode: 0:0", Some(Known(0))),
            ("ExitCode: 0:9", Some(Known(137))),
            ("ExitCode: 2:0", Some(Known(2))),
            ("容器退出码：1", Some(Known(1))),
            ("exited with code 256", Some(Known(1))),
            ("exited with status 65280", Some(Known(255))),
            ("exited with code 265", Some(Odd)),
            ("exited with code 65536", Some(Odd)),
            ("failed (exitcode: -9) local_rank: 0", Some(Odd)),
            ("exit code 0x8b", None),
            ("exit code unknown", None),
            ("exited", None),
        ] {
            assert_eq!(exit_code(line), code, "{line}");
        }
    }

    #[test]
    fn end_of_a_report_is_no_other_error() {
        for line in
            ["ValueError: x", "a.b.CustomError", "sh: 1: x: command not found", "KeyError: 'a'"]
        {
            assert!(is_error(line), "{line}");
        }
        for line in [
            "Traceback (most recent call last):",
            "torch.distributed.elastic.multiprocessing.errors.ChildFailedError:",
            "Aborted (core dumped)",
            "the ValueError: x was handled",
            "epoch 1",
            "",
        ] {
            assert!(!is_error(line), "{line}");
        }
    }

    #[test]
    fn missing_directory_is_the_mounted_one() {
        let line = "ls: cannot access '/public/data': No such file or directory";
        assert!(is_missing(line, "/public/data") && is_missing(line, "/public/data/"));
        assert!(!is_missing(line, "/public") && !is_missing(line, "/lic/data"));
        assert!(!is_missing("/public/data is full", "/public/data"));
        assert!(!is_missing("open /public/data/a.csv: No such file or directory", "/public/data"));
    }
}

//! Texts that state a reason, as Slurm, Docker, Singularity, Linux and frameworks write them. They are
//! searched in lower case.

use super::reason::Reason;

/// A reason and the texts that state it, in lower case.
struct Phrases {
    reason: Reason,
    texts: &'static [&'static str],
}

/// Reasons that the system states; the first one that is found counts.
const SYSTEM: &[Phrases] = &[
    Phrases {
        reason: Reason::OutOfMemory,
        texts: &[
            "oom-kill",
            "oom_kill",
            "oomkilled",
            "oom killer",
            "out of memory: kill",
            "out-of-memory handler",
            ": out of memory",
            "exceeded memory limit",
            "exceeded job memory limit",
            "内存超限",
            "内存溢出",
        ],
    },
    Phrases {
        reason: Reason::TimeLimit,
        texts: &[
            "due to time limit",
            "time limit reached",
            "exceeded time limit",
            "reached its time limit",
            "timeout limit reached",
            "达到时间限制",
            "达到自动停止时间",
            "超过运行时长",
        ],
    },
    Phrases {
        reason: Reason::NodeFailed,
        texts: &["due to node failure", "node_fail", "节点故障"],
    },
    Phrases { reason: Reason::Preempted, texts: &["due to preemption", "job was preempted"] },
    Phrases {
        reason: Reason::Stopped,
        texts: &[
            "stopped by user",
            "stopped by the user",
            "cancelled by user",
            "canceled by user",
            "terminated by user",
            "用户停止",
            "用户终止",
            "用户取消",
        ],
    },
];

/// Marks of a line that the system wrote, and not the program of the user.
const SYSTEM_MARKS: &[&str] = &[
    "slurmstepd:",
    "srun:",
    "*** job ",
    "*** step ",
    "cancelled at ",
    "kernel:",
    "oom-kill",
    "oom_kill",
    "oomkilled",
    "oom killer",
    "killed process",
];

/// Marks of a line that the runtime of containers wrote.
const RUNTIME_MARKS: &[&str] = &[
    "docker:",
    "error response from daemon",
    "containerd:",
    "podman:",
    "singularity",
    "apptainer",
    "oci runtime",
    "fatal: while ",
    "拉取镜像失败",
    "镜像拉取失败",
    "挂载目录不存在",
    "runc:",
    "slurmstepd:",
    "srun:",
];

/// Reasons that the start of a container states.
const START: &[Phrases] = &[
    Phrases {
        reason: Reason::MountMissing,
        texts: &[
            "bind source path does not exist",
            "bind mount source path does not exist",
            "invalid mount config",
            "error mounting",
            "failed to mount",
            "mount source",
            "mount point does not exist",
            "mounting of",
            "挂载失败",
            "挂载目录不存在",
        ],
    },
    Phrases {
        reason: Reason::ImageNotFound,
        texts: &[
            "manifest unknown",
            "pull access denied",
            "repository does not exist",
            "repository name not known to registry",
            "requested access to the resource is denied",
            "manifest was not found",
            "error reading manifest",
            "no such image",
            "image not found",
            "镜像不存在",
        ],
    },
    Phrases {
        reason: Reason::PullFailed,
        texts: &[
            "failed to pull",
            "error pulling image",
            "failed to register layer",
            "toomanyrequests",
            "imagepullbackoff",
            "error response from daemon: get ",
            "while making image from oci registry",
            "while pulling",
            "拉取镜像失败",
            "镜像拉取失败",
        ],
    },
];

/// Reasons that a program states, at the end of its output.
const PROGRAM: &[Phrases] = &[
    Phrases {
        reason: Reason::CardOutOfMemory,
        texts: &[
            "cuda out of memory",
            "hip out of memory",
            "mlu out of memory",
            "cuda error: out of memory",
            "hip error: out of memory",
            "cuda_error_out_of_memory",
            "cudaerrormemoryallocation",
            "hiperroroutofmemory",
            "cublas_status_alloc_failed",
            "resource_exhausted: out of memory",
        ],
    },
    Phrases {
        reason: Reason::OutOfMemory,
        texts: &[
            "std::bad_alloc",
            "cannot allocate memory",
            "can't allocate memory",
            "memoryerror",
        ],
    },
];

/// Texts with which a script fails.
const FAILURES: &[&str] = &[
    "traceback (most recent call last)",
    "command not found",
    "no such file or directory",
    "permission denied",
    "segmentation fault",
    "core dumped",
    "modulenotfounderror",
    "syntax error",
];

/// Texts that precede an exit code.
const EXIT_CODES: &[&str] = &[
    "exited with exit code",
    "exited with code",
    "exited with status",
    "non-zero exit status",
    "exit code",
    "exit status",
    "exitcode",
    "退出码",
];

/// Texts that end a pull.
const PULLED: &[&str] = &[
    "digest: sha256",
    "downloaded newer image",
    "image is up to date",
    "pull done",
    "pull completed",
    "pull success",
    "creating sif file",
    "build complete",
    "拉取成功",
    "拉取完成",
];

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

/// Returns the exit code that a line states. Slurm writes a signal after a colon, and a shell adds 128 to
/// it.
pub(super) fn exit_code(line: &str) -> Option<u8> {
    let line = line.to_lowercase();
    EXIT_CODES.iter().find_map(|text| {
        let (_, rest) = line.split_once(text)?;
        let rest = rest.trim_start_matches([' ', ':', '=', '：', '`', '\'', '"']);
        let number = |text: &str| {
            let end = text.find(|char: char| !char.is_ascii_digit()).unwrap_or(text.len());
            text[..end].parse::<u8>().ok()
        };
        let signal = rest.split_once(':').and_then(|(_, signal)| number(signal));
        match (number(rest)?, signal.filter(|_| rest.starts_with("0:"))) {
            (0, Some(signal @ 1..)) => signal.checked_add(128),
            (code, _) => Some(code),
        }
    })
}

/// Returns whether a line says that this directory, and not one below it, does not exist.
pub(super) fn is_missing(line: &str, directory: &str) -> bool {
    let says = ["No such file or directory", "does not exist", "doesn't exist"];
    let directory = directory.trim_end_matches('/');
    let is_named = || {
        line.match_indices(directory).any(|(at, _)| {
            let continues = |char: char| char.is_alphanumeric() || "/._-".contains(char);
            let rest = line[at + directory.len()..].trim_start_matches('/');
            !rest.starts_with(continues) && !line[..at].ends_with(continues)
        })
    };
    !directory.is_empty() && says.iter().any(|text| line.contains(text)) && is_named()
}

#[cfg(test)]
mod tests {
    use super::{exit_code, is_missing, program, start, system};
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
        assert_eq!(exit_code("container exited with code 3"), Some(3));
        assert_eq!(exit_code("srun: error: n1: task 0: Exited with exit code 137"), Some(137));
        assert_eq!(exit_code("ExitCode: 0:0"), Some(0));
        assert_eq!(exit_code("容器退出码：1"), Some(1));
        assert_eq!((exit_code("exit code unknown"), exit_code("exited")), (None, None));
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

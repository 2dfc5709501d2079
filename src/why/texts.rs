//! The texts that state a reason, as Slurm, Docker, Singularity, Linux and frameworks write them, in lower
//! case.

use super::reason::Reason;

/// A reason and the texts that state it.
pub(super) struct Phrases {
    pub(super) reason: Reason,
    pub(super) texts: &'static [&'static str],
}

/// Reasons that the system states; the first one that is found counts.
pub(super) const SYSTEM: &[Phrases] = &[
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
pub(super) const SYSTEM_MARKS: &[&str] = &[
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
pub(super) const RUNTIME_MARKS: &[&str] = &[
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
pub(super) const START: &[Phrases] = &[
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
pub(super) const PROGRAM: &[Phrases] = &[
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
pub(super) const FAILURES: &[&str] = &[
    "traceback (most recent call last)",
    "command not found",
    "no such file or directory",
    "permission denied",
    "segmentation fault",
    "core dumped",
    "modulenotfounderror",
    "syntax error",
];

/// Texts that end the report of an error, and say less than an error before them.
pub(super) const WRAPPERS: &[&str] = &[
    "childfailederror",
    "calledprocesserror",
    "processexitedexception",
    "processraisedexception",
    "core dumped",
];

/// Text between an error and the one that was raised because of it.
pub(super) const CAUSE: &str =
    "the above exception was the direct cause of the following exception";

/// Texts that precede an exit code.
pub(super) const EXIT_CODES: &[&str] = &[
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
pub(super) const PULLED: &[&str] = &[
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

/// Texts that say that a directory does not exist.
pub(super) const MISSING: &[&str] =
    &["no such file or directory", "does not exist", "doesn't exist"];

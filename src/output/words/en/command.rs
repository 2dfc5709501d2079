//! Sentences of the commands.

use std::io;
use std::path::Path;

use crate::diagnostics::{display_path, quote};
use crate::inventory::OFFERS_TIMEOUT;
use crate::output::words::en::{En, logs};
use crate::output::{
    AddressStep, CommandProblem, FixFault, GlobFault, Message, PathProblem, ScriptFault,
};
use crate::sandbox::SandboxError;
use crate::text::plural::count;
use crate::text::shell_quote;
use crate::validate::UnknownCode;

const EXPECTED_FAULT: &str = "expected latency:DURATION, code:CODE, status:STATUS, drop-before, \
                              drop-after, late:DURATION, truncate[:BYTES], html[:STATUS], expire \
                              or throttle[:SECONDS], optionally followed by @COUNT or @PERCENT%";

impl En {
    pub(crate) fn command_problem(problem: &CommandProblem) -> Message {
        Message::new(Self::problem_text(problem), Self::problem_help(problem))
    }

    // One arm for each problem.
    #[allow(clippy::too_many_lines)]
    fn problem_text(problem: &CommandProblem) -> String {
        use CommandProblem as Problem;
        match problem {
            Problem::SandboxUnavailable(error) | Problem::SandboxCannotStart(error) => {
                sandbox_error(error)
            }
            Problem::InvalidFault { text } => {
                format!("`{text}` is not a valid fault: {EXPECTED_FAULT}")
            }
            Problem::Credentials(error) => Self::credentials_error(error).text,
            Problem::Login(error) => Self::login_error(error).text,
            Problem::QueryFailed(failure)
            | Problem::ListFailed(failure)
            | Problem::CannotList(failure)
            | Problem::CatalogCallMissing(failure) => Self::query_failed(failure.detail()),
            Problem::NoPlatformAddress => {
                "`catalog free` needs the address of the platform: set INSTANCECTL_PLATFORM_URL, such \
                 as https://www.scnet.cn"
                    .to_owned()
            }
            Problem::CatalogTimedOut => {
                let seconds = OFFERS_TIMEOUT.as_secs();
                format!("the platform did not answer within {seconds} s")
            }
            Problem::Lock(error) => Self::lock_error(error).text,
            Problem::Git(error) => Self::git_error(error).text,
            Problem::CannotPrepare(error) => format!("cannot prepare the run: {error}"),
            Problem::OutputUnwritable(error) => format!("cannot write the output: {error}"),
            Problem::Path(path, problem) => path_problem(&display_path(path), problem).text,
            Problem::InvalidGlob { glob, fault } => {
                let fault = match fault {
                    GlobFault::UnclosedBracket => "its `[` has no `]`",
                    GlobFault::ThreeStars => "`***` is not a wildcard, `*` and `**` are",
                    GlobFault::StarsInName => "`**` is a whole part of a path, as in `a/**/b`",
                };
                format!("{} is not a valid glob: {fault}", display_path(Path::new(glob)))
            }
            Problem::GlobMatchesNothing { glob } => {
                format!("{} matches no file", display_path(Path::new(glob)))
            }
            Problem::NoDefaultManifest { names: [one, another, third], .. } => {
                format!("no manifest: no {one}, {another} or {third} here")
            }
            Problem::SeveralDefaultManifests([one, other]) => {
                format!("{} and {} are both here", display_path(one), display_path(other))
            }
            Problem::WatchPrintsText => "--watch prints human-readable text only".to_owned(),
            Problem::UnknownTopic { topic, .. } => {
                format!("{} is not a code, a field or a topic", quote(topic))
            }
            Problem::InvalidCode(UnknownCode { code, .. }) => {
                format!("{} cannot be suppressed", quote(code))
            }
            Problem::FixOfStdinHasOtherOutput => {
                "with standard input, the edited text is the only output on standard output"
                    .to_owned()
            }
            Problem::StdinTwice => {
                "standard input cannot be both the manifest and the script".to_owned()
            }
            Problem::OneLockForManifests => {
                "--lock specifies one lock, but there are several manifests".to_owned()
            }
            Problem::CompleteNeedsManifest => {
                "--complete compares a lock with its manifest".to_owned()
            }
            Problem::NoRegion => "no region is set".to_owned(),
            Problem::StdinHasNoLock => {
                "a manifest from standard input has no default lock".to_owned()
            }
            Problem::SandboxManifestName { file } => {
                format!("{file}: a manifest may not be named *.sandbox.*")
            }
            Problem::SharedLock { files: [one, other], path } => {
                format!("{one} and {other} would share the lock {}", display_path(path))
            }
            Problem::NotLive { name, id, status, .. } => {
                format!("{name} is not live: its instance {id} is {status}")
            }
            Problem::UnknownInstance { name, flag, .. } => {
                let flag = flag.map_or_else(String::new, |flag| format!("{flag}: "));
                format!("{flag}no instance is named {name}")
            }
            Problem::NameNeeded { names } => {
                format!("no NAME given, and the manifest has {}", count(names.len(), "instance"))
            }
            Problem::SeveralManifests { name } => {
                format!("several manifests have an instance named {name}")
            }
            Problem::IdNeedsOneName => "--id needs exactly one NAME that is in the lock".to_owned(),
            Problem::NoLockHasName => "no lock has an instance with that name".to_owned(),
            Problem::NotInLocks { name, .. } => format!("no lock contains {name}"),
            Problem::CannotWait { name, .. } => {
                format!("{} is not in the lock", name.as_str().escape_debug())
            }
            Problem::SeveralEntries { name } => format!("several entries are named {name}"),
            Problem::OutcomeUnknown { name, .. } => format!("{name}: outcome unknown"),
            Problem::OtherEndpoint { name, endpoint } => {
                format!("{name}: recorded for endpoint `{endpoint}`")
            }
            Problem::NoAddress { name, reason, .. } => {
                let reason = reason.as_ref().map(Self::error_detail);
                let reason = reason.map_or_else(String::new, |reason| format!(": {reason}"));
                format!("{name} has no access address now{reason}")
            }
            Problem::Logs(problem) => Self::logs_problem(problem),
            Problem::FollowHasNoObject => {
                "--follow prints lines as they come: it has no --format json".to_owned()
            }
            Problem::NotConfirmed { question } => format!("not confirmed: {question}"),
            Problem::PlanChanged { question } => {
                format!("nothing was sent: the plan changed to: {question}")
            }
            Problem::OverLimit { cost, limit } => Self::over_limit(cost, limit),
        }
    }

    fn problem_help(problem: &CommandProblem) -> Option<String> {
        use CommandProblem as Problem;
        let help = match problem {
            Problem::Path(path, problem) => return path_problem(&display_path(path), problem).help,
            Problem::Credentials(error) => return Self::credentials_error(error).help,
            Problem::Login(error) => return Self::login_error(error).help,
            Problem::QueryFailed(failure) | Problem::ListFailed(failure) => {
                return Self::query_error(failure).help;
            }
            Problem::Lock(error) => return Self::lock_error(error).help,
            Problem::Git(error) => return Self::git_error(error).help,
            Problem::CannotList(_) => {
                "this platform cannot list instances; `instancectl status` shows those of a lock"
            }
            Problem::CatalogCallMissing(_) => "not every platform has this call",
            Problem::InvalidCode(code) => return Some(Self::suppression_help(&code.fault)),
            Problem::CannotPrepare(_) => {
                "nothing was sent; check the limits of this process (`ulimit -a`)"
            }
            Problem::WatchPrintsText => {
                "omit --format, or call `status --format json` from time to time"
            }
            Problem::CompleteNeedsManifest => {
                "specify the manifest, and its lock with --lock if it is not next to it"
            }
            Problem::NoDefaultManifest { file: None, .. } => {
                "name one with -f, or write a starter with `instancectl init`"
            }
            Problem::StdinHasNoLock => "specify one with --lock",
            Problem::SandboxManifestName { .. } => {
                "its lock could be mistaken for a sandbox lock: rename it"
            }
            Problem::SharedLock { .. } => "rename one of them",
            Problem::SeveralManifests { .. } => "select one manifest with -f",
            Problem::SeveralEntries { .. } => "specify one instance, and its manifest with -f",
            Problem::NotConfirmed { .. } => {
                "standard input is not a terminal: use --yes to skip the question"
            }
            Problem::PlanChanged { .. } => "check the new plan, then run the same command again",
            Problem::OverLimit { .. } => "nothing was sent",
            Problem::UnknownTopic { topic, is_command: true, .. } => {
                return Some(format!("`instancectl help {topic}` describes the command"));
            }
            Problem::UnknownTopic { near, .. } => match &near[..] {
                [] => "`instancectl explain` lists all of them",
                [near] => return Some(format!("did you mean `instancectl explain {near}`?")),
                [nearest @ .., last] => {
                    return Some(format!("did you mean `{}` or `{last}`?", nearest.join("`, `")));
                }
            },
            Problem::NotLive { export, .. } => {
                return Some(format!("`{export}` writes it by its ID"));
            }
            Problem::UnknownInstance { near: Some(near), is_file: false, .. } => {
                return Some(format!("did you mean {}?", shell_quote(near.as_str())));
            }
            Problem::UnknownInstance { name: file, is_file: true, .. }
            | Problem::NoDefaultManifest { file: Some(file), .. } => {
                return Some(format!("did you mean `-f {}`?", shell_quote(file)));
            }
            Problem::SeveralDefaultManifests([file, _]) => {
                return Some(format!("choose one: `-f {}`", display_path(file)));
            }
            Problem::NameNeeded { names } => {
                let names = names.iter().take(5).map(|name| shell_quote(name.as_str()));
                return Some(format!(
                    "name one of them, such as {}",
                    names.collect::<Vec<_>>().join(", ")
                ));
            }
            Problem::NotInLocks { apply, .. } => {
                return Some(format!("`{apply}` creates what is not in the lock yet"));
            }
            Problem::CannotWait { apply, .. } => {
                return Some(format!("`{apply}` creates it, and also waits with --wait"));
            }
            Problem::OutcomeUnknown { steps, .. } => return Some(Self::remediation(steps)),
            Problem::NoAddress { next, .. } => return Some(address_step(next)),
            Problem::Logs(problem) => return logs::help(problem),
            Problem::SandboxUnavailable(_)
            | Problem::NoPlatformAddress
            | Problem::CatalogTimedOut
            | Problem::SandboxCannotStart(_)
            | Problem::InvalidFault { .. }
            | Problem::StdinTwice
            | Problem::OneLockForManifests
            | Problem::NoRegion
            | Problem::OutputUnwritable(_)
            | Problem::InvalidGlob { .. }
            | Problem::GlobMatchesNothing { .. }
            | Problem::FixOfStdinHasOtherOutput
            | Problem::UnknownInstance { is_file: false, near: None, .. }
            | Problem::IdNeedsOneName
            | Problem::FollowHasNoObject
            | Problem::NoLockHasName
            | Problem::OtherEndpoint { .. } => return None,
        };
        Some(help.to_owned())
    }

    pub(crate) fn file_written(file: &Path, kept: bool) -> String {
        format!("{} {}", if kept { "kept" } else { "wrote" }, display_path(file))
    }

    pub(crate) fn after_init(arguments: &str, has_git: bool) -> String {
        let git = format!(
            "\nin git, `instancectl init --git{}` sets up .gitignore and the merge driver",
            arguments.trim_start_matches(" -f")
        );
        format!(
            "next, try it without an account and without cost:\n  instancectl \
             validate{arguments}\n  instancectl plan{arguments}\n  instancectl apply \
             --sandbox{arguments}{}",
            if has_git { "" } else { &git }
        )
    }

    pub(crate) fn apply_would_refuse(reason: &str) -> String {
        format!("`apply` would send nothing: {reason}")
    }

    pub(crate) fn dry_run(question: &str) -> String {
        format!("dry run: {question}; nothing was sent")
    }

    pub(crate) fn result_unwritable(error: &io::Error) -> String {
        format!("cannot write the result: {error}")
    }
}

fn address_step(next: &AddressStep) -> String {
    match next {
        AddressStep::OpenPort => {
            "it is Running: does its manifest open a port (`containerPortInfoList`)?".to_owned()
        }
        AddressStep::Start { status, start, wait } => format!(
            "it ended ({}): `{start}` starts it again, then `{wait}` waits for it",
            status.as_str()
        ),
        AddressStep::Wait { status, wait } => {
            format!("it is {}: `{wait}` waits for it", status.as_str())
        }
        AddressStep::QueryStatus(status) => format!("`{status}` shows its status"),
    }
}

fn sandbox_error(error: &SandboxError) -> String {
    match error {
        SandboxError::Listen { port, source } => {
            format!("the sandbox cannot listen on 127.0.0.1:{port}: {source}")
        }
        SandboxError::InUse { folder } => {
            format!("another sandbox uses `{}`", folder.display())
        }
        SandboxError::State { path, source } => {
            format!("cannot open the sandbox state `{}`: {source}", path.display())
        }
        SandboxError::Damaged { path, line, problem } => {
            format!("the sandbox state `{}` is damaged in line {line}: {problem}", path.display())
        }
    }
}

fn fix_fault(fault: &FixFault) -> String {
    match fault {
        FixFault::NotRegularFile => "not a regular file".to_owned(),
        FixFault::Changed => "it was changed in the meantime".to_owned(),
        FixFault::System(error) => error.to_string(),
    }
}

fn script_fault(fault: ScriptFault) -> &'static str {
    match fault {
        ScriptFault::Empty => "is an empty script",
        ScriptFault::TooLarge => "is larger than 1 MiB, too large for a script",
        ScriptFault::Nul => "contains a NUL byte, so it is not a script",
        ScriptFault::NotUtf8 => "is not UTF-8 text, so it is not a script",
    }
}

/// Describes a problem of a file or directory; `path` is shown as it is.
fn path_problem(path: &str, problem: &PathProblem) -> Message {
    let (text, help) = match problem {
        PathProblem::Unreadable { error, quoted_by_git } => {
            let help = "git quotes such paths; with `-z` it prints them as they are: \
                        `git ls-files -z | instancectl validate --files-from -`";
            (format!("cannot read {path}: {error}"), quoted_by_git.then_some(help))
        }
        PathProblem::DirectoryUnreadable(error) => {
            (format!("cannot read the directory {path}: {error}"), None)
        }
        PathProblem::ListUnreadable(error) => {
            (format!("cannot read the list {path}: {error}"), None)
        }
        PathProblem::HasNoManifest { recursive } => {
            let deeper = if *recursive { "" } else { "; use -R to recurse into directories" };
            (format!("the directory {path} contains no *.yaml or *.yml{deeper}"), None)
        }
        PathProblem::Unwritable(error) => (format!("cannot write {path}: {error}"), None),
        PathProblem::FixUnwritable(fault) => {
            (format!("cannot write {path}: {}", fix_fault(fault)), Some("it was not changed"))
        }
        PathProblem::ExportIsNotYaml => (
            format!("`export` writes YAML; {path} does not have a .yaml or .yml extension"),
            Some("use a manifest name: `instancectl export -o instances.yaml`"),
        ),
        PathProblem::ExportExists => (
            format!("{path} already exists and is not overwritten"),
            Some("choose another file with -o"),
        ),
        PathProblem::LockExists => (
            format!("the lock {path} already exists and is not changed"),
            Some(
                "choose another file with -o, or adopt instances one by one: `instancectl adopt --help`",
            ),
        ),
        PathProblem::StarterIsNotYaml => (
            format!("the starter file is YAML; {path} does not have a .yaml or .yml extension"),
            Some("use a manifest name: `instancectl init instances.yaml`"),
        ),
        PathProblem::StarterExists => (
            format!("{path} already exists and is not overwritten"),
            Some("choose another file: `instancectl init other.yaml`"),
        ),
        PathProblem::ReportOverwritesManifest => {
            (format!("the report would overwrite the manifest {path}"), None)
        }
        PathProblem::ReportOverwritesLock => {
            (format!("the report would overwrite the lock {path}"), None)
        }
        PathProblem::ReportsCollide => (format!("two reports would go to {path}"), None),
        PathProblem::NotSandboxLock => (
            format!("{path} is not a sandbox lock"),
            Some("use a name that ends with `.sandbox.lock`"),
        ),
        PathProblem::SandboxLock => {
            (format!("{path} is a sandbox lock"), Some("use another lock, or add --sandbox"))
        }
        PathProblem::Script(fault) => (format!("{path} {}", script_fault(*fault)), None),
        PathProblem::LockNamedTwice => {
            (format!("{path} is a lock itself, but --lock specifies another"), None)
        }
    };
    Message::new(text, help.map(str::to_owned))
}

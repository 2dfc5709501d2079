//! Sentences of the commands.

use std::io;
use std::path::Path;

use crate::apply::DeleteTarget;
use crate::diagnostics::{display_path, quote};
use crate::lifecycle::{Action, ObservedInstance};
use crate::output::words::{
    ApiWords, ApplyWords, CommandWords, DiagnosticWords, En, LockWords, PlanWords,
};
use crate::output::{AddressStep, CommandProblem, PathProblem};
use crate::sandbox::SandboxError;
use crate::text::plural::count;
use crate::text::shell_quote;
use crate::validate::UnknownCode;

const EXPECTED_FAULT: &str = "expected latency:DURATION, code:CODE, status:STATUS, drop-before, \
                              drop-after, late:DURATION, truncate[:BYTES], html[:STATUS], expire \
                              or throttle[:SECONDS], optionally followed by @COUNT or @PERCENT%";

impl CommandWords for En {
    fn command_problem(&self, problem: &CommandProblem) -> String {
        use CommandProblem as Problem;
        match problem {
            Problem::SandboxUnavailable(error) | Problem::SandboxCannotStart(error) => {
                sandbox_error(error)
            }
            Problem::InvalidFault { text } => {
                format!("`{text}` is not a valid fault: {EXPECTED_FAULT}")
            }
            Problem::Credentials(error) => self.credentials_error(error),
            Problem::Login(error) => self.login_error(error),
            Problem::QueryFailed(failure)
            | Problem::ListFailed(failure)
            | Problem::CatalogCallMissing(failure) => self.query_failed(failure.detail()),
            Problem::Lock(error) => self.lock_error(error),
            Problem::CannotPrepare(error) => format!("cannot prepare the run: {error}"),
            Problem::OutputUnwritable(error) => format!("cannot write the output: {error}"),
            Problem::Path(path, problem) => path_problem(&display_path(path), problem),
            Problem::InvalidGlob { glob, error } => {
                format!("{} is not a valid glob: {error}", display_path(Path::new(glob)))
            }
            Problem::GlobMatchesNothing { glob } => {
                format!("{} matches no file", display_path(Path::new(glob)))
            }
            Problem::NoManifest => {
                "no manifest given: `instancectl validate instances.yaml`".to_owned()
            }
            Problem::UnknownTopic { topic, .. } => {
                format!("{} is neither a code nor a field", quote(topic))
            }
            Problem::InvalidCode(UnknownCode { code, .. }) => {
                format!("{} cannot be suppressed", quote(code))
            }
            Problem::FixOfStdinHasOtherOutput => {
                "with standard input, the edited text is the only output on standard output"
                    .to_owned()
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
            Problem::UnknownInstance { name, flag, .. } => {
                let flag = flag.map_or_else(String::new, |flag| format!("{flag}: "));
                format!("{flag}no instance is named {name}")
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
                let reason = reason.as_ref().map(|reason| self.error_detail(reason));
                let reason = reason.map_or_else(String::new, |reason| format!(": {reason}"));
                format!("{name} has no access address now{reason}")
            }
            Problem::NotConfirmed { question } => format!("not confirmed: {question}"),
            Problem::PlanChanged { question } => {
                format!("nothing was sent: the plan changed to: {question}")
            }
            Problem::OverCardLimit { cost, limit } => self.over_card_limit(cost, *limit),
        }
    }

    fn command_problem_help(&self, problem: &CommandProblem) -> Option<String> {
        use CommandProblem as Problem;
        let help = match problem {
            Problem::Path(_, problem) => return path_problem_help(problem).map(str::to_owned),
            Problem::InvalidCode(code) => return Some(self.suppression_help(&code.fault)),
            Problem::CannotPrepare(_) => {
                "nothing was sent; check the limits of this process (`ulimit -a`)"
            }
            Problem::UnknownTopic { near: None, .. } => {
                "`instancectl explain` lists all codes and fields"
            }
            Problem::CompleteNeedsManifest => {
                "specify the manifest, and its lock with --lock if it is not next to it"
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
            Problem::OverCardLimit { .. } => "nothing was created",
            Problem::UnknownTopic { near: Some(near), .. } => {
                return Some(format!("did you mean `instancectl explain {near}`?"));
            }
            Problem::UnknownInstance { name, is_file: true, .. } => {
                return Some(format!("did you mean `-f {}`?", shell_quote(name)));
            }
            Problem::NotInLocks { apply, .. } => {
                return Some(format!("`{apply}` creates what is not in the lock yet"));
            }
            Problem::CannotWait { apply, .. } => {
                return Some(format!("`{apply}` creates it, and also waits with --wait"));
            }
            Problem::OutcomeUnknown { steps, .. } => return Some(self.remediation(steps)),
            Problem::NoAddress { next, .. } => return Some(address_step(next)),
            Problem::Credentials(error) => self.credentials_error_help(error),
            Problem::Login(error) => return Some(self.login_error_help(error)),
            Problem::QueryFailed(failure) | Problem::ListFailed(failure) => {
                return Some(self.query_failed_help(failure));
            }
            Problem::CatalogCallMissing(_) => self.catalog_call_missing_help(),
            Problem::Lock(error) => return Some(self.lock_error_help(error)),
            Problem::SandboxUnavailable(_)
            | Problem::SandboxCannotStart(_)
            | Problem::InvalidFault { .. }
            | Problem::OneLockForManifests
            | Problem::NoRegion
            | Problem::OutputUnwritable(_)
            | Problem::InvalidGlob { .. }
            | Problem::GlobMatchesNothing { .. }
            | Problem::NoManifest
            | Problem::FixOfStdinHasOtherOutput
            | Problem::UnknownInstance { is_file: false, .. }
            | Problem::IdNeedsOneName
            | Problem::NoLockHasName
            | Problem::OtherEndpoint { .. } => return None,
        };
        Some(help.to_owned())
    }

    fn starter_written(&self, file: &Path, schema: &Path, kept: bool, lock: &Path) -> String {
        let wrote = if kept { "kept" } else { "wrote" };
        format!(
            "wrote {}\n{wrote} {}\nadd `{} merge=instancectl` to .gitattributes for git to merge \
             locks (`instancectl lock merge --help`)\n\
             add these lines to .gitignore (the lock file itself is committed):",
            display_path(file),
            display_path(schema),
            display_path(lock)
        )
    }

    fn nothing_to_resolve(&self) -> &'static str {
        "no entry has an unknown outcome"
    }

    fn delete_question(&self, targets: Vec<&DeleteTarget>) -> String {
        let name = |target: &DeleteTarget| {
            let kept = target.successor.as_ref().map(|id| format!(" (the lock then records {id})"));
            let name = target.name.as_str().escape_debug();
            format!("{name} {}{}", target.id, kept.unwrap_or_default())
        };
        let names: Vec<String> = targets.into_iter().map(name).collect();
        format!("delete {}: {}", count(names.len(), "instance"), names.join(", "))
    }

    fn action_question(&self, action: Action, targets: &[String]) -> String {
        let verb = if action == Action::Stop { "stop" } else { "start" };
        format!("{verb} {}: {}", count(targets.len(), "instance"), targets.join(", "))
    }

    fn action_target(&self, observed: &ObservedInstance) -> String {
        let id = observed.locked.entry.task_id.as_ref().map_or("", |id| id.as_str());
        let cards = match observed.cards() {
            Some(cards) if cards > 0 => format!(" ({})", count(cards, "card")),
            _ => String::new(),
        };
        format!("{} {id}{cards}", observed.locked.name.as_str().escape_debug())
    }

    fn declined(&self) -> &'static str {
        "nothing was sent"
    }

    fn plan_changed(&self) -> &'static str {
        "the lock or the platform changed in the meantime: this is the new plan"
    }

    fn sandbox_serving(&self) -> &'static str {
        "serving until interrupted"
    }

    fn apply_would_refuse(&self, reason: &str) -> String {
        format!("`apply` would send nothing: {reason}")
    }

    fn dry_run(&self, question: &str) -> String {
        format!("dry run: {question}; nothing was sent")
    }

    fn result_unwritable(&self, error: &io::Error) -> String {
        format!("cannot write the result: {error}")
    }

    fn logs_hint(&self) -> &'static str {
        "logs: the platform has no call for them; let the script write to a mounted directory \
         (`python train.py > /mnt/data/train.log 2>&1`), or open the instance's page on the platform"
    }

    fn address_hint(&self) -> &'static str {
        "`instancectl url -f PATH NAME` prints the access address of an instance"
    }
}

fn address_step(next: &AddressStep) -> String {
    match next {
        AddressStep::OpenPort => {
            "it is Running: does its manifest open a port (`containerPortInfoList`)?".to_owned()
        }
        AddressStep::Start { status, start, wait } => format!(
            "it ended ({}): `{start}` starts it again, then `{wait}` waits until it runs",
            status.as_str()
        ),
        AddressStep::Wait { status, wait } => {
            format!("it is {}: `{wait}` waits until it runs", status.as_str())
        }
        AddressStep::QueryStatus(status) => format!("`{status}` shows its status"),
    }
}

/// Describes a problem of a file or directory; `path` is shown as it is.
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

fn path_problem(path: &str, problem: &PathProblem) -> String {
    match problem {
        PathProblem::Unreadable { error, .. } => format!("cannot read {path}: {error}"),
        PathProblem::DirectoryUnreadable(error) => {
            format!("cannot read the directory {path}: {error}")
        }
        PathProblem::ListUnreadable(error) => format!("cannot read the list {path}: {error}"),
        PathProblem::HasNoManifest { recursive } => {
            let deeper = if *recursive { "" } else { "; use -R to recurse into directories" };
            format!("the directory {path} contains no *.yaml or *.yml{deeper}")
        }
        PathProblem::Unwritable(error) | PathProblem::FixUnwritable(error) => {
            format!("cannot write {path}: {error}")
        }
        PathProblem::StarterIsNotYaml => {
            format!("the starter file is YAML; {path} does not have a .yaml or .yml extension")
        }
        PathProblem::StarterExists => format!("{path} already exists and is not overwritten"),
        PathProblem::ReportOverwritesManifest => {
            format!("the report would overwrite the manifest {path}")
        }
        PathProblem::ReportOverwritesLock => format!("the report would overwrite the lock {path}"),
        PathProblem::ReportsCollide => format!("two reports would go to {path}"),
        PathProblem::NotSandboxLock => format!("{path} is not a sandbox lock"),
        PathProblem::SandboxLock => format!("{path} is a sandbox lock"),
        PathProblem::LockNamedTwice => {
            format!("{path} is a lock itself, but --lock specifies another")
        }
    }
}

fn path_problem_help(problem: &PathProblem) -> Option<&'static str> {
    match problem {
        PathProblem::Unreadable { quoted_by_git: true, .. } => Some(
            "git quotes such paths; with `-z` it prints them as they are: \
             `git ls-files -z | instancectl validate --files-from -`",
        ),
        PathProblem::FixUnwritable(_) => Some("it was not changed"),
        PathProblem::StarterIsNotYaml => {
            Some("use a manifest name: `instancectl init instances.yaml`")
        }
        PathProblem::StarterExists => Some("choose another file: `instancectl init other.yaml`"),
        PathProblem::NotSandboxLock => Some("use a name that ends with `.sandbox.lock`"),
        PathProblem::SandboxLock => Some("use another lock, or add --sandbox"),
        PathProblem::Unreadable { quoted_by_git: false, .. }
        | PathProblem::DirectoryUnreadable(_)
        | PathProblem::ListUnreadable(_)
        | PathProblem::HasNoManifest { .. }
        | PathProblem::Unwritable(_)
        | PathProblem::ReportOverwritesManifest
        | PathProblem::ReportOverwritesLock
        | PathProblem::ReportsCollide
        | PathProblem::LockNamedTwice => None,
    }
}

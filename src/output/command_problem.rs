//! Problems that end a command before or instead of its work.

use std::io;
use std::path::PathBuf;

use crate::api::CredentialsError;
use crate::api::auth::session::LoginError;
use crate::api::client::{ApiError, ErrorDetail};
use crate::api::endpoints::detail::Status;
use crate::exit_status::ExitClass;
use crate::git::GitError;
use crate::ids::{Endpoint, InstanceName, TaskId};
use crate::lockfile::LockError;
use crate::output::path_problem::{GlobFault, PathProblem};
use crate::plan::{Cost, CostLimit};
use crate::resolve::Remediation;
use crate::run_folder::LogsProblem;
use crate::sandbox::SandboxError;
use crate::text::CommandLine;
use crate::validate::UnknownCode;

/// A problem that ends a command.
#[derive(Debug)]
pub(crate) enum CommandProblem {
    /// The sandbox that takes the place of the platform cannot start.
    SandboxUnavailable(SandboxError),
    /// The sandbox cannot serve.
    SandboxCannotStart(SandboxError),
    /// A text is not a fault that the sandbox can inject.
    InvalidFault { text: String },
    /// The credentials cannot be used.
    Credentials(Box<CredentialsError>),
    /// The login failed, or a region cannot be reached.
    Login(Box<LoginError>),
    /// Data that the command needs could not be queried.
    QueryFailed(Box<ApiError>),
    /// The existing instances could not be listed.
    ListFailed(Box<ApiError>),
    /// The platform has no list of the instances.
    CannotList(Box<ApiError>),
    /// The platform has no call for this part of the catalog.
    CatalogCallMissing(Box<ApiError>),
    /// The address of the platform's own service is not known.
    NoPlatformAddress,
    /// No call for the catalog was answered in time.
    CatalogTimedOut,
    /// A lock or its journal cannot be read or written.
    Lock(Box<LockError>),
    /// The git remote of the locks cannot be used.
    Git(Box<GitError>),
    /// A code of `--allow` is unknown, or that of an error.
    InvalidCode(UnknownCode),
    /// The system cannot provide a resource that the run needs before it starts.
    CannotPrepare(io::Error),
    /// The output cannot be written.
    OutputUnwritable(io::Error),

    /// A file or directory cannot be used.
    Path(PathBuf, PathProblem),
    /// A glob has an error.
    InvalidGlob { glob: String, fault: GlobFault },
    /// A glob matches no file.
    GlobMatchesNothing { glob: String },
    /// No manifest was named, and the working directory has none of these `names`; `file` exists, and
    /// may be the manifest that was meant.
    NoDefaultManifest { names: [&'static str; 3], file: Option<String> },
    /// No manifest was named, and the working directory has several.
    SeveralDefaultManifests([PathBuf; 2]),

    /// `status --watch` has no format for programs.
    WatchPrintsText,
    /// `explain` does not know the topic; one of `near` was perhaps meant. It may be a command.
    UnknownTopic { topic: String, near: Vec<String>, is_command: bool },
    /// `--fix` on standard input allows no other file or report.
    FixOfStdinHasOtherOutput,

    /// Standard input is both the manifest and the script.
    StdinTwice,
    /// `--lock` was given with several manifests.
    OneLockForManifests,
    /// `lock verify --complete` needs a manifest.
    CompleteNeedsManifest,
    /// No region is set.
    NoRegion,
    /// A manifest from standard input needs `--lock`.
    StdinHasNoLock,
    /// The lock of a manifest would look like a sandbox lock.
    SandboxManifestName { file: String },
    /// Two manifests would share a lock.
    SharedLock { files: [String; 2], path: PathBuf },
    /// The instance with the name has ended; the command exports it by its ID.
    NotLive { name: String, id: TaskId, status: String, export: CommandLine },
    /// No instance has the name; `flag` is the flag with the name, if it was not an argument. It may be
    /// that of a file, or a misspelling of `near`.
    UnknownInstance {
        name: String,
        flag: Option<&'static str>,
        is_file: bool,
        near: Option<InstanceName>,
    },
    /// The command needs one of these instances.
    NameNeeded { names: Vec<InstanceName> },
    /// Several manifests have an instance of the name.
    SeveralManifests { name: InstanceName },
    /// `resolve --id` needs exactly one name.
    IdNeedsOneName,
    /// No lock has an instance of the given name.
    NoLockHasName,
    /// No lock has the instance; `apply` creates it.
    NotInLocks { name: InstanceName, apply: CommandLine },
    /// The instance to wait for is not in the lock; `apply` creates it.
    CannotWait { name: InstanceName, apply: CommandLine },
    /// Several entries have the name.
    SeveralEntries { name: InstanceName },
    /// It is unknown whether the instance was created.
    OutcomeUnknown { name: InstanceName, steps: Remediation },
    /// The instance belongs to another endpoint.
    OtherEndpoint { name: InstanceName, endpoint: Endpoint },
    /// The instance has no access address now.
    NoAddress { name: InstanceName, reason: Option<ErrorDetail>, next: AddressStep },

    /// The output of an instance cannot be read.
    Logs(Box<LogsProblem>),
    /// `logs --follow` prints lines as they come, and not one object.
    FollowHasNoObject,

    /// There is neither `--yes` nor a terminal to ask at.
    NotConfirmed { question: String },
    /// The confirmed plan changed, and it cannot be confirmed again without a terminal.
    PlanChanged { question: String },
    /// The plan exceeds a limit of cards or card-hours.
    OverLimit { cost: Cost, limit: CostLimit },
}

impl CommandProblem {
    /// Returns the problem of a list of the account that failed.
    pub(crate) fn of_list(failure: ApiError) -> Self {
        match failure {
            ApiError::EndpointMissing(_) => Self::CannotList(Box::new(failure)),
            failure => Self::ListFailed(Box::new(failure)),
        }
    }

    /// Returns its failure class; `None` for wrong usage.
    pub(crate) fn class(&self) -> Option<ExitClass> {
        Some(match self {
            Self::SandboxUnavailable(_) | Self::CatalogTimedOut => ExitClass::Unreachable,
            Self::Credentials(error) => error.class(),
            Self::Login(error) => error.class(),
            Self::QueryFailed(failure)
            | Self::ListFailed(failure)
            | Self::CannotList(failure)
            | Self::CatalogCallMissing(failure) => failure.class(),
            Self::NoPlatformAddress => ExitClass::Denied,
            Self::Lock(error) => error.class(),
            Self::Git(error) => return error.class(),
            Self::OutcomeUnknown { .. } => ExitClass::Unknown,
            Self::NoAddress { .. } => ExitClass::Refused,
            Self::Logs(problem) => problem.class(),
            Self::CannotWait { .. } => ExitClass::WaitFailed,
            Self::SandboxManifestName { .. }
            | Self::SharedLock { .. }
            | Self::OtherEndpoint { .. }
            | Self::NotConfirmed { .. }
            | Self::PlanChanged { .. }
            | Self::OverLimit { .. } => ExitClass::Blocked,
            Self::SandboxCannotStart(_)
            | Self::InvalidFault { .. }
            | Self::InvalidCode(_)
            | Self::CannotPrepare(_)
            | Self::OutputUnwritable(_)
            | Self::Path(..)
            | Self::InvalidGlob { .. }
            | Self::GlobMatchesNothing { .. }
            | Self::NoDefaultManifest { .. }
            | Self::SeveralDefaultManifests(_)
            | Self::WatchPrintsText
            | Self::UnknownTopic { .. }
            | Self::FixOfStdinHasOtherOutput
            | Self::StdinTwice
            | Self::OneLockForManifests
            | Self::CompleteNeedsManifest
            | Self::NoRegion
            | Self::StdinHasNoLock
            | Self::NotLive { .. }
            | Self::UnknownInstance { .. }
            | Self::NameNeeded { .. }
            | Self::SeveralManifests { .. }
            | Self::IdNeedsOneName
            | Self::FollowHasNoObject
            | Self::NoLockHasName
            | Self::NotInLocks { .. }
            | Self::SeveralEntries { .. } => return None,
        })
    }
}

macro_rules! boxed {
    ($($error:ty => $variant:ident,)*) => {$(
        impl From<$error> for CommandProblem {
            fn from(error: $error) -> Self {
                Self::$variant(Box::new(error))
            }
        }
    )*};
}

boxed! {
    LockError => Lock,
    GitError => Git,
    CredentialsError => Credentials,
    LoginError => Login,
    ApiError => QueryFailed,
    LogsProblem => Logs,
}

impl From<UnknownCode> for CommandProblem {
    fn from(error: UnknownCode) -> Self {
        Self::InvalidCode(error)
    }
}

impl From<io::Error> for CommandProblem {
    /// Only errors of the console itself are converted here; file errors are reported by the readers.
    fn from(error: io::Error) -> Self {
        Self::OutputUnwritable(error)
    }
}

/// The next step towards the access address of an instance.
#[derive(Debug)]
pub(crate) enum AddressStep {
    /// It runs: its manifest may open no port.
    OpenPort,
    /// It ended: start it, then wait.
    Start { status: Status, start: CommandLine, wait: CommandLine },
    /// It does not run yet: wait.
    Wait { status: Status, wait: CommandLine },
    /// Its status is unknown: query it.
    QueryStatus(CommandLine),
}

//! Connection to the platform: the clients of the regions that a command needs, by token or by login,
//! or those of the sandbox in its place.

use std::collections::BTreeSet;
use std::fs;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

use tokio::runtime::Runtime;

use super::error::CommandError;
use super::load::{canonical_lock_path, state_dir};
use crate::api::Account;
use crate::api::auth::credentials::{Credentials, TokenCredentials};
use crate::api::auth::session::{LoginError, Session};
use crate::api::client::{Client, ClientOptions};
use crate::cli::ConnectionArgs;
use crate::ids::{Endpoint, Region};
use crate::lockfile::{Entry, digest};
use crate::output::CommandProblem;
use crate::plan::{Location, Target};
use crate::sandbox::SharedSandbox;

/// Regions that a command requests; `None` is the region of documents that do not name one.
pub(super) type Regions = BTreeSet<Option<Region>>;

/// The platform, with the regions that a command has connected to. With an account nothing is sent
/// before the first region is requested, so a command that has nothing to do does not log in.
pub(super) struct Platform {
    pub(super) runtime: Runtime,
    access: Access,
    clients: Vec<Client>,
    options: ClientOptions,
    /// Keeps the sandbox running until it is dropped.
    _sandbox: Option<SharedSandbox>,
}

/// Locations that the credentials reach.
enum Access {
    /// One location; its client exists from the start, unless the command is offline.
    Single(Location),
    /// The regions of an account, and its session after the login.
    Account(Box<Account>, Option<Session>),
}

impl Platform {
    /// Returns the platform of a command that does not connect to it. Planning needs no credentials:
    /// `apply` reports missing or unusable ones.
    pub(super) fn offline(sandbox: bool) -> Result<Self, CommandError> {
        let single = |region, endpoint| Access::Single(Location { endpoint, region });
        let environment = |name: &str| std::env::var_os(name);
        let credentials = || Credentials::from_environment(&environment, true).ok();
        let access = match (!sandbox).then(credentials) {
            None => single(None, Some(Endpoint::from("sandbox"))),
            Some(None) => single(None, None),
            Some(Some(Credentials::Token(token))) => {
                single(token.region(), Some(token.endpoint().clone()))
            }
            Some(Some(Credentials::Account(account))) => Access::Account(Box::new(account), None),
        };
        let (runtime, options) = (runtime()?, ClientOptions::default());
        Ok(Self { runtime, access, clients: Vec::new(), options, _sandbox: None })
    }

    /// Reads the credentials, or starts the sandbox with the state of `lock`; sends nothing.
    pub(super) fn from_environment(
        args: ConnectionArgs,
        lock: Option<&Path>,
    ) -> Result<Self, CommandError> {
        let ConnectionArgs { sandbox, request_timeout, allow_http } = args;
        let options = ClientOptions { request_timeout, ..ClientOptions::default() };
        let (credentials, sandbox) = if sandbox {
            let (token, sandbox) = start_sandbox(lock.and_then(sandbox_state).as_deref())?;
            (Credentials::Token(token), Some(sandbox))
        } else {
            let environment = |name: &str| std::env::var_os(name);
            (Credentials::from_environment(&environment, allow_http)?, None)
        };
        let (access, clients) = match credentials {
            Credentials::Token(token) => {
                let client = Client::new(token, options)?;
                (Access::Single(client.location().clone()), vec![client])
            }
            Credentials::Account(account) => (Access::Account(Box::new(account), None), Vec::new()),
        };
        Ok(Self { runtime: runtime()?, access, clients, options, _sandbox: sandbox })
    }

    /// Sets up the clients of these regions; with an account, this logs in and queries the address of each
    /// region. The error of an optional region is returned only if no region is reached; otherwise its
    /// entries are reported as elsewhere.
    pub(super) fn connect(
        &mut self,
        needed: Regions,
        optional: &Regions,
    ) -> Result<(), CommandError> {
        let Access::Account(account, session) = &mut self.access else { return Ok(()) };
        let optional: Vec<_> = optional.difference(&needed).cloned().collect();
        let all = needed.into_iter().map(|region| (region, true));
        let mut unreached = None;
        for (region, needed) in all.chain(optional.into_iter().map(|region| (region, false))) {
            let region = region.or_else(|| account.region().cloned());
            if self.clients.iter().any(|client| region.is_some() && client.region() == region) {
                continue;
            }
            let session = match session {
                Some(session) => session,
                None => session.insert(
                    self.runtime
                        .block_on(Session::log_in(Account::clone(account), self.options))?,
                ),
            };
            match self.runtime.block_on(Client::for_region(session, region.as_ref())) {
                Ok(client) => self.clients.push(client),
                Err(
                    error @ (LoginError::Unnamed { .. }
                    | LoginError::Unknown { .. }
                    | LoginError::Disabled { .. }
                    | LoginError::NoService { .. }),
                ) if !needed => unreached = unreached.or(Some(error)),
                Err(error) => return Err(error.into()),
            }
        }
        unreached.filter(|_| self.clients.is_empty()).map_or(Ok(()), |error| Err(error.into()))
    }

    /// Returns the places that the credentials reach, as far as known so far.
    pub(super) fn target(&self) -> Target {
        match &self.access {
            Access::Single(location) => Target::Single(location.clone()),
            Access::Account(account, _) => {
                let known = |client: &Client| Some((client.region()?, client.endpoint().clone()));
                let endpoints = self.clients.iter().filter_map(known).collect();
                Target::Regions { default: account.region().cloned(), endpoints }
            }
        }
    }

    /// Returns the clients that were set up so far.
    pub(super) fn clients(&self) -> &[Client] {
        &self.clients
    }

    /// Returns the client for a place that [`target`](Self::target) returned, if any.
    pub(super) fn client_for_location(&self, expected: &Location) -> Option<&Client> {
        self.clients.iter().find(|client| client.location().same_location(expected))
    }

    /// Returns the client for a lock entry, if its region is connected.
    pub(super) fn client_for_region(&self, entry: &Entry) -> Option<&Client> {
        self.clients.iter().find(|client| client.location().matches_entry(entry))
    }
}

/// Returns the runtime of a command that calls the platform.
pub(super) fn runtime() -> Result<Runtime, CommandError> {
    let built = tokio::runtime::Builder::new_current_thread().enable_all().build();
    Ok(built.map_err(CommandProblem::CannotPrepare)?)
}

/// Starts the sandbox in this process, or joins the one that another process runs on the same state.
pub(super) fn start_sandbox(
    state: Option<&Path>,
) -> Result<(TokenCredentials, SharedSandbox), CommandError> {
    let sandbox =
        SharedSandbox::start_or_join(state).map_err(CommandProblem::SandboxUnavailable)?;
    Ok((TokenCredentials::sandbox(&sandbox.endpoint(), sandbox.token())?, sandbox))
}

/// Returns the directory of the sandbox's instances: each directory of locks is a separate platform, so
/// that instances of one project, or of an earlier checkout at the same path, are not live in another.
fn sandbox_state(lock: &Path) -> Option<PathBuf> {
    let lock = canonical_lock_path(lock);
    let folder = lock.parent()?;
    let born = fs::metadata(folder).ok().map(|folder| (folder.ino(), folder.created().ok()));
    let project = digest(format!("{} {born:?}", folder.display()).as_bytes());
    Some(state_dir()?.join("sandbox").join(&project[..16]))
}

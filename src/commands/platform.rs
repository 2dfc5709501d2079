//! Connection to the platform: the clients of the regions that a command needs, by token or by login,
//! or those of the sandbox in its place.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::os::unix::fs::MetadataExt;
use std::path::PathBuf;
use std::time::Duration;

use tokio::runtime::Runtime;

use super::load::{LoadedManifest, canonical_lock_path, state_dir};
use crate::api::Account;
use crate::api::auth::credentials::{Credentials, TokenCredentials};
use crate::api::auth::session::{LoginError, Session};
use crate::api::client::{ApiError, Client, ClientOptions};
use crate::apply::DeleteTarget;
use crate::commands::error::{CommandError, Reason};
use crate::exit_status::ExitClass;
use crate::ids::{Endpoint, Region};
use crate::inventory::location;
use crate::lockfile::{Entry, LockStore, digest};
use crate::output::CommandProblem;
use crate::plan::{Location, Target};
use crate::sandbox::{Handle, Sandbox};

/// The platform, with the regions that a command has connected to. With an account nothing is sent
/// before the first region is requested, so a command that has nothing to do does not log in.
pub(super) struct Platform {
    way: AuthMethod,
    clients: Vec<Client>,
    options: ClientOptions,
    /// Keeps the sandbox running until it is dropped.
    _sandbox: Option<Handle>,
}

/// Method of access to the platform.
enum AuthMethod {
    /// One address and its token: its client exists from the start.
    Token,
    /// An account, and its session after the login.
    Account(Box<Account>, Option<Session>),
}

/// Regions that a command needs; `None` is the region of documents that do not name one.
#[derive(Default)]
pub(super) struct RequestedRegions {
    /// Regions without which the command fails.
    pub(super) needed: BTreeSet<Option<Region>>,
    /// Regions that are skipped if the account does not reach them.
    pub(super) optional: BTreeSet<Option<Region>>,
}

impl Platform {
    /// Reads the credentials, or starts the sandbox; sends nothing.
    pub(super) fn from_environment(
        sandbox: bool,
        allow_http: bool,
        request_timeout: Duration,
        prepared: &[LoadedManifest],
    ) -> Result<Self, CommandError> {
        let options = ClientOptions { request_timeout, ..ClientOptions::default() };
        let environment = |name: &str| std::env::var_os(name);
        let (credentials, handle) = if sandbox {
            let sandbox = Sandbox::start(sandbox_state(prepared), 0).map_err(|error| {
                CommandError::with_class(
                    ExitClass::Unreachable,
                    CommandProblem::Other(error.to_string()),
                )
            })?;
            let access = TokenCredentials::sandbox(&sandbox.endpoint(), sandbox.token())?;
            (Credentials::Token(access), Some(sandbox))
        } else {
            (Credentials::from_environment(&environment, allow_http)?, None)
        };
        let (way, clients) = match credentials {
            Credentials::Token(access) => (AuthMethod::Token, vec![Client::new(access, options)?]),
            Credentials::Account(account) => {
                (AuthMethod::Account(Box::new(account), None), Vec::new())
            }
        };
        Ok(Self { way, clients, options, _sandbox: handle })
    }

    /// Sets up the clients of these regions; with an account, this logs in and queries the address of each
    /// region. The error of an optional region is returned only if no region is reached; otherwise its
    /// entries are reported as elsewhere.
    pub(super) fn connect(
        &mut self,
        runtime: &Runtime,
        regions: RequestedRegions,
    ) -> Result<(), CommandError> {
        let AuthMethod::Account(account, session) = &mut self.way else { return Ok(()) };
        let RequestedRegions { needed, optional: expected } = regions;
        let mut unreached = None;
        let expected = expected.into_iter().filter(|region| !needed.contains(region));
        let all: Vec<_> = needed.iter().cloned().map(|region| (region, true)).collect();
        for (region, needed) in all.into_iter().chain(expected.map(|region| (region, false))) {
            let region = region.or_else(|| account.region().cloned());
            if self.clients.iter().any(|client| region.is_some() && client.region() == region) {
                continue;
            }
            let session = match session {
                Some(session) => session,
                None => session.insert(
                    runtime.block_on(Session::log_in(Account::clone(account), self.options))?,
                ),
            };
            match runtime.block_on(Client::for_region(session, region.as_ref())) {
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
        match &self.way {
            AuthMethod::Token => Target::Single(location(&self.clients[0])),
            AuthMethod::Account(account, _) => {
                let known = |client: &Client| Some((client.region()?, client.endpoint().clone()));
                Target::Regions {
                    default: account.region().cloned(),
                    endpoints: self.clients.iter().filter_map(known).collect(),
                }
            }
        }
    }

    /// Returns the clients that were set up so far.
    pub(super) fn clients(&self) -> &[Client] {
        &self.clients
    }

    /// Returns the client for a place that [`target`](Self::target) returned, if any.
    pub(super) fn client_for_location(&self, expected: &Location) -> Option<&Client> {
        self.clients.iter().find(|client| location(client).same_location(expected))
    }

    /// Returns the client for a lock entry, if its region is connected.
    pub(super) fn client_for_region(&self, entry: &Entry) -> Option<&Client> {
        self.clients.iter().find(|client| location(client).matches_entry(entry))
    }

    /// Groups the instances to delete by the client of their region; those of a region that is not
    /// connected are skipped.
    pub(super) fn by_client(
        &self,
        stores: &[LockStore],
        targets: Vec<DeleteTarget>,
    ) -> Vec<(Client, Vec<DeleteTarget>)> {
        let mut grouped: Vec<(Client, Vec<DeleteTarget>)> = Vec::new();
        for target in targets {
            let entry = stores[target.job].lock().instances.get(&target.name);
            let Some(client) = entry.and_then(|entry| self.client_for_region(entry)) else {
                continue;
            };
            match grouped.iter_mut().find(|(other, _)| other.with_token() == client.with_token()) {
                Some((_, targets)) => targets.push(target),
                None => grouped.push((client.clone(), vec![target])),
            }
        }
        grouped
    }
}

/// Returns the places that the available credentials reach, as far as known offline. Planning needs
/// no credentials: `apply` reports missing or unusable ones.
pub(super) fn offline_target(sandbox: bool) -> Target {
    if sandbox {
        return Target::Single(Location {
            region: None,
            endpoint: Some(Endpoint::from("sandbox")),
        });
    }
    match Credentials::from_environment(&|name| std::env::var_os(name), true) {
        Ok(Credentials::Token(access)) => Target::Single(Location {
            region: access.region(),
            endpoint: Some(access.endpoint().clone()),
        }),
        Ok(Credentials::Account(account)) => {
            Target::Regions { default: account.region().cloned(), endpoints: BTreeMap::new() }
        }
        Err(_) => Target::Single(Location::default()),
    }
}

/// Returns the directory of the sandbox's instances: each directory of locks is a separate platform, so
/// that instances of one project, or of an earlier checkout at the same path, are not live in another.
fn sandbox_state(prepared: &[LoadedManifest]) -> Option<PathBuf> {
    let lock = canonical_lock_path(&prepared.first()?.lock);
    let folder = lock.parent()?;
    let born = fs::metadata(folder).ok().map(|folder| (folder.ino(), folder.created().ok()));
    let project = digest(format!("{} {born:?}", folder.display()).as_bytes());
    Some(state_dir()?.join("sandbox").join(&project[..16]))
}

/// Returns the error of a command that could not query the platform for required data.
pub(super) fn query_failed(failure: ApiError) -> CommandError {
    CommandError::from_reason(failure.class(), Reason::QueryFailed(Box::new(failure)))
}

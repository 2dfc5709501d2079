//! The way to the platform: the clients of the regions that a command asks for, by a token or by a
//! login, or those of the sandbox that takes its place.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::os::unix::fs::MetadataExt;
use std::path::PathBuf;
use std::time::Duration;

use tokio::runtime::Runtime;

use super::CommandError;
use super::prepare::{LoadedManifest, canonical_lock_path, state_dir};
use crate::api::Account;
use crate::api::client::{ApiError as CallFailure, Client, ClientOptions, ErrorDetail};
use crate::api::credentials::{Credentials, TokenCredentials};
use crate::api::session::{LoginError, Session};
use crate::apply::{ACCESS_DENIED_HELP, DeleteTarget, location};
use crate::exit::ExitClass;
use crate::ids::{Endpoint, Region};
use crate::lockfile::{Entry, LockStore, digest};
use crate::plan::{Location, Target};
use crate::sandbox::{Handle, Sandbox};

/// The platform, as far as a command has reached it. With an account nothing is sent before the
/// first region is asked for, so a command that has nothing to do does not log in.
pub(super) struct Platform {
    way: AuthMethod,
    clients: Vec<Client>,
    options: ClientOptions,
    /// The sandbox runs until this is dropped.
    _sandbox: Option<Handle>,
}

/// With what the platform is reached.
enum AuthMethod {
    /// One address and its token: its client is there from the beginning.
    Token,
    /// An account, and its login once there was one.
    Account(Box<Account>, Option<Session>),
}

/// The regions that a command needs; `None` stands for the region of documents that name none.
#[derive(Default)]
pub(super) struct RequestedRegions {
    /// Without these the command ends.
    pub(super) needed: BTreeSet<Option<Region>>,
    /// These are done without where the account does not reach them.
    pub(super) optional: BTreeSet<Option<Region>>,
}

impl Platform {
    /// Reads the credentials, or starts the sandbox; nothing is sent.
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
                CommandError::with_class(ExitClass::Unreachable, error.to_string())
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

    /// Sets up the clients of these regions; with an account that is a login, and one question for
    /// the address of each. What is wrong with one that is only wanted is told where no other is
    /// reached either: else what belongs there is told as elsewhere.
    pub(super) fn connect(
        &mut self,
        runtime: &Runtime,
        regions: RequestedRegions,
    ) -> Result<(), CommandError> {
        let AuthMethod::Account(account, session) = &mut self.way else { return Ok(()) };
        let RequestedRegions { needed, optional: wanted } = regions;
        let mut unreached = None;
        let wanted = wanted.into_iter().filter(|region| !needed.contains(region));
        let all: Vec<_> = needed.iter().cloned().map(|region| (region, true)).collect();
        for (region, needed) in all.into_iter().chain(wanted.map(|region| (region, false))) {
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
            match runtime.block_on(session.client(region.as_ref())) {
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

    /// Where the credentials reach, as far as that is known by now.
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

    /// The clients that were set up so far.
    pub(super) fn clients(&self) -> &[Client] {
        &self.clients
    }

    /// The client for a place that [`here`](Self::here) gave, where there is one.
    pub(super) fn client_for_location(&self, wanted: &Location) -> Option<&Client> {
        self.clients.iter().find(|client| location(client).same_location(wanted))
    }

    /// The client for an entry of a lock, where it belongs to a region that was reached.
    pub(super) fn client_for_region(&self, entry: &Entry) -> Option<&Client> {
        self.clients.iter().find(|client| location(client).matches_entry(entry))
    }

    /// What is to be deleted, by the client of the region that it belongs to; what belongs to none that
    /// was reached is left alone.
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

/// Where the credentials at hand reach, as far as that shows without asking anyone. Planning needs
/// none: what is missing or unusable is told by `apply`.
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

/// Where the sandbox keeps its instances: each folder of locks is a platform of its own, so that what
/// was tried in one project, or in an earlier checkout at the same place, is not alive in another.
fn sandbox_state(prepared: &[LoadedManifest]) -> Option<PathBuf> {
    let lock = canonical_lock_path(&prepared.first()?.lock);
    let folder = lock.parent()?;
    let born = fs::metadata(folder).ok().map(|folder| (folder.ino(), folder.created().ok()));
    let project = digest(format!("{} {born:?}", folder.display()).as_bytes());
    Some(state_dir()?.join("sandbox").join(&project[..16]))
}

/// The class of a call that gave nothing, and what went wrong.
pub(super) fn failure_class(failure: CallFailure) -> (ExitClass, ErrorDetail) {
    match failure {
        CallFailure::Denied(fault) => (ExitClass::Denied, fault),
        CallFailure::NoService(fault)
        | CallFailure::Refused(fault)
        | CallFailure::Unreachable(fault) => (ExitClass::Unreachable, fault),
    }
}

/// A command that could not ask the platform what it has to know.
pub(super) fn query_failed(failure: CallFailure) -> CommandError {
    let advice = remediation(&failure);
    let (class, fault) = failure_class(failure);
    let help = advice.map_or_else(String::new, |advice| format!("; {advice}"));
    CommandError::with_class(class, format!("the platform could not be asked: {fault}"))
        .with_help(format!("nothing was changed{help}"))
}

/// What a call that was refused most often means, and who tells more.
pub(super) fn remediation(failure: &CallFailure) -> Option<&'static str> {
    match failure {
        CallFailure::Denied(_) => Some(ACCESS_DENIED_HELP),
        CallFailure::Refused(fault) if fault.is_internal() => Some(
            "this is also what comes where token and address are not of one region: `instancectl \
             auth check` tells",
        ),
        _ => None,
    }
}

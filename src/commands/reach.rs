//! The way to the platform: its access from the environment, or the sandbox that takes its place.

use std::fs;
use std::os::unix::fs::MetadataExt;
use std::path::PathBuf;
use std::time::Duration;

use super::Failure;
use super::prepare::{Prepared, real, state_folder};
use crate::api::client::{Client, Failure as CallFailure, Fault, Options};
use crate::api::credentials::Access;
use crate::exit::Class;
use crate::lockfile::digest;
use crate::sandbox::{Handle, Sandbox};

/// The right to call the platform, or the sandbox, which runs until the handle is dropped.
pub(super) fn reach(
    sandbox: bool,
    allow_http: bool,
    prepared: &[Prepared],
) -> Result<(Access, Option<Handle>), Failure> {
    if !sandbox {
        let environment = |name: &str| std::env::var_os(name);
        return Ok((Access::from_environment(&environment, allow_http)?, None));
    }
    let sandbox = Sandbox::start(sandbox_state(prepared), 0)
        .map_err(|error| Failure::met(Class::Unreachable, error.to_string()))?;
    let access = Access::sandbox(&sandbox.endpoint(), sandbox.token())?;
    Ok((access, Some(sandbox)))
}

/// Where the sandbox keeps its instances: each folder of locks is a platform of its own, so that what
/// was tried in one project, or in an earlier checkout at the same place, is not alive in another.
fn sandbox_state(prepared: &[Prepared]) -> Option<PathBuf> {
    let lock = real(&prepared.first()?.lock);
    let folder = lock.parent()?;
    let born = fs::metadata(folder).ok().map(|folder| (folder.ino(), folder.created().ok()));
    let project = digest(format!("{} {born:?}", folder.display()).as_bytes());
    Some(state_folder()?.join("sandbox").join(&project[..16]))
}

/// A client whose requests take no longer than this.
pub(super) fn client(access: Access, request_timeout: Duration) -> Result<Client, Failure> {
    Ok(Client::new(access, Options { request_timeout, ..Options::default() })?)
}

/// The class of a call that gave nothing, and what went wrong.
pub(super) fn met(failure: CallFailure) -> (Class, Fault) {
    match failure {
        CallFailure::Denied(fault) => (Class::Denied, fault),
        CallFailure::NoService(fault)
        | CallFailure::Refused(fault)
        | CallFailure::Unreachable(fault) => (Class::Unreachable, fault),
    }
}

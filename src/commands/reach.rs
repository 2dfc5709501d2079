//! The way to the platform: its access from the environment, or the sandbox that takes its place.

use std::time::Duration;

use super::Failure;
use super::prepare::state_folder;
use crate::api::client::{Client, Failure as CallFailure, Fault, Options};
use crate::api::credentials::Access;
use crate::exit::Class;
use crate::sandbox::{Handle, Sandbox};

/// The right to call the platform, or the sandbox, which runs until the handle is dropped.
pub(super) fn reach(sandbox: bool, allow_http: bool) -> Result<(Access, Option<Handle>), Failure> {
    if !sandbox {
        let environment = |name: &str| std::env::var_os(name);
        return Ok((Access::from_environment(&environment, allow_http)?, None));
    }
    let state = state_folder().map(|folder| folder.join("sandbox"));
    let sandbox = Sandbox::start(state, 0)
        .map_err(|error| Failure::met(Class::Unreachable, error.to_string()))?;
    let access = Access::sandbox(&sandbox.endpoint(), sandbox.token())?;
    Ok((access, Some(sandbox)))
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

//! English.

mod apply;
mod lifecycle;
mod plan;
mod resolve;

use crate::api::client::ErrorDetail;
use crate::ids::{Endpoint, Region};

const DELETION_NOT_CONFIRMED: &str = "deletion was requested but not confirmed";

/// Returns the location that an entry of the lock belongs to.
fn recorded_for(region: Option<&Region>, endpoint: &Endpoint) -> String {
    let region = region.map_or(String::new(), |region| format!("region `{region}` at "));
    format!("recorded for {region}endpoint `{endpoint}`")
}

/// Returns the message of a failed call, which may be empty.
fn error_message(cause: &ErrorDetail) -> &str {
    &cause.message
}

/// Returns the message of a failed call with its code and status, if any.
fn error_detail(cause: &ErrorDetail) -> String {
    cause.to_string()
}

fn query_failed(cause: &ErrorDetail) -> String {
    format!("could not query the platform: {}", error_detail(cause))
}

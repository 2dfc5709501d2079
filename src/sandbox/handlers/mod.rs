//! Handlers of the calls. They are strict: anything that the platform does not document is refused,
//! with the documented codes and a message that names the field (the platform's own message often
//! does not).
//!
//! The HTTP status for a code is not documented. Here an envelope has the status 200, except 401
//! for a bad token and 415 for a body that is not declared as JSON.

mod catalog;
mod dispatch;
mod files;
mod instances;
mod lifecycle;
mod reply;

pub use catalog::CatalogMode;
pub(super) use catalog::free_cards;
pub(super) use dispatch::handle;
pub(super) use files::{Part, download, list_files};
pub(super) use reply::{ErrorReply, ParsedRequest};

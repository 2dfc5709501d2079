//! English texts.

mod account;
mod api;
mod apply;
mod command;
mod diagnostic;
mod english;
mod git;
mod lifecycle;
mod lock;
mod phrases;
mod plan;
mod question;
mod resolve;

pub(super) use english::En;

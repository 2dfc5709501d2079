//! English texts.

mod account;
mod api;
mod apply;
mod command;
mod diagnostic;
mod english;
mod export;
mod git;
mod lifecycle;
mod lock;
mod logs;
mod phrases;
mod plan;
mod question;
mod resolve;
mod why;

pub(super) use english::En;

//! Chinese texts.

mod account;
mod api;
mod apply;
mod chinese;
mod command;
mod diagnostic;
mod export;
mod git;
mod lifecycle;
mod lock;
mod phrases;
mod plan;
mod question;
mod resolve;
mod spacing;

pub(super) use chinese::Zh;

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
mod logs;
mod phrases;
mod plan;
mod question;
mod resolve;
mod spacing;
mod why;

pub(super) use chinese::Zh;

//! English texts.

mod api;
mod apply;
mod command;
mod diagnostic;
mod lifecycle;
mod lock;
mod phrases;
mod plan;
mod resolve;

//! English texts.

mod api;
mod apply;
mod lifecycle;
mod lock;
mod phrases;
mod plan;
mod resolve;

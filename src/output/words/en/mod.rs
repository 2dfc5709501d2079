//! English texts.

mod api;
mod lock;

//! English texts.

mod api;

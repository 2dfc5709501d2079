//! English.

mod lock;

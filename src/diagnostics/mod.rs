//! Diagnostics for manifests: kinds (facts), locations and fixes, the catalog of codes, and the
//! pages of `explain`.

mod catalog;
mod diagnostic;
mod facts;
mod kind;
mod pages;

pub use catalog::CODES;
pub use diagnostic::*;
pub use facts::{FoldedLine, ImageFault, Oddity, Reading, Secret};
pub use kind::DiagnosticKind;
pub use pages::{PAGES, Page, PageBlock, YAML_TOPIC};

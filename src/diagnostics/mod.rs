//! Diagnostics for manifests: kinds (facts), locations and fixes, the catalog of codes, and the
//! pages of `explain`.

mod advice;
mod catalog;
mod diagnostic;
mod facts;
mod kind;
mod pages;
mod syntax;

pub use advice::*;
pub use catalog::{CATALOG, CatalogEntry};
pub use diagnostic::*;
pub use facts::{FoldedLine, ImageFault, Oddity, Reading, Secret};
pub use kind::{CatalogMismatch, DiagnosticKind, SuppressionFault};
pub use pages::{CodePage, Example, TOPICS, Topic};
pub use syntax::{
    BlockTextFault, DocumentMarkFault, ForeignContent, IndentationFault, ParserFault, SyntaxMistake,
};

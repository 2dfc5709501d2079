//! Mark of a service that accepts more than its catalog shows: the sandbox.

/// Header of every response of such a service; a mismatch with its catalog means nothing.
pub const OPEN_CATALOG_HEADER: &str = "instancectl-open-catalog";

//! The parts of a region's catalog that could not be compared.

use std::time::Duration;

use crate::api::client::ApiError;

/// Maximum duration of the calls for the offers of a region.
pub const OFFERS_TIMEOUT: Duration = Duration::from_secs(10);

/// Part of a region's catalog that could not be compared.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OfferGap {
    /// The part.
    pub part: CatalogPart,
    /// The reason.
    pub why: OfferGapReason,
}

/// Part of a catalog.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CatalogPart {
    /// The resource groups.
    Groups,
    /// The images.
    Images,
    /// The resources of a node.
    Limits,
    /// The directories that may be mounted.
    Mounts,
}

/// Reason why a part of a catalog could not be compared.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum OfferGapReason {
    /// The call failed.
    Failed(ApiError),
    /// The answer did not arrive in time.
    TimedOut,
    /// The answer has an unknown form, is empty, or is incomplete.
    NotUnderstood,
}

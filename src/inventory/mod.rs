//! The instances and resources of a region, as the platform lists them.
//!
//! - `listing`: the platform's list, and whether it is complete
//! - `preflight`: queries sent before anything is changed
//! - `match_created`: finds the instance that a request with a lost response may have created
//! - `duplicates`: identifies duplicates among several live instances of one name
//! - `offers`: compares requested instances with what the region offers
//! - `free_cards`: compares them with the free cards of its groups
//! - `offer_gap`: the parts of the catalog that could not be compared

mod duplicates;
mod free_cards;
mod listing;
mod match_created;
mod offer_gap;
mod offers;
mod preflight;

pub use duplicates::{
    Creation, DuplicateRemoval, LaterInstance, destroy_duplicate, equal_duplicate,
};
pub use free_cards::FreeCards;
pub use listing::{InstanceList, ListGap};
pub use match_created::Ambiguity;
pub(crate) use match_created::{MatchResult, match_instance};
pub use offer_gap::{CatalogPart, OFFERS_TIMEOUT, OfferGap, OfferGapReason};
pub use offers::{ImageList, RegionOffers, list_all_images};
pub(crate) use preflight::adopt_change;
pub use preflight::{
    ListLimitation, RegionInventory, ResolvedEntry, block_duplicates, created_ids, owned_ids,
    refresh, settlements,
};

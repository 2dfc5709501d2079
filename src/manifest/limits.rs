//! The limits of a manifest: the cards and card-hours of one run.

use schemars::JsonSchema;
use serde::Deserialize;

use crate::source::Span;

/// Limits of what one `apply` of this file creates: if it would create more, nothing is sent.
/// `--max-cards` and `--max-card-hours` can only lower them. Of several documents, the smallest limit
/// counts for the whole file.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Limits {
    /// Cards of the instances that one `apply` creates: `gpuNumber` times `taskNumber` of each, those
    /// that are replaced or resized included.
    #[serde(default)]
    #[schemars(
        with = "u32",
        range(min = 0, max = 2_147_483_647),
        extend("x-unit" = "cards"),
        example = &16
    )]
    pub cards: Option<u32>,
    /// Card-hours of the instances that one `apply` creates: their cards times their `timeoutLimit`.
    /// An instance without a time limit is always more.
    #[serde(default)]
    #[schemars(
        with = "u32",
        range(min = 0, max = 2_147_483_647),
        extend("x-unit" = "card-hours"),
        example = &200
    )]
    pub card_hours: Option<u32>,
}

/// A limit, and the place of its value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limit {
    /// The limit.
    pub value: u64,
    /// The place of its value.
    pub span: Span,
}

/// The limits that hold for a file, or for a document of it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct FileLimits {
    /// Cards.
    pub cards: Option<Limit>,
    /// Card-hours.
    pub card_hours: Option<Limit>,
}

impl FileLimits {
    /// Returns the smaller limits of both.
    #[must_use]
    pub fn smallest(self, other: Self) -> Self {
        let smaller = |one: Option<Limit>, other: Option<Limit>| {
            one.into_iter().chain(other).min_by_key(|limit| limit.value)
        };
        Self {
            cards: smaller(self.cards, other.cards),
            card_hours: smaller(self.card_hours, other.card_hours),
        }
    }
}

//! Upper bound of a plan's cost, shown in the confirmation prompt.

use std::ops::Add;

use serde_json::Value;

use crate::lockfile::Entry;
use crate::request::Request;
use crate::text::parse_hms;

/// Cards and card-hours of the instances to create.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Cost {
    /// Instances to create.
    pub instances: u64,
    /// Their cards: those of one container times the number of containers.
    pub cards: u64,
    /// Card-seconds of the instances with a time limit.
    pub card_seconds: u128,
    /// Instances without a time limit.
    pub endless: u64,
}

/// A limit that the user sets for the cost of a run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CostLimit {
    /// The limited part of the cost.
    pub kind: CostKind,
    /// The limit.
    pub value: u64,
    /// Its origin.
    pub source: LimitSource,
}

/// A part of the cost.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum CostKind {
    /// Cards.
    Cards,
    /// Card-hours.
    CardHours,
}

/// The place where a limit is set.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum LimitSource {
    /// A flag, for the whole run.
    Flag,
    /// The `limits` of a manifest, for its own instances.
    Manifest {
        /// The manifest as the user named it.
        file: String,
        /// The line of the limit.
        line: usize,
    },
}

impl Cost {
    /// Adds the cost of a request.
    pub(super) fn count_request(&mut self, Request { task, .. }: &Request) {
        let cards = u64::from(task.gpu_number) * u64::from(task.task_number);
        self.count(cards, Some(&task.timeout_limit));
    }

    /// Adds up the cost of instances in locks, as in their requests.
    pub fn of_entries<'a>(entries: impl IntoIterator<Item = &'a Entry>) -> Self {
        let mut cost = Self::default();
        for entry in entries {
            let fields = entry.request.fields();
            let number = |field| fields.get(field).and_then(Value::as_u64);
            let cards = number("gpuNumber").unwrap_or(0) * number("taskNumber").unwrap_or(1);
            cost.count(cards, fields.get("timeoutLimit").and_then(Value::as_str));
        }
        cost
    }

    /// Returns whether this is more than a limit. An instance without a time limit has no maximum of
    /// card-hours.
    pub fn exceeds(&self, limit: &CostLimit) -> bool {
        match limit.kind {
            CostKind::Cards => self.cards > limit.value,
            CostKind::CardHours => {
                self.endless > 0 || self.card_seconds > u128::from(limit.value) * 3600
            }
        }
    }

    fn count(&mut self, cards: u64, limit: Option<&str>) {
        self.instances += 1;
        self.cards += cards;
        match limit.and_then(parse_hms) {
            Some(limit) => self.card_seconds += u128::from(cards) * u128::from(limit),
            None => self.endless += 1,
        }
    }

    /// Returns the card-hours of the instances with a time limit as a decimal number, rounded up
    /// because it is a maximum.
    pub fn card_hours(&self) -> String {
        let hundredths = self.card_seconds.div_ceil(36);
        let hours = hundredths / 100;
        match hundredths % 100 {
            0 => hours.to_string(),
            part if part % 10 == 0 => format!("{hours}.{}", part / 10),
            part => format!("{hours}.{part:02}"),
        }
    }
}

impl Add for Cost {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        Self {
            instances: self.instances + other.instances,
            cards: self.cards + other.cards,
            card_seconds: self.card_seconds + other.card_seconds,
            endless: self.endless + other.endless,
        }
    }
}

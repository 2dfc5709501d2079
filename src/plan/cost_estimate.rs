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
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CostLimit {
    /// `--max-cards`.
    Cards(u64),
    /// `--max-card-hours`.
    CardHours(u64),
}

impl Cost {
    /// Adds up the cost of requests.
    pub(super) fn estimate<'a>(requests: impl Iterator<Item = &'a Request>) -> Self {
        let mut cost = Self::default();
        for Request { task, .. } in requests {
            let cards = u64::from(task.gpu_number) * u64::from(task.task_number);
            cost.count(cards, Some(&task.timeout_limit));
        }
        cost
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

    /// Returns whether this is more than a number of card-hours. An instance without a time limit has
    /// no maximum.
    pub fn exceeds_card_hours(&self, limit: u64) -> bool {
        self.endless > 0 || self.card_seconds > u128::from(limit) * 3600
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

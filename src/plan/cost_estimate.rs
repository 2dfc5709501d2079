//! Upper bound of a plan's cost, shown in the confirmation prompt.

use std::fmt;
use std::ops::Add;

use crate::request::Request;
use crate::text::plural::count;

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

impl Cost {
    pub(super) fn estimate<'a>(requests: impl Iterator<Item = &'a Request>) -> Self {
        let mut cost = Self::default();
        for Request { task, .. } in requests {
            let cards = u64::from(task.gpu_number) * u64::from(task.task_number);
            cost.instances += 1;
            cost.cards += cards;
            match seconds(&task.timeout_limit) {
                Some(limit) => cost.card_seconds += u128::from(cards) * u128::from(limit),
                None => cost.endless += 1,
            }
        }
        cost
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

/// Parses `HH:MM:SS` into seconds; anything else is unlimited.
fn seconds(limit: &str) -> Option<u64> {
    let mut total = 0_u64;
    for part in limit.splitn(3, ':') {
        total = total.checked_mul(60)?.checked_add(part.parse().ok()?)?;
    }
    Some(total)
}

impl fmt::Display for Cost {
    /// Formats the cost, such as
    /// `create 3 instances: 9 cards, at most 36 card-hours; 1 without a time limit`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { instances, cards, card_seconds, endless } = *self;
        write!(f, "create {}: {}", count(instances, "instance"), count(cards, "card"))?;
        if endless < instances {
            // Rounded up, because it is a maximum.
            let hundredths = card_seconds.div_ceil(36);
            write!(f, ", at most {}", hundredths / 100)?;
            match hundredths % 100 {
                0 => {}
                part if part % 10 == 0 => write!(f, ".{}", part / 10)?,
                part => write!(f, ".{part:02}")?,
            }
            write!(f, " card-hour{}", if hundredths == 100 { "" } else { "s" })?;
        }
        if endless > 0 {
            write!(f, "; {endless} without a time limit")?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::{Cost, seconds};

    #[test]
    fn cost_text_names_instances_cards_and_card_hours() {
        let cost = |instances, cards, card_seconds, endless| {
            Cost { instances, cards, card_seconds, endless }.to_string()
        };
        assert_eq!(
            cost(3, 9, 36 * 3600, 1),
            "create 3 instances: 9 cards, at most 36 card-hours; 1 without a time limit"
        );
        assert_eq!(cost(1, 1, 3600, 0), "create 1 instance: 1 card, at most 1 card-hour");
        assert_eq!(cost(1, 1, 1, 0), "create 1 instance: 1 card, at most 0.01 card-hours");
        assert_eq!(cost(1, 1, 5400, 0), "create 1 instance: 1 card, at most 1.5 card-hours");
        assert_eq!(cost(1, 4, 0, 1), "create 1 instance: 4 cards; 1 without a time limit");
    }

    #[test]
    fn time_limit_has_hours_minutes_and_seconds() {
        assert_eq!(seconds("360:00:01"), Some(360 * 3600 + 1));
        assert_eq!(seconds("unlimited"), None);
    }
}

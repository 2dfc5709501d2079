//! English texts about the totals of plans.

use crate::diagnostics::escaped;
use crate::output::words::en::En;
use crate::plan::{Cost, CostKind, CostLimit, LimitSource, Totals};
use crate::text::plural::count;

impl En {
    pub(crate) fn plan_totals(totals: &Totals) -> String {
        let Totals { create, replace, resize, adopt, delete, .. } = *totals;
        let Totals { unverified, ended, live, refused, cost, .. } = *totals;
        if totals.is_empty() {
            let idle = [
                (refused, "changed and refused"),
                (live, "live"),
                (ended, "ended or gone"),
                (unverified, "recorded in the lock"),
            ];
            return match (Self::counts(&idle), unverified) {
                (idle, _) if idle.is_empty() => "nothing to create".to_owned(),
                (idle, 0) => format!("nothing to create: {idle}"),
                (idle, _) => format!("nothing to create: {idle}; `status` shows what runs"),
            };
        }
        let counts = [
            (create, "to create"),
            (replace, "to replace"),
            (resize, "to resize"),
            (adopt, "to adopt"),
            (delete, "to delete"),
        ];
        let text = Self::counts(&counts);
        if create + replace + resize == 0 {
            text
        } else {
            format!("{text}: {}", Self::at_most(&cost))
        }
    }

    /// Returns the most that instances can cost.
    pub(crate) fn at_most(cost: &Cost) -> String {
        let Cost { instances, cards, endless, .. } = *cost;
        let mut text = count(cards, "card");
        if endless < instances {
            let hours = cost.card_hours();
            let plural = if hours == "1" { "" } else { "s" };
            text = format!("{text}, at most {hours} card-hour{plural}");
        }
        if endless > 0 {
            text = format!("{text}; {endless} without time limit");
        }
        text
    }

    pub(crate) fn over_limit(cost: &Cost, limit: &CostLimit) -> String {
        let CostLimit { kind, value, source } = limit;
        let limit = match (kind, source) {
            (CostKind::Cards, LimitSource::Flag) => format!("--max-cards {value}"),
            (CostKind::CardHours, LimitSource::Flag) => format!("--max-card-hours {value}"),
            (kind, LimitSource::Manifest { file, line }) => {
                let field = if *kind == CostKind::Cards { "cards" } else { "cardHours" };
                format!("`limits.{field}` {value} ({}:{line})", escaped(file))
            }
        };
        let instances = count(cost.instances, "instance");
        format!("{instances}: {}: more than {limit}", Self::at_most(cost))
    }
}

#[cfg(test)]
mod tests {
    use super::{Cost, En, Totals};

    #[test]
    fn totals_name_actions_cards_and_card_hours() {
        let text = |create, replace, delete, cost| {
            En::plan_totals(&Totals { create, replace, delete, cost, ..Totals::default() })
        };
        let cost = |instances, cards, card_seconds, endless| Cost {
            instances,
            cards,
            card_seconds,
            endless,
        };
        assert_eq!(
            text(2, 1, 1, cost(3, 9, 36 * 3600, 1)),
            "2 to create, 1 to replace, 1 to delete: 9 cards, at most 36 card-hours; \
             1 without time limit"
        );
        for (cost, expected) in [
            (cost(1, 1, 3600, 0), "1 to create: 1 card, at most 1 card-hour"),
            (cost(1, 1, 1, 0), "1 to create: 1 card, at most 0.01 card-hours"),
            (cost(1, 1, 5400, 0), "1 to create: 1 card, at most 1.5 card-hours"),
            (cost(1, 4, 0, 1), "1 to create: 4 cards; 1 without time limit"),
        ] {
            assert_eq!(text(1, 0, 0, cost), expected);
        }
        assert_eq!(text(0, 0, 3, Cost::default()), "3 to delete");
    }

    #[test]
    fn idle_plan_never_says_that_instances_run() {
        let idle = |live, ended, unverified| {
            En::plan_totals(&Totals { unverified, live, ended, ..Totals::default() })
        };
        assert_eq!(idle(0, 0, 0), "nothing to create");
        assert_eq!(idle(2, 0, 0), "nothing to create: 2 live");
        assert_eq!(idle(0, 1, 0), "nothing to create: 1 ended or gone");
        assert_eq!(
            idle(0, 1, 3),
            "nothing to create: 1 ended or gone, 3 recorded in the lock; `status` shows what runs"
        );
    }
}

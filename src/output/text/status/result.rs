//! The result of `status`, and the counts of live instances.

use std::io;

use super::{StatusTable, table};
use crate::api::endpoints::detail::Status;
use crate::lifecycle::{LiveState, ObservedInstance, classes};
use crate::output::console::Console;
use crate::output::json::{
    CardCounts, Envelope, ExitReport, InstanceRow, Rows, StatusFields, Summary, address_rows,
    card_hours, live_row,
};

impl Console {
    /// Prints the live state of instances, as the command's result.
    pub fn print_status(&mut self, rows: &StatusTable<'_>) -> io::Result<()> {
        if self.is_human() {
            let text = table(rows, self.out_width(), self.style.color, self.words());
            return self.result(&text);
        }
        let words = self.words();
        let row = |observed| InstanceRow {
            addresses: Some(address_rows(observed)),
            ..live_row(rows.files[observed.locked.job], observed, words)
        };
        let files = self.take_files();
        let exit = ExitReport::of(&classes(rows.observed));
        let instances = Rows::new(|| rows.observed.iter().map(row));
        let object = self.object(&files, exit).with_instances(instances);
        let (in_use, queued) = cards(rows.observed.iter());
        let status =
            StatusFields { cards: CardCounts { in_use, queued }, not_created: rows.missing };
        let summary = with_live_counts(object.summary, rows.observed.iter());
        self.print_object(&Envelope { status: Some(status), summary, ..object })
    }
}

/// Adds the cards in use and the card-hours so far.
pub(crate) fn with_live_counts<'a>(
    summary: Summary,
    observed: impl Iterator<Item = &'a ObservedInstance> + Clone,
) -> Summary {
    let (in_use, _) = cards(observed.clone());
    Summary { cards: Some(in_use), card_hours: Some(card_hours(observed)), ..summary }
}

/// Returns the cards of instances that run or are being deployed, and the cards of queued ones.
pub(super) fn cards<'a>(observed: impl Iterator<Item = &'a ObservedInstance>) -> (u64, u64) {
    let (mut used, mut queued) = (0_u64, 0_u64);
    for observed in observed {
        let sum = match observed.status() {
            Some(Status::Waiting) => &mut queued,
            Some(status) if status.has_ended() => continue,
            None if !matches!(observed.live, LiveState::Present(_)) => continue,
            Some(_) | None => &mut used,
        };
        *sum = sum.saturating_add(observed.cards().unwrap_or(0));
    }
    (used, queued)
}

//! Live state of the instances in the locks, as human-readable text and as JSON.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::io;
use std::time::Duration;

use anstyle::{AnsiColor, Style as Paint};

use super::plan::escape;
use crate::api::endpoints::detail::{Detail, Status};
use crate::lifecycle::{LiveState, ObservedInstance, WaitProgress, classes};
use crate::output::console::Console;
use crate::output::json::{
    CardUsage, CommandFields, EachRow, ExitReport, InstanceRow, StatusFields, address_rows,
    card_counts, live_row,
};
use crate::output::table::{Column, Table, escape_cell};
use crate::output::words::Language;
use crate::text::{format_hms, parse_hms};

/// Result of `status`.
#[derive(Debug, Clone, Copy)]
pub struct StatusTable<'a> {
    /// The manifests, by job index.
    pub files: &'a [&'a str],
    /// The queried entries.
    pub observed: &'a [ObservedInstance],
    /// Number of instances of the manifests that are in no lock.
    pub missing: usize,
}

impl Console {
    /// Prints the live state of instances, as the command's result.
    pub fn print_status(&mut self, rows: &StatusTable<'_>) -> io::Result<()> {
        let words = self.words();
        if self.is_human() {
            let text = table(rows, self.out_width(), self.style.color, words);
            return self.result(&text);
        }
        let each_row: EachRow<'_> = &|each| {
            for observed in rows.observed {
                each(InstanceRow {
                    addresses: Some(address_rows(observed)),
                    ..live_row(rows.files[observed.locked.job], observed, words)
                });
            }
        };
        let cards = card_counts(rows.observed.iter());
        let fields = CommandFields {
            usage: CardUsage::live(rows.observed.iter()),
            status: Some(StatusFields { cards, not_created: rows.missing }),
            ..CommandFields::default()
        };
        let exit = ExitReport::of(&classes(rows.observed));
        self.print_rows(exit, each_row, fields)
    }
}

/// Returns one table per manifest, then a summary line.
fn table(rows: &StatusTable<'_>, width: Option<usize>, color: bool, words: Language) -> String {
    let [name, status, cards, age, left, id] = words.fixed().status_columns;
    let mut text = String::new();
    for (job, file) in rows.files.iter().enumerate() {
        let own: Vec<&ObservedInstance> =
            rows.observed.iter().filter(|observed| observed.locked.job == job).collect();
        if own.is_empty() {
            continue;
        }
        let _ = writeln!(text, "{}", escape_cell(file));
        let mut table = Table::new(vec![
            Column::text(name).truncate_cell(),
            Column::text(status),
            Column::number(cards),
            Column::number(age),
            Column::text(left),
            Column::text(id),
        ]);
        for observed in own {
            row(&mut table, observed, color, words);
        }
        text.push_str(&table.text(2, width));
    }
    let _ = writeln!(text, "{}", summary(rows, words));
    text
}

fn row(table: &mut Table, observed: &ObservedInstance, color: bool, words: Language) {
    let dash = || "-".to_owned();
    let left = match &observed.live {
        LiveState::Present(detail) => {
            remaining_time(detail, words.fixed().no_end).unwrap_or_else(dash)
        }
        _ => dash(),
    };
    table.row([
        escape(observed.locked.name.as_str()),
        words.live_state(&observed.live),
        observed.cards().map_or_else(dash, |cards| cards.to_string()),
        observed.age.map_or_else(dash, format_duration),
        left,
        observed.locked.entry.task_id.as_ref().map_or_else(dash, ToString::to_string),
    ]);
    if color {
        table.color(1, self::color(observed));
    }
    if let LiveState::Present(detail) = &observed.live {
        for address in detail.addresses().unwrap_or_default() {
            let (port, protocol) = (&address.port, &address.protocol);
            table.add_note(&format!("{port} {protocol}  {}", address.url.expose()));
        }
    }
    for note in observed.notes() {
        table.add_note(&words.status_note(&note));
    }
}

fn color(observed: &ObservedInstance) -> Paint {
    match observed.status() {
        Some(Status::Running) => AnsiColor::Green.on_default(),
        Some(Status::Waiting | Status::Deploying) => AnsiColor::Yellow.on_default(),
        Some(Status::Failed) => AnsiColor::Red.on_default(),
        None => AnsiColor::Magenta.on_default(),
        _ => Paint::new(),
    }
}

/// Returns the remaining run time of an instance: from the platform, otherwise computed from its
/// limit; `no_end` if it has none.
pub(crate) fn remaining_time(detail: &Detail, no_end: &str) -> Option<String> {
    if detail.status().is_none_or(|status| status.has_ended()) {
        return None;
    }
    if let Some(left) = detail.remaining_time() {
        return Some(left.to_owned());
    }
    let limit = detail.timeout_limit()?;
    if limit == "unlimited" {
        return Some(no_end.to_owned());
    }
    let left = parse_hms(limit)?.checked_sub(parse_hms(detail.duration()?)?)?;
    Some(format_hms(left))
}

/// Formats a duration in its two largest units: `35s`, `2m10s`, `3h05m`, `4d02h`.
pub(crate) fn format_duration(time: Duration) -> String {
    let seconds = time.as_secs();
    match seconds {
        0..60 => format!("{seconds}s"),
        60..3600 => format!("{}m{:02}s", seconds / 60, seconds % 60),
        3600..86_400 => format!("{}h{:02}m", seconds / 3600, seconds / 60 % 60),
        _ => format!("{}d{:02}h", seconds / 86_400, seconds / 3600 % 24),
    }
}

/// Counts the instances of each status: `2 Running, 1 Waiting`.
pub(crate) fn counts<'a>(
    observed: impl IntoIterator<Item = &'a ObservedInstance>,
    words: Language,
) -> String {
    let mut counts: BTreeMap<(u8, String), usize> = BTreeMap::new();
    for observed in observed {
        let order = match observed.status() {
            Some(Status::Running) => 0,
            Some(Status::Deploying) => 1,
            Some(Status::Waiting) => 2,
            _ => 3,
        };
        *counts.entry((order, escape_cell(&words.live_state(&observed.live)))).or_default() += 1;
    }
    let counts: Vec<String> =
        counts.into_iter().map(|((_, word), count)| format!("{count} {word}")).collect();
    counts.join(", ")
}

fn summary(rows: &StatusTable<'_>, words: Language) -> String {
    let mut text = if rows.observed.is_empty() {
        words.fixed().no_instances.to_owned()
    } else {
        words.status_summary(&counts(rows.observed, words), card_counts(rows.observed.iter()))
    };
    if rows.missing > 0 {
        let _ = write!(text, "; {}", words.not_created(rows.missing));
    }
    words.with_exit(text, &classes(rows.observed))
}

/// Returns the line for an instance whose wait is over.
pub(crate) fn wait_line(
    observed: &ObservedInstance,
    verdict: &WaitProgress,
    since: Duration,
    words: Language,
) -> String {
    let name = escape(observed.locked.name.as_str());
    let state = escape_cell(&words.live_state(&observed.live));
    match verdict {
        WaitProgress::Reached => format!("{name}: {state}"),
        WaitProgress::Failed(why) => format!("{name}: {state}: {}", words.wait_failure(why)),
        WaitProgress::LeftAlone(why) => format!("{name}: {state}: {}", words.skip_reason(why)),
        WaitProgress::Pending => {
            let queued = observed.age.filter(|_| observed.status() == Some(Status::Waiting));
            format!("{name}: {}", words.still_pending(&state, queued, since))
        }
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::format_duration;

    #[test]
    fn duration_shows_its_two_largest_units() {
        for (seconds, text) in
            [(0, "0s"), (35, "35s"), (130, "2m10s"), (11_100, "3h05m"), (353_000, "4d02h")]
        {
            assert_eq!(format_duration(Duration::from_secs(seconds)), text);
        }
    }
}

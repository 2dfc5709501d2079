//! Live state of the instances in the locks, as human-readable text and as JSON.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::io;
use std::time::Duration;

use anstyle::{AnsiColor, Style as Paint};
use unicode_width::UnicodeWidthStr;

use super::plan::escape;
use super::short_id::{short_length, shorten};
use crate::api::endpoints::detail::{Detail, Status};
use crate::ids::TaskId;
use crate::language::Language;
use crate::lifecycle::{
    Observation, ObservedInstance, UnrecordedInstance, age, card_seconds, remaining_seconds,
};
use crate::output::console::Console;
use crate::output::json::{
    CardUsage, CommandFields, EachRow, ExitReport, InstanceRow, StatusFields, address_rows,
    card_counts, card_hours, hours, live_row, unrecorded_row,
};
use crate::output::table::{Column, Table, escape_cell};

/// Result of `status`.
#[derive(Debug, Clone, Copy)]
pub struct StatusTable<'a> {
    /// The manifests, by job index.
    pub files: &'a [&'a str],
    /// Result of the query.
    pub found: &'a Observation,
    /// Number of instances of the manifests that are in no lock.
    pub missing: usize,
    /// Contents of the table.
    pub view: StatusView,
}

/// Contents of the table of `status`.
#[derive(Debug, Clone, Copy, Default)]
pub struct StatusView {
    /// All columns, without truncation.
    pub wide: bool,
    /// The access addresses, which contain secrets.
    pub urls: bool,
}

impl StatusTable<'_> {
    /// Returns the number of instances that no lock has and that are not live.
    fn not_created(&self) -> usize {
        self.missing - self.found.unrecorded.len()
    }
}

impl Console {
    /// Prints the live state of instances, as the command's result.
    pub fn print_status(&mut self, rows: &StatusTable<'_>) -> io::Result<()> {
        let words = self.words();
        if self.is_human() {
            let text = table(rows, self.out_width(), self.style.color, words);
            return self.result(&text);
        }
        let instances = || rows.found.instances.iter();
        let each_row: EachRow<'_> = &|each| {
            for observed in instances() {
                each(InstanceRow {
                    addresses: rows.view.urls.then(|| address_rows(observed)),
                    ..live_row(observed, words)
                });
            }
            for unrecorded in &rows.found.unrecorded {
                each(unrecorded_row(rows.files[unrecorded.job], unrecorded, words));
            }
        };
        let status =
            StatusFields { cards: card_counts(instances()), not_created: rows.not_created() };
        let fields = CommandFields {
            usage: CardUsage::live(instances()),
            status: Some(status),
            ..CommandFields::default()
        };
        self.print_rows(ExitReport::of(&rows.found.classes()), each_row, fields)
    }
}

/// Returns one table per manifest, then a summary line.
pub(super) fn table(
    rows: &StatusTable<'_>,
    width: Option<usize>,
    color: bool,
    words: Language,
) -> String {
    let mut text = String::new();
    let locked = rows.found.instances.iter().filter_map(|one| one.locked.entry.task_id.as_ref());
    let live = rows.found.unrecorded.iter().flat_map(|one| &one.live).map(Detail::id);
    let short = short_length(locked.chain(live).map(TaskId::as_str));
    let look = Look { view: rows.view, short, color, words };
    let width = width.filter(|_| !rows.view.wide);
    for (job, file) in rows.files.iter().enumerate() {
        let own: Vec<_> = rows.found.instances.iter().filter(|one| one.locked.job == job).collect();
        let unrecorded: Vec<_> =
            rows.found.unrecorded.iter().filter(|one| one.job == job).collect();
        if own.is_empty() && unrecorded.is_empty() {
            continue;
        }
        let _ = writeln!(text, "{}", escape_cell(file));
        let mut table = look.table();
        for observed in own {
            look.row(&mut table, observed);
        }
        for unrecorded in unrecorded {
            look.unrecorded_rows(&mut table, unrecorded);
        }
        text.push_str(&table.text(2, width));
    }
    let _ = writeln!(text, "{}", fold(&summary(rows, words)));
    text
}

/// Form of the rows.
struct Look {
    view: StatusView,
    /// Length of shortened IDs.
    short: usize,
    color: bool,
    words: Language,
}

impl Look {
    fn table(&self) -> Table {
        let [name, status, cards, age, left, hours, limit, created, started, id] =
            self.words.fixed().status_columns;
        let mut columns = state_columns([name, status, cards, age, left, hours]);
        if self.view.wide {
            columns.extend([limit, created, started].map(Column::text));
        }
        columns.push(Column::text(id));
        Table::new(columns)
    }

    fn row(&self, table: &mut Table, observed: &ObservedInstance) {
        let detail = observed.live.detail();
        let state = [
            escape(observed.locked.name.as_str()),
            self.words.live_state(&observed.live),
            cell(observed.cards(), |cards| cards.to_string()),
            cell(observed.age, |age| self.words.short_duration(age)),
        ];
        let id = observed.locked.entry.task_id.as_ref();
        self.add(table, state, detail.map(|detail| (detail, observed.cards())), id);
        if self.color {
            table.color(1, color(observed.status().as_ref()));
        }
        for address in
            detail.filter(|_| self.view.urls).and_then(Detail::addresses).into_iter().flatten()
        {
            let (port, protocol) = (&address.port, &address.protocol);
            table.add_note(&format!("{port} {protocol}  {}", address.url.expose()));
        }
        for note in observed.notes() {
            table.add_note(&self.words.status_note(&note));
        }
    }

    /// Adds the live instances of a name that no lock has.
    fn unrecorded_rows(&self, table: &mut Table, unrecorded: &UnrecordedInstance) {
        for detail in &unrecorded.live {
            let status = detail.status();
            let state = [
                escape(unrecorded.name.as_str()),
                cell(status.as_ref(), |status| status.as_str().to_owned()),
                cell(detail.cards(), |cards| cards.to_string()),
                cell(age(detail, unrecorded.now), |age| self.words.short_duration(age)),
            ];
            self.add(table, state, Some((detail, detail.cards())), Some(detail.id()));
            if self.color {
                table.color(1, color(status.as_ref()));
            }
        }
        for line in self.words.unrecorded(unrecorded).lines() {
            table.add_note(line);
        }
    }

    /// Adds a row; `shown` is what the platform shows, with the number of cards.
    fn add(
        &self,
        table: &mut Table,
        state: [String; 4],
        shown: Option<(&Detail, Option<u64>)>,
        id: Option<&TaskId>,
    ) {
        let left = shown.and_then(|(detail, _)| remaining_time(detail, self.words));
        let used = shown.and_then(|(detail, cards)| card_seconds(detail, cards?));
        let mut cells = Vec::from(state);
        cells.extend([cell(left, |left| left), cell(used, format_card_hours)]);
        if self.view.wide {
            let text = |read: fn(&Detail) -> Option<&str>| {
                cell(shown.and_then(|(detail, _)| read(detail)), str::to_owned)
            };
            cells
                .extend([Detail::timeout_limit, Detail::create_time, Detail::start_time].map(text));
        }
        let length = if self.view.wide { usize::MAX } else { self.short };
        cells.push(cell(id, |id| shorten(id.as_str(), length).to_owned()));
        table.row(cells);
    }
}

/// Returns the columns of the state of instances: name, status, cards, age, time left, card-hours.
pub(super) fn state_columns([name, status, numbers @ ..]: [&str; 6]) -> Vec<Column> {
    let mut columns = vec![Column::text(name).truncate_cell(), Column::text(status)];
    columns.extend(numbers.map(Column::number));
    columns
}

/// Returns the text of a cell, or a dash without a value.
pub(super) fn cell<T>(value: Option<T>, text: impl FnOnce(T) -> String) -> String {
    value.map_or_else(|| "-".to_owned(), text)
}

/// Formats card-seconds as card-hours.
pub(super) fn format_card_hours(seconds: u128) -> String {
    format!("{:.2}", hours(seconds / 36))
}

/// Continues a line that is too long for most terminals on the next one, after the last semicolon or
/// comma that fits.
pub(super) fn fold(line: &str) -> String {
    const WIDTH: usize = 80;
    if line.width() <= WIDTH {
        return line.to_owned();
    }
    let ends = line
        .match_indices(['；', '，'])
        .chain(line.match_indices("; "))
        .chain(line.match_indices(", "));
    let ends = ends.map(|(at, mark)| at + mark.trim_end().len());
    match ends.filter(|&end| end < line.len() && line[..end].width() <= WIDTH).max() {
        Some(end) => format!("{}\n  {}", &line[..end], fold(line[end..].trim_start())),
        None => line.to_owned(),
    }
}

pub(super) fn color(status: Option<&Status>) -> Paint {
    match status {
        Some(Status::Running) => AnsiColor::Green.on_default(),
        Some(Status::Waiting | Status::Deploying) => AnsiColor::Yellow.on_default(),
        Some(Status::Failed) => AnsiColor::Red.on_default(),
        None => AnsiColor::Magenta.on_default(),
        _ => Paint::new(),
    }
}

/// Returns the remaining run time of an instance, if it has not ended.
pub(crate) fn remaining_time(detail: &Detail, words: Language) -> Option<String> {
    let endless = || detail.is_live() && detail.timeout_limit() == Some("unlimited");
    match remaining_seconds(detail) {
        Some(left) => Some(words.short_duration(Duration::from_secs(left))),
        None => endless().then(|| words.fixed().no_end.to_owned()),
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
    let counts: Vec<_> = counts.iter().map(|((_, word), count)| (*count, &**word)).collect();
    words.counts(&counts)
}

fn summary(rows: &StatusTable<'_>, words: Language) -> String {
    let instances = &rows.found.instances;
    let mut parts = vec![if instances.is_empty() {
        words.fixed().no_instances.to_owned()
    } else {
        let counts = counts(instances, words);
        words.status_summary(&counts, card_counts(instances.iter()), card_hours(instances.iter()))
    }];
    if !rows.found.unrecorded.is_empty() {
        parts.push(words.live_unrecorded(rows.found.unrecorded.len()));
    }
    if rows.not_created() > 0 {
        parts.push(words.not_created(rows.not_created()));
    }
    words.with_exit(words.clauses(&parts), &rows.found.classes())
}

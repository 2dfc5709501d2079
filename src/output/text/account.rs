//! Output of `list`.

use std::collections::HashMap;
use std::fmt::Write as _;
use std::io;

use anstyle::AnsiColor;

use super::plan::escape;
use super::short_id::{short_length, shorten};
use super::status::{cell, color, fold, remaining_time, state_columns};
use crate::api::endpoints::detail::{Detail, Status};
use crate::language::Language;
use crate::lifecycle::{
    AccountInstance, AccountRegion, Holder, UsageLimit, card_seconds, usage_limit,
};
use crate::output::console::Console;
use crate::output::json::{
    CardCounts, CardUsage, CommandFields, EachRow, ExitReport, ListFields, account_row, hours,
};
use crate::output::table::{Column, Table, escape_cell};
use crate::text::CommandLine;

/// Result of `list`.
#[derive(Debug)]
pub struct AccountTable<'a> {
    /// The manifests, by index.
    pub files: &'a [&'a str],
    /// Names of their locks in the table.
    pub locks: &'a [String],
    /// The instances of each region.
    pub regions: &'a [AccountRegion],
    /// Whether to show all columns, without truncation.
    pub wide: bool,
    /// The command that exports instances.
    pub export: CommandLine,
}

/// Totals of instances.
#[derive(Debug, Clone, Default)]
pub(crate) struct AccountTotals {
    /// Number of instances of each status.
    pub(crate) statuses: Vec<(String, usize)>,
    /// Their cards by use.
    pub(crate) cards: CardCounts,
    /// Card-seconds used so far.
    pub(crate) used: u128,
    /// The most card-seconds of the instances with a time limit.
    pub(crate) limit: u128,
    /// Number of instances without a time limit.
    pub(crate) unlimited: usize,
}

/// Live instances that none of the given locks has.
#[derive(Debug, Clone)]
pub(crate) struct InNoLock {
    /// Their names, or their IDs if several have the name.
    pub(crate) names: Vec<String>,
    /// Number of live instances.
    pub(crate) all: usize,
    /// The command that writes a manifest and a lock for them.
    pub(crate) export: CommandLine,
}

impl AccountTable<'_> {
    fn instances(&self) -> impl Iterator<Item = &AccountInstance> {
        self.regions.iter().flat_map(|region| &region.instances)
    }

    /// Returns the live instances that no lock has; `None` without locks.
    fn in_no_lock(&self) -> Option<InNoLock> {
        if self.files.is_empty() {
            return None;
        }
        let live = || self.instances().filter(|one| one.detail.is_live());
        let free = live().filter(|one| one.holder == Holder::None);
        let mut frequency: HashMap<&str, usize> = HashMap::new();
        for name in live().filter_map(|one| one.detail.name()) {
            *frequency.entry(name).or_default() += 1;
        }
        let label = |one: &AccountInstance| match one.detail.name() {
            Some(name) if frequency[name] == 1 => name.to_owned(),
            _ => one.detail.id().to_string(),
        };
        let names: Vec<String> = free.map(label).collect();
        let export = self.export.clone().flag("--adopt").option("-o", "FILE");
        let export = match names.len() {
            0..=10 => names.iter().fold(export, |export, name| export.value(name)),
            _ => export.value("NAME..."),
        };
        Some(InNoLock { names, all: live().count(), export })
    }

    fn totals(&self) -> AccountTotals {
        let mut totals = AccountTotals::default();
        for one in self.instances() {
            let (status, cards) = (one.detail.status(), one.detail.cards().unwrap_or(0));
            let word = cell(status.as_ref(), |status| status.as_str().to_owned());
            match totals.statuses.iter_mut().find(|(known, _)| *known == word) {
                Some((_, count)) => *count += 1,
                None => totals.statuses.push((word, 1)),
            }
            match status {
                Some(Status::Waiting) => totals.cards.queued += cards,
                Some(status) if status.has_ended() => {}
                _ => totals.cards.in_use += cards,
            }
            totals.used += card_seconds(&one.detail, cards).unwrap_or(0);
            match usage_limit(&one.detail, cards) {
                Some(UsageLimit::CardSeconds(seconds)) => totals.limit += seconds,
                Some(UsageLimit::Unlimited) => totals.unlimited += 1,
                None => {}
            }
        }
        totals
    }
}

impl Console {
    /// Prints the instances of the account, as the command's result.
    pub fn print_account(&mut self, rows: &AccountTable<'_>) -> io::Result<()> {
        let words = self.words();
        for AccountRegion { client, gap, .. } in rows.regions {
            let region = client.region().filter(|_| rows.regions.len() > 1);
            if let Some(gap) = gap {
                self.info(&words.incomplete_list(*gap, region.as_ref()))?;
            }
        }
        if self.is_human() {
            let text = table(rows, self.out_width(), self.style.color, words);
            return self.result(&text);
        }
        let totals = rows.totals();
        let file = |holder| match holder {
            Holder::Lock(job) | Holder::Undecided(job) => rows.files[job],
            Holder::None => "",
        };
        let each_row: EachRow<'_> = &|each| {
            rows.instances().for_each(|one| each(account_row(file(one.holder), one)));
        };
        let fields = CommandFields {
            usage: CardUsage {
                cards: Some(totals.cards.in_use),
                card_hours: Some(hours(totals.used / 36)),
            },
            list: Some(ListFields {
                in_no_lock: rows.in_no_lock().map(|free| free.names.len()),
                list_complete: rows.regions.iter().all(|region| region.gap.is_none()),
            }),
            ..CommandFields::default()
        };
        self.print_rows(ExitReport::default(), each_row, fields)
    }
}

fn table(rows: &AccountTable<'_>, width: Option<usize>, color: bool, words: Language) -> String {
    let mut text = String::new();
    let short = short_length(rows.instances().map(|one| one.detail.id().as_str()));
    for region in rows.regions.iter().filter(|region| !region.instances.is_empty()) {
        let heading = region.client.region().filter(|_| rows.regions.len() > 1);
        let indent = if let Some(name) = heading {
            let _ = writeln!(text, "{}", escape_cell(&words.region_heading(&name)));
            2
        } else {
            0
        };
        let mut table = columns(rows.wide, words);
        for one in &region.instances {
            let length = if rows.wide { usize::MAX } else { short };
            table.row(row(one, rows, length, words));
            if color {
                match one.holder {
                    Holder::None if !rows.files.is_empty() && one.detail.is_live() => {
                        table.color(0, AnsiColor::Yellow.on_default().bold());
                    }
                    _ => table.color(1, self::color(one.detail.status().as_ref())),
                }
            }
        }
        text.push_str(&table.text(indent, width.filter(|_| !rows.wide)));
    }
    if rows.instances().next().is_none() {
        let _ = writeln!(text, "{}", words.fixed().nothing_live);
        return text;
    }
    let _ = writeln!(text, "{}", fold(&words.account_summary(&rows.totals())));
    match rows.in_no_lock() {
        None => {
            let _ = writeln!(text, "{}", words.fixed().no_manifest_compared);
        }
        Some(free) if !free.names.is_empty() => {
            let _ = writeln!(text, "{}", words.in_no_lock(&free));
        }
        Some(_) => {}
    }
    text
}

fn columns(wide: bool, words: Language) -> Table {
    let [name, status, cards, age, left, hours, lock, limit, created, id] =
        words.fixed().list_columns;
    let mut columns = state_columns([name, status, cards, age, left, hours]);
    columns.push(Column::text(lock));
    if wide {
        columns.extend([limit, created].map(Column::text));
    }
    columns.push(Column::text(id));
    Table::new(columns)
}

fn row(
    one: &AccountInstance,
    rows: &AccountTable<'_>,
    id_length: usize,
    words: Language,
) -> Vec<String> {
    let detail = &one.detail;
    let cards = detail.cards();
    let left = remaining_time(detail, words);
    let lock = match one.holder {
        Holder::Lock(job) => rows.locks[job].clone(),
        Holder::Undecided(job) => format!("{}?", rows.locks[job]),
        Holder::None if rows.files.is_empty() => "?".to_owned(),
        Holder::None => "-".to_owned(),
    };
    let mut cells = vec![
        cell(detail.name(), escape),
        cell(detail.status(), |status| status.as_str().to_owned()),
        cell(cards, |cards| cards.to_string()),
        cell(one.age, |age| words.short_duration(age)),
        cell(left, |left| left),
        cell(cards, |cards| card_hours(detail, cards, words)),
        lock,
    ];
    if rows.wide {
        let texts = [detail.timeout_limit(), detail.create_time()];
        cells.extend(texts.map(|text| cell(text, str::to_owned)));
    }
    cells.push(shorten(detail.id().as_str(), id_length).to_owned());
    cells
}

/// Returns the card-hours so far and at most: `0.5/16`.
fn card_hours(detail: &Detail, cards: u64, words: Language) -> String {
    let tenths = |seconds: u128| format!("{:.1}", hours(seconds / 36));
    let so_far = cell(card_seconds(detail, cards), tenths);
    let limit = match usage_limit(detail, cards) {
        Some(UsageLimit::CardSeconds(seconds)) => tenths(seconds),
        Some(UsageLimit::Unlimited) => words.fixed().unlimited.to_owned(),
        None => "-".to_owned(),
    };
    let limit = limit.strip_suffix(".0").unwrap_or(&limit);
    format!("{so_far}/{limit}")
}

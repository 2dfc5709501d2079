//! Rows of a plan. Instances of one manifest and region whose texts are equal share a row, so that a
//! thousand equal creates are one.

use std::collections::HashMap;

use anstyle::{AnsiColor, Style as Paint};

use super::plan_changes::{Detail, field_change};
use crate::ids::TaskId;
use crate::language::Language;
use crate::lockfile::EntryState;
use crate::output::PlannedManifest;
use crate::plan::{LiveNote, PlanAction, PlanItem, PlanNote};

/// The rows of one manifest and region.
pub(super) struct PlanSection<'a> {
    /// The manifest and its region.
    pub(super) title: String,
    /// Rows, deletions last.
    pub(super) rows: Vec<PlanRow<'a>>,
    /// Number of unchanged instances without a row.
    pub(super) unchanged: usize,
}

/// Instances with the same planned action and the same details.
pub(super) struct PlanRow<'a> {
    pub(super) mark: Mark,
    pub(super) action: &'static str,
    pub(super) items: Vec<&'a PlanItem>,
    pub(super) details: Vec<Detail>,
}

/// The mark at the start of a row, in the order of the rows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum Mark {
    Create,
    Replace,
    Changed,
    /// It needs a decision of the user.
    Undecided,
    Unchanged,
    Delete,
}

/// Texts by which instances are compared: mark, action, details, and the note without its commands.
type RowKey = (Mark, &'static str, Vec<Detail>, Option<String>);

impl Mark {
    fn of(item: &PlanItem) -> Self {
        match item.action {
            _ if item.state == Some(EntryState::Unknown) => Self::Undecided,
            PlanAction::Changed => Self::Changed,
            PlanAction::Unchanged => Self::Unchanged,
            PlanAction::Create if item.creates() => Self::Create,
            PlanAction::Replace if item.creates() => Self::Replace,
            PlanAction::Prune if item.deletes() => Self::Delete,
            _ => Self::Undecided,
        }
    }

    pub(super) fn as_str(self) -> &'static str {
        match self {
            Self::Create => "+",
            Self::Replace => "-/+",
            Self::Changed => "~",
            Self::Undecided => "!",
            Self::Unchanged => "=",
            Self::Delete => "-",
        }
    }

    pub(super) fn paint(self) -> Paint {
        match self {
            Self::Create => AnsiColor::Green.on_default(),
            Self::Replace => AnsiColor::Magenta.on_default(),
            Self::Changed => AnsiColor::Yellow.on_default(),
            Self::Undecided => Paint::new().bold(),
            Self::Unchanged => Paint::new(),
            Self::Delete => AnsiColor::Red.on_default(),
        }
    }
}

/// Returns the rows of plans, by manifest and region. With `each`, every instance has its own row,
/// the unchanged ones included.
pub(super) fn sections<'a>(
    planned: &[PlannedManifest<'a>],
    each: bool,
    words: Language,
) -> Vec<PlanSection<'a>> {
    planned.iter().flat_map(|planned| manifest_sections(*planned, each, words)).collect()
}

fn manifest_sections<'a>(
    PlannedManifest { file, plan }: PlannedManifest<'a>,
    each: bool,
    words: Language,
) -> Vec<PlanSection<'a>> {
    let mut by_region: Vec<Vec<&PlanItem>> = Vec::new();
    let mut numbers = HashMap::new();
    for item in &plan.items {
        let number = *numbers.entry(&item.location.region).or_insert(by_region.len());
        if number == by_region.len() {
            by_region.push(Vec::new());
        }
        by_region[number].push(item);
    }
    let section = |items: Vec<&'a PlanItem>| {
        let title = words.plan_section(file, items[0].location.region.as_ref());
        let all = items.len();
        let shown = |item: &&PlanItem| each || !item.is_plainly_unchanged();
        let items: Vec<_> = items.into_iter().filter(shown).collect();
        let unchanged = all - items.len();
        PlanSection { title, rows: rows(items, each, words), unchanged }
    };
    by_region.into_iter().map(section).collect()
}

fn rows<'a>(items: Vec<&'a PlanItem>, each: bool, words: Language) -> Vec<PlanRow<'a>> {
    let mut groups: Vec<(RowKey, Vec<&PlanItem>)> = Vec::new();
    let mut numbers: HashMap<RowKey, usize> = HashMap::new();
    for item in items {
        let key = row_key(item, words);
        // Each instance to delete is named with its ID.
        let own = each || key.0 == Mark::Delete;
        if let Some(&number) = numbers.get(&key).filter(|_| !own) {
            groups[number].1.push(item);
        } else {
            numbers.insert(key.clone(), groups.len());
            groups.push((key, vec![item]));
        }
    }
    let mut rows: Vec<PlanRow<'a>> = groups
        .into_iter()
        .map(|((mark, action, mut details, _), items)| {
            let note = match unrecorded(&items) {
                Some(ids) => Some(words.live_in_no_lock(&ids)),
                None => common_note(&items).map(|note| words.plan_note(&note).into_owned()),
            };
            details.extend(note.map(Detail::Text));
            PlanRow { mark, action, items, details }
        })
        .collect();
    // Deletions are the last rows before the totals.
    rows.sort_by_key(|row| row.mark);
    rows
}

fn row_key(item: &PlanItem, words: Language) -> RowKey {
    let mut details = Vec::new();
    let request = item.request.as_ref().filter(|_| item.action == PlanAction::Create);
    if let Some(request) = request.filter(|_| item.creates()) {
        details.extend(words.create_details(&request.task).into_iter().map(Detail::Text));
    }
    details.extend(item.changes.iter().map(|change| field_change(change, words)));
    details.extend(words.plan_remark(item).map(|text| Detail::Text(text.to_owned())));
    let note = item.note.as_deref().map(|note| match note {
        PlanNote::Live(LiveNote::Ended { status, .. }) => format!("ended {status}"),
        PlanNote::Live(LiveNote::NotListed { .. }) => "gone".to_owned(),
        PlanNote::Live(LiveNote::LiveUnrecorded { ids, .. }) if ids.len() == 1 => {
            "unrecorded".to_owned()
        }
        note => words.plan_note(note).into_owned(),
    });
    (Mark::of(item), words.plan_action(item), details, note)
}

/// Returns the IDs of several instances that are live and in no lock.
fn unrecorded(items: &[&PlanItem]) -> Option<Vec<TaskId>> {
    let id = |item: &&PlanItem| match item.note.as_deref() {
        Some(PlanNote::Live(LiveNote::LiveUnrecorded { ids, .. })) => ids.first().cloned(),
        _ => None,
    };
    (items.len() > 1).then(|| items.iter().map(id).collect())?
}

/// Returns the note of the instances of a row, with commands for all of them.
fn common_note(items: &[&PlanItem]) -> Option<PlanNote> {
    let (first, others) = items.split_first()?;
    let mut note = first.note.as_deref()?.clone();
    if let PlanNote::Live(live) = &mut note {
        for name in others.iter().map(|item| item.name.as_str()) {
            match live {
                LiveNote::Ended { start, replace, .. } => {
                    *start = start.clone().value(name);
                    *replace = replace.clone().option("--replace", name);
                }
                LiveNote::NotListed { replace } => {
                    *replace = replace.clone().option("--replace", name);
                }
                _ => {}
            }
        }
    }
    Some(note)
}

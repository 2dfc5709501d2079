//! The results of all reads, and the lines of the files that count.

use std::time::{Duration, SystemTime};

use super::output::{FileEnd, RunOutput};
use super::phrases;
use super::reason::{Evidence, EvidenceText, Place, Reason};
use crate::api::endpoints::create_task::CreateTask;
use crate::inventory::RegionOffers;
use crate::lifecycle::{LiveState, LockedInstance};
use crate::run_folder::{LogKind, is_older};
use crate::text::parse_time;

/// Start and pull of an instance together may take this long.
const MAX_START: Duration = Duration::from_mins(90);
/// Number of lines at the end of an output in which the failure of a program is searched.
const LAST_LINES: usize = 20;

/// The state of an instance, and the results of all other reads.
#[derive(Debug)]
pub struct Findings<'a> {
    /// The entry of the lock.
    pub locked: &'a LockedInstance,
    /// Its request, if it can be read.
    pub task: Option<&'a CreateTask>,
    /// Its state on the platform.
    pub live: &'a LiveState,
    /// The offers of the region; `None` if it was not asked.
    pub offers: Option<RegionOffers>,
    /// The files of its newest run; `None` if they were not looked for.
    pub output: Option<RunOutput>,
    /// The time by the clock of the platform.
    pub now: SystemTime,
}

/// A line of a file.
#[derive(Clone, Copy)]
pub(super) struct Line<'a> {
    pub(super) file: &'a FileEnd,
    index: usize,
    pub(super) text: &'a str,
}

impl Line<'_> {
    pub(super) fn evidence(self) -> Evidence {
        let place = Place::File(self.file.path.clone());
        let text = EvidenceText::Quote(self.text.to_owned());
        Evidence { place, line: self.file.number(self.index), text }
    }
}

impl Findings<'_> {
    /// Returns the files of the instance's current run. A run with a message has ended.
    fn own_files(&self) -> impl DoubleEndedIterator<Item = &FileEnd> {
        let (is_earlier, created) = (self.is_earlier_run(), created(self.live));
        let files = self.output.iter().flat_map(|output| &output.files);
        files.filter(move |file| !is_older(file.written, created) && !is_earlier)
    }

    pub(super) fn is_earlier_run(&self) -> bool {
        let ended = self.live.status().is_none_or(|status| status.has_ended());
        let mut files = self.output.iter().flat_map(|output| &output.files);
        !ended && files.any(|file| file.kind == LogKind::Message)
    }

    /// Returns the lines of the files of some kinds, from the last one on.
    pub(super) fn lines(&self, kinds: &[LogKind]) -> impl Iterator<Item = Line<'_>> {
        self.own_files().filter(|file| kinds.contains(&file.kind)).flat_map(lines_of)
    }

    /// Returns the last lines of each output, from the last one on.
    pub(super) fn last_lines(&self) -> impl Iterator<Item = Line<'_>> {
        self.outputs().flat_map(|file| lines_of(file).take(LAST_LINES))
    }

    fn outputs(&self) -> impl Iterator<Item = &FileEnd> {
        self.own_files().filter(|file| file.kind == LogKind::Output)
    }

    /// Returns the reason that the last error of a program states. An error before another one may have
    /// been handled, unless that one was raised because of it.
    pub(super) fn program_failure(&self) -> Option<(Reason, Line<'_>)> {
        self.outputs().find_map(|file| {
            let mut is_last = true;
            for line in lines_of(file).take(LAST_LINES) {
                match phrases::program(line.text) {
                    Some(reason) if is_last => return Some((reason, line)),
                    Some(_) => return None,
                    None if phrases::is_cause(line.text) => is_last = true,
                    None => is_last &= !phrases::is_error(line.text),
                }
            }
            None
        })
    }

    /// Returns the last line that states a reason.
    pub(super) fn find(
        &self,
        kinds: &[LogKind],
        states: impl Fn(Line<'_>) -> Option<Reason>,
    ) -> Option<(Reason, Line<'_>)> {
        self.lines(kinds).find_map(|line| Some((states(line)?, line)))
    }

    /// Returns the line about a mounted directory that does not exist.
    pub(super) fn missing_mount(&self) -> Option<Line<'_>> {
        let mounts = &self.task?.mount_info_list;
        let is_missing = |line: &Line<'_>| {
            mounts.iter().any(|mount| phrases::is_missing(line.text, &mount.source_path))
        };
        self.lines(&LogKind::ALL).find(is_missing)
    }

    /// Returns the last line of a pull that has not ended.
    pub(super) fn open_pull(&self) -> Option<Line<'_>> {
        let pulls = [LogKind::Pull, LogKind::Output];
        if self.lines(&pulls).any(|line| phrases::is_pulled(line.text)) {
            return None;
        }
        self.lines(&[LogKind::Pull]).find(|line| !line.text.trim().is_empty())
    }

    /// Returns whether the start takes, or took until `end`, longer than it may.
    pub(super) fn starts_too_long(&self, end: SystemTime) -> bool {
        let started = self.output.as_ref().and_then(|output| output.started);
        let took = started.and_then(|start| end.duration_since(start).ok());
        took.is_some_and(|took| took > MAX_START)
    }
}

/// Returns the lines that were read of a file, from the last one on.
fn lines_of(file: &FileEnd) -> impl Iterator<Item = Line<'_>> {
    let lines = file.lines.iter().enumerate().rev();
    lines.map(move |(index, text)| Line { file, index, text })
}

/// Returns when an instance was created, if the platform says it.
pub(super) fn created(live: &LiveState) -> Option<SystemTime> {
    match live {
        LiveState::Present(detail) => detail.create_time().and_then(parse_time),
        _ => None,
    }
}

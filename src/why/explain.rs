//! The reason that the findings have.

use std::time::{Duration, SystemTime};

use super::output::{FileEnd, RunOutput};
use super::phrases;
use super::reason::{Evidence, EvidenceText, Explanation, Found, Look, Place, Reason};
use crate::api::endpoints::create_task::CreateTask;
use crate::api::endpoints::detail::{Detail, Status};
use crate::api::endpoints::free_cards::GroupCards;
use crate::diagnostics::DiagnosticKind;
use crate::inventory::{CatalogPart, FreeCards, OfferGap, RegionOffers};
use crate::lifecycle::{LiveState, LockedInstance};
use crate::run_folder::{LogKind, is_older};
use crate::text::{parse_hms, parse_time};

/// Start and pull of an instance together may take this long.
const MAX_START: Duration = Duration::from_mins(90);
/// Number of lines that are shown of the end of a file.
const SHOWN_LINES: usize = 5;
/// Number of lines at the end of an output in which the failure of a script is searched.
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

/// Returns the reason that the findings have.
pub fn explain(findings: Findings<'_>) -> Explanation {
    let mut explanation = Explanation::default();
    let status = findings.live.status();
    match findings.live {
        LiveState::Unknown => explanation.state(
            Reason::OutcomeUnknown,
            Place::Lock,
            format!("state: {}", findings.locked.entry.state.as_str()),
        ),
        LiveState::OtherRegion => {
            let entry = &findings.locked.entry;
            let region = entry.region.as_ref().map(|region| format!("region: {}", region.as_str()));
            let text = region.unwrap_or_else(|| format!("endpoint: {}", entry.endpoint));
            explanation.state(Reason::OtherRegion, Place::Lock, text);
        }
        LiveState::Gone => {
            let id = findings.locked.entry.task_id.as_ref().map(ToString::to_string);
            let text = format!("id: {}", id.unwrap_or_default());
            explanation.state(Reason::Gone, Place::Instance, text);
        }
        LiveState::Present(detail) => match &status {
            Some(Status::Running) => explanation.quote_field(Reason::Running, detail, "status"),
            Some(status) if status.has_ended() => explanation.ended(&findings, detail),
            _ => explanation.waits(&findings),
        },
        LiveState::QueryFailed(_) if findings.lines(&[LogKind::Message]).next().is_some() => {
            explanation.says_end(&findings);
        }
        LiveState::QueryFailed(_) => {}
    }
    explanation.look(findings);
    explanation
}

/// A line of a file.
#[derive(Clone, Copy)]
struct Line<'a> {
    file: &'a FileEnd,
    index: usize,
    text: &'a str,
}

impl Line<'_> {
    fn evidence(self) -> Evidence {
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

    fn is_earlier_run(&self) -> bool {
        let ended = self.live.status().is_none_or(|status| status.has_ended());
        let mut files = self.output.iter().flat_map(|output| &output.files);
        !ended && files.any(|file| file.kind == LogKind::Message)
    }

    /// Returns the lines of the files of some kinds, from the last one on.
    fn lines(&self, kinds: &[LogKind]) -> impl Iterator<Item = Line<'_>> {
        let files = self.own_files().filter(|file| kinds.contains(&file.kind));
        files.flat_map(|file| {
            let lines = file.lines.iter().enumerate().rev();
            lines.map(move |(index, text)| Line { file, index, text })
        })
    }

    /// Returns the last line that states a reason.
    fn find(
        &self,
        kinds: &[LogKind],
        states: impl Fn(Line<'_>) -> Option<Reason>,
    ) -> Option<(Reason, Line<'_>)> {
        self.lines(kinds).find_map(|line| Some((states(line)?, line)))
    }

    /// Returns the line about a mounted directory that does not exist.
    fn missing_mount(&self) -> Option<Line<'_>> {
        let mounts = &self.task?.mount_info_list;
        let is_missing = |line: &Line<'_>| {
            mounts.iter().any(|mount| phrases::is_missing(line.text, &mount.source_path))
        };
        self.lines(&LogKind::ALL).find(is_missing)
    }

    /// Returns the last line of a pull that has not ended.
    fn open_pull(&self) -> Option<Line<'_>> {
        let pulls = [LogKind::Pull, LogKind::Output];
        if self.lines(&pulls).any(|line| phrases::is_pulled(line.text)) {
            return None;
        }
        self.lines(&[LogKind::Pull]).find(|line| !line.text.trim().is_empty())
    }

    /// Returns whether the start takes, or took until `end`, longer than it may.
    fn starts_too_long(&self, end: SystemTime) -> bool {
        let started = self.output.as_ref().and_then(|output| output.started);
        let took = started.and_then(|start| end.duration_since(start).ok());
        took.is_some_and(|took| took > MAX_START)
    }
}

impl Explanation {
    fn state(&mut self, reason: Reason, place: Place, text: String) {
        self.reason = Some(reason);
        self.evidence.push(Evidence { place, line: None, text: EvidenceText::Quote(text) });
    }

    fn quote(&mut self, reason: Reason, line: Line<'_>) {
        self.reason = Some(reason);
        self.evidence.push(line.evidence());
    }

    /// Sets a reason that a field of the instance states.
    fn quote_field(&mut self, reason: Reason, detail: &Detail, field: &str) {
        let value = detail.fields().get(field).and_then(|value| value.as_str()).unwrap_or_default();
        self.state(reason, Place::Instance, format!("{field}: {value}"));
    }

    /// Searches the reason for which an instance waits.
    fn waits(&mut self, findings: &Findings<'_>) {
        if self.start_fails(findings) {
            return;
        }
        if let Some(line) = findings.open_pull() {
            let is_long = findings.starts_too_long(findings.now);
            let reason = if is_long { Reason::PullTooLong } else { Reason::StillPulling };
            return self.quote(reason, line);
        }
        // An instance that is being deployed has its node.
        let waiting = findings.live.status() == Some(Status::Waiting);
        let (Some(offers), Some(task), true) = (&findings.offers, findings.task, waiting) else {
            return;
        };
        for mismatch in offers.mismatches(task) {
            let Some(reason) = offered(&mismatch.problem) else { continue };
            if self.reason.is_none_or(|known| known == reason) {
                let place = place_of(&mismatch.problem);
                self.reason = Some(reason);
                let text = EvidenceText::Offer(mismatch.problem);
                self.evidence.push(Evidence { place, line: None, text });
            }
        }
    }

    /// Searches the reason for which the start of a container failed.
    fn start_fails(&mut self, findings: &Findings<'_>) -> bool {
        let kinds = [LogKind::Pull, LogKind::Output, LogKind::Message];
        let states = |line: Line<'_>| {
            // The program of the user writes to the output too.
            let counts = line.file.kind != LogKind::Output || phrases::is_of_runtime(line.text);
            phrases::start(line.text).filter(|_| counts)
        };
        if let Some((reason, line)) = findings.find(&kinds, states) {
            self.quote(reason, line);
        } else if let Some(line) = findings.missing_mount() {
            self.quote(Reason::MountMissing, line);
        } else {
            return false;
        }
        true
    }

    /// Searches the reason of an end.
    fn ended(&mut self, findings: &Findings<'_>, detail: &Detail) {
        self.says_end(findings);
        if self.reason.is_some() {
            return;
        }
        if let (Some(limit), Some(ran)) =
            (detail.timeout_limit().and_then(parse_hms), detail.duration().and_then(parse_hms))
            && ran >= limit
        {
            self.quote_field(Reason::TimeLimit, detail, "duration");
            self.quote_field(Reason::TimeLimit, detail, "timeoutLimit");
            return;
        }
        if detail.status() == Some(Status::Terminated) {
            return self.quote_field(Reason::Stopped, detail, "status");
        }
        let end = detail.end_time().and_then(parse_time);
        if let Some(line) = findings.open_pull()
            && end.is_some_and(|end| findings.starts_too_long(end))
        {
            self.quote(Reason::PullTooLong, line);
        }
    }

    /// Searches what the files say about an end: first the message of the platform, then the output.
    fn says_end(&mut self, findings: &Findings<'_>) {
        let (message, output) = ([LogKind::Message], [LogKind::Output]);
        if let Some((reason, line)) = findings.find(&message, |line| phrases::system(line.text)) {
            return self.quote(reason, line);
        }
        let of = |line: Line<'_>| Some((phrases::exit_code(line.text)?, line.evidence()));
        let code = findings.lines(&message).find_map(of);
        let failed = findings.live.status() == Some(Status::Failed);
        if let Some((0, evidence)) = code.clone().filter(|_| !failed) {
            (self.reason, self.exit_code) = (Some(Reason::Finished), Some(0));
            return self.evidence.push(evidence);
        }
        let code = code.filter(|(code, _)| *code != 0);
        let completed = findings.live.status() == Some(Status::Completed);
        let last = || findings.lines(&output).take(LAST_LINES);
        let program = |line: Line<'_>| Some((phrases::program(line.text)?, line.evidence()));
        if let Some((reason, line)) =
            findings.find(&output, |line| phrases::system_in_output(line.text))
        {
            self.quote(reason, line);
        } else if findings.live.status() == Some(Status::Terminated) && code.is_none() {
            // An error in the output may be old.
            return;
        } else if !self.start_fails(findings)
            && !completed
            && let Some((reason, evidence)) = last().find_map(program)
        {
            self.reason = Some(reason);
            self.evidence.push(evidence);
        }
        if self.reason.is_none() && !completed || code.is_some() {
            self.script_fails(findings, code);
        }
    }

    /// Searches the failure of the script, with its exit code if the message has one.
    fn script_fails(&mut self, findings: &Findings<'_>, code: Option<(u8, Evidence)>) {
        let last = || findings.lines(&[LogKind::Output]).take(LAST_LINES);
        let in_output = || {
            let of = |line: Line<'_>| Some((phrases::exit_code(line.text)?, line.evidence()));
            last().filter_map(of).find(|(code, _)| *code != 0)
        };
        let failure = last().find(|line| phrases::fails(line.text)).map(Line::evidence);
        if let Some((code, evidence)) = code.or_else(in_output) {
            self.exit_code = Some(code);
            self.evidence.push(evidence);
        } else if self.reason.is_none() && failure.is_none() {
            return;
        }
        if self.reason.is_none() {
            self.reason = Some(Reason::ScriptFailed);
            let end = last().find(|line| !line.text.trim().is_empty()).map(Line::evidence);
            for evidence in failure.into_iter().chain(end) {
                if !self.evidence.contains(&evidence) {
                    self.evidence.push(evidence);
                }
            }
        }
    }

    /// Records what each place had.
    fn look(&mut self, findings: Findings<'_>) {
        let is_earlier = findings.is_earlier_run();
        let Findings { live, offers, task, output, .. } = findings;
        let found = match live {
            LiveState::Present(_) => {
                Some(Found::Status(live.status().map(|status| status.as_str().to_owned())))
            }
            LiveState::QueryFailed(cause) => Some(Found::NotReported(Box::new(cause.clone()))),
            LiveState::Gone => Some(Found::Status(None)),
            LiveState::Unknown | LiveState::OtherRegion => None,
        };
        self.looked_at.extend(found.map(|found| Look { place: Place::Instance, found }));
        if let (Some(offers), Some(task)) = (offers, task) {
            self.look_at_offers(offers, task, live.status() == Some(Status::Waiting));
        }
        let Some(output) = output else { return };
        for FileEnd { path, written, lines, .. } in output.files {
            let found = match (is_older(written, created(live)), is_earlier) {
                (true, _) => Found::OlderInstance,
                (false, true) => Found::EarlierRun,
                (false, false) => {
                    let skipped = lines.len().saturating_sub(SHOWN_LINES);
                    Found::Lines(lines.into_iter().skip(skipped).collect())
                }
            };
            self.looked_at.push(Look { place: Place::File(path), found });
        }
        let unread =
            |problem| Look { place: Place::RunFolder, found: Found::Unread(Box::new(problem)) };
        self.looked_at.extend(output.problems.into_iter().map(unread));
    }

    fn look_at_offers(&mut self, offers: RegionOffers, task: &CreateTask, waits: bool) {
        let mut mismatches = offers.mismatches(task);
        let limits = offers.node_limits(task).cloned();
        let mut asked = vec![Place::Groups, Place::NodeLimits, Place::Images];
        if !task.mount_info_list.is_empty() {
            asked.push(Place::Mounts);
        }
        let gap = |gap: OfferGap| Look {
            place: place_of_part(gap.part),
            found: Found::NotKnown(gap.why),
        };
        let gaps: Vec<Look> = offers.gaps.into_iter().map(gap).collect();
        for place in asked {
            let contradiction =
                mismatches.iter().position(|mismatch| place_of(&mismatch.problem) == place);
            let found = match (&place, contradiction) {
                _ if gaps.iter().any(|gap| gap.place == place) => continue,
                (Place::NodeLimits, _) => match limits.clone() {
                    Some(limits) => Found::Node(limits),
                    None => continue,
                },
                (_, Some(at)) => Found::Contradicts(mismatches.swap_remove(at).problem),
                (_, None) => Found::Agrees,
            };
            self.looked_at.push(Look { place, found });
        }
        self.looked_at.extend(gaps);
        let free = match offers.cards {
            FreeCards::NotNeeded => return,
            FreeCards::NoAddress if !waits => return,
            FreeCards::NoAddress => Found::NoAddress,
            FreeCards::Known(groups) => {
                let own = GroupCards::find(&groups, &task.resource_group);
                Found::Free(own.map(|group| group.free))
            }
            FreeCards::NotKnown(reason) => Found::NotKnown(reason),
        };
        self.looked_at.push(Look { place: Place::FreeCards, found: free });
    }
}

fn created(live: &LiveState) -> Option<SystemTime> {
    match live {
        LiveState::Present(detail) => detail.create_time().and_then(parse_time),
        _ => None,
    }
}

/// Returns the reason to wait that an offer of the region is.
fn offered(problem: &DiagnosticKind) -> Option<Reason> {
    match problem {
        DiagnosticKind::GroupNotOffered { .. } => Some(Reason::NoSuchGroup),
        DiagnosticKind::OverNodeLimit { .. } => Some(Reason::OverNodeLimit),
        DiagnosticKind::NoFreeCards { .. } => Some(Reason::NoFreeCards),
        _ => None,
    }
}

fn place_of(problem: &DiagnosticKind) -> Place {
    match problem {
        DiagnosticKind::GroupNotOffered { .. } => Place::Groups,
        DiagnosticKind::OverNodeLimit { .. } => Place::NodeLimits,
        DiagnosticKind::ImageNotOffered { .. } => Place::Images,
        DiagnosticKind::NoFreeCards { .. } => Place::FreeCards,
        _ => Place::Mounts,
    }
}

fn place_of_part(part: CatalogPart) -> Place {
    match part {
        CatalogPart::Groups => Place::Groups,
        CatalogPart::Images => Place::Images,
        CatalogPart::Limits => Place::NodeLimits,
        CatalogPart::Mounts => Place::Mounts,
    }
}

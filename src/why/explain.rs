//! The reason that the findings have.

use super::findings::{Findings, Line};
use super::look::place_of;
use super::phrases::{self, ExitCode};
use super::reason::{Evidence, EvidenceText, Explanation, Place, Reason};
use crate::api::endpoints::detail::{Detail, Status};
use crate::diagnostics::DiagnosticKind;
use crate::lifecycle::LiveState;
use crate::run_folder::LogKind;
use crate::text::{parse_hms, parse_time};

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
        let problems = offers.mismatches(task).into_iter().map(|mismatch| mismatch.problem);
        let cards = offers.cards.missing(&[task]).into_iter().map(|(_, problem)| problem);
        for problem in problems.chain(cards) {
            let Some(reason) = offered(&problem) else { continue };
            if self.reason.is_none_or(|known| known == reason) {
                let (place, text) = (place_of(&problem), EvidenceText::Offer(problem));
                self.reason = Some(reason);
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
        let code = |line: Line<'_>| Some((phrases::exit_code(line.text)?, line.evidence()));
        let code = findings.lines(&message).find_map(code);
        let status = findings.live.status();
        let (failed, completed) =
            (status == Some(Status::Failed), status == Some(Status::Completed));
        let code = match code {
            Some((ExitCode::Known(0), evidence)) if !failed => {
                (self.reason, self.exit_code) = (Some(Reason::Finished), Some(0));
                return self.evidence.push(evidence);
            }
            code => code.filter(|(code, _)| *code != ExitCode::Known(0)),
        };
        if let Some((reason, line)) =
            findings.find(&output, |line| phrases::system_in_output(line.text))
        {
            self.quote(reason, line);
        } else if status == Some(Status::Terminated) && code.is_none() {
            // An error in the output may be old.
            return;
        } else if !self.start_fails(findings)
            && !completed
            && let Some((reason, line)) = findings.program_failure()
        {
            self.quote(reason, line);
        }
        if self.reason.is_none() && !completed || code.is_some() {
            self.script_fails(findings, code);
        }
    }

    /// Searches the failure of the script, with its exit code if the message has one.
    fn script_fails(&mut self, findings: &Findings<'_>, code: Option<(ExitCode, Evidence)>) {
        let last = || findings.last_lines();
        let failing = |line: &Line<'_>| {
            phrases::exit_code(line.text).filter(|code| *code != ExitCode::Known(0))
        };
        let of_runtime = || {
            let mut lines = last().filter(|line| phrases::is_of_runtime(line.text));
            lines.find_map(|line| Some((failing(&line)?, line.evidence())))
        };
        // The code in another line may be that of a command whose failure was handled.
        let failure = last().find(|line| phrases::fails(line.text)).or_else(|| {
            last().find(|line| phrases::is_error(line.text) || failing(line).is_some())
        });
        if let Some((code, evidence)) = code.or_else(of_runtime) {
            self.exit_code = code.known();
            self.evidence.push(evidence);
        } else if self.reason.is_none() && failure.is_none() {
            return;
        }
        if self.reason.is_none() {
            self.reason = Some(Reason::ScriptFailed);
            let end = last().find(|line| !line.text.trim().is_empty());
            for evidence in failure.into_iter().chain(end).map(Line::evidence) {
                if !self.evidence.contains(&evidence) {
                    self.evidence.push(evidence);
                }
            }
        }
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

//! Output of `why`.

use std::io;
use std::time::SystemTime;

use super::logs::shown;
use super::plan::escape;
use crate::language::Language;
use crate::lifecycle::{LiveState, LockedInstance, ObservedInstance};
use crate::output::console::Console;
use crate::output::json::{
    CommandFields, EvidenceObject, ExitReport, LookObject, WhyObject, live_row,
};
use crate::text::{CommandLine, ManifestArgs, wrapped};
use crate::why::{Evidence, EvidenceText, Explanation, Found, Look, Place, Reason, Since};

/// Maximum number of characters of a quoted line.
const MAX_QUOTE: usize = 300;

/// Answer of `why`.
pub(crate) struct WhyReport<'a> {
    /// The entry of the lock.
    pub(crate) locked: &'a LockedInstance,
    /// Its state on the platform.
    pub(crate) live: LiveState,
    /// The reason.
    pub(crate) explanation: &'a Explanation,
    /// Whether it has a start script.
    pub(crate) has_script: bool,
    /// The time by the platform's clock.
    pub(crate) now: SystemTime,
    /// The exit status.
    pub(crate) exit: ExitReport,
}

/// The next step of a user, which depends on the reason and the status.
pub(crate) struct WhyStep<'a> {
    /// The reason, if it is known.
    pub(crate) reason: Option<Reason>,
    /// The state on the platform.
    pub(crate) live: &'a LiveState,
    /// The entry of the lock.
    pub(crate) locked: &'a LockedInstance,
}

impl WhyStep<'_> {
    /// Returns a command about the instance.
    pub(crate) fn command(&self, name: &str) -> CommandLine {
        self.manifest().command(name).value(self.locked.name.as_str())
    }

    /// Returns the command that searches for an instance of an unknown outcome.
    pub(crate) fn apply(&self) -> CommandLine {
        self.manifest().command("apply")
    }

    /// Returns the command that replaces the instance by one of the changed manifest.
    pub(crate) fn replace(&self) -> CommandLine {
        self.manifest().command("apply").option("--replace", self.locked.name.as_str())
    }

    /// Returns a text of its request.
    pub(crate) fn field(&self, name: &str) -> String {
        let fields = self.locked.entry.request.fields();
        fields.get(name).and_then(|value| value.as_str()).unwrap_or_default().to_owned()
    }

    /// Returns the command that shows the node limits of its group.
    pub(crate) fn limits(&self) -> CommandLine {
        let limits = CommandLine::new("catalog limits");
        let limits = limits.option("--accelerator-type", &self.field("acceleratorType"));
        limits.option("--resource-group", &self.field("resourceGroup"))
    }

    /// Returns the command that prints the pull of its image.
    pub(crate) fn pull(&self) -> CommandLine {
        self.command("logs").flag("--pull")
    }

    /// Returns the command that prints the end of its output.
    pub(crate) fn tail(&self) -> CommandLine {
        self.command("logs").option("--tail", "50")
    }

    fn manifest(&self) -> &ManifestArgs {
        &self.locked.manifest
    }
}

impl Console {
    /// Prints why an instance waits or ended, as the command's result.
    pub(crate) fn print_why(&mut self, report: &WhyReport<'_>) -> io::Result<()> {
        let words = self.words();
        if self.is_human() {
            let text = text(report, self.prose().width, words);
            return self.write_result(true, |out| out.write_all(text.as_bytes()));
        }
        let (locked, live) = (report.locked.clone(), report.live.clone());
        let observed = ObservedInstance { locked, live, others: Vec::new(), age: None };
        let (explanation, since) = (report.explanation, report.since());
        let evidence = explanation.evidence.iter().map(|evidence| EvidenceObject {
            place: evidence.place.name().to_owned(),
            line: evidence.line,
            text: evidence_text(evidence, words),
        });
        let looked_at = explanation.looked_at.iter().map(|look| LookObject {
            place: look.place.name().to_owned(),
            message: words.why_found(&look.found),
            lines: match &look.found {
                Found::Lines(lines) => Some(lines),
                _ => None,
            },
        });
        let why = WhyObject {
            reason: explanation.reason,
            message: words.why_reason(explanation, report.has_script),
            exit_code: explanation.exit_code,
            since: since.map(|since| since.time),
            evidence: evidence.collect(),
            looked_at: looked_at.collect(),
            help: words.why_next(&report.next()),
        };
        let fields = CommandFields { why: Some(why), ..CommandFields::default() };
        let row = || live_row(&observed, words);
        self.print_rows(report.exit.clone(), &|each| each(row()), fields)
    }
}

impl WhyReport<'_> {
    fn since(&self) -> Option<Since> {
        Since::of(self.live.detail()?, self.now)
    }

    fn next(&self) -> WhyStep<'_> {
        WhyStep { reason: self.explanation.reason, live: &self.live, locked: self.locked }
    }
}

/// Returns the answer as text: the state, the reason with its evidence, the places, the next step.
fn text(report: &WhyReport<'_>, width: usize, words: Language) -> String {
    let explanation = report.explanation;
    let mut page = Page { width, text: String::new() };
    let name = escape(report.locked.name.as_str());
    page.sentence("", &words.why_state(&name, &report.live, report.since().as_ref()));
    page.sentence("", &words.why_reason(explanation, report.has_script));
    for evidence in &explanation.evidence {
        let text = evidence_text(evidence, words);
        match &evidence.text {
            EvidenceText::Quote(_) => {
                page.line("  ", &words.why_place(&evidence.place, evidence.line));
                page.line("    ", &quoted(&text));
            }
            EvidenceText::Offer(_) => page.sentence("  ", &text),
        }
    }
    if !explanation.looked_at.is_empty() {
        page.line("", words.fixed().looked_at);
    }
    for look in &explanation.looked_at {
        let Look { place, found } = look;
        if explanation.has_quoted(look) {
            continue;
        }
        match place {
            Place::File(_) => page.line("  ", &words.why_look(look)),
            _ => page.sentence("  ", &words.why_look(look)),
        }
        let lines = if let Found::Lines(lines) = found { &lines[..] } else { &[] };
        for line in lines {
            page.line("    ", &quoted(line));
        }
    }
    page.sentence("", &words.why_next(&report.next()));
    page.text
}

/// A text of lines.
struct Page {
    width: usize,
    text: String,
}

impl Page {
    /// Adds a line, which is not broken: a path or a quoted line.
    fn line(&mut self, indent: &str, line: &str) {
        self.text += format!("{indent}{line}").trim_end();
        self.text.push('\n');
    }

    /// Adds a sentence, whose lines are broken between words.
    fn sentence(&mut self, indent: &str, sentence: &str) {
        for line in wrapped(sentence, indent, &format!("{indent}  "), self.width) {
            self.line("", &line);
        }
    }
}

fn evidence_text(evidence: &Evidence, words: Language) -> String {
    match &evidence.text {
        EvidenceText::Quote(text) => text.clone(),
        EvidenceText::Offer(problem) => words.diagnostic(problem),
    }
}

/// Returns a line that is safe on a terminal.
fn quoted(line: &str) -> String {
    let shown = shown(line);
    match shown.char_indices().nth(MAX_QUOTE) {
        Some((end, _)) => format!("{}…", &shown[..end]),
        None => shown,
    }
}

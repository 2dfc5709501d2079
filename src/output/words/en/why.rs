//! Texts of `why`.

use std::path::Path;

use super::phrases::recorded_for;
use crate::api::endpoints::catalog::NodeLimits;
use crate::api::endpoints::detail::Status;
use crate::diagnostics::{display_path, escaped};
use crate::inventory::OfferGapReason;
use crate::lifecycle::LiveState;
use crate::output::WhyStep;
use crate::output::words::en::En;
use crate::text::memory;
use crate::text::plural::count;
use crate::why::{Explanation, Found, Look, Place, Reason, Since};

impl En {
    pub(crate) fn why_state(name: &str, live: &LiveState, since: Option<&Since>) -> String {
        let state = Self::live_state(live);
        let since = since.map(|Since { time, ago }| {
            let ago =
                ago.map(|ago| format!(" ({})", Self::short_duration(ago))).unwrap_or_default();
            format!(" since {}{ago}", escaped(time))
        });
        format!("{name}: {state}{}", since.unwrap_or_default())
    }

    pub(crate) fn why_reason(explanation: &Explanation, has_script: bool) -> String {
        let Some(reason) = explanation.reason else {
            return "reason: not known, nothing that was looked at states one".to_owned();
        };
        format!("reason: {}", reason_text(reason, explanation, has_script))
    }

    pub(crate) fn why_place(place: &Place, line: Option<u64>) -> String {
        let line = line.map_or_else(String::new, |line| format!(":{line}"));
        format!("{}{line}", place_name(place))
    }

    pub(crate) fn why_look(look: &Look) -> String {
        let place = place_name(&look.place);
        match &look.found {
            Found::Lines(lines) if !lines.is_empty() => format!("{place}:"),
            found => format!("{place}: {}", Self::why_found(found)),
        }
    }

    pub(crate) fn why_found(found: &Found) -> String {
        match found {
            Found::Status(Some(status)) => status.clone(),
            Found::Status(None) => "not on the platform".to_owned(),
            Found::Lines(lines) if lines.is_empty() => "empty".to_owned(),
            Found::Lines(_) => "the last lines".to_owned(),
            Found::OlderInstance => {
                "not used, it is older than the instance: of an earlier one of the same name"
                    .to_owned()
            }
            Found::EarlierRun => "not used, it is of an earlier run, which has ended".to_owned(),
            Found::Node(limits) => node(limits),
            Found::Free(Some(cards)) => cards.to_string(),
            Found::Free(None) => "the platform does not list the group".to_owned(),
            Found::NoAddress => "not asked, INSTANCECTL_PLATFORM_URL is not set".to_owned(),
            Found::Agrees => "the request fits".to_owned(),
            Found::Contradicts(problem) => Self::diagnostic(problem),
            Found::NotKnown(reason) => {
                let why = match reason {
                    OfferGapReason::Failed(error) => Self::error_detail(error.detail()),
                    OfferGapReason::TimedOut => "the platform did not answer in time".to_owned(),
                    OfferGapReason::NotUnderstood => {
                        "the answer is empty, incomplete or of an unknown form".to_owned()
                    }
                };
                format!("could not be read: {why}")
            }
            Found::NotReported(cause) => {
                format!("could not be read: {}", Self::error_detail(cause))
            }
            Found::Unread(problem) => Self::logs_problem(problem),
        }
    }

    pub(crate) fn why_next(step: &WhyStep<'_>) -> String {
        format!("next: {}", next(step))
    }
}

fn place_name(place: &Place) -> String {
    match place {
        Place::Lock => "lock".to_owned(),
        Place::Instance => "instance".to_owned(),
        Place::Groups => "resource groups".to_owned(),
        Place::NodeLimits => "one node of the group".to_owned(),
        Place::FreeCards => "free cards of the group".to_owned(),
        Place::Images => "images of the catalog".to_owned(),
        Place::Mounts => "mountable directories".to_owned(),
        Place::RunFolder => "run folder".to_owned(),
        Place::File(path) => display_path(Path::new(path)),
    }
}

fn node(limits: &NodeLimits) -> String {
    let NodeLimits { cpus, cards, memory: size } = *limits;
    let parts = [
        cards.map(|cards| count(cards, "card")),
        cpus.map(|cpus| count(cpus, "CPU core")),
        size.map(memory),
    ];
    let parts: Vec<String> = parts.into_iter().flatten().collect();
    if parts.is_empty() { "no sizes".to_owned() } else { parts.join(", ") }
}

fn reason_text(reason: Reason, explanation: &Explanation, has_script: bool) -> String {
    let text = match reason {
        Reason::OutcomeUnknown => "it is unknown whether it was created",
        Reason::Gone => "it no longer exists",
        Reason::OtherRegion => "it belongs to another region than these credentials reach",
        Reason::Running => "none needed, it is running",
        Reason::NoSuchGroup => "its resource group does not exist in this region",
        Reason::OverNodeLimit => "it needs more than one node of its group has",
        Reason::NoFreeCards => "its group does not have enough free cards now",
        Reason::ImageNotFound => "its image does not exist or may not be pulled",
        Reason::PullFailed => "its image could not be pulled",
        Reason::StillPulling => "its image is still being pulled",
        Reason::PullTooLong => {
            "the pull of its image takes more than 90 minutes, the time for pull and start together"
        }
        Reason::MountMissing => "a directory could not be mounted or does not exist",
        Reason::ScriptFailed => {
            let what = if has_script { "its start script" } else { "its container" };
            let signal =
                explanation.signal().map_or_else(String::new, |by| format!(" (128 + signal {by})"));
            return match explanation.exit_code {
                Some(code) => format!("{what} failed with exit code {code}{signal}"),
                None => format!("{what} failed"),
            };
        }
        Reason::Finished => "it ended by itself with exit code 0",
        Reason::TimeLimit => "its time limit was reached",
        Reason::OutOfMemory => "it needed more memory than it has",
        Reason::CardOutOfMemory => "it needed more memory than its cards have",
        Reason::NodeFailed => "its node failed",
        Reason::Preempted => "other jobs took its resources",
        Reason::Stopped => "it was stopped by a user",
    };
    text.to_owned()
}

/// Returns the next step for a reason.
fn next(step: &WhyStep<'_>) -> String {
    let (command, replace) = (|name: &str| step.command(name), step.replace());
    let Some(reason) = step.reason else { return next_without_reason(step) };
    match reason {
        Reason::OutcomeUnknown => {
            format!(
                "`{}` searches for it; {}",
                step.apply(),
                En::remediation(&step.locked.resolve())
            )
        }
        Reason::Gone => format!("`{replace}` creates a new one"),
        Reason::OtherRegion => {
            let entry = &step.locked.entry;
            let place = recorded_for(entry.region.as_ref(), &entry.endpoint);
            format!("{place}: use credentials for it, `instancectl auth check` shows these")
        }
        Reason::Running => format!("`{}` prints its output", command("logs").flag("--follow")),
        Reason::NoSuchGroup => {
            format!("choose a group that `instancectl catalog groups` lists, then `{replace}`")
        }
        Reason::OverNodeLimit => {
            format!("`{}` shows the limits; reduce the sizes, then `{replace}`", step.limits())
        }
        Reason::NoFreeCards => format!(
            "`{}` waits for it; waiting is not billed, and `{}` ends it",
            command("wait"),
            command("stop")
        ),
        Reason::ImageNotFound => {
            format!("choose an image that `instancectl catalog images` lists, then `{replace}`")
        }
        Reason::PullFailed => {
            format!("`{}` prints the pull; `{}` tries again", step.pull(), command("start"))
        }
        Reason::StillPulling => format!("`{}` follows the pull", step.pull().flag("--follow")),
        Reason::PullTooLong => {
            format!("`{}` prints the pull; a smaller image starts sooner", step.pull())
        }
        Reason::MountMissing => {
            format!(
                "check `sourcePath`, `instancectl catalog mounts` lists what can be mounted, then `{replace}`"
            )
        }
        Reason::ScriptFailed => format!("`{}` prints more", step.tail()),
        Reason::Finished => format!("`{}` prints its output", step.tail()),
        Reason::TimeLimit => format!(
            "`{}` starts it again with the same limit; for another one change `timeoutLimit`, then \
             `{replace}`",
            command("start")
        ),
        Reason::OutOfMemory => {
            format!("raise `ramSize`, then `{replace}`; `{}` prints more", step.tail())
        }
        Reason::CardOutOfMemory => {
            format!(
                "use smaller batches or more cards, then `{replace}`; `{}` prints more",
                step.tail()
            )
        }
        Reason::NodeFailed | Reason::Preempted | Reason::Stopped => {
            format!("`{}` starts it again", command("start"))
        }
    }
}

fn next_without_reason(step: &WhyStep<'_>) -> String {
    match step.live.status() {
        Some(Status::Waiting) => format!(
            "`{}` waits for it; waiting is not billed, and in the evening it may take hours",
            step.command("wait")
        ),
        Some(status) if status.has_ended() => {
            format!("`{}` prints its output, if there is any", step.tail())
        }
        Some(_) => format!("`{}` waits for it", step.command("wait")),
        None => format!("`{}` asks again", step.command("status")),
    }
}

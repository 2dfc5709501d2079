//! Waits until instances are where they shall be: looks at once, then after pauses that grow.

use std::collections::BTreeSet;
use std::time::Duration;

use tokio::sync::watch;
use tokio::time::{Instant, sleep_until};

use super::look::look;
use super::{Held, Live, Seen};
use crate::api::client::{ApiError, Client, ErrorDetail};
use crate::api::detail::Status;
use crate::apply::interrupted;
use crate::exit::{Class, Classes};
use crate::ids::TaskId;
use crate::lockfile::EntryState;

/// The pause after the first look. The platform is never asked more often than that.
const FIRST_PAUSE: Duration = Duration::from_secs(1);
/// No pause is longer.
const LONGEST_PAUSE: Duration = Duration::from_secs(15);

/// What is waited for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Aim {
    /// The status. A later live status counts.
    pub status: Status,
    /// How long is waited in all.
    pub patience: Duration,
}

/// Where an instance is on its way to the aim.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    /// It is there, or has passed it.
    There,
    /// It may come to it.
    OnItsWay,
    /// It will not come to it any more; why.
    Lost(String),
    /// It cannot be waited for; why.
    LeftAlone(String),
}

/// Why a wait ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum End {
    /// All that could be waited for are there.
    There,
    /// At least one will not come any more.
    Lost,
    /// The time is over; with what kept the last look from succeeding, where something did.
    TimedOut(Option<String>),
    /// A signal came.
    Interrupted,
    /// The platform refused the caller.
    Denied(ErrorDetail),
    /// The platform could not be asked at the first look.
    Unreachable(ErrorDetail),
}

/// What a wait came to.
#[derive(Debug)]
pub struct Waited {
    /// Every instance as it was seen last, with where that is on its way, in the order given.
    pub instances: Vec<(Seen, Verdict)>,
    /// Why it ended.
    pub end: End,
    /// What the exit status has to say of it.
    pub classes: Classes,
    /// How long it took.
    pub took: Duration,
}

/// What is told while waiting.
#[derive(Debug)]
pub enum Tick<'a> {
    /// An instance is seen for the first time, or in another status than before.
    Changed(&'a Seen, &'a Verdict),
    /// All were looked at.
    Looked {
        /// Every instance as it was seen last.
        instances: &'a [(Seen, Verdict)],
        /// How long the wait is going on.
        since: Duration,
    },
    /// The platform could not be asked; it is tried again.
    Trouble(&'a str),
}

/// Waits for entries until all are there, one will not come any more, or the time is over. What
/// is there is not asked about again.
pub async fn wait(
    clients: &[Client],
    held: Vec<Held>,
    owned: &BTreeSet<TaskId>,
    aim: &Aim,
    interrupts: watch::Receiver<u8>,
    observe: &mut dyn FnMut(Tick<'_>),
) -> Waited {
    let begun = Instant::now();
    let deadline = begun + aim.patience;
    let mut pause = FIRST_PAUSE;
    let unseen = |held| Seen { held, live: Live::Unknown, others: Vec::new(), age: None };
    let mut waited: Vec<(Seen, Verdict)> =
        held.into_iter().map(|held| (unseen(held), Verdict::OnItsWay)).collect();
    let mut first = true;
    let end = loop {
        let last = Instant::now() >= deadline;
        let looked = tokio::select! {
            looked = take_a_look(clients, &mut waited, owned, aim, observe) => looked,
            () = interrupted(interrupts.clone(), 1) => break End::Interrupted,
        };
        let trouble = match looked {
            Ok(()) => None,
            Err(ApiError::Denied(fault)) => break End::Denied(fault),
            Err(failure) if first => break End::Unreachable(failure.into_detail()),
            Err(failure) => Some(failure.into_detail().to_string()),
        };
        if let (true, Some(said)) = (first, untold(&waited)) {
            break End::Unreachable(ErrorDetail { message: said, ..ErrorDetail::default() });
        }
        first = false;
        if let Some(end) = over(&waited) {
            break end;
        }
        if last {
            break End::TimedOut(trouble);
        }
        match &trouble {
            Some(trouble) => observe(Tick::Trouble(trouble)),
            None => observe(Tick::Looked { instances: &waited, since: begun.elapsed() }),
        }
        tokio::select! {
            () = sleep_until((Instant::now() + pause).min(deadline)) => {}
            () = interrupted(interrupts.clone(), 1) => break End::Interrupted,
        }
        pause = pause.mul_f64(1.5).min(LONGEST_PAUSE);
    };
    let classes = classes(&waited, &end);
    Waited { instances: waited, end, classes, took: begun.elapsed() }
}

/// Why there is nothing more to wait for, where there is not.
fn over(waited: &[(Seen, Verdict)]) -> Option<End> {
    let mut verdicts = waited.iter().map(|(_, verdict)| verdict);
    if verdicts.clone().any(|verdict| matches!(verdict, Verdict::Lost(_))) {
        return Some(End::Lost);
    }
    verdicts.all(|verdict| *verdict != Verdict::OnItsWay).then_some(End::There)
}

/// What the platform said instead where it did not tell of a single one.
fn untold(waited: &[(Seen, Verdict)]) -> Option<String> {
    let said = |(seen, _): &(Seen, Verdict)| match &seen.live {
        Live::Unasked(said) => Some(said.clone()),
        _ => None,
    };
    waited.iter().map(said).collect::<Option<Vec<_>>>()?.pop()
}

/// Looks at those that are on their way, and tells of changes.
async fn take_a_look(
    clients: &[Client],
    waited: &mut [(Seen, Verdict)],
    owned: &BTreeSet<TaskId>,
    aim: &Aim,
    observe: &mut dyn FnMut(Tick<'_>),
) -> Result<(), ApiError> {
    let open: Vec<usize> =
        (0..waited.len()).filter(|&at| waited[at].1 == Verdict::OnItsWay).collect();
    let held: Vec<Held> = open.iter().map(|&at| waited[at].0.held.clone()).collect();
    for (at, seen) in open.into_iter().zip(look(clients, &held, owned, false).await?) {
        let verdict = judge(&seen, &aim.status);
        let changed = verdict != Verdict::OnItsWay || seen.status() != waited[at].0.status();
        waited[at] = (seen, verdict);
        if changed {
            observe(Tick::Changed(&waited[at].0, &waited[at].1));
        }
    }
    Ok(())
}

/// Where an instance is on its way to a status.
fn judge(seen: &Seen, aim: &Status) -> Verdict {
    let detail = match &seen.live {
        Live::Shown(detail) => detail,
        Live::Gone => return Verdict::Lost("it is gone from the platform".to_owned()),
        Live::Unknown => {
            return Verdict::LeftAlone(format!("its outcome is unknown; {}", seen.held.resolve()));
        }
        Live::Elsewhere => {
            let place = &seen.held.entry.endpoint;
            return Verdict::LeftAlone(format!("the lock has it at `{place}`"));
        }
        Live::Unasked(_) => return Verdict::OnItsWay,
    };
    if seen.held.entry.state == EntryState::Deleting {
        return Verdict::LeftAlone("its deletion was requested but is not confirmed".to_owned());
    }
    let Some(status) = detail.status() else { return Verdict::OnItsWay };
    let order = |status: &Status| match status {
        Status::Waiting => Some(0),
        Status::Deploying => Some(1),
        Status::Running => Some(2),
        _ => None,
    };
    match (order(&status), order(aim)) {
        _ if status == *aim => Verdict::There,
        (Some(now), Some(aim)) if now > aim => Verdict::There,
        _ if status.has_ended() => Verdict::Lost(format!(
            "it ended and is not {}: `{}` starts it again",
            aim.as_str(),
            seen.held.manifest.command("start").value(seen.held.name.as_str())
        )),
        _ => Verdict::OnItsWay,
    }
}

fn classes(waited: &[(Seen, Verdict)], end: &End) -> Classes {
    let left = |(seen, verdict): &(Seen, Verdict)| match (&seen.live, verdict) {
        (Live::Elsewhere, Verdict::LeftAlone(_)) => Some(Class::Guarded),
        (_, Verdict::LeftAlone(_)) => Some(Class::Unknown),
        _ => None,
    };
    let mut classes: Classes = waited.iter().filter_map(left).collect();
    match end {
        End::There => {}
        End::Lost | End::TimedOut(_) => classes.insert(Class::Waited),
        End::Interrupted => classes.insert(Class::Interrupted),
        End::Denied(_) => classes.insert(Class::Denied),
        End::Unreachable(_) => classes.insert(Class::Unreachable),
    }
    classes
}

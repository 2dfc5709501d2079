//! Deletes instances: marked in the lock before the first request leaves, and out of it only once
//! they are gone. A delete may be sent again without harm.

use std::collections::HashMap;
use std::time::Duration;

use tokio::sync::watch;
use tokio::task::{JoinSet, LocalSet};
use tokio::time::{Instant, sleep_until};

use super::create::interrupted;
use super::{Event, InstanceReport, Outcome, Report};
use crate::api::client::{Client, Failure, Fault};
use crate::exit::Class;
use crate::ids::{InstanceName, TaskId};
use crate::lockfile::{Change, Entry, State, Store};
use crate::plan::Action;

/// The pause before the second look; each one after it is twice as long.
const FIRST_PAUSE: Duration = Duration::from_millis(100);
/// No pause is longer.
const LONGEST_PAUSE: Duration = Duration::from_secs(5);
/// The code of any internal error: it does not say that an instance is gone.
const INTERNAL: &str = "10001";

/// An instance to delete: the one of an entry, or a candidate of it.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Target {
    /// Which lock: its place in the list of stores.
    pub job: usize,
    /// The entry.
    pub name: InstanceName,
    /// The instance.
    pub id: TaskId,
}

/// What came of a delete.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Removal {
    /// It is not there, or it is over.
    Gone,
    /// The platform took the request, and the instance is still there.
    StillThere,
    /// The platform would not, and the instance is not gone.
    Refused(Fault),
    /// The credentials have no permission.
    Denied(Fault),
    /// No usable answer.
    Unreachable(Fault),
    /// A signal came before it was sent.
    NotStarted,
}

/// How deleting is done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Pace {
    /// Requests in flight, 1 or more.
    pub parallel: usize,
    /// How long one is waited for until it is gone.
    pub patience: Duration,
}

/// Deletes one instance and waits until it is gone.
pub(super) async fn remove(
    client: &Client,
    id: &TaskId,
    patience: Duration,
    interrupts: watch::Receiver<u8>,
) -> Removal {
    if *interrupts.borrow() > 0 {
        return Removal::NotStarted;
    }
    match client.delete(std::slice::from_ref(id)).await {
        Ok(()) => wait_until_gone(client, id, patience, interrupts).await,
        Err(Failure::Denied(fault)) => Removal::Denied(fault),
        Err(Failure::Unreachable(fault)) => Removal::Unreachable(fault),
        Err(Failure::Refused(fault) | Failure::NoService(fault)) => match client.detail(id).await {
            Err(Failure::Refused(said) | Failure::NoService(said)) if tells_absence(&said) => {
                Removal::Gone
            }
            _ => Removal::Refused(fault),
        },
    }
}

async fn wait_until_gone(
    client: &Client,
    id: &TaskId,
    patience: Duration,
    interrupts: watch::Receiver<u8>,
) -> Removal {
    let deadline = Instant::now() + patience;
    let mut pause = FIRST_PAUSE;
    loop {
        let last = Instant::now() >= deadline;
        match client.detail(id).await {
            Ok(detail) if detail.status().is_some_and(|status| status.is_over()) => {
                return Removal::Gone;
            }
            // After a delete that was taken, any answer without the instance means that it is gone.
            Err(Failure::NoService(_)) => return Removal::Gone,
            Err(Failure::Refused(said)) if said.code.as_deref() != Some(INTERNAL) => {
                return Removal::Gone;
            }
            Err(Failure::Denied(fault)) => return Removal::Denied(fault),
            _ if last => return Removal::StillThere,
            _ => {}
        }
        tokio::select! {
            () = sleep_until((Instant::now() + pause).min(deadline)) => {}
            () = interrupted(interrupts.clone(), 1) => return Removal::StillThere,
        }
        pause = (pause * 2).min(LONGEST_PAUSE);
    }
}

/// Whether an answer to the detail call says that there is no such instance.
pub(super) fn tells_absence(said: &Fault) -> bool {
    said.code.as_deref().is_some_and(|code| code != INTERNAL)
}

/// Deletes what the targets name and takes it out of the locks. `observe` hears what came of each.
pub async fn remove_all(
    stores: &mut [Store],
    targets: Vec<Target>,
    client: &Client,
    pace: Pace,
    interrupts: watch::Receiver<u8>,
    observe: &mut dyn FnMut(Event<'_>),
) -> Report {
    let mut report = Report::default();
    let marks = |store: &Store, target: &Target| {
        let entry = store.lock().instances.get(&target.name)?;
        let own = entry.task_id.as_ref() == Some(&target.id) && entry.state != State::Deleting;
        own.then(|| Entry { state: State::Deleting, ..entry.clone() })
    };
    if !save(stores, &targets, &mut report, observe, marks) {
        return report;
    }
    let work = work(&targets, client, pace, interrupts);
    let removals = LocalSet::new().run_until(work).await;
    let done = |store: &Store, target: &Target| {
        let entry = store.lock().instances.get(&target.name)?;
        match removals.get(target) {
            Some(Removal::Refused(_) | Removal::Denied(_) | Removal::NotStarted) => {
                let own = entry.task_id.as_ref() == Some(&target.id);
                own.then(|| Entry { state: State::Created, ..entry.clone() })
            }
            _ => None,
        }
    };
    let kept = save(stores, &targets, &mut report, observe, done);
    let gone: Vec<Target> = targets
        .iter()
        .filter(|target| removals.get(*target) == Some(&Removal::Gone))
        .cloned()
        .collect();
    let spare: Vec<Vec<TaskId>> =
        targets.iter().map(|target| spare(&stores[target.job], target, &gone)).collect();
    let durable = take_out(stores, &gone, &mut report, observe) && kept;
    for (target, spare) in targets.into_iter().zip(spare) {
        let removal = removals.get(&target).cloned().unwrap_or(Removal::NotStarted);
        let (mut instance, class) = outcome(target, removal, durable);
        report.classes.extend(class);
        if !spare.is_empty() {
            let ids: Vec<_> = spare.iter().map(TaskId::as_str).collect();
            let message = "no lock has the other instances of its name any more; look at them on the \
                           platform";
            instance.message = Some(format!("{message}: {}", ids.join(", ")));
            report.classes.insert(Class::Unknown);
        }
        observe(Event::Settled(&instance));
        report.instances.push(instance);
    }
    report
}

/// Deletes, so many at once.
async fn work(
    targets: &[Target],
    client: &Client,
    pace: Pace,
    interrupts: watch::Receiver<u8>,
) -> HashMap<Target, Removal> {
    let mut waiting = targets.iter().cloned();
    let mut flight = JoinSet::new();
    let mut removals = HashMap::new();
    let mut denied = None;
    loop {
        while flight.len() < pace.parallel.max(1)
            && let Some(target) = waiting.next()
        {
            if let Some(denied) = &denied {
                removals.insert(target, Removal::Denied(Fault::clone(denied)));
                continue;
            }
            let (client, interrupts) = (client.clone(), interrupts.clone());
            flight.spawn_local(async move {
                let removal = remove(&client, &target.id, pace.patience, interrupts).await;
                (target, removal)
            });
        }
        let Some(done) = flight.join_next().await else { return removals };
        let (target, removal) = done.expect("a delete neither panics nor is aborted");
        if let Removal::Denied(fault) = &removal {
            denied = Some(fault.clone());
        }
        removals.insert(target, removal);
    }
}

/// Saves what `entry` makes of each target's entry; `None` leaves it alone.
fn save(
    stores: &mut [Store],
    targets: &[Target],
    report: &mut Report,
    observe: &mut dyn FnMut(Event<'_>),
    entry: impl Fn(&Store, &Target) -> Option<Entry>,
) -> bool {
    change(stores, targets, report, observe, |store, target| {
        let ours = entry(store, target)?;
        let base = store.lock().instances.get(&target.name).cloned();
        Some(Change { name: target.name.clone(), base, ours: Some(ours) })
    })
}

/// The candidates that leave the lock together with an entry whose own instance is gone, and are not
/// gone themselves.
fn spare(store: &Store, target: &Target, gone: &[Target]) -> Vec<TaskId> {
    let entry = store.lock().instances.get(&target.name).filter(|_| gone.contains(target));
    let own = entry.filter(|entry| entry.task_id.as_ref() == Some(&target.id));
    let candidates = own.map_or(&[][..], |entry| &entry.candidates);
    let alive = |id: &&TaskId| !gone.iter().any(|gone| gone.id == **id);
    candidates.iter().filter(alive).cloned().collect()
}

/// Takes what is gone out of the locks: the entry, or the candidate of an entry.
fn take_out(
    stores: &mut [Store],
    gone: &[Target],
    report: &mut Report,
    observe: &mut dyn FnMut(Event<'_>),
) -> bool {
    change(stores, gone, report, observe, |store, target| {
        let base = store.lock().instances.get(&target.name)?.clone();
        let ours = if base.task_id.as_ref() == Some(&target.id) {
            None
        } else {
            let mut ours = base.clone();
            ours.candidates.retain(|id| *id != target.id);
            Some(ours)
        };
        Some(Change { name: target.name.clone(), base: Some(base), ours })
    })
}

fn change(
    stores: &mut [Store],
    targets: &[Target],
    report: &mut Report,
    observe: &mut dyn FnMut(Event<'_>),
    change: impl Fn(&Store, &Target) -> Option<Change>,
) -> bool {
    let mut durable = true;
    for (job, store) in stores.iter_mut().enumerate() {
        let own = targets.iter().filter(|target| target.job == job);
        let changes: Vec<Change> = own.filter_map(|target| change(store, target)).collect();
        if changes.is_empty() {
            continue;
        }
        match store.save(changes) {
            Ok(clashes) => {
                for clash in &clashes {
                    report.classes.insert(Class::Unknown);
                    observe(Event::Clash { job, clash });
                }
            }
            Err(error) => {
                durable = false;
                report.classes.insert(Class::Lock);
                observe(Event::LockFailed { job, error: &error });
                report.errors.push(error);
            }
        }
    }
    durable
}

/// What came of one target, and the class it adds.
fn outcome(target: Target, removal: Removal, durable: bool) -> (InstanceReport, Option<Class>) {
    let again = "its deletion was not seen done; the same command asks again";
    let (outcome, class, code, message) = match removal {
        Removal::Gone if durable => (Outcome::Deleted, None, None, None),
        Removal::Gone => (Outcome::Deleted, None, None, Some("the lock still has it".to_owned())),
        Removal::StillThere => (Outcome::Unknown, Some(Class::Unknown), None, Some(again.into())),
        Removal::Refused(fault) => {
            (Outcome::Refused, Some(Class::Refused), fault.code, Some(fault.message))
        }
        Removal::Denied(fault) => {
            (Outcome::Refused, Some(Class::Denied), fault.code, Some(fault.message))
        }
        Removal::Unreachable(fault) => (
            Outcome::Unknown,
            Some(Class::Unreachable),
            fault.code,
            Some(format!("{again}: {}", fault.message)),
        ),
        Removal::NotStarted => {
            (Outcome::Skipped, Some(Class::Interrupted), None, Some("not started".to_owned()))
        }
    };
    let instance = InstanceReport {
        job: target.job,
        name: target.name,
        action: Action::Prune,
        outcome: Some(outcome),
        task_id: Some(target.id),
        code,
        message,
        way_out: None,
        changes: Vec::new(),
    };
    (instance, class)
}

//! The content of each place that was looked at.

use super::findings::{Findings, created};
use super::output::FileEnd;
use super::reason::{Explanation, Found, Look, Place};
use crate::api::endpoints::create_task::CreateTask;
use crate::api::endpoints::detail::Status;
use crate::api::endpoints::free_cards::GroupCards;
use crate::diagnostics::DiagnosticKind;
use crate::inventory::{CatalogPart, FreeCards, OfferGap, RegionOffers};
use crate::lifecycle::LiveState;
use crate::run_folder::is_older;

/// Number of lines that are shown of the end of a file.
const SHOWN_LINES: usize = 5;

impl Explanation {
    /// Records what each place had.
    pub(super) fn look(&mut self, findings: Findings<'_>) {
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

/// Returns the place of an offer that contradicts a request.
pub(super) fn place_of(problem: &DiagnosticKind) -> Place {
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

//! English questions before irreversible actions.

use crate::apply::DeleteTarget;
use crate::diagnostics::display_path;
use crate::ids::{InstanceName, TaskId};
use crate::lifecycle::{Action, LockedInstance};
use crate::output::ScriptQuestion;
use crate::output::words::en::En;
use crate::output::words::shared::{MAX_NAMES, deleted_with_ids, locked_with_ids};
use crate::plan::Totals;
use crate::text::plural::count;

impl En {
    pub(crate) fn plan_question(totals: &Totals, deleted: &[&InstanceName]) -> String {
        let question = Self::plan_totals(totals);
        if deleted.is_empty() {
            return question;
        }
        let names = deleted.iter().map(|name| name.as_str().escape_debug().to_string());
        let names = Self::names(&names.collect::<Vec<_>>());
        match totals.create + totals.replace {
            0 => format!("{question}: {names}"),
            _ => format!("{question}; deletes {}: {names}", deleted.len()),
        }
    }

    /// Lists names; if there are many, the first ones and the number of the others.
    pub(crate) fn names(names: &[String]) -> String {
        match names {
            [a, b, c, others @ ..] if names.len() > MAX_NAMES => {
                format!("{a}, {b}, {c} and {} more", others.len())
            }
            names => names.join(", "),
        }
    }

    pub(crate) fn delete_question(targets: &[&DeleteTarget], cards: u64) -> String {
        let kept = |id: &TaskId| format!(" (the lock then records {id})");
        let names = deleted_with_ids(targets, kept);
        action_of("delete", &names, Some(cards))
    }

    pub(crate) fn action_question(
        action: Action,
        targets: &[&LockedInstance],
        cards: Option<u64>,
    ) -> String {
        let names = locked_with_ids(targets);
        action_of(if action == Action::Stop { "stop" } else { "start" }, &names, cards)
    }

    pub(crate) fn script_question(about: &ScriptQuestion<'_>) -> String {
        let ScriptQuestion { script, lines, first_only, targets } = about;
        let script = if script.as_os_str() == "-" {
            "the script from standard input".to_owned()
        } else {
            display_path(script)
        };
        let first = if *first_only { " the first container of" } else { "" };
        let verb = format!("run {script} ({}) on{first}", count(*lines, "line"));
        action_of(&verb, targets, None)
    }
}

/// Names an action with the number of instances and their cards first, so that a long list of names
/// does not hide them.
fn action_of(verb: &str, names: &[String], cards: Option<u64>) -> String {
    let cards = cards.map(|cards| format!(" ({})", count(cards, "card"))).unwrap_or_default();
    format!("{verb} {}{cards}: {}", count(names.len(), "instance"), En::names(names))
}

#[cfg(test)]
mod tests {
    use super::En;

    #[test]
    fn many_names_are_shortened() {
        let names = |count: usize| {
            En::names(&(0..count).map(|number| format!("n{number}")).collect::<Vec<_>>())
        };
        assert_eq!(names(10), "n0, n1, n2, n3, n4, n5, n6, n7, n8, n9");
        assert_eq!(names(60), "n0, n1, n2 and 57 more");
    }
}

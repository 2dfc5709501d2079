//! The texts in English: the other modules implement it.

use std::time::Duration;

use super::diagnostic::EXPLAIN;
use crate::output::words::fixed::FixedTexts;

/// The texts in English.
pub(crate) struct En;

impl En {
    /// The texts without facts, and the titles of columns.
    pub(crate) const FIXED: FixedTexts = FixedTexts {
        error_label: "error",
        explain: EXPLAIN,
        program: env!("CARGO_PKG_DESCRIPTION"),
        valid_case: "valid",
        repository_root: "The root of the repository.",
        region_titles: ["REGION", "NAME", "STATE", "UNTIL", "ADDRESS"],
        catalog_empty: "nothing",
        catalog_incomplete: "the list is incomplete: the platform has more entries",
        field_titles: ["FIELD", "VALUE"],
        card_titles: ["RESOURCE GROUP", "NAME", "FREE", "CARDS"],
        no_message: "no message",
        nothing_to_do: "nothing to do",
        nothing_to_resolve: "no entry has an unknown outcome",
        declined: "nothing was sent",
        not_claimed: "no run has claimed it",
        plan_changed: "the lock or the platform changed in the meantime: this is the new plan",
        sandbox_serving: "serving until interrupted",
        no_script_output: "the platform returns no output of scripts: let them write to a mounted\n  directory \
            (`COMMAND > /mnt/data/exec.log 2>&1`)",
        ended_not_known: "instances that ended or are gone are replaced too: `plan --replace-all` asks the platform",
        logs_hint: "`instancectl logs -f PATH NAME` prints the output of an instance",
        looked_at: "looked at:",
        log_is_older: "this output is older than the instance: it is of an earlier one of the same name",
        address_hint: "`instancectl url -f PATH NAME` prints the access address of an instance",
        status_columns: [
            "NAME", "STATUS", "CARDS", "AGE", "LEFT", "CARD-H", "LIMIT", "CREATED", "STARTED", "ID",
        ],
        list_columns: [
            "NAME", "STATUS", "CARDS", "AGE", "LEFT", "CARD-H", "LOCK", "LIMIT", "CREATED", "ID",
        ],
        ssh_header: "# Written by `instancectl ssh-config`: save it as ~/.ssh/instances, and write\n\
            # `Include instances` at the top of ~/.ssh/config. Addresses change with each start.\n",
        no_ssh_host: "no instance has an SSH address",
        not_in_lock: "not in the lock: it was not created",
        nothing_live: "no live instances (--all also shows those that ended)",
        no_manifest_compared: "no manifest given: `instancectl list -f PATH` shows the lock of each",
        no_end: "no end",
        unlimited: "∞",
        no_instances: "the lock contains no instances",
        lock_columns: ["NAME", "STATE", "TASK ID", "REGION", "ENDPOINT", "SUBMITTED"],
        entry_removed: "entry removed",
        no_value: "nothing",
        no_line_end: "(no line end)",
        plan_heading: "Plan",
        plan_columns: ["instance", "action", "details"],
        replaced: "replaced",
        adopted: "adopted",
    };

    pub(crate) fn prompt(question: &str) -> [String; 2] {
        [format!("{question}."), " Continue? [y/N]".to_owned()]
    }

    pub(crate) fn labelled(label: &str, text: &str) -> String {
        format!("{label}: {text}")
    }

    pub(crate) fn clauses(parts: &[String]) -> String {
        parts.join("; ")
    }

    pub(crate) fn counts(counts: &[(usize, &str)]) -> String {
        let counts = counts.iter().filter(|(count, _)| *count > 0);
        counts.map(|(count, what)| format!("{count} {what}")).collect::<Vec<_>>().join(", ")
    }

    /// Returns the title of the column of a field: `RESOURCE GROUP` for `resourceGroup`.
    pub(crate) fn catalog_title(field: &str) -> String {
        let split = |character: char| match character {
            upper if upper.is_ascii_uppercase() => format!(" {upper}"),
            other => other.to_uppercase().to_string(),
        };
        field.chars().map(split).collect::<String>().trim_start().to_owned()
    }

    /// Formats a duration in its two largest units: `35s`, `2m10s`, `3h05m`, `4d02h`.
    pub(crate) fn short_duration(time: Duration) -> String {
        let seconds = time.as_secs();
        match seconds {
            0..60 => format!("{seconds}s"),
            60..3600 => format!("{}m{:02}s", seconds / 60, seconds % 60),
            3600..86_400 => format!("{}h{:02}m", seconds / 3600, seconds / 60 % 60),
            _ => format!("{}d{:02}h", seconds / 86_400, seconds / 3600 % 24),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::En;

    #[test]
    fn duration_shows_its_two_largest_units() {
        for (seconds, text) in
            [(0, "0s"), (35, "35s"), (130, "2m10s"), (11_100, "3h05m"), (353_000, "4d02h")]
        {
            assert_eq!(En::short_duration(Duration::from_secs(seconds)), text);
        }
    }
}

//! The texts in English: the other modules implement it.

use crate::output::words::fixed::FixedTexts;

/// The texts in English.
pub(crate) struct En;

impl En {
    /// The texts without facts, and the titles of columns.
    pub(crate) const FIXED: FixedTexts = FixedTexts {
        error_label: "error",
        prompt: "Continue? [y/N]",
        repository_root: "The root of the repository.",
        region_titles: ["REGION", "NAME", "STATE", "UNTIL", "ADDRESS"],
        catalog_empty: "nothing",
        catalog_incomplete: "the list is incomplete: the platform has more entries",
        field_titles: ["FIELD", "VALUE"],
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
        nothing_live: "no live instances (--all also shows those that ended)",
        no_manifest_compared: "no manifest given: `instancectl list -f PATH` shows the lock of each",
        no_end: "no end",
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
}

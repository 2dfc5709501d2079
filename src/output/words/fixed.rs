//! Texts without facts.

/// Texts without facts, and titles of columns.
pub(crate) struct FixedTexts {
    pub(crate) error_label: &'static str,
    pub(crate) explain: ExplainTexts,
    /// The purpose of the program.
    pub(crate) program: &'static str,
    /// The test case of a manifest without errors.
    pub(crate) valid_case: &'static str,
    pub(crate) repository_root: &'static str,
    pub(crate) region_titles: [&'static str; 5],
    pub(crate) catalog_empty: &'static str,
    pub(crate) catalog_incomplete: &'static str,
    pub(crate) field_titles: [&'static str; 2],
    pub(crate) card_titles: [&'static str; 4],
    pub(crate) no_message: &'static str,
    pub(crate) nothing_to_do: &'static str,
    pub(crate) nothing_to_resolve: &'static str,
    pub(crate) declined: &'static str,
    /// A lock that no run has claimed.
    pub(crate) not_claimed: &'static str,
    pub(crate) plan_changed: &'static str,
    pub(crate) sandbox_serving: &'static str,
    pub(crate) no_script_output: &'static str,
    pub(crate) logs_hint: &'static str,
    pub(crate) log_is_older: &'static str,
    pub(crate) looked_at: &'static str,
    pub(crate) ended_not_known: &'static str,
    pub(crate) address_hint: &'static str,
    pub(crate) status_columns: [&'static str; 10],
    pub(crate) list_columns: [&'static str; 10],
    /// Comments at the top of a configuration of `ssh`.
    pub(crate) ssh_header: &'static str,
    pub(crate) no_ssh_host: &'static str,
    pub(crate) not_in_lock: &'static str,
    pub(crate) nothing_live: &'static str,
    pub(crate) no_manifest_compared: &'static str,
    /// The time that is left without a time limit.
    pub(crate) no_end: &'static str,
    /// The card-hours at most without a time limit.
    pub(crate) unlimited: &'static str,
    pub(crate) no_instances: &'static str,
    pub(crate) lock_columns: [&'static str; 6],
    pub(crate) entry_removed: &'static str,
    pub(crate) no_value: &'static str,
    /// The last line of a text has no line end.
    pub(crate) no_line_end: &'static str,
    pub(crate) plan_heading: &'static str,
    pub(crate) plan_columns: [&'static str; 3],
    pub(crate) replaced: &'static str,
    pub(crate) adopted: &'static str,
}

/// Headings of `explain`.
pub(crate) struct ExplainTexts {
    pub(crate) reason: &'static str,
    pub(crate) correction: &'static str,
    pub(crate) codes: &'static str,
    pub(crate) fields: &'static str,
    pub(crate) topics: &'static str,
    pub(crate) values: &'static str,
    pub(crate) item_fields: &'static str,
    pub(crate) example: &'static str,
}

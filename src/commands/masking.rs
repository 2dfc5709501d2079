//! Secrets in the output of instances.

use crate::api::auth::redact::Redactor;
use crate::api::client::Client;
use crate::api::endpoints::detail::Detail;
use crate::lifecycle::LockedInstance;
use crate::validate::secret_values;

/// Returns a text of the instance: as the platform shows it, otherwise as it was sent.
pub(super) fn text_field(
    locked: &LockedInstance,
    detail: Option<&Detail>,
    field: &str,
) -> Option<String> {
    let shown = detail.and_then(|detail| detail.fields().get(field)?.as_str());
    let sent = || locked.entry.request.fields().get(field)?.as_str().map(str::to_owned);
    shown.map(str::to_owned).or_else(sent)
}

/// Masks the secrets of the access to the platform, and those in the instance's own script.
pub(super) struct Masking {
    client: Client,
    script: Redactor,
}

impl Masking {
    /// Reads the script as the platform shows it and as it was sent.
    pub(super) fn new(client: &Client, locked: &LockedInstance, detail: Option<&Detail>) -> Self {
        let mut script = Redactor::default();
        for detail in [detail, None] {
            let text = text_field(locked, detail, "startScriptContent").unwrap_or_default();
            for value in secret_values(&text) {
                script.add(value, "***");
            }
        }
        Self { client: client.clone(), script }
    }

    /// Returns a text with its secrets masked.
    pub(super) fn mask(&self, text: &str) -> String {
        self.client.redact(&self.script.redact(text))
    }
}

//! `version-differs`: `version` differs from the last part of `imagePath`.

use crate::diagnostics::{DiagnosticKind, LabelKind};
use crate::manifest::document::Instance;
use crate::validate::collector::DiagnosticCollector;
use crate::validate::rules::report::{FieldSpan, report};

pub(super) fn check(instance: &Instance<'_>, found: &mut DiagnosticCollector<'_>) {
    let Some(version) = instance.field_value("version") else { return };
    let Some(image) = instance.field_value("imagePath") else { return };
    let (Some(text), Some(path)) = (version.as_str(), image.as_str()) else { return };
    let name = path.rsplit('/').next().unwrap_or_default();
    if text != name && !text.is_empty() {
        let problem =
            DiagnosticKind::VersionDiffers { version: text.to_owned(), image: name.to_owned() };
        let label = Some((image.span(), LabelKind::Image));
        let at = FieldSpan { span: version.span(), field: "version" };
        report(problem, at, label, instance, found);
    }
}

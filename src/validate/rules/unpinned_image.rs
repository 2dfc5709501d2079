//! `unpinned-image`: an image without a tag, or with the tag `latest`.

use crate::diagnostics::DiagnosticKind;
use crate::manifest::document::Instance;
use crate::validate::collector::DiagnosticCollector;
use crate::validate::rules::report::{FieldSpan, report};

pub(super) fn check(instance: &Instance<'_>, found: &mut DiagnosticCollector<'_>) {
    let Some(image) = instance.field_value("imagePath") else { return };
    let Some(path) = image.as_str() else { return };
    let name = path.rsplit('/').next().unwrap_or_default();
    let tag = name.split_once([':', '@']).map(|(_, tag)| tag);
    if !name.is_empty() && matches!(tag, None | Some("" | "latest")) {
        let problem = DiagnosticKind::UnpinnedImage { image: name.to_owned() };
        let at = FieldSpan { span: image.span(), field: "imagePath" };
        report(problem, at, None, instance, found);
    }
}

//! Names that look the same but differ: a letter may be written as one character or as two (Unicode
//! NFC and NFD), so that a renamed instance becomes a new one and an orphan.

use std::collections::HashMap;

use icu_normalizer::ComposingNormalizerBorrowed;

use super::{PlanAction, PlanItem};

/// Adds a note to instances to be created if an orphan has a name that looks the same.
pub(super) fn mark_lookalikes(items: &mut [PlanItem]) {
    let nfc = ComposingNormalizerBorrowed::new_nfc();
    let composed = |item: &PlanItem| nfc.normalize(item.name.as_str()).into_owned();
    let orphans = items.iter().filter(|item| item.action == PlanAction::Orphan);
    let orphans = orphans.filter(|item| !item.name.as_str().is_ascii());
    let orphans: HashMap<String, String> =
        orphans.map(|item| (composed(item), item.name.as_str().to_owned())).collect();
    if orphans.is_empty() {
        return;
    }
    for item in items.iter_mut().filter(|item| item.action == PlanAction::Create) {
        if let Some(orphan) = orphans.get(&composed(item)) {
            item.message = Some(format!(
                "its name looks like that of an entry in the lock but uses other characters: {} \
                 here, {} there",
                item.name.as_str().escape_unicode(),
                orphan.escape_unicode()
            ));
        }
    }
}

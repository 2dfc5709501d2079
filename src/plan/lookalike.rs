//! Names that look the same but differ: a letter may be written as one character or as two (Unicode
//! NFC and NFD), so that a renamed instance becomes a new one and an orphan.

use std::collections::HashMap;

use icu_normalizer::ComposingNormalizerBorrowed;

use super::{PlanAction, PlanItem, PlanNote};
use crate::ids::InstanceName;

/// Adds a note to instances to be created if an orphan has a name that looks the same.
pub(super) fn mark_lookalikes(items: &mut [PlanItem]) {
    let nfc = ComposingNormalizerBorrowed::new_nfc();
    let composed = |item: &PlanItem| nfc.normalize(item.name.as_str()).into_owned();
    let orphans = items.iter().filter(|item| item.action == PlanAction::Orphan);
    let orphans = orphans.filter(|item| !item.name.as_str().is_ascii());
    let orphans: HashMap<String, InstanceName> =
        orphans.map(|item| (composed(item), item.name.clone())).collect();
    if orphans.is_empty() {
        return;
    }
    for item in items.iter_mut().filter(|item| item.action == PlanAction::Create) {
        if let Some(orphan) = orphans.get(&composed(item)) {
            let (name, orphan) = (item.name.clone(), orphan.clone());
            item.note = Some(PlanNote::Lookalike { name, orphan }.into());
        }
    }
}

//! `duplicate-name`: instance names are unique across all documents of a file.

use std::collections::HashMap;

use crate::diagnostics::DiagnosticKind;
use crate::manifest::document::Instance;
use crate::source::Span;
use crate::validate::collector::DiagnosticCollector;
use crate::validate::rules::report::{FieldSpan, report};

/// Names found so far in one file, with their locations.
#[derive(Default)]
pub(in crate::validate) struct Names<'a>(HashMap<&'a str, Span>);

impl<'a> Names<'a> {
    pub(super) fn check(&mut self, instance: &Instance<'a>, found: &mut DiagnosticCollector<'_>) {
        let Some(node) = instance.fields.own.get("instanceServiceName") else { return };
        let Some(name) = node.as_str().filter(|name| !name.is_empty()) else { return };
        if let Some(&first) = self.0.get(name) {
            let problem = DiagnosticKind::DuplicateName { name: name.to_owned() };
            let location = FieldSpan { span: node.span(), field: "instanceServiceName" };
            report(problem, location, Some((first, "first here")), instance, found);
        } else {
            self.0.insert(name, node.span());
        }
    }
}

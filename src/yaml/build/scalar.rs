//! Scalars, as keys and as values, and tags.

use std::ops::Range;

use granit_parser::{ScalarStyle, Tag};

use super::{Anchor, Builder, ExpandedSize, push_error};
use crate::source::Span;
use crate::yaml::parsed::ParseErrorKind;
use crate::yaml::scalar;
use crate::yaml::tree::{NodeData, NodeKind, Value};

impl Builder<'_> {
    /// Returns the end of a scalar. The parser ends block scalars after their line end, which is
    /// not part of the visible text.
    pub(in crate::yaml) fn scalar_end(&self, range: &Range<usize>, style: ScalarStyle) -> usize {
        match style {
            ScalarStyle::Literal | ScalarStyle::Folded => {
                let text = self.text.get(range.clone()).unwrap_or_default();
                range.start + text.trim_end().len()
            }
            _ => range.end,
        }
    }

    pub(in crate::yaml) fn scalar(
        &mut self,
        text: &str,
        style: ScalarStyle,
        anchor: usize,
        tag: Option<(&Tag, Span)>,
        span: Span,
    ) {
        if let Some(frame) = self.frames.last_mut()
            && frame.map
            && frame.key.is_none()
        {
            let fits = tag.as_ref().is_none_or(|(tag, _)| is_merge_tag(tag));
            let merge = style == ScalarStyle::Plain && fits && text == "<<";
            let text = self.tree.texts.add(text);
            if anchor != 0 {
                let id = self.tree.push(NodeData { span, kind: NodeKind::Text(text) });
                self.anchors
                    .insert(anchor, Anchor { id, size: ExpandedSize { nodes: 1, levels: 0 } });
            }
            frame.key = Some((text, span, merge));
            return;
        }
        let value = match tag {
            None if style == ScalarStyle::Plain => scalar::resolve_plain(text),
            None => Value::Text(text),
            Some((tag, _)) if tag.handle().is_empty() && tag.suffix() == "!" => Value::Text(text),
            Some((tag, tag_span)) => {
                let core = tag.core_suffix().and_then(|name| scalar::tagged(name, text));
                core.unwrap_or_else(|| {
                    self.invalid_tag(tag, tag_span);
                    self.reported.insert(span);
                    Value::Null
                })
            }
        };
        let kind = self.tree.kind(value);
        self.scalar_event(kind, anchor, span);
    }

    fn invalid_tag(&mut self, tag: &Tag, span: Span) {
        let kind = ParseErrorKind::Tag { tag: tag.original() };
        push_error(&mut self.errors, kind, span);
    }

    pub(super) fn collection_tag(&mut self, tag: Option<&Tag>, own: &str, span: Span) {
        if let Some(tag) = tag
            && tag.core_suffix() != Some(own)
            && tag.suffix() != "!"
        {
            self.invalid_tag(tag, span);
        }
    }
}

/// Returns the span of a node's tag.
pub(super) fn tag_span(span: &granit_parser::Span) -> Span {
    let range = span.tag_span().and_then(|tag| tag.byte_range()).or_else(|| span.byte_range());
    Span::new(range.unwrap_or_default())
}

/// Checks for YAML 1.1's tag of the merge key, which some programs write explicitly.
fn is_merge_tag(tag: &Tag) -> bool {
    tag.suffix_in_namespace("tag:yaml.org,2002:").as_deref() == Some("merge")
}

//! Maps offsets between a text before and after edits.

use std::ops::Range;

use super::Span;

/// The edits between two versions of a text, in order: the replaced ranges, and the ranges of
/// their replacements. No two of them touch.
#[derive(Debug, Default)]
pub struct SourceMap {
    edits: Vec<[Range<usize>; 2]>,
}

const OLD: usize = 0;
const NEW: usize = 1;

impl SourceMap {
    /// Replaces spans of a text, which are in order and do not overlap. Lines that a replacement
    /// only reindents stay mapped.
    pub fn edit<'a>(
        text: &str,
        replacements: impl Iterator<Item = (Span, &'a str)>,
    ) -> (String, Self) {
        let (mut map, mut out, mut at) = (Self::default(), String::new(), 0);
        for (span, new) in replacements {
            let range = span.range();
            out.push_str(&text[at..range.start]);
            let (old, mut from) = (&text[range.clone()], [range.start, out.len()]);
            out.push_str(new);
            at = range.end;
            if old.matches('\n').count() != new.matches('\n').count() {
                map.push_difference(from, [old, new]);
                continue;
            }
            for (old, new) in old.split('\n').zip(new.split('\n')) {
                map.push_difference(from, [old, new]);
                from = [from[OLD] + old.len() + 1, from[NEW] + new.len() + 1];
            }
        }
        out.push_str(&text[at..]);
        (out, map)
    }

    /// Returns the mapping of these edits followed by those of `next`.
    #[must_use]
    pub fn then(&self, next: &Self) -> Self {
        let between = self.edits.iter().map(|edit| &edit[NEW]);
        let mut between: Vec<&Range<usize>> =
            between.chain(next.edits.iter().map(|edit| &edit[OLD])).collect();
        between.sort_by_key(|range| range.start);
        let mut joined: Vec<Range<usize>> = Vec::new();
        for range in between {
            match joined.last_mut().filter(|last| range.start <= last.end) {
                Some(last) => last.end = last.end.max(range.end),
                None => joined.push(range.clone()),
            }
        }
        let edit = |range: Range<usize>| [self.around(&range, NEW), next.around(&range, OLD)];
        Self { edits: joined.into_iter().map(edit).collect() }
    }

    /// Appends the edits of a part of the text: in it, text of length `before` precedes what is at
    /// `at` in the two versions of the whole text.
    pub fn append(&mut self, part: &Self, before: usize, at: [usize; 2]) {
        for edit in &part.edits {
            let moved = |side: usize| {
                let Range { start, end } = edit[side];
                start + at[side] - before..end + at[side] - before
            };
            self.push([moved(OLD), moved(NEW)]);
        }
    }

    /// Maps a span to the text before the edits; in replaced text, to all of what it replaced.
    pub fn to_old(&self, span: Span) -> Span {
        let start = self.shift(span.range().start, false, NEW);
        Span::new(start..self.shift(span.range().end, true, NEW).max(start))
    }

    /// Maps a span to the text after the edits; a replaced span, to its replacement.
    pub fn to_new(&self, span: Span) -> Span {
        Span::new(self.around(&span.range(), OLD))
    }

    /// Maps the start of a value to the text after the edits.
    pub fn start_in_new(&self, at: usize) -> usize {
        self.shift(at, false, OLD)
    }

    /// Checks whether an edit is inside a span of the text before, or at one of its ends.
    pub fn touches_old(&self, span: Span) -> bool {
        self.touches(span, OLD)
    }

    /// Checks whether an edit is inside a span of the text after, or at one of its ends.
    pub fn touches_new(&self, span: Span) -> bool {
        self.touches(span, NEW)
    }

    /// Returns the start of the first edit in the text before.
    pub fn first(&self) -> usize {
        self.edits.first().map_or(usize::MAX, |edit| edit[OLD].start)
    }

    /// Returns the replacements in the text after.
    pub fn replacements(&self) -> impl Iterator<Item = Range<usize>> {
        self.edits.iter().map(|edit| edit[NEW].clone())
    }

    fn touches(&self, span: Span, side: usize) -> bool {
        let at = self.edits.partition_point(|edit| edit[side].end < span.range().start);
        self.edits.get(at).is_some_and(|edit| edit[side].start <= span.range().end)
    }

    /// Maps a range with the edits at its ends.
    fn around(&self, range: &Range<usize>, side: usize) -> Range<usize> {
        self.shift(range.start, true, side)..self.shift(range.end, false, side)
    }

    /// Maps an offset to the other side: the start of a value, or its `end`.
    fn shift(&self, at: usize, end: bool, side: usize) -> usize {
        let index = self.edits.partition_point(|edit| edit[side].end < at);
        if let Some(edit) = self.edits.get(index).filter(|edit| edit[side].start <= at) {
            let (from, to) = (&edit[side], &edit[1 - side]);
            let inserted = from.is_empty() && !end;
            let behind = inserted || !from.is_empty() && (at == from.end || end && at > from.start);
            return if behind { to.end } else { to.start };
        }
        let before = index.checked_sub(1).map(|index| &self.edits[index]);
        before.map_or(at, |edit| at - edit[side].end + edit[1 - side].end)
    }

    /// Adds an edit without the text that both sides have at their ends; but an edit of the
    /// indentation of a word touches the word.
    fn push_difference(&mut self, at: [usize; 2], [old, new]: [&str; 2]) {
        let same = |(a, b): &(char, char)| a == b;
        let length = |(char, _): (char, char)| char.len_utf8();
        let end = old.chars().rev().zip(new.chars().rev()).take_while(same).map(length).sum();
        let end = old[old.len() - usize::min(end, old.len())..].trim_start().len();
        let [old, new] = [old, new].map(|text| &text[..text.len() - end]);
        let start: usize = old.chars().zip(new.chars()).take_while(same).map(length).sum();
        let range = |at: usize, text: &str| at + start..at + text.len();
        self.push([range(at[OLD], old), range(at[NEW], new)]);
    }

    fn push(&mut self, edit: [Range<usize>; 2]) {
        match self.edits.last_mut().filter(|last| last[OLD].end == edit[OLD].start) {
            _ if edit[OLD].is_empty() && edit[NEW].is_empty() => {}
            Some(last) => (last[OLD].end, last[NEW].end) = (edit[OLD].end, edit[NEW].end),
            None => self.edits.push(edit),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{SourceMap, Span};

    fn edited(text: &str, replacements: &[(&str, &str)]) -> (String, SourceMap) {
        let replacements: Vec<_> = replacements
            .iter()
            .map(|(old, new)| {
                let at = text.find(old).unwrap();
                (Span::new(at..at + old.len()), *new)
            })
            .collect();
        SourceMap::edit(text, replacements.into_iter())
    }

    /// Returns the text before the edits at the place of `word` after them.
    fn old<'t>(text: &'t str, (after, map): &(String, SourceMap), word: &str) -> &'t str {
        let at = after.find(word).unwrap();
        &text[map.to_old(Span::new(at..at + word.len())).range()]
    }

    #[test]
    fn words_map_back_and_a_replacement_maps_to_all_that_it_replaced() {
        let text = "键：值 a=b end";
        let changed = edited(text, &[("：", ": "), ("=", ": ")]);
        assert_eq!(changed.0, "键: 值 a: b end");
        for word in ["键", "值", "a", "b", "end"] {
            assert_eq!(old(text, &changed, word), word);
        }
        assert_eq!(old(text, &changed, ":"), "：");
        let at = text.find("end").unwrap();
        assert_eq!(&changed.0[changed.1.start_in_new(at)..], "end");
    }

    #[test]
    fn reindented_lines_map_back() {
        let text = "k:\n\ta: 1\n\tb: 2\n";
        let changed = edited(text, &[("\ta: 1\n\t", "  a: 1\n  ")]);
        assert_eq!(changed.0, "k:\n  a: 1\n  b: 2\n");
        for word in ["a", "1", "b", "2"] {
            assert_eq!(old(text, &changed, word), word);
        }
    }

    #[test]
    fn edits_after_edits_are_one_mapping() {
        let text = "a=1 b=2 c=3";
        let (first, map) = edited(text, &[("a=1", "a: 1"), ("c=3", "c: 3")]);
        let (second, next) = edited(&first, &[("b=2", "b: 2"), (" c:", "\nc:")]);
        assert_eq!(second, "a: 1 b: 2\nc: 3");
        let both = (second, map.then(&next));
        for word in ["a", "b", "c", "1", "2", "3"] {
            assert_eq!(old(text, &both, word), word);
        }
        let at = text.find('b').unwrap();
        assert!(!both.1.touches_old(Span::new(at..at)));
        assert!(both.1.touches_old(Span::new(at..at + 1)));
    }
}

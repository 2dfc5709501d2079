//! Mappings: duplicate keys and merge keys.

use std::borrow::Cow;
use std::collections::{HashMap, HashSet};

use super::{Builder, Frame, number, push_error};
use crate::source::Span;
use crate::yaml::parsed::{ParseError, ParseErrorKind};
use crate::yaml::tree::{NodeKind, RawPair};

/// Maximum number of keys for which duplicates are searched without a hash table.
const LINEAR_SCAN_MAX_KEYS: usize = 24;

impl<'s> Builder<'s> {
    /// Moves the pairs of a finished mapping into the tree.
    pub(super) fn close_map(&mut self, frame: &Frame<'s>) -> NodeKind<'s> {
        let start = self.tree.pairs.len();
        if self.pairs.len() - frame.first_pair <= LINEAR_SCAN_MAX_KEYS {
            for pair in self.pairs.drain(frame.first_pair..) {
                let first = self.tree.pairs[start..].iter().find(|own| own.key == pair.key);
                match first.map(|own| own.key_span) {
                    Some(first) => duplicate(&mut self.errors, pair, first),
                    None => self.tree.pairs.push(pair),
                }
            }
        } else {
            let mut observed: HashMap<Cow<'s, str>, Span> = HashMap::new();
            for pair in self.pairs.drain(frame.first_pair..) {
                if let Some(&first) = observed.get(&pair.key) {
                    duplicate(&mut self.errors, pair, first);
                } else {
                    observed.insert(pair.key.clone(), pair.key_span);
                    self.tree.pairs.push(pair);
                }
            }
        }
        let merged = match frame.merges[..] {
            [] => true,
            [(value, key, at)] => self.merge(start, value, [key, at]),
            _ => false,
        };
        if !merged {
            // The fields of the failed merge are unknown, so nothing is missing here.
            self.reported.insert(Span::new(frame.start..frame.end));
        }
        NodeKind::Map { start: number(start), len: number(self.tree.pairs.len() - start) }
    }

    /// Adds the pairs of a merge key: own keys win, earlier sources win. Returns `false` if a
    /// source is not a mapping. The spans are those of the key and of the value.
    fn merge(&mut self, start: usize, value: u32, [key, at]: [Span; 2]) -> bool {
        let mut complete = true;
        let sources = match self.tree.nodes[value as usize].kind {
            NodeKind::Seq { start, len } => {
                self.tree.items[start as usize..][..len as usize].to_vec()
            }
            _ => vec![value],
        };
        let mut keys: HashSet<Cow<'s, str>> =
            self.tree.pairs[start..].iter().map(|pair| pair.key.clone()).collect();
        for source in sources {
            let NodeKind::Map { start, len } = self.tree.nodes[source as usize].kind else {
                let written = self.tree.nodes[source as usize].span;
                if self.reported.insert(written) {
                    let list = self.tree.nodes[value as usize].span;
                    let (owner, own) = if source == value { (key, at) } else { (list, written) };
                    let alias = self.tree.aliases.get(&(source, owner.start));
                    let kind = ParseErrorKind::BadMerge { anchor: alias.map(|alias| alias.anchor) };
                    push_error(&mut self.errors, kind, alias.map_or(own, |alias| alias.span));
                }
                complete = false;
                continue;
            };
            for at in start as usize..(start + len) as usize {
                let pair = self.tree.pairs[at].clone();
                if keys.insert(pair.key.clone()) {
                    self.tree.pairs.push(pair);
                }
            }
        }
        complete
    }
}

fn duplicate(errors: &mut Vec<ParseError>, pair: RawPair<'_>, first: Span) {
    let kind = ParseErrorKind::DuplicateKey { key: pair.key.into_owned(), first };
    push_error(errors, kind, pair.key_span);
}

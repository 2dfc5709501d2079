//! Keys that are spelt right but for a slip of the keyboard: a value glued to them, a blank before
//! them or quotes around them that YAML takes for letters.

use super::{BLANKS, Search};
use crate::diagnostic::{Fix, Problem, bare as shown};
use crate::validate::{diagnostic, meant, typographic};
use crate::yaml::{Pair, Value};

impl Search<'_, '_> {
    /// Tells a key that is one of `absent` but for such a slip, and gives that one.
    pub(super) fn slip(
        &mut self,
        pair: Pair<'_>,
        absent: &[&'static str],
        at: String,
    ) -> Option<&'static str> {
        if let Some((name, mark, rest)) = glued(pair, absent) {
            self.tell_glued(pair, (name, mark, rest), at);
            return Some(name);
        }
        if let Some((name, blank)) = blank_before(pair.key, absent) {
            self.tell_blank(pair, (name, blank), at);
            return Some(name);
        }
        let name = typographic::field(pair.key, absent)?;
        self.tell_typographic(pair, name, at);
        Some(name)
    }

    /// A key with a blank before it that is none to YAML.
    fn tell_blank(&mut self, pair: Pair<'_>, (name, blank): (&'static str, char), at: String) {
        if self.names.insert(pair.key_span, name).is_some() {
            return;
        }
        let kind = match blank {
            '\u{3000}' => "a full-width space",
            '\u{a0}' => "a no-break space",
            _ => "an invisible character",
        };
        let problem = Problem::YamlSyntax {
            message: format!("{kind} stands before `{name}`"),
            help: "remove it; where the line wants indentation, use plain spaces".into(),
        };
        let fix = Fix { span: pair.key_span, text: name.to_owned() };
        self.found.push_with(crate::diagnostic::Diagnostic {
            fix: Some(fix),
            ..diagnostic(problem, pair.key_span, self.document, at)
        });
    }

    /// A key in braces that swallowed its value, since no blank stands behind the colon.
    fn tell_glued(
        &mut self,
        pair: Pair<'_>,
        (name, mark, rest): (&'static str, char, &str),
        pointer: String,
    ) {
        if self.names.insert(pair.key_span, name).is_some() {
            return;
        }
        self.found.told.insert(pair.value.span());
        let message = match mark {
            '：' => "`：` is a full-width colon, expected `:` and a space",
            '=' => "`=` stands where `:` is expected",
            ' ' => "a colon is missing after the key",
            _ => "a space is missing after the colon",
        };
        let problem = Problem::YamlSyntax {
            message: message.to_owned(),
            help: format!("write `{name}: {}`", shown(rest)).into(),
        };
        let key = Fix::word(pair.key_span, pair.key, name).text;
        let fix = Fix { span: pair.key_span, text: format!("{key}: {rest}") };
        self.found.push_with(crate::diagnostic::Diagnostic {
            fix: Some(fix),
            ..diagnostic(problem, pair.key_span, self.document, pointer)
        });
    }
}

/// The field that a key is but for a blank before it that YAML takes for a letter, and the blank.
fn blank_before(key: &str, fields: &[&'static str]) -> Option<(&'static str, char)> {
    let name = fields.iter().find(|field| key.trim_start_matches(BLANKS) == **field)?;
    key.chars().next().filter(|first| BLANKS.contains(first)).map(|blank| (*name, blank))
}

/// The field, the mark and the value of a key such as `containerPort:8888`, `containerPort=8888` or
/// `containerPort 8888`.
fn glued<'k>(pair: Pair<'k>, fields: &[&'static str]) -> Option<(&'static str, char, &'k str)> {
    if pair.value.value() != Value::Null {
        return None;
    }
    let at = pair.key.find([':', '：', '=']).or_else(|| pair.key.find(' '))?;
    let (key, rest) = pair.key.split_at(at);
    let mark = rest.chars().next()?;
    let name = fields.iter().find(|field| **field == meant::bare(key))?;
    let rest = rest[mark.len_utf8()..].trim();
    (!rest.is_empty()).then_some((*name, mark, rest))
}

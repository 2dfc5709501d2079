//! `swallowed-field`: a line of a script that is a field of the instance, and was probably indented
//! too much.

use crate::diagnostics::DiagnosticKind;
use crate::manifest::{FIELDS, Parent};
use crate::validate::rules::script::{Script, ScriptLine, ScriptProblem};

pub(super) fn check(script: &Script<'_>) -> Vec<ScriptProblem> {
    let mut found = Vec::new();
    // Inside a here-document a line is data, such as a configuration file.
    let mut ends = None;
    for line in &script.lines {
        match &ends {
            Some(word) if line.text == *word => ends = None,
            Some(_) => {}
            None => {
                found.extend(field(line));
                ends = here_document(line.text);
            }
        }
    }
    found
}

/// Returns the field that a line begins with, followed by a colon and a space or the line end.
fn field(line: &ScriptLine<'_>) -> Option<ScriptProblem> {
    let (name, rest) = line.text.split_once(':')?;
    let field =
        FIELDS.iter().find(|field| field.parent == Parent::Instance && field.name == name)?;
    let is_field = rest.is_empty() || rest.starts_with(' ');
    let problem = DiagnosticKind::SwallowedField { field: field.name };
    is_field.then(|| ScriptProblem { problem, span: line.span.first(name.len()) })
}

/// Returns the word that ends the here-document that a line opens.
fn here_document(line: &str) -> Option<&str> {
    let after = &line[line.as_bytes().windows(2).position(|bytes| bytes == b"<<")? + 2..];
    if after.starts_with('<') {
        return None;
    }
    let word = after.trim_start_matches('-').trim_start().trim_start_matches(['"', '\'', '\\']);
    let end = word.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(word.len());
    (end > 0 && !word.starts_with(|c: char| c.is_ascii_digit())).then(|| &word[..end])
}

#[cfg(test)]
mod tests {
    use super::here_document;

    #[test]
    fn here_document_is_recognized() {
        assert_eq!(here_document("cat > a.yaml <<EOF"), Some("EOF"));
        assert_eq!(here_document("cat <<-'END' > a"), Some("END"));
        assert_eq!(here_document("grep a <<< \"$b\""), None);
        assert_eq!(here_document("echo $((1 << 4))"), None);
    }
}

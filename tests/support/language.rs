//! A search for English sentences in Chinese texts.

/// A run of this number of English words is part of a sentence.
const WORDS: usize = 3;
/// The first words of lines that are commands.
const PROGRAMS: [&str; 6] = ["instancectl", "git", "$", "cp", "chmod", "echo"];

/// Returns the English sentences of a text: at least three English words in sequence, outside of
/// code, quotes, commands, source lines and columns. In a line of titles, also those in columns.
pub(crate) fn english_sentences(text: &str) -> Vec<String> {
    // Code in backticks and quotes may continue on the next line.
    let prose = without_quoted(text, '`').replace(['“', '”'], "\u{1}");
    let prose = without_quoted(&prose, '\u{1}');
    prose.lines().flat_map(of_line).collect()
}

fn of_line(line: &str) -> Vec<String> {
    let Some(line) = without_source(line) else { return Vec::new() };
    // A command may end a line.
    let line = line.split_once("：instancectl ").map_or(line, |(before, _)| before);
    let line = without_quoted(line, '"');
    // A command ends its line.
    let line = line.find("instancectl ").map_or(&*line, |at| &line[..at]);
    // A Chinese character separates words as a space does.
    let line: String =
        line.chars().map(|c| if c.is_ascii() { c.to_string() } else { " _ ".to_owned() }).collect();
    if line.split_whitespace().next().is_some_and(|first| PROGRAMS.contains(&first)) {
        return Vec::new();
    }
    let words: Vec<&str> = line.split_whitespace().collect();
    let is_title = |word: &&str| word.len() > 1 && word.bytes().all(|b| b.is_ascii_uppercase());
    if words.len() >= WORDS && words.iter().all(is_title) {
        return vec![words.join(" ")];
    }
    // Columns are separated by at least two blanks.
    line.split("  ").flat_map(of_column).collect()
}

fn of_column(column: &str) -> Vec<String> {
    let words: Vec<&str> = column.split_whitespace().collect();
    let mut runs = Vec::new();
    let mut before = 0;
    for chunk in words.chunk_by(|one, next| is_word(one) && is_word(next) && !ends(one)) {
        // The name of an HTTP status follows its number.
        let names_status = before >= 2 && words[before - 2] == "HTTP";
        if chunk.len() >= WORDS && !names_status {
            runs.push(chunk.join(" "));
        }
        before += chunk.len();
    }
    runs
}

/// Returns the text of a line without the source that a diagnostic shows; `None` if it is only
/// source: `12 | name: a`, while `   |   ^^^ label` has a label.
fn without_source(line: &str) -> Option<&str> {
    let Some((number, rest)) = line.split_once('|') else { return Some(line) };
    if !number.bytes().all(|b| b.is_ascii_digit() || b == b' ') {
        return Some(line);
    }
    let label = rest.trim_start().trim_start_matches(['^', '-', '~']);
    (number.trim().is_empty() && label.len() < rest.trim_start().len()).then_some(label)
}

fn without_quoted(text: &str, quote: char) -> String {
    let mut parts = text.split(quote);
    let mut outside = parts.next().unwrap_or_default().to_owned();
    while let Some(quoted) = parts.next() {
        let Some(after) = parts.next() else {
            // A quote that nothing closes is a character like others.
            outside.push(' ');
            outside.push_str(quoted);
            break;
        };
        outside.push('_');
        outside.push_str(after);
    }
    outside
}

fn is_word(word: &str) -> bool {
    let word = word.trim_matches(|c: char| c.is_ascii_punctuation() && !"-/_$<>{}".contains(c));
    let letters = |c: char| c.is_ascii_alphabetic() || c == '-' || c == '\'';
    word.starts_with(|c: char| c.is_ascii_alphabetic()) && word.chars().all(letters)
}

/// Returns whether a word ends a sentence or its part.
fn ends(word: &str) -> bool {
    word.ends_with([',', ';', '!', '?'])
}

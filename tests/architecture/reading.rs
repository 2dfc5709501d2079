//! Extracts the names that a Rust file uses: its paths with imports resolved, its macro calls, its
//! test-only modules.

use std::collections::HashMap;

/// Names used by a file, with the line of each.
#[derive(Default)]
pub(super) struct Reading {
    /// Full paths, with `super`, `self`, the crate name and local imports resolved.
    pub(super) paths: Vec<(usize, String)>,
    /// Called macros, without the `!`.
    pub(super) macros: Vec<(usize, String)>,
    /// Modules that are declared for tests only and are in separate files.
    pub(super) test_modules: Vec<String>,
}

impl Reading {
    pub(super) fn new(module: &str, text: &str) -> Self {
        let mut tokens = tokens(text);
        let mut reading = Self { test_modules: cut_tests(&mut tokens), ..Self::default() };
        let mut reader = Reader { tokens, at: 0, imports: HashMap::new(), found: Vec::new() };
        reader.read(&home(module));
        reading.paths = reader.found;
        for pair in reader.tokens.windows(2) {
            if pair[1].text == "!" && pair[0].is_name() {
                reading.macros.push((pair[0].line, pair[0].text.clone()));
            }
        }
        reading
    }
}

/// Returns the module path that `super` and `self` in a file are relative to.
fn home(module: &str) -> Vec<String> {
    match module {
        "lib" | "main" => Vec::new(),
        _ => module.split("::").map(str::to_owned).collect(),
    }
}

struct Reader {
    tokens: Vec<Token>,
    at: usize,
    /// Paths imported by `use` lines, by local name.
    imports: HashMap<String, String>,
    found: Vec<(usize, String)>,
}

impl Reader {
    /// Reads all tokens; `home` is the module that contains them.
    fn read(&mut self, home: &[String]) {
        let mut modules: Vec<(usize, String)> = Vec::new();
        let mut depth = 0;
        while let Some(token) = self.tokens.get(self.at).cloned() {
            match token.text.as_str() {
                "{" => depth += 1,
                "}" => {
                    depth -= 1;
                    modules.pop_if(|(opened, _)| *opened == depth);
                }
                "mod" if self.text(2) == "{" => modules.push((depth, self.text(1).to_owned())),
                _ => {}
            }
            let here: Vec<String> =
                home.iter().cloned().chain(modules.iter().map(|(_, name)| name.clone())).collect();
            // `impl Trait + use<'a>` lists captures and imports nothing.
            if token.text == "use" && self.text(1) != "<" {
                self.at += 1;
                self.use_tree(&here, &[]);
            } else if token.is_name() && self.text(1) == "::" && !self.goes_on() {
                self.path(&here);
            } else {
                self.at += 1;
            }
        }
    }

    /// Checks whether this token is a later segment of a path, or a method with type arguments.
    fn goes_on(&self) -> bool {
        let back = |n: usize| self.at.checked_sub(n).map(|at| &self.tokens[at]);
        match back(1).map(|token| token.text.as_str()) {
            Some(".") => true,
            Some("::") => back(2).is_some_and(|token| token.is_name() || token.text == ">"),
            _ => false,
        }
    }

    fn text(&self, ahead: usize) -> &str {
        self.tokens.get(self.at + ahead).map_or("", |token| &token.text)
    }

    /// Reads a path in an expression or a type.
    fn path(&mut self, here: &[String]) {
        let line = self.tokens[self.at].line;
        let mut names = vec![self.text(0).to_owned()];
        self.at += 1;
        while self.text(0) == "::" && self.tokens.get(self.at + 1).is_some_and(Token::is_name) {
            names.push(self.text(1).to_owned());
            self.at += 2;
        }
        if let Some(import) = self.imports.get(&names[0]) {
            names.splice(..1, import.split("::").map(str::to_owned));
        }
        self.found.push((line, resolve(&names, here)));
    }

    /// Reads one branch of a `use` line, prefixed with `before`; stops after the branch.
    fn use_tree(&mut self, here: &[String], before: &[String]) {
        let mut names = before.to_vec();
        let line = self.tokens.get(self.at).map_or(1, |token| token.line);
        loop {
            match self.text(0) {
                "::" => self.at += 1,
                "{" => {
                    self.at += 1;
                    while !matches!(self.text(0), "}" | "") {
                        self.use_tree(here, &names);
                        // Always skip the token that ends a branch, so that the loop terminates
                        // for any text.
                        if self.text(0) != "}" {
                            self.at += 1;
                        }
                    }
                    self.at += 1;
                    return;
                }
                "," | "}" | ";" | "" => break,
                "as" => {
                    let path = resolve(&names, here);
                    self.imports.insert(self.text(1).to_owned(), path.clone());
                    self.found.push((line, path));
                    self.at += 2;
                    return;
                }
                "self" if !names.is_empty() => self.at += 1,
                name => {
                    names.push(name.to_owned());
                    self.at += 1;
                }
            }
        }
        if let Some(last) = names.last() {
            let path = resolve(&names, here);
            self.imports.insert(last.clone(), path.clone());
            self.found.push((line, path));
        }
    }
}

/// Resolves a path to one from the root of this crate, or of another one.
fn resolve(names: &[String], here: &[String]) -> String {
    let mut module = here.to_vec();
    let mut rest = names;
    loop {
        match rest.first().map(String::as_str) {
            Some("super") => {
                module.pop();
            }
            Some("self") => {}
            Some("crate" | "instancectl") => module.clear(),
            _ => break,
        }
        rest = &rest[1..];
    }
    if rest.len() == names.len() {
        return names.join("::");
    }
    let inside: Vec<&str> = module.iter().chain(rest).map(String::as_str).collect();
    if inside.is_empty() { "crate".to_owned() } else { format!("crate::{}", inside.join("::")) }
}

#[derive(Debug, Clone)]
struct Token {
    line: usize,
    text: String,
}

impl Token {
    fn is_name(&self) -> bool {
        self.text.starts_with(|c: char| c.is_alphabetic() || c == '_')
    }
}

/// Removes each item under `#[cfg(test)]`; returns the removed modules that are in separate files.
fn cut_tests(tokens: &mut Vec<Token>) -> Vec<String> {
    let mut modules = Vec::new();
    let mut at = 0;
    while at < tokens.len() {
        let text = |n: usize| tokens.get(at + n).map_or("", |token| token.text.as_str());
        let is_cfg = text(0) == "#" && text(1) == "[" && text(2) == "cfg";
        if !is_cfg || !(text(4) == "test" || text(4) == "all" && text(6) == "test") {
            at += 1;
            continue;
        }
        let mut end = at;
        while tokens.get(end).is_some_and(|token| token.text == "#") {
            end = after_group(tokens, end + 1);
        }
        let item = end;
        while end < tokens.len() && !matches!(tokens[end].text.as_str(), ";" | "{") {
            end += 1;
        }
        if tokens.get(end).is_some_and(|token| token.text == "{") {
            end = after_group(tokens, end);
        } else {
            end = (end + 1).min(tokens.len());
            let name = tokens[item..end].iter().skip_while(|token| token.text != "mod").nth(1);
            modules.extend(name.map(|token| token.text.clone()));
        }
        tokens.drain(at..end);
    }
    modules
}

/// Returns the position after the bracket that closes the one at `open`.
fn after_group(tokens: &[Token], open: usize) -> usize {
    let mut depth = 0;
    for (at, token) in tokens.iter().enumerate().skip(open) {
        match token.text.as_str() {
            "(" | "[" | "{" => depth += 1,
            ")" | "]" | "}" => depth -= 1,
            _ => {}
        }
        if depth == 0 {
            return at + 1;
        }
    }
    tokens.len()
}

/// Splits text into names, numbers and punctuation; comments, strings, characters and lifetimes
/// are left out.
fn tokens(text: &str) -> Vec<Token> {
    let chars: Vec<char> = text.chars().collect();
    let mut found = Vec::new();
    let mut at = 0;
    let mut line = 1;
    while at < chars.len() {
        let start = at;
        let next = chars.get(at + 1).copied().unwrap_or(' ');
        match chars[at] {
            '/' if next == '/' => at = find(&chars, at, |c| c == '\n'),
            '/' if next == '*' => at = after_comment(&chars, at),
            '"' => at = after_text(&chars, at),
            '\'' => at = after_quote(&chars, at),
            ':' if next == ':' => {
                at += 2;
                found.push(Token { line, text: "::".to_owned() });
            }
            c if is_word(c) => {
                at = find(&chars, at, |c| !is_word(c));
                let word: String = chars[start..at].iter().collect();
                let after = chars.get(at).copied().unwrap_or(' ');
                match (word.as_str(), after) {
                    ("r" | "br" | "cr", '"' | '#') => at = after_raw(&chars, at),
                    ("b" | "c", '"' | '\'') => {}
                    _ => found.push(Token { line, text: word }),
                }
            }
            c => {
                at += 1;
                if !c.is_whitespace() {
                    found.push(Token { line, text: c.to_string() });
                }
            }
        }
        line += chars[start..at].iter().filter(|c| **c == '\n').count();
    }
    found
}

fn is_word(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

fn find(chars: &[char], from: usize, is_end: impl Fn(char) -> bool) -> usize {
    chars[from..].iter().position(|c| is_end(*c)).map_or(chars.len(), |more| from + more)
}

fn after_comment(chars: &[char], open: usize) -> usize {
    let mut depth = 0;
    let mut at = open;
    while at < chars.len() {
        match chars[at..] {
            ['/', '*', ..] => depth += 1,
            ['*', '/', ..] => depth -= 1,
            _ => {
                at += 1;
                continue;
            }
        }
        at += 2;
        if depth == 0 {
            break;
        }
    }
    at
}

fn after_text(chars: &[char], open: usize) -> usize {
    let mut at = open + 1;
    while at < chars.len() && chars[at] != '"' {
        at += if chars[at] == '\\' { 2 } else { 1 };
    }
    (at + 1).min(chars.len())
}

/// Returns the position after a character such as `'a'` or `'\''`; only after the quote if it
/// starts a lifetime.
fn after_quote(chars: &[char], open: usize) -> usize {
    match chars[open + 1..] {
        ['\\', _, ..] => find(chars, open + 3, |c| c == '\'') + 1,
        [_, '\'', ..] => open + 3,
        _ => open + 1,
    }
}

/// Returns the position after a raw string whose hashes and quote start at `open`; only after the
/// hash of a raw identifier.
fn after_raw(chars: &[char], open: usize) -> usize {
    let quote = find(chars, open, |c| c != '#');
    if chars.get(quote) != Some(&'"') {
        return quote;
    }
    let marks = quote - open;
    let mut at = quote + 1;
    while at < chars.len() {
        let after = &chars[at + 1..(at + 1 + marks).min(chars.len())];
        if chars[at] == '"' && after.len() == marks && after.iter().all(|c| *c == '#') {
            return at + 1 + marks;
        }
        at += 1;
    }
    at
}

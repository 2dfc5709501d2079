//! Small random mutations of texts, the same in every run.

/// Inserted tokens: those with a meaning in YAML or in the records.
const WORDS: &[&str] = &[
    "\n",
    " ",
    "  ",
    "\t",
    "\r\n",
    "\r",
    ":",
    ": ",
    "- ",
    "-",
    "? ",
    "?",
    ",",
    "[",
    "]",
    "{",
    "}",
    "#",
    " #",
    "&a ",
    "*a",
    "!",
    "!!str ",
    "!!int ",
    "|",
    ">",
    "|-\n",
    "'",
    "\"",
    "\\",
    "%",
    "@",
    "`",
    "---\n",
    "...\n",
    "<<: ",
    "~",
    "0",
    "0x",
    "1e",
    ".",
    "\u{feff}",
    "\0",
    "\u{1b}",
    "\u{85}",
    "\u{2028}",
    "训",
    "😀",
    "instances:\n",
    "defaults: ",
    "x: ",
    "\u{a0}",
];

/// Beginnings of lines that most YAML consists of, and their ends; some only look like that.
const KEYS: &[&str] =
    &["- ", "-   ", "a: ", "b: ", "c:  ", "d : ", "'e': ", "\"f\": ", "<<: ", "&x ", "&y "];
const VALUES: &[&str] = &[
    "",
    "k:",
    "- ",
    "-",
    "v",
    "w x",
    "1",
    "~",
    "'q''r'",
    "\"s\\nt\"",
    "\"\\u4e2d\"",
    "|",
    "|-",
    "|+",
    ">",
    "> # c",
    ">-",
    ">+",
    "|2",
    "[]",
    "{}",
    "[a, 'b', \"c\",]",
    "{a: 1, \"b\":2, 'c': {d: [e]}}",
    "[a,",
    "b]",
    "{a: &x b, c: *x}",
    "*x",
    "*y",
    "text # c",
    "# c",
    "text",
    " text",
    "  text",
    "\ttext",
    "---",
    "...",
    "a:b",
    "a#b",
    "http://x:1/y?z",
    "-1",
    "--",
    "- - z",
    "-a",
    "[[a], {b: c}]",
    "{",
    "}",
    "]",
    "[",
    "\"a",
    "b\"",
    "\"a\" # c",
    "'a'#c",
    "{a: b # c",
    "k: v",
    "l: w # c",
    "m: [n,\n o]",
    "!!str x",
    "x \t",
    "中: 文",
    "a: b: c",
    "&x",
    "{a: b}: c",
    "[a]: b",
    "*x : y",
    "---\nz: 1",
    "--- # c\nz: 1",
    " - z",
];

/// A random number generator (xorshift64): small, and good enough to choose positions and tokens.
pub(crate) struct Dice(u64);

impl Dice {
    pub(crate) fn new(seed: u64) -> Self {
        Self(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1)
    }

    /// Returns a number below `end`.
    pub(crate) fn below(&mut self, end: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 >> 33).unwrap() % end.max(1)
    }

    /// Composes lines with random indentation: about half of the texts are well-formed.
    pub(crate) fn common_yaml(&mut self) -> String {
        let mut text = String::new();
        for _ in 0..=self.below(9) {
            text.push_str(&" ".repeat([0, 0, 2, 2, 4, 4, 6, 1, 3][self.below(9)]));
            for _ in 0..self.below(3) {
                text.push_str(KEYS[self.below(KEYS.len())]);
            }
            text.push_str(VALUES[self.below(VALUES.len())]);
            text.push_str(if self.below(12) == 0 { "" } else { "\n" });
        }
        text
    }

    /// Makes one to three changes, each at a separate position: inserts a token; removes, changes,
    /// repeats or moves bytes; or cuts off the end.
    pub(crate) fn damaged(&mut self, bytes: &[u8]) -> Vec<u8> {
        let mut out = bytes.to_vec();
        for _ in 0..=self.below(3) {
            let at = self.below(out.len() + 1);
            let end = (at + 1 + self.below(8)).min(out.len());
            match self.below(8) {
                0..=3 => {
                    let word = WORDS[self.below(WORDS.len())].bytes();
                    drop(out.splice(at..at, word));
                }
                4 => drop(out.drain(at..end)),
                5 if at < out.len() => out[at] = u8::try_from(self.below(256)).unwrap(),
                6 => {
                    let part = out[at..end].repeat(1 + self.below(4));
                    let to = self.below(out.len() + 1);
                    drop(out.splice(to..to, part));
                }
                _ if self.below(4) == 0 => out.truncate(at),
                _ => {
                    let line = out[at..].iter().position(|&byte| byte == b'\n');
                    out.insert(line.map_or(out.len(), |line| at + line), b' ');
                }
            }
        }
        out
    }

    /// Makes one to three mistakes that users make in a manifest.
    pub(crate) fn mistaken(&mut self, text: &str) -> String {
        let mut text = text.to_owned();
        for _ in 0..=self.below(3) {
            let lines: Vec<&str> = text.lines().collect();
            let at = self.below(lines.len());
            let mistakes = mistakes(&lines[at..]);
            if let Some(mistake) = mistakes.get(self.below(mistakes.len())) {
                text = mistake.made(&lines, at);
            }
        }
        text
    }
}

/// A mistake in a line.
pub(crate) struct Mistake {
    pub(crate) what: &'static str,
    /// The number of lines that it replaces.
    replaced: usize,
    new: String,
}

impl Mistake {
    /// Returns the text with this mistake in its line `at`.
    pub(crate) fn made(&self, lines: &[&str], at: usize) -> String {
        let new = [&*self.new];
        let all = lines[..at].iter().chain(&new).chain(&lines[at + self.replaced..]);
        all.flat_map(|line| [line, "\n"]).collect()
    }
}

/// Returns the mistakes that are possible in the first of some lines: one of each kind.
pub(crate) fn mistakes(lines: &[&str]) -> Vec<Mistake> {
    let Some(line) = lines.first() else { return Vec::new() };
    let body = line.trim_start_matches(' ');
    let indent = line.len() - body.len();
    let mut found = Vec::new();
    let mut add = |what, replaced, new: String| {
        if new != *line {
            found.push(Mistake { what, replaced, new });
        }
    };
    for (what, to) in [("1 deeper", indent + 1), ("2 deeper", indent + 2), ("4 deeper", indent + 4)]
    {
        add(what, 1, format!("{}{body}", " ".repeat(to)));
    }
    for (what, by) in [("1 less", 1), ("2 less", 2), ("4 less", 4)] {
        add(what, 1, format!("{}{body}", " ".repeat(indent.saturating_sub(by))));
    }
    add("tab", 1, format!("{}{body}", "\t".repeat(indent.div_ceil(2))));
    for (what, old, new) in REPLACED {
        add(what, 1, format!("{}{}", &line[..indent], body.replacen(old, new, 1)));
    }
    for (what, old, new) in REPLACED_LAST {
        if let Some((before, after)) = line.rsplit_once(*old) {
            add(what, 1, format!("{before}{new}{after}"));
        }
    }
    for (what, before, after) in AROUND {
        add(what, 1, format!("{}{before}{body}{after}", &line[..indent]));
    }
    if let Some(next) = lines.get(1) {
        let margin = &next[..next.len() - next.trim_start().len()];
        add("moved", 2, format!("{next}\n{line}"));
        add("glued", 2, format!("{line}{}", next.trim_start()));
        add("joined", 2, format!("{line} {}", next.trim_start()));
        add("like the line below", 1, format!("{margin}{body}"));
        add("two lines deeper", 2, format!("  {line}\n  {next}"));
        add("removed", 2, (*next).to_owned());
    }
    add("repeated", 1, format!("{line}\n{line}"));
    found
}

/// Replacements of the first of some characters after the indentation.
const REPLACED: &[(&str, &str, &str)] = &[
    ("no blank after colon", ": ", ":"),
    ("full-width colon", ": ", "："),
    ("full-width colon and blank", ":", "："),
    ("no colon", ":", ""),
    ("equals", ": ", " = "),
    ("no blank after dash", "- ", "-"),
    ("no dash", "- ", "  "),
    ("two dashes", "- ", "- - "),
    ("no opening quote", "\"", ""),
    ("smart quote", "\"", "“"),
    ("no brace", "{", ""),
    ("no bracket", "[", ""),
    ("no comma", ",", ""),
    ("full-width comma", ", ", "，"),
    ("full-width bar", "|", "｜"),
    ("bar after dash", "|-", "-|"),
    ("no bar", " |", ""),
    ("full-width greater", ">", "》"),
    ("full-width space", " ", "\u{3000}"),
];

/// Replacements of the last of some characters.
const REPLACED_LAST: &[(&str, &str, &str)] = &[
    ("no closing quote", "\"", ""),
    ("smart closing quote", "\"", "”"),
    ("no closing brace", "}", ""),
    ("no closing bracket", "]", ""),
    ("wrong closing brace", "}", "]"),
];

/// Texts before and after a line without its indentation.
const AROUND: &[(&str, &str, &str)] = &[
    ("document mark", "---\n", ""),
    ("glued document mark", "---", ""),
    ("dash", "- ", ""),
    ("open bracket", "[", ""),
    ("comma", "", ","),
    ("closing brace", "", "}"),
    ("quote", "", "\""),
    ("block header", "", " |"),
    ("comment", "# ", ""),
    ("open quote", "\"", ""),
    ("script key", "startScriptContent: |\n", ""),
];

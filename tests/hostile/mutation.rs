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
}

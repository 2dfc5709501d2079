//! `secret-in-script`: a start script that sets a password, a key or a token. The platform and the
//! lock store the script, and others can read both.

use std::iter;
use std::ops::Range;

use crate::diagnostics::{DiagnosticKind, Secret};
use crate::validate::rules::script::{Script, ScriptLine, ScriptProblem};

/// Endings of variable names that indicate a secret.
const NAMES: [&str; 17] = [
    "password",
    "passwd",
    "passphrase",
    "_pass",
    "_pwd",
    "secret",
    "token",
    "credential",
    "credentials",
    "apikey",
    "api_key",
    "access_key",
    "accesskey",
    "secret_key",
    "secretkey",
    "private_key",
    "privatekey",
];

/// Endings of other names that end like one of a secret: marks in the text of a language model, and
/// passes over data.
const HARMLESS: [&str; 22] = [
    "eos_token",
    "bos_token",
    "pad_token",
    "unk_token",
    "sep_token",
    "cls_token",
    "mask_token",
    "stop_token",
    "end_token",
    "start_token",
    "image_token",
    "special_token",
    "one_pass",
    "two_pass",
    "single_pass",
    "multi_pass",
    "first_pass",
    "second_pass",
    "forward_pass",
    "backward_pass",
    "high_pass",
    "low_pass",
];

/// Endings of the names of files: a secret in a file is not in the script.
const FILES: [&str; 8] = [".json", ".yaml", ".yml", ".toml", ".ini", ".txt", ".pem", ".key"];

/// Prefixes of some providers' secrets, with the minimum number of characters that follow.
const PREFIXES: [(&str, usize); 6] =
    [("ghp_", 30), ("github_pat_", 30), ("glpat-", 18), ("hf_", 30), ("AKIA", 16), ("sk-", 30)];

/// Length of the shortest secret with a prefix.
const SHORTEST: usize = 20;

const BEGIN: &str = "-----BEGIN";
const END: &str = "-----END";
const KEY: &str = "PRIVATE KEY-----";

/// Text that takes the place of a secret.
const MASK: &str = "***";

pub(super) fn check(script: &Script<'_>) -> Vec<ScriptProblem> {
    let found = |line: &ScriptLine<'_>| {
        let problem = DiagnosticKind::SecretInScript { what: secret(line.text)? };
        Some(ScriptProblem { problem, span: line.span })
    };
    script.lines.iter().filter_map(found).collect()
}

/// Returns the lines of a text without their line ends and with their secrets masked, those in
/// comments included.
pub fn mask_secrets(text: &str) -> Vec<String> {
    let mask = |(line, ranges): (&str, Vec<Range<usize>>)| {
        let (mut masked, mut end) = (String::new(), 0);
        for range in ranges {
            masked += &line[end..range.start];
            masked += MASK;
            end = range.end;
        }
        masked + &line[end..]
    };
    lines_with_secrets(text).map(mask).collect()
}

/// Returns the secrets in a text, which [`mask_secrets`] masks.
pub fn secret_values(text: &str) -> Vec<&str> {
    let values = |(line, ranges): (_, Vec<Range<usize>>)| {
        let line: &str = line;
        ranges.into_iter().map(move |range| line[range].trim())
    };
    // The lines around a private key are the same for every key.
    let is_secret =
        |value: &&str| !value.is_empty() && (value.len() > 50 || !value.contains("-----"));
    lines_with_secrets(text).flat_map(values).filter(is_secret).collect()
}

/// Returns the lines of a text without their line ends, with the ranges of their secrets.
fn lines_with_secrets(text: &str) -> impl Iterator<Item = (&str, Vec<Range<usize>>)> {
    // A text may begin in a key.
    let mut in_key = text.find("-----").is_some_and(|at| {
        text[at..].starts_with(END)
            && text[at..].lines().next().is_some_and(|line| line.contains(KEY))
    });
    let lines = text.split_inclusive('\n').map(|line| line.strip_suffix('\n').unwrap_or(line));
    lines.map(move |line| {
        let begins = is_private_key(line);
        let rest = |from| iter::once(from..line.len()).collect();
        let ranges = match line.find(BEGIN) {
            _ if in_key => rest(0),
            Some(at) if begins => rest(at),
            _ => secret_ranges(line),
        };
        in_key = (in_key || begins) && !line.contains(END);
        (line, ranges)
    })
}

/// Returns the ranges of the secrets of a line, in their order.
fn secret_ranges(line: &str) -> Vec<Range<usize>> {
    let (mut ranges, mut from) = (Vec::new(), 0);
    while let Some((_, Range { start, end })) = find(&line[from..]) {
        // A secret with another form may precede it.
        let before = secret_ranges(&line[from..from + start]);
        ranges.extend(before.into_iter().map(|range| from + range.start..from + range.end));
        ranges.push(from + start..from + end);
        from += end;
    }
    ranges
}

/// Returns the secret that a line of a script discloses: a variable's name, or the form of the
/// secret.
fn secret(line: &str) -> Option<Secret> {
    let line = line.trim_start();
    if line.starts_with('#') {
        return None;
    }
    if is_private_key(line) {
        return Some(Secret::PrivateKey);
    }
    find(line).map(|(secret, _)| secret)
}

fn is_private_key(line: &str) -> bool {
    line.contains(BEGIN) && line.contains(KEY)
}

/// Returns the first secret of a line and its value's range: one with the form of a secret, otherwise
/// a variable's.
fn find(line: &str) -> Option<(Secret, Range<usize>)> {
    // Scripts have many lines, and nearly all words are shorter: searches in bytes, and only in words
    // that are long enough, take a twentieth of the time.
    let is_between = |byte: &u8| {
        matches!(byte, b' ' | b'\t' | b';' | b'"' | b'\'' | b'=' | b'&' | b'|' | b'(' | b')')
            || matches!(byte, b'@' | b':' | b'/')
    };
    let words = line.as_bytes().split(is_between);
    for word in words.filter(|word| word.len() >= SHORTEST) {
        let is = |(prefix, rest): &&(&str, usize)| {
            word.strip_prefix(prefix.as_bytes()).is_some_and(|text| {
                text.len() >= *rest
                    && text.iter().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-'))
            })
        };
        if let Some((prefix, _)) = PREFIXES.iter().find(is) {
            let start = offset(line, word);
            return Some((Secret::Prefix(prefix), start..start + word.len()));
        }
    }
    if let Some(found) = bearer(line).or_else(|| login(line)) {
        return Some(found);
    }
    if !line.as_bytes().contains(&b'=') {
        return None;
    }
    line.split([' ', '\t', ';', '&']).find_map(|word| {
        let (name, value) = word.trim_start_matches('-').split_once('=')?;
        // In `-e "NAME=value"` the quote is before the name.
        let bare = name.trim_start_matches(['"', '\'']);
        let quote = name.chars().next().filter(|_| bare.len() < name.len());
        let range = value_range(line, value, quote);
        // A value taken from another variable or a command is not a secret in the script.
        let inner = match quote {
            Some(quote) => value.trim_end_matches(quote),
            None => &line[range.clone()],
        };
        let is_file = FILES.iter().any(|end| inner.ends_with(end));
        let literal =
            inner.len() >= 6 && !is_file && !inner.starts_with(['$', '`', '<', '/', '~', '.']);
        (literal && is_name(bare) && is_secret_name(bare))
            .then(|| (Secret::Variable(bare.to_owned()), range))
    })
}

/// Returns whether a variable with this name has a secret.
fn is_secret_name(name: &str) -> bool {
    let name = name.to_lowercase().replace('-', "_");
    let ends = |endings: &[&str]| endings.iter().any(|ending| name.ends_with(ending));
    ends(&NAMES) && !ends(&HARMLESS)
}

/// Returns the token of an `Authorization: Bearer` header.
fn bearer(line: &str) -> Option<(Secret, Range<usize>)> {
    let bytes = line.as_bytes();
    let is_bearer =
        |at: &usize| bytes[*at] == b' ' && bytes[at - 6..*at].eq_ignore_ascii_case(b"bearer");
    let at = (6..bytes.len()).find(is_bearer)? + 1;
    let rest = &line[at..];
    let token = rest.split([' ', '\t', '"', '\'']).next().unwrap_or_default();
    let literal = token.len() >= 16 && !token.starts_with(['$', '`', '<', '{']);
    literal.then(|| (Secret::Variable("Authorization".to_owned()), at..at + token.len()))
}

/// Returns the password in an address, as in `https://user:password@host`.
fn login(line: &str) -> Option<(Secret, Range<usize>)> {
    // Nearly every line.
    if !line.as_bytes().contains(&b'@') {
        return None;
    }
    let start = line.find("://")? + "://".len();
    let authority = line[start..].split(['/', ' ', '"', '\'']).next().unwrap_or_default();
    let (user, password) = authority.rsplit_once('@')?.0.split_once(':')?;
    let at = start + user.len() + 1;
    let literal = password.len() >= 6 && !password.starts_with(['$', '`', '<', '{']);
    literal.then(|| (Secret::Variable(format!("{user}@")), at..at + password.len()))
}

/// Returns the range of a value in its line; one in quotes, of which `quote` precedes its name, ends at
/// the closing quote.
fn value_range(line: &str, value: &str, quote: Option<char>) -> Range<usize> {
    let start = offset(line, value.as_bytes());
    let own = value.chars().next().filter(|char| matches!(char, '"' | '\''));
    let start = start + own.map_or(0, char::len_utf8);
    match own.or(quote) {
        Some(quote) => start..line[start..].find(quote).map_or(line.len(), |length| start + length),
        None => start..start + value.trim_end_matches(['"', '\'']).len(),
    }
}

/// Returns the position of a part of a line.
fn offset(line: &str, part: &[u8]) -> usize {
    part.as_ptr() as usize - line.as_ptr() as usize
}

fn is_name(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-'))
}

#[cfg(test)]
mod tests {
    use super::{PREFIXES, SHORTEST, mask_secrets, secret, secret_values};

    #[test]
    fn only_a_literal_value_is_a_secret() {
        let reported = |line: &str| secret(line).is_some();
        assert!(reported("export WANDB_API_KEY=0123456789abcdef"));
        for named in [
            "python x.py --password='hunter22'",
            "export DB_PASS=hunter22 x",
            "MYSQL_PWD='hunter22' mysql",
            "export REGISTRY_CREDENTIALS=bob-hunter22",
            "SECRET_KEY=0123456789",
            "export DB_PASSWORD='a b c d'",
            "login --pass-phrase-token=\"one two three\"",
            "docker run -e \"DB_PASSWORD=hunter22\" image",
            "docker run -e 'DB_PASSWORD=hunter 22 x' image",
        ] {
            assert!(reported(named), "{named}");
        }
        let token = "a".repeat(36);
        assert!(reported(&format!("git clone https://ghp_{token}@github.com/a/b")));
        assert!(reported("echo '-----BEGIN OPENSSH PRIVATE KEY-----'"));
        assert!(reported("curl -H 'Authorization: Bearer eyJhbGciOiJIUzI1NiJ9.e30' h"));
        assert!(reported("git clone https://bob:hunter22@git.example/a"));
        let shortest = PREFIXES.iter().map(|(prefix, rest)| prefix.len() + rest).min();
        assert_eq!(shortest, Some(SHORTEST));
        for harmless in [
            "curl -H \"Authorization: Bearer $TOKEN\" h",
            "git clone https://bob:$TOKEN@git.example/a",
            "git clone https://bob@git.example/a",
            "export HF_TOKEN=$(cat ~/.token)",
            "export TOKEN=\"$TOKEN\"",
            "TOKEN_FILE=/public/home/alice/.token",
            "# password=hunter22",
            "python train.py --max-tokens=4096 --tokenizer=llama-tokenizer",
            "export PASSWORD=",
            "export PASSWORD='a b' LONG=enough",
            "export GOOGLE_APPLICATION_CREDENTIALS=service-account.json",
            "export GOOGLE_APPLICATION_CREDENTIALS=./service-account",
            "python train.py --eos-token='end of text' --two-pass=enabled --bypass=always",
            "echo \"token=none was given\"",
            "PWD=workspace make",
            "export DB_PASS=\"$PASS and more\"",
            "sk-learn",
        ] {
            assert!(!reported(harmless), "{harmless}");
        }
    }

    #[test]
    fn key_whose_first_line_is_missing_is_masked_too() {
        let text = "MIIB\n-----END RSA PRIVATE KEY-----\nplain";
        assert_eq!(mask_secrets(text), ["***", "***", "plain"]);
        let other = "MIIB\n-----END CERTIFICATE-----";
        assert_eq!(mask_secrets(other), ["MIIB", "-----END CERTIFICATE-----"]);
    }

    #[test]
    fn secrets_are_masked_and_nothing_else() {
        let key = "sk-".to_owned() + &"a".repeat(40);
        let text = format!(
            "export API_KEY=0123456789 OPENAI={key}\n# password='hunter 22 x' --lr 1\n\
             echo \"-----BEGIN PRIVATE KEY-----\nMIIB\n-----END PRIVATE KEY-----\"\n\n\
             train --lr 1e-4 --token=$TOKEN\ncurl -H 'authorization: bearer 0123456789abcdef' h\n\
             git clone https://bob:hunter22@git.example/a\nDB_PASS=\"a b  c d\" run -e \"X_PWD=letters\""
        );
        assert_eq!(
            mask_secrets(&text),
            [
                "export API_KEY=*** OPENAI=***",
                "# password='***' --lr 1",
                "echo \"***",
                "***",
                "***",
                "",
                "train --lr 1e-4 --token=$TOKEN",
                "curl -H 'authorization: bearer ***' h",
                "git clone https://bob:***@git.example/a",
                "DB_PASS=\"***\" run -e \"X_PWD=***\"",
            ]
        );
        let values = [
            "0123456789",
            &key,
            "hunter 22 x",
            "MIIB",
            "0123456789abcdef",
            "hunter22",
            "a b  c d",
            "letters",
        ];
        assert_eq!(secret_values(&text), values);
    }
}

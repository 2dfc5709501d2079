//! `secret-in-script`: a start script that sets a password, a key or a token. The platform and the
//! lock store the script, and others can read both.

use crate::diagnostics::{DiagnosticKind, Secret};
use crate::validate::rules::script::{Script, ScriptLine, ScriptProblem};

/// Endings of variable names that indicate a secret.
const NAMES: [&str; 8] =
    ["password", "passwd", "secret", "token", "apikey", "api_key", "access_key", "accesskey"];

/// Prefixes of some providers' secrets, with the minimum number of characters that follow.
const PREFIXES: [(&str, usize); 6] =
    [("ghp_", 30), ("github_pat_", 30), ("glpat-", 18), ("hf_", 30), ("AKIA", 16), ("sk-", 30)];

pub(super) fn check(script: &Script<'_>) -> Vec<ScriptProblem> {
    let found = |line: &ScriptLine<'_>| {
        let problem = DiagnosticKind::SecretInScript { what: secret(line.text)? };
        Some(ScriptProblem { problem, span: line.span })
    };
    script.lines.iter().filter_map(found).collect()
}

/// Returns the secret that a line of a script discloses: a variable's name, or the form of the
/// secret.
fn secret(line: &str) -> Option<Secret> {
    let line = line.trim_start();
    if line.starts_with('#') {
        return None;
    }
    if line.contains("-----BEGIN") && line.contains("PRIVATE KEY-----") {
        return Some(Secret::PrivateKey);
    }
    let words = line.split([' ', '\t', ';', '"', '\'', '=', '&', '|', '(', ')', '@', ':', '/']);
    for word in words {
        let is = |(prefix, rest): &&(&str, usize)| {
            word.strip_prefix(prefix).is_some_and(|text| {
                text.len() >= *rest
                    && text.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-'))
            })
        };
        if let Some((prefix, _)) = PREFIXES.iter().find(is) {
            return Some(Secret::Prefix(prefix));
        }
    }
    line.split([' ', '\t', ';', '&']).find_map(|word| {
        let (name, value) = word.trim_start_matches('-').split_once('=')?;
        let value = value.trim_matches(['"', '\'']);
        // A value taken from another variable or a command is not a secret in the script.
        let literal = value.len() >= 6 && !value.starts_with(['$', '`', '<', '/', '~']);
        let lower = name.to_lowercase().replace('-', "_");
        let named = NAMES.iter().any(|secret| lower.ends_with(secret));
        (named && literal && is_name(name)).then(|| Secret::Variable(name.to_owned()))
    })
}

fn is_name(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-'))
}

#[cfg(test)]
mod tests {
    use super::secret;

    #[test]
    fn only_a_literal_value_is_a_secret() {
        let reported = |line: &str| secret(line).is_some();
        assert!(reported("export WANDB_API_KEY=0123456789abcdef"));
        assert!(reported("python x.py --password='hunter22'"));
        let token = "a".repeat(36);
        assert!(reported(&format!("git clone https://ghp_{token}@github.com/a/b")));
        assert!(reported("echo '-----BEGIN OPENSSH PRIVATE KEY-----'"));
        for harmless in [
            "export HF_TOKEN=$(cat ~/.token)",
            "export TOKEN=\"$TOKEN\"",
            "TOKEN_FILE=/public/home/alice/.token",
            "# password=hunter22",
            "python train.py --max-tokens=4096 --tokenizer=llama-tokenizer",
            "export PASSWORD=",
            "sk-learn",
        ] {
            assert!(!reported(harmless), "{harmless}");
        }
    }
}

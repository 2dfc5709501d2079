//! `folded-script`: a script of several commands whose line breaks YAML removes, so that they become
//! one command, or a comment.

use crate::diagnostics::{DiagnosticKind, FoldedLine};
use crate::validate::rules::script::{Script, ScriptLine, ScriptProblem, ScriptStyle};

/// Words that begin a command in scripts for training jobs, and rarely continue another one.
const COMMANDS: &str = "\
    . accelerate apt apt-get awk bash case cat cd chmod conda cp curl deepspeed docker done echo \
    eval exec exit export fi for git grep hf hostname huggingface-cli hy-smi if jupyter kill ln \
    ls mamba mkdir modprobe module mpirun mv nohup npm nvidia-smi pip pip3 pkill printf python \
    python3 ray rm rocm-smi rsync scp sed set sh sleep source srun ssh sudo tar tee torchrun \
    touch trap ulimit umask unset unzip uv wait wget while yum";

/// Commands whose arguments are a command.
const WRAPPERS: &str = "\
    accelerate apptainer conda docker env eval exec mpiexec mpirun nohup numactl podman setsid \
    singularity srun ssh stdbuf sudo taskset time timeout torchrun uv watch xargs";

pub(super) fn check(script: &Script<'_>) -> Vec<ScriptProblem> {
    let found = match script.style {
        ScriptStyle::Literal | ScriptStyle::Escaped => None,
        ScriptStyle::Folded | ScriptStyle::DoubleQuoted => folded(script),
        ScriptStyle::Plain | ScriptStyle::SingleQuoted => {
            folded(script).or_else(|| written_newline(script))
        }
    };
    found.into_iter().collect()
}

/// Returns the first line that is joined with the one above it, if the two are clearly two commands.
fn folded(script: &Script<'_>) -> Option<ScriptProblem> {
    let block = script.lines.iter().find(|line| !line.text.is_empty())?.indent;
    // `>` keeps the breaks around empty and more indented lines.
    let kept = |line: &ScriptLine<'_>| {
        line.text.is_empty() || script.style == ScriptStyle::Folded && line.indent > block
    };
    let mut command = "";
    for pair in script.lines.windows(2) {
        let (above, below) = (pair[0].text, pair[1].text);
        if command.is_empty() || !above.starts_with('-') {
            command = above;
        }
        if kept(&pair[0]) || kept(&pair[1]) {
            command = "";
        } else if let Some(line) = two_commands(command, above, below) {
            let problem = DiagnosticKind::FoldedScript { line };
            return Some(ScriptProblem { problem, span: pair[1].span });
        }
    }
    None
}

/// Returns how two lines clearly are two commands, if they are; `command` is the line that begins
/// the command above, whose options may follow on their own lines.
fn two_commands(command: &str, above: &str, below: &str) -> Option<FoldedLine> {
    let above = above.trim_start_matches(['"', '\'']);
    if above.starts_with('#') {
        return Some(FoldedLine::AfterComment);
    }
    if below.starts_with('#') {
        return Some(FoldedLine::Comment);
    }
    if above.ends_with('\\') {
        return Some(FoldedLine::AfterBackslash);
    }
    let continues = above.ends_with(['&', '|', ';', '(', '{', ',', '=', '`', '"'])
        || ["then", "do", "else"].iter().any(|word| above.split(' ').next_back() == Some(word));
    let first = command.split_whitespace().find(|word| !is_assignment(word))?;
    let first = first.trim_start_matches(['"', '\'', '$', '(']);
    let word = below.split_whitespace().next()?.trim_end_matches([';', '"', '\'']);
    let assigns = is_assignment(word) && first != "export";
    let is_command = contains(COMMANDS, word) || word.starts_with("./") || assigns;
    (is_command && !continues && !contains(WRAPPERS, first)).then_some(FoldedLine::Command)
}

fn contains(words: &str, word: &str) -> bool {
    words.split(' ').any(|known| known == word)
}

/// Checks for `NAME=value`, with a name that is usual for a variable: `lr=1` is an argument.
fn is_assignment(word: &str) -> bool {
    word.split_once('=').is_some_and(|(name, _)| {
        name.starts_with(|c: char| c.is_ascii_uppercase() || c == '_')
            && name.bytes().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit() || b == b'_')
    })
}

/// Returns the line with `\n` outside the shell's quotes: only in YAML's double
/// quotes it is a line break.
fn written_newline(script: &Script<'_>) -> Option<ScriptProblem> {
    let line = script.lines.iter().find(|line| has_written_newline(line.text))?;
    let problem = DiagnosticKind::FoldedScript { line: FoldedLine::WrittenNewline };
    Some(ScriptProblem { problem, span: line.span })
}

fn has_written_newline(line: &str) -> bool {
    let line = line.strip_prefix('\'').unwrap_or(line);
    if line.starts_with("#!") {
        return line.contains("\\n");
    }
    let mut quote = None;
    let mut chars = line.chars().peekable();
    while let Some(char) = chars.next() {
        match (char, quote) {
            ('\\', None) if chars.peek() == Some(&'n') => return true,
            ('\\', _) => _ = chars.next(),
            ('"' | '\'', None) => quote = Some(char),
            (_, Some(open)) if char == open => quote = None,
            _ => {}
        }
    }
    false
}

#[cfg(test)]
mod tests {
    use super::{has_written_newline, two_commands};

    #[test]
    fn two_commands_are_distinguished_from_one() {
        for (above, below) in [
            ("cd /work", "pip install -r requirements.txt"),
            ("#!/bin/bash", "source /opt/dtk/env.sh"),
            ("python train.py \\", "--lr 1"),
            ("pip install -e .", "# the data"),
            ("pip install -e .", "B=2 python train.py"),
            ("set -e", "./run.sh"),
        ] {
            assert!(two_commands(above, above, below).is_some(), "{above} / {below}");
        }
        for (command, above, below) in [
            ("python train.py", "python train.py", "--lr 1 --epochs 3"),
            ("python train.py", "python train.py", "model=llama"),
            ("cd /work &&", "cd /work &&", "python train.py"),
            ("mpirun", "--np 4", "python train.py"),
            ("sudo -E", "sudo -E", "bash run.sh"),
            ("export A=1", "export A=1", "B=2"),
            ("python -m torch.distributed.run", "--nnodes 1", "train.py"),
            ("if true; then", "if true; then", "echo yes"),
        ] {
            assert!(two_commands(command, above, below).is_none(), "{above} / {below}");
        }
    }

    #[test]
    fn newline_in_quotes_of_the_shell_is_an_escape() {
        assert!(has_written_newline(r"'#!/bin/bash\npython train.py\n'"));
        assert!(has_written_newline(r"cd /work\npython train.py"));
        assert!(!has_written_newline(r#"printf "%s\n" a"#));
        assert!(!has_written_newline(r"echo -e 'a\nb'"));
    }
}

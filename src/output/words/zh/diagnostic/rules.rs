//! Texts about values and scripts that are accepted but probably not intended.

use crate::diagnostics::{FoldedLine, ImageFault, Oddity, Reading, Secret, escaped, quote};

pub(super) fn reading(written: &str, reading: Reading) -> String {
    let other = match reading {
        Reading::Bool(value) => format!("`{value}`"),
        Reading::Integer(value) => format!("the integer {value}"),
        Reading::Number => "a number".to_owned(),
        Reading::Date => "a date".to_owned(),
        Reading::Text => format!("the text `{}`", escaped(written)),
        Reading::Special => "a special key".to_owned(),
    };
    format!("{} unquoted is {other} to readers of YAML 1.1", quote(written))
}

pub(super) fn secret(secret: &Secret) -> String {
    match secret {
        Secret::PrivateKey => "the script contains a private key".to_owned(),
        Secret::Prefix(prefix) => {
            format!("the script contains a value that begins with `{prefix}`, as tokens do")
        }
        Secret::Variable(name) => format!("the script contains a value for {}", quote(name)),
    }
}

pub(super) fn folded_line(line: FoldedLine) -> &'static str {
    match line {
        FoldedLine::AfterComment => {
            "YAML joins this line with the comment above it, so it does not run"
        }
        FoldedLine::Comment => {
            "YAML joins this comment with the line above it, so what follows does not run"
        }
        FoldedLine::AfterBackslash => {
            "YAML joins this line with the one above it, whose `\\` then escapes a space"
        }
        FoldedLine::Command => {
            "YAML joins this command with the line above it, so the two run as one command"
        }
        FoldedLine::WrittenNewline => {
            "`\\n` is a line break only in double quotes: here it is two characters"
        }
    }
}

pub(super) fn image_fault(image: &str, fault: &ImageFault) -> String {
    let fault = match fault {
        ImageFault::Scheme => "it begins with a scheme".to_owned(),
        ImageFault::Command { .. } => "it is a command".to_owned(),
        ImageFault::Blank => "it contains a space".to_owned(),
        ImageFault::Character(char) => format!("it contains {}", quote(&char.to_string())),
        ImageFault::Digest => "the text after `@` is not a digest".to_owned(),
        ImageFault::Parts => "one of its parts is empty or misplaced".to_owned(),
    };
    format!("`imagePath`: {} is not an image reference: {fault}", quote(image))
}

pub(super) fn image_help(fault: &ImageFault) -> String {
    match fault {
        ImageFault::Command { image } => format!("write only the image: {}", quote(image)),
        ImageFault::Scheme => "remove the scheme, such as `https://`".to_owned(),
        ImageFault::Digest => "a digest is `sha256:` and 64 hexadecimal digits".to_owned(),
        ImageFault::Blank | ImageFault::Character(_) | ImageFault::Parts => {
            "the form is `registry:port/path/name:tag`; `instancectl catalog images` lists images"
                .to_owned()
        }
    }
}

pub(super) fn oddity(oddity: Oddity) -> String {
    let code = |char: char| format!("U+{:04X}", u32::from(char));
    match oddity {
        Oddity::Control(char) => format!("contains the control character {}", code(char)),
        Oddity::Invisible(char) => {
            format!("contains {}, which is invisible or looks like a space", code(char))
        }
        Oddity::Dash(char) => format!("has `{char}` ({}) in place of a hyphen", code(char)),
        Oddity::OuterSpace => "begins or ends with a space".to_owned(),
        Oddity::FinalSeparator(char) => {
            format!("ends with {}, as part of the text", quote(&char.to_string()))
        }
        Oddity::UnpairedQuote(char) => {
            format!("has {} on one side only, as part of the text", quote(&char.to_string()))
        }
        Oddity::FolderName(char) => {
            format!("has {}, which is not safe in the name of a folder", quote(&char.to_string()))
        }
        Oddity::LongName { bytes } => {
            format!("has {bytes} bytes, too many for the name of a folder")
        }
        Oddity::Root => "is `/`, which hides all files of the image".to_owned(),
        Oddity::Colon => "contains `:`, which is part of the path here".to_owned(),
    }
}

pub(super) fn oddity_help(oddity: Oddity) -> &'static str {
    match oddity {
        Oddity::Control(_)
        | Oddity::OuterSpace
        | Oddity::FinalSeparator(_)
        | Oddity::UnpairedQuote(_) => "remove it",
        Oddity::Invisible(_) => "remove it, or write a plain space",
        Oddity::Dash(_) => "write `-`, or `--`",
        Oddity::FolderName(_) => {
            "the platform makes a folder of the name: use letters, digits, `-`, `_` and `.`"
        }
        Oddity::LongName { .. } => "use at most 200 bytes",
        Oddity::Root => "mount at a folder, such as `/mnt/data`",
        Oddity::Colon => "remove it and what follows, if it is a mode such as `:ro`",
    }
}

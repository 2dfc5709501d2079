//! Writes the man pages of all commands, in both languages, below a folder:
//! `cargo run --example man -- FOLDER`.

use std::io::{Error, Result};
use std::path::{Path, PathBuf};
use std::{env, fs};

use clap::Command;
use clap_mangen::Man;
use clap_mangen::roff::{Inline, Roff, roman};
use instancectl::cli::{HelpPage, program};
use instancectl::language::Language;

/// The languages, each with the folder in which `man` looks for its pages.
const LANGUAGES: [(Language, &str); 2] =
    [(Language::English, "man1"), (Language::Chinese, "zh_CN/man1")];

fn main() -> Result<()> {
    let folder = env::args_os().nth(1).ok_or_else(|| Error::other("expected a folder"))?;
    for (language, pages) in LANGUAGES {
        let pages = PathBuf::from(&folder).join(pages);
        fs::create_dir_all(&pages)?;
        let mut command = program(HelpPage::Short, language).disable_help_subcommand(true);
        command.build();
        write(&command, &pages)?;
    }
    Ok(())
}

/// Writes the page of a command, and those of its subcommands.
fn write(command: &Command, folder: &Path) -> Result<()> {
    let source = concat!("instancectl ", env!("CARGO_PKG_VERSION"));
    let man = Man::new(command.clone()).source(source).manual("instancectl");
    // Chinese has too few blanks for lines of one width; the string is for groff from 1.23 on.
    let mut page = b".ds AD l\n".to_vec();
    man.render_title(&mut page)?;
    page.extend(b".ad l\n.nh\n");
    man.render_name_section(&mut page)?;
    man.render_synopsis_section(&mut page)?;
    man.render_description_section(&mut page)?;
    if command.get_arguments().any(|arg| !arg.is_hide_set()) {
        man.render_options_section(&mut page)?;
    }
    if command.has_subcommands() {
        man.render_subcommands_section(&mut page)?;
    }
    let after = command.get_after_long_help().or(command.get_after_help());
    for text in command.get_before_help().into_iter().chain(after) {
        section(&text.to_string()).to_writer(&mut page)?;
    }
    fs::write(folder.join(man.get_filename()), page)?;
    command
        .get_subcommands()
        .filter(|sub| !sub.is_hide_set())
        .try_for_each(|sub| write(sub, folder))
}

/// Returns a section with the lines of a text as they are. Its first line is the heading.
fn section(text: &str) -> Roff {
    let (heading, lines) = text.split_once('\n').unwrap_or((text, ""));
    let heading = heading.trim_end_matches([':', '：']).to_uppercase();
    let lines: Vec<Inline> = lines.split_inclusive('\n').map(roman).collect();
    let mut roff = Roff::new();
    roff.control("SH", [heading.as_str()]).control("nf", []).text(lines).control("fi", []);
    roff
}

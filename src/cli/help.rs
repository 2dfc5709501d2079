//! Layout of the help pages: examples first, flags in groups, lines of at most 80 columns.

use clap::builder::{Resettable, StyledStr};
use clap::{Arg, Command, Id};

pub(super) const SELECTION: &str = "Selection";
pub(super) const CHANGES: &str = "Changes";
pub(super) const SAFETY: &str = "Safety";
pub(super) const CHECKS: &str = "Checks";
pub(super) const TIMING: &str = "Timing";
pub(super) const CONNECTION: &str = "Connection";
pub(super) const GIT: &str = "Git";
/// Heading of the flags that every command has, too.
pub(super) const OUTPUT: &str = "Output";

/// The headings in the order of a page; what has none is before them.
pub(super) const HEADINGS: [&str; 8] =
    [SELECTION, CHANGES, SAFETY, CHECKS, TIMING, CONNECTION, GIT, OUTPUT];

/// The text before the help is the examples.
const TEMPLATE: &str = "\
{about-with-newline}
{usage-heading} {usage}

{before-help}{all-args}{after-help}";

pub(super) const ENVIRONMENT: &str = "\
Environment:
  INSTANCECTL_ENDPOINT      the region's AI address: https://HOST:65011/ai
  INSTANCECTL_TOKEN         the region's token, or
  INSTANCECTL_TOKEN_FILE    a file with it, private to its owner
or an account, which logs in to the regions that the manifests name:
  INSTANCECTL_USER, INSTANCECTL_ACCESS_KEY, INSTANCECTL_SECRET_KEY
  INSTANCECTL_REGION        the region of documents that name none
  INSTANCECTL_LOGIN_URL     replaces https://api.scnet.cn
  INSTANCECTL_PLATFORM_URL  replaces https://www.scnet.cn
                            (if only one of the two is set, both are this)
and with either:
  INSTANCECTL_FILE_ENDPOINT  the region's file service, for `logs`; a login
                            finds it
  INSTANCECTL_PLATFORM_URL  the platform, for free cards; a login knows it
  INSTANCECTL_CA_FILE       PEM file of a centre's own certificate authority,
                            or of the server's own certificate
  INSTANCECTL_LANG          en or zh, instead of the locale's language
If both are set, the endpoint and its token are used.";

/// Extent of a help page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum HelpPage {
    /// That of `-h`: without rare flags and details.
    Short,
    /// That of `--help`.
    Complete,
}

/// Lays out the help pages of a command and its subcommands that are `shown`.
pub(super) fn lay_out(
    mut command: Command,
    page: HelpPage,
    shown: &dyn Fn(&Command) -> bool,
) -> Command {
    let rank = |heading| HEADINGS.iter().position(|known| Some(*known) == heading);
    let arguments = command.get_arguments();
    let arguments = arguments.map(|arg| (rank(arg.get_help_heading()), arg.get_id().clone()));
    let mut arguments: Vec<(Option<usize>, Id)> = arguments.collect();
    arguments.sort_by_key(|(rank, _)| *rank);
    for (_, id) in arguments {
        // Moves it to the end: headings are printed in the order of the arguments.
        command = command.mut_arg(id, |arg| match page {
            HelpPage::Short => positional_first(arg),
            HelpPage::Complete => completed(positional_first(arg)),
        });
    }
    let mut before = command.get_before_help().map(ToString::to_string);
    if page == HelpPage::Complete {
        let about = command.get_long_about().map(ToString::to_string).unwrap_or_default();
        let details = about.split_once("\n\n").map(|(_, details)| details.to_owned());
        let parts: Vec<String> = details.into_iter().chain(before).collect();
        before = Some(parts.join("\n\n")).filter(|text| !text.is_empty());
        let after = command.get_after_long_help().or(command.get_after_help());
        let after = after.map(|text| with_styled_headings(&command, &text.to_string()));
        // Without longer texts, the page has the layout of the short one.
        command =
            command.long_about(None).after_long_help(None).after_help(Resettable::from(after));
    }
    let before = before.map(|text| with_styled_headings(&command, &text));
    command
        .before_help(Resettable::from(before))
        .help_template(TEMPLATE)
        .mut_subcommands(|sub| if shown(&sub) { lay_out(sub, page, shown) } else { sub })
}

fn positional_first(arg: Arg) -> Arg {
    if arg.is_positional() { arg.display_order(0) } else { arg }
}

/// Returns a flag as a complete page shows it.
fn completed(arg: Arg) -> Arg {
    let help = arg.get_long_help().or(arg.get_help()).map(ToString::to_string);
    let help = help.map(|text| StyledStr::from(text.replace("\n\n", "\n")));
    arg.help(Resettable::from(help)).long_help(None).hide_short_help(false)
}

/// Returns a text whose headings, such as `Examples:`, look like those of the flags.
fn with_styled_headings(command: &Command, text: &str) -> StyledStr {
    let style = command.get_styles().get_header();
    let is_heading = |line: &str| match line.strip_suffix(':') {
        Some(heading) => heading.split(' ').count() <= 2,
        None => line.ends_with('：') && line.chars().count() <= 5,
    };
    let line = |line: &str| {
        if is_heading(line) { format!("{style}{line}{style:#}") } else { line.to_owned() }
    };
    text.lines().map(line).collect::<Vec<_>>().join("\n").into()
}

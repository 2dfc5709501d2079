//! Output of `ssh-config`.

use std::io;

use super::plan::escape;
use crate::api::endpoints::ssh_address::SshAddress;
use crate::exit_status::{ExitClass, ExitClasses};
use crate::ids::InstanceName;
use crate::language::Language;
use crate::lifecycle::{InstanceHosts, ObservedInstance, SshGap, SshHost, classes};
use crate::output::Message;
use crate::output::console::Console;
use crate::output::json::{
    CardUsage, CommandFields, EachRow, ExitReport, InstanceRow, SshRow, live_row,
};

impl Console {
    /// Prints the servers of each instance as a configuration of `ssh`, as the command's result, and returns
    /// the classes of the instances. Instances without one are reported on standard error, as those that are
    /// `missing` in the locks.
    pub fn print_ssh_config(
        &mut self,
        observed: &[ObservedInstance],
        hosts: &[InstanceHosts],
        missing: &[(usize, InstanceName)],
    ) -> io::Result<ExitClasses> {
        let unusable = hosts.iter().any(|one| one.gap == Some(SshGap::UnusableAddress));
        let refused = unusable.then_some(ExitClass::Refused);
        let classes: ExitClasses = classes(observed).iter().chain(refused).collect();
        let words = self.words();
        if self.is_human() {
            self.result(&ssh_config(observed, hosts, words))?;
        } else {
            let rows: EachRow<'_> = &|each| {
                for (observed, hosts) in observed.iter().zip(hosts) {
                    let gap = hosts.gap.map(|gap| words.ssh_gap(gap, &observed.live));
                    let row = live_row(observed, words);
                    each(InstanceRow {
                        message: gap.map(Into::into).or(row.message.clone()),
                        ssh: Some(hosts.hosts.iter().map(SshRow::new).collect()),
                        ..row
                    });
                }
            };
            let usage = CardUsage::live(observed.iter());
            let fields = CommandFields { usage, ..CommandFields::default() };
            self.print_rows(ExitReport::of(&classes), rows, fields)?;
        }
        self.report_ssh_gaps(observed, hosts, missing)?;
        Ok(classes)
    }

    fn report_ssh_gaps(
        &mut self,
        observed: &[ObservedInstance],
        hosts: &[InstanceHosts],
        missing: &[(usize, InstanceName)],
    ) -> io::Result<()> {
        let words = self.words();
        for (_, name) in missing {
            let text = words.labelled(&escape(name.as_str()), words.fixed().not_in_lock);
            self.info(&text)?;
        }
        for (observed, InstanceHosts { gap, .. }) in observed.iter().zip(hosts) {
            let Some(gap) = *gap else { continue };
            let name = escape(observed.locked.name.as_str());
            let text = words.labelled(&name, &words.ssh_gap(gap, &observed.live));
            match gap {
                SshGap::UnusableAddress => self.error(Message::new(text, None))?,
                _ => self.info(&text)?,
            }
        }
        if hosts.iter().all(|one| one.hosts.is_empty()) {
            self.info(words.fixed().no_ssh_host)?;
        }
        Ok(())
    }
}

/// Returns the blocks, after a comment that names their use; empty without a server.
fn ssh_config(observed: &[ObservedInstance], hosts: &[InstanceHosts], words: Language) -> String {
    let mut text = String::new();
    for (observed, InstanceHosts { hosts, .. }) in observed.iter().zip(hosts) {
        let name = observed.locked.name.as_str();
        for SshHost { alias, address: SshAddress { host, port, user }, .. } in hosts {
            text.push('\n');
            if !alias.starts_with(name) {
                text.extend(["# ", &escape(name), "\n"]);
            }
            text.extend(["Host ", alias, "\n  HostName ", host, "\n"]);
            text.extend(port.map(|port| format!("  Port {port}\n")));
            text.extend(user.as_ref().map(|user| format!("  User {user}\n")));
        }
    }
    if text.is_empty() { text } else { format!("{}{text}", words.fixed().ssh_header) }
}

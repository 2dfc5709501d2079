//! The SSH servers of observed instances, under names that are safe in a configuration of `ssh`.

use std::collections::HashSet;

use super::instance::{LiveState, ObservedInstance};
use crate::api::endpoints::detail::Status;
use crate::api::endpoints::ssh_address::{SshAddress, SshTarget};

/// An SSH server of an instance.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SshHost {
    /// Its name in the configuration.
    pub alias: String,
    /// The port inside the container.
    pub container_port: String,
    /// Its address.
    pub address: SshAddress,
}

/// The SSH servers of one instance.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct InstanceHosts {
    /// Those with an address.
    pub hosts: Vec<SshHost>,
    /// Why there is none, or not all of them.
    pub gap: Option<SshGap>,
}

/// The reason why an instance has no SSH server, or not all of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SshGap {
    /// It does not run, or its status is not known.
    NotRunning,
    /// It opens no SSH port.
    NoPort,
    /// The platform shows no address of an SSH port.
    NoAddress,
    /// An address is not one of an SSH server, or is not safe to write.
    UnusableAddress,
}

/// Returns the SSH servers of each instance, in their order. Names are unique: that of the instance, with
/// the port inside the container if it opens several, and a number if it is taken. An address with a part
/// that `is_secret` is not usable.
pub fn ssh_hosts(
    observed: &[ObservedInstance],
    is_secret: &dyn Fn(&str) -> bool,
) -> Vec<InstanceHosts> {
    let mut taken = HashSet::new();
    observed.iter().map(|observed| hosts(observed, is_secret, &mut taken)).collect()
}

fn hosts(
    observed: &ObservedInstance,
    is_secret: &dyn Fn(&str) -> bool,
    taken: &mut HashSet<String>,
) -> InstanceHosts {
    let detail = match &observed.live {
        LiveState::Present(detail) if detail.status() == Some(Status::Running) => detail,
        _ => return InstanceHosts { gap: Some(SshGap::NotRunning), ..InstanceHosts::default() },
    };
    let ports = detail.ssh_ports();
    let several = ports.len() > 1;
    let mut found = InstanceHosts::default();
    if ports.is_empty() {
        found.gap = Some(SshGap::NoPort);
    }
    for port in ports {
        match port.target {
            SshTarget::Missing => found.gap = found.gap.or(Some(SshGap::NoAddress)),
            SshTarget::Unusable => found.gap = Some(SshGap::UnusableAddress),
            SshTarget::Address(SshAddress { host, user, .. })
                if is_secret(&host) || user.as_deref().is_some_and(is_secret) =>
            {
                found.gap = Some(SshGap::UnusableAddress);
            }
            SshTarget::Address(address) => {
                let mut name = observed.locked.name.to_string();
                if several {
                    name = format!("{name}-{}", port.container_port);
                }
                let alias = unique(&safe(&name), taken);
                found.hosts.push(SshHost { alias, container_port: port.container_port, address });
            }
        }
    }
    found
}

/// Returns a name without characters that have a meaning in a configuration of `ssh` or in a shell.
fn safe(name: &str) -> String {
    let plain = |c: char| if c.is_alphanumeric() || "._-".contains(c) { c } else { '-' };
    let name: String = name.chars().map(plain).collect();
    if name.starts_with('-') { format!("instance{name}") } else { name }
}

fn unique(name: &str, taken: &mut HashSet<String>) -> String {
    let numbered = (2..).map(|number| format!("{name}-{number}"));
    let mut names = [name.to_owned()].into_iter().chain(numbered);
    let free = names.find(|name| taken.insert(name.to_lowercase()));
    free.expect("one of the numbers is free")
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::{safe, unique};

    #[test]
    fn name_is_safe_and_unique() {
        for (name, expected) in [
            ("train-a", "train-a"),
            ("训练_1.0", "训练_1.0"),
            ("a b*?!\n#;$(x)\"'", "a-b--------x---"),
            ("-oProxyCommand=x", "instance-oProxyCommand-x"),
            ("\u{202e}a", "instance-a"),
        ] {
            assert_eq!(safe(name), expected);
        }
        let mut taken = HashSet::new();
        let names = ["a", "A", "b", "a"].map(|name| unique(name, &mut taken));
        assert_eq!(names, ["a", "A-2", "b", "a-3"]);
    }
}

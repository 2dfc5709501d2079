//! Identifiers shared by all layers: newtypes, so that a name is never mistaken for an ID. Their copies
//! share one text: a single create makes a dozen of them.

use std::borrow::Borrow;
use std::fmt;
use std::str::FromStr;
use std::sync::Arc;

use serde::{Deserialize, Serialize, Serializer};

/// The value of `instanceServiceName`: the name of an instance in its manifest and in the lock. Any
/// text; the platform documents no pattern and no length.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize)]
#[serde(from = "String")]
pub struct InstanceName(Arc<str>);

/// The ID that the platform returns for a created task: 1 to 128 ASCII letters, digits, `-`, `_`
/// (the platform sends 32 hex digits; the wider form is what is safe in a URL and in a log).
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize)]
#[serde(try_from = "String")]
pub struct TaskId(Arc<str>);

/// A region of the platform, such as `11250`; the platform calls it `clusterId`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize)]
#[serde(from = "String")]
pub struct Region(Arc<str>);

/// Endpoint where an instance was created: scheme, host and port of the service (without a default
/// port), such as `https://ai.example.cn:65011`, or the literal `sandbox`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize)]
#[serde(from = "String")]
pub struct Endpoint(Arc<str>);

/// An endpoint and a region of it, as far as they are known: several regions may be served from one
/// endpoint.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Location {
    /// The endpoint.
    pub endpoint: Option<Endpoint>,
    /// The region.
    pub region: Option<Region>,
}

/// Error for text that is not a valid [`TaskId`].
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("a task ID is 1 to 128 letters, digits, `-` or `_`, found {found:?}")]
pub struct InvalidTaskId {
    /// The text that was found, cut to 160 characters.
    pub found: String,
}

macro_rules! text_newtype {
    ($name:ident) => {
        impl $name {
            /// Returns the text itself.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }
        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }
        impl AsRef<str> for $name {
            fn as_ref(&self) -> &str {
                &self.0
            }
        }
        impl Serialize for $name {
            fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
                to.serialize_str(&self.0)
            }
        }
        impl Borrow<str> for $name {
            fn borrow(&self) -> &str {
                &self.0
            }
        }
    };
}
/// Conversions of a newtype that takes any text.
macro_rules! any_text {
    ($name:ident) => {
        impl From<&str> for $name {
            fn from(text: &str) -> Self {
                Self(text.into())
            }
        }
        impl From<String> for $name {
            fn from(text: String) -> Self {
                Self(text.into())
            }
        }
    };
}
any_text!(InstanceName);
any_text!(Region);
any_text!(Endpoint);
text_newtype!(InstanceName);
text_newtype!(TaskId);
text_newtype!(Region);
text_newtype!(Endpoint);

impl FromStr for TaskId {
    type Err = InvalidTaskId;

    fn from_str(text: &str) -> Result<Self, InvalidTaskId> {
        let fits = (1..=128).contains(&text.len())
            && text.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_'));
        if fits {
            Ok(Self(text.into()))
        } else {
            Err(InvalidTaskId { found: text.chars().take(160).collect() })
        }
    }
}

impl TryFrom<String> for TaskId {
    type Error = InvalidTaskId;

    fn try_from(text: String) -> Result<Self, InvalidTaskId> {
        text.parse()
    }
}

/// Formats IDs as a human-readable list: `a1, b2`.
pub fn listed<'a>(ids: impl IntoIterator<Item = &'a TaskId>) -> String {
    ids.into_iter().map(TaskId::as_str).collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use super::TaskId;

    #[test]
    fn task_id_has_letters_digits_dashes_and_underscores() {
        assert!("530491fa7c8e47348f01de73e627a6a7".parse::<TaskId>().is_ok());
        assert!("a-B_9".parse::<TaskId>().is_ok());
        assert!("x".repeat(128).parse::<TaskId>().is_ok());
        for bad in ["", "a b", "a/b", "../x", "a\n", "é", &"x".repeat(129)] {
            assert!(bad.parse::<TaskId>().is_err(), "{bad:?}");
        }
    }
}

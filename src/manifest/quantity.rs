//! Values with their own syntax: memory, time, ports, regions.

use std::borrow::Cow;
use std::fmt;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::de::{Deserialize, Deserializer, Error, Visitor};

use crate::ids::Region;

/// The largest number in a manifest: 2^31 - 1.
pub const MAX_COUNT: i64 = 2_147_483_647;

/// The largest region that may be written as an integer: 2^53 - 1, up to which every YAML and JSON
/// parser reads the same number. As text it may be anything.
pub const MAX_REGION: i64 = 9_007_199_254_740_991;

/// Memory in MB, 1 to [`MAX_COUNT`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RamSize(pub u32);

/// Time until the automatic stop, in the platform's format: `HH:MM:SS` or `unlimited`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TimeoutLimit(pub String);

/// A port, 1 to 65535.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ContainerPort(pub u16);

/// A region, given as text or as an integer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RegionId(pub Region);

impl RamSize {
    /// Parses text with a unit, such as `27GiB` or `512 MB`, into MB. Returns `None` if it has
    /// another form, and `Some(Err)` if it is more than [`MAX_COUNT`] MB.
    pub fn from_text(text: &str) -> Option<Result<Self, Overflow>> {
        let digits = text.len() - text.trim_start_matches(|c: char| c.is_ascii_digit()).len();
        let (number, unit) = text.split_at(digits);
        let factor: u64 = match unit.strip_prefix(' ').unwrap_or(unit) {
            "M" | "MB" | "MiB" => 1,
            "G" | "GB" | "GiB" => 1024,
            "T" | "TB" | "TiB" => 1024 * 1024,
            _ => return None,
        };
        if number.is_empty() || number.starts_with('0') {
            return None;
        }
        let megabytes = number.parse::<u64>().ok().and_then(|number| number.checked_mul(factor));
        let fits = megabytes.and_then(|mb| i32::try_from(mb).ok()).map(i32::unsigned_abs);
        Some(fits.map(Self).ok_or(Overflow))
    }
}

/// A value larger than the platform's integers can hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Overflow;

/// Visitor that accepts an integer or text.
struct IntegerOrText<T> {
    expected: &'static str,
    read: fn(IntOrStr<'_>) -> Option<T>,
}

enum IntOrStr<'a> {
    Int(i64),
    Text(&'a str),
}

impl<T> Visitor<'_> for IntegerOrText<T> {
    type Value = T;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.expected)
    }

    fn visit_i64<E: Error>(self, value: i64) -> Result<T, E> {
        (self.read)(IntOrStr::Int(value)).ok_or_else(|| E::custom(self.expected))
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<T, E> {
        (self.read)(IntOrStr::Text(text)).ok_or_else(|| E::custom(self.expected))
    }
}

macro_rules! read_with {
    ($name:ty, $expected:literal, $read:expr) => {
        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
                from.deserialize_any(IntegerOrText { expected: $expected, read: $read })
            }
        }
    };
}

read_with!(RamSize, "memory in MB, or with a unit such as `27GiB`", |value| match value {
    IntOrStr::Int(value) =>
        i32::try_from(value).ok().filter(|&mb| mb > 0).map(|mb| RamSize(mb.unsigned_abs())),
    IntOrStr::Text(text) => RamSize::from_text(text)?.ok(),
});
read_with!(TimeoutLimit, "`HH:MM:SS` or `unlimited`", |value| match value {
    IntOrStr::Int(_) => None,
    IntOrStr::Text(text) => Some(TimeoutLimit(text.to_owned())),
});
read_with!(ContainerPort, "a port from 1 to 65535", |value| match value {
    IntOrStr::Int(value) => u16::try_from(value).ok().filter(|&port| port > 0).map(ContainerPort),
    IntOrStr::Text(text) => text.parse().ok().filter(|&port| port > 0).map(ContainerPort),
});
read_with!(RegionId, "a region, text or integer", |value| match value {
    IntOrStr::Int(value) => Some(RegionId(value.to_string().into())),
    IntOrStr::Text(text) => Some(RegionId(text.into())),
});

macro_rules! schema_of {
    ($name:ident, $schema:tt) => {
        impl JsonSchema for $name {
            fn schema_name() -> Cow<'static, str> {
                stringify!($name).into()
            }

            fn inline_schema() -> bool {
                true
            }

            fn json_schema(_: &mut SchemaGenerator) -> Schema {
                json_schema!($schema)
            }
        }
    };
}

schema_of!(RamSize, {
    "type": ["integer", "string"],
    "minimum": 1,
    "maximum": MAX_COUNT,
    "pattern": "^[1-9][0-9]* ?(M|MB|MiB|G|GB|GiB|T|TB|TiB)$",
    "patternErrorMessage": "Not a size: write a number of MB, or text with a unit, such as 27GiB.",
    "examples": ["27GiB", 15360]
});
schema_of!(TimeoutLimit, {
    "type": "string",
    "pattern": "^(unlimited|[0-9]{2,}:[0-5][0-9]:[0-5][0-9])$",
    "patternErrorMessage": "Not a time: write \"HH:MM:SS\", such as \"04:00:00\", or unlimited.",
    "defaultSnippets": [
        {"label": "\"01:00:00\"", "description": "stops after one hour", "bodyText": "\"01:00:00\""},
        {"label": "\"04:00:00\"", "description": "stops after four hours", "bodyText": "\"04:00:00\""},
        {"label": "\"24:00:00\"", "description": "stops after one day", "bodyText": "\"24:00:00\""},
        {"label": "unlimited", "description": "runs, and is billed, until it is stopped", "body": "unlimited"}
    ]
});
schema_of!(ContainerPort, {
    "type": ["integer", "string"],
    "minimum": 1,
    "maximum": 65535,
    "pattern": "^([1-9][0-9]{0,3}|[1-5][0-9]{4}|6[0-4][0-9]{3}|65[0-4][0-9]{2}|655[0-2][0-9]|6553[0-5])$",
    "patternErrorMessage": "Not a port: write a number from 1 to 65535.",
    "examples": [8888]
});
schema_of!(RegionId, {
    "type": ["string", "integer"],
    "minLength": 1,
    "minimum": 0,
    "maximum": MAX_REGION,
    "description": "Region of the instances, such as `11250`. Default: the region of the \
                    credentials.",
    "examples": ["11250"]
});

#[cfg(test)]
mod tests {
    use super::{Overflow, RamSize};

    #[test]
    fn gigabyte_is_1024_megabytes_in_every_spelling() {
        let read = |text| RamSize::from_text(text);
        assert_eq!(read("27GiB"), Some(Ok(RamSize(27 * 1024))));
        assert_eq!(read("1 TB"), Some(Ok(RamSize(1024 * 1024))));
        assert_eq!(read("512M"), Some(Ok(RamSize(512))));
        assert_eq!(read("2047TiB"), Some(Ok(RamSize(2047 * 1024 * 1024))));
        assert_eq!(read("2048TiB"), Some(Err(Overflow)));
        assert_eq!(read("99999999999999999999999M"), Some(Err(Overflow)));
        for bad in ["", "27", "027G", "27g", "27  G", "GiB", "1.5G", "-1G", "27GiB "] {
            assert_eq!(read(bad), None, "{bad:?}");
        }
    }
}

//! The next step after a problem of a value.

use super::message::expected_value;
use crate::diagnostics::{Bound, Found, Subject, ValueAdvice, escaped, quote};
use crate::manifest::{FieldKind, FieldSpec, Required};
use crate::output::words::shared::value_example;
use crate::text::format_hms;

/// Returns the next step for a value with a known correction.
pub(super) fn advice(advice: &ValueAdvice) -> String {
    match advice {
        ValueAdvice::Write(text) | ValueAdvice::StraightQuotes(Some(text)) => {
            format!("write {}", quote(text))
        }
        ValueAdvice::DidYouMean(text) => format!("did you mean {}?", quote(text)),
        ValueAdvice::DidYouMeanWithCards(text) => {
            format!("did you mean {}? The number of cards goes into `gpuNumber`", quote(text))
        }
        ValueAdvice::Quote(text) => format!("put it in quotes: {}", quote(text)),
        ValueAdvice::Unquote(text) => format!("write it without quotes: {}", quote(text)),
        ValueAdvice::OnKeyLine(text) => {
            format!("write {} on the line of its key, without the `|`", quote(text))
        }
        ValueAdvice::RemoveBlockIndicator => {
            "remove the `|` after its key: the lines below it are read as one text".to_owned()
        }
        ValueAdvice::AddUnit(number) => with_unit(number),
        // A limit of a few seconds is not meant.
        ValueAdvice::Seconds(number @ ..=99) => {
            let [hours, minutes] = [3600, 60].map(|unit| format_hms(number * unit));
            format!(
                "write `\"{hours}\"` for {number} hours, or `\"{minutes}\"` for {number} minutes"
            )
        }
        ValueAdvice::Seconds(seconds) => {
            format!("write `\"{}\"` for {seconds} seconds", format_hms(*seconds))
        }
        ValueAdvice::HoursOrMinutes(first, second) => {
            let [hours, minutes] =
                [3600, 60].map(|unit| format_hms(first * unit + second * unit / 60));
            format!("write `\"{hours}\"` for hours and minutes, or `\"{minutes}\"`")
        }
        ValueAdvice::NoLimit => {
            "write `unlimited` to let it run, and be billed, until you stop it".to_owned()
        }
        ValueAdvice::Items(item) => format!("write each of its items as `{item}`"),
        ValueAdvice::OneDash => "start it with one dash and a space".to_owned(),
        ValueAdvice::Brackets(Some(text)) => format!("put it in brackets: `{text}`"),
        ValueAdvice::Brackets(None) => "put it in brackets: `[{`, and the end `}]`".to_owned(),
        ValueAdvice::InstancesByName => {
            "`instances` is a list: write each as `- instanceServiceName: NAME`, then its fields"
                .to_owned()
        }
        ValueAdvice::StraightQuotes(None) => "use straight quotes (half-width input)".to_owned(),
        ValueAdvice::Comment => super::COMMENT.to_owned(),
        ValueAdvice::Variable => "variables are not expanded: write the value itself".to_owned(),
    }
}

/// Returns the next step after a number whose unit is unclear.
pub(super) fn with_unit(number: &str) -> String {
    format!("write `{number}GiB` for {number} GiB, or `{number}MB` for {number} MB")
}

/// Returns the next step after a value of another type.
pub(super) fn wrong_type(subject: &Subject, found: &Found) -> String {
    let text = match (subject, found) {
        (Subject::Document, Found::Nothing | Found::Null) => {
            "write an instance here, or remove the document"
        }
        (Subject::ItemOf(_), Found::Nothing | Found::Null) => {
            "write the item's fields after `- `, or remove the `- `"
        }
        (Subject::Field(field @ "instances"), _) => return of_field(field, found),
        (Subject::Field(field), Found::Nothing | Found::Null) => {
            if FieldSpec::find(field).is_some_and(|field| field.required == Required::Yes) {
                "write its value after the colon: `null` is never a value"
            } else {
                "give it a value, or remove the key: `null` is never a value"
            }
        }
        (Subject::Document, Found::Lock) => {
            "specify the manifest instead, usually the `.yaml` file"
        }
        (Subject::Document, Found::List) => "put `instances:` on a line above the list",
        (Subject::Document, _) => {
            "write an instance as `key: value` lines; `instancectl init` creates a starter file"
        }
        (Subject::Key, _) => "write `key: value`; render a template (`{{ name }}`) first",
        (Subject::Merge, _) => {
            "merge fields with an anchor that is defined further up: `<<: *base` for those below \
             `x-base: &base`"
        }
        (Subject::Tag(_), _) => {
            "if it is text, put the whole value in quotes; otherwise remove the tag"
        }
        (Subject::Template, _) => {
            "write the value, or render the template before `validate`; to keep it as text, put \
             it in quotes"
        }
        (Subject::Field(field) | Subject::ItemOf(field), found) => return of_field(field, found),
        _ => "write its fields as `key: value`",
    };
    text.to_owned()
}

fn of_field(field: &str, found: &Found) -> String {
    match (field, FieldKind::of(field), found) {
        (_, Some(FieldKind::List), Found::Fields) => {
            "it is a list: start each item with `- `, and indent its other fields by two more \
             spaces"
                .to_owned()
        }
        ("instances", ..) => {
            "write each instance below it, starting with `- instanceServiceName: train-a`"
                .to_owned()
        }
        ("limits", ..) => {
            "write `cards`, `cardHours` or both, such as `{cards: 16, cardHours: 200}`".to_owned()
        }
        (_, Some(FieldKind::Fields), Found::List) => {
            "write each shared field below it as `key: value`, without `- `".to_owned()
        }
        (_, Some(FieldKind::Fields), _) => {
            "write each shared field below it as `key: value`, indented".to_owned()
        }
        ("startScriptContent", ..) => {
            "write the script as text: `startScriptContent: |`, then its lines, indented".to_owned()
        }
        (_, _, Found::List) => "write one value, not a list".to_owned(),
        _ => example(field),
    }
}

/// Returns the next step after text in an unknown form.
pub(super) fn bad_format(field: &str, is_empty: bool) -> String {
    match FieldKind::of(field) {
        Some(FieldKind::RamSize) if !is_empty => {
            "units are M, MB, MiB, G, GB, GiB, T, TB and TiB; 1024 MB are 1 GiB".to_owned()
        }
        Some(FieldKind::Text) if !is_empty => {
            "write the whole path, such as `image.ac.com:5000/dcu/admin/base/pytorch:2.3.0`"
                .to_owned()
        }
        Some(FieldKind::Text | FieldKind::Path | FieldKind::Region) => {
            let example = value_example(field).trim_matches('"');
            format!("write it between the quotes, such as `\"{example}\"`")
        }
        _ => example(field),
    }
}

/// Returns the next step after a number outside its range.
pub(super) fn out_of_range(field: &str, found: &str, bound: Bound) -> String {
    match (FieldKind::of(field), bound) {
        (Some(FieldKind::Region), Bound::Max) => {
            format!("put it in quotes: `\"{}\"`", escaped(found))
        }
        _ => example(field),
    }
}

/// Returns the meaning of a field's value, with a typical example.
fn example(field: &str) -> String {
    let text = match field {
        "cpuNumber" => "the number of CPU cores of each container, such as `8`",
        "gpuNumber" => "the number of cards of each container, such as `1`, or `0` for none",
        "cards" => "the cards that one `apply` may create at most, such as `16`",
        "cardHours" => "the card-hours that one `apply` may create at most, such as `200`",
        "taskNumber" => "the number of containers, usually `1`",
        "ramSize" => "the memory of each container, such as `27GiB`",
        "timeoutLimit" => "a time limit in quotes, such as `\"04:00:00\"`, or `unlimited`",
        "containerPort" => "the port that the program in the container listens on, such as `8888`",
        "region" => "the region, such as `\"11250\"`",
        _ => return format!("write {}", expected_value(field)),
    };
    format!("write {text}")
}

/// Returns the next step after a path that is not absolute.
pub(super) fn absolute_path(field: &str, path: &str) -> String {
    if let Some(mark) = path.chars().next().filter(|first| matches!(first, '~' | '$')) {
        return format!(
            "`{mark}` is not expanded: write the whole path, such as `/public/home/alice/data`"
        );
    }
    match path.trim_start_matches("./") {
        inner if field == "targetPath" && !inner.is_empty() && !inner.starts_with('.') => {
            format!("start it with `/`: write `/{}`", escaped(inner))
        }
        _ => {
            "write the whole path, starting with `/`, such as `/public/home/alice/data`".to_owned()
        }
    }
}

//! Recognises documents that certainly fit the schema, without the schema. Most files are valid, and
//! compiling the schema takes longer than all else in a small one.
//!
//! A document that this refuses may still be valid: then the schema decides, and only it finds
//! errors. A test compares the two on every field with values of all kinds.

use crate::manifest::document::Document;
use crate::manifest::{
    FieldKind, FieldSpec, MAX_COUNT, MAX_REGION, Parent, REQUIRED, RamSize, is_ignored_key,
};
use crate::yaml::{Node, Value, WithDefaults};

/// Checks whether a document certainly fits the schema.
pub(super) fn certainly_fits(document: Document<'_>) -> bool {
    fits_without_instances(document) && suspects(document).next().is_none()
}

/// Returns the indices of the instances in the list of a document that may not fit the schema, whatever
/// is wrong outside of them.
pub(super) fn suspects(document: Document<'_>) -> impl Iterator<Item = usize> {
    let defaults = document.root.get("defaults");
    let instances = document.root.get("instances").into_iter().flat_map(Node::items).enumerate();
    let suspects = instances
        .filter(move |&(_, own)| !fits_instance(WithDefaults { own, defaults }, |_| false));
    suspects.map(|(at, _)| at)
}

/// Checks whether a document certainly fits the schema, apart from the items of `instances`.
fn fits_without_instances(document: Document<'_>) -> bool {
    let root = document.root;
    let fits_key = |key: &str, value: Node<'_>| match key {
        "$schema" => value.as_str().is_some(),
        "region" => fits(FieldKind::Region, key, value),
        "instances" | "defaults" => true,
        "limits" if document.is_list_form => {
            value.is_map() && fit_fields(value, Parent::Limits, |_| false)
        }
        _ => is_ignored_key(key) || !document.is_list_form,
    };
    if !root.is_map() || !root.pairs().all(|pair| fits_key(pair.key, pair.value)) {
        return false;
    }
    if !document.is_list_form {
        return fits_instance(WithDefaults { own: root, defaults: None }, is_root_key);
    }
    let defaults = root.get("defaults");
    let fits_defaults = defaults.is_none_or(|defaults| {
        defaults.is_map()
            && defaults.get("instanceServiceName").is_none()
            && fit_fields(defaults, Parent::Instance, |_| false)
    });
    fits_defaults && root.get("instances").is_some_and(Node::is_seq)
}

/// Checks for the keys at the root of a document with one instance that are not fields of it.
fn is_root_key(key: &str) -> bool {
    key == "region" || is_ignored_key(key)
}

fn fits_instance(fields: WithDefaults<'_>, is_other: fn(&str) -> bool) -> bool {
    let get = |key| fields.own.get(key).or_else(|| fields.defaults?.get(key));
    let has_all = || REQUIRED.iter().all(|field| get(field).is_some());
    let has_cards = || {
        get("gpuNumber").is_some() || get("acceleratorType").and_then(Node::as_str) == Some("cpu")
    };
    fields.own.is_map()
        && fields.own.get(REQUIRED[0]).is_some()
        && has_all()
        && has_cards()
        && fit_fields(fields.own, Parent::Instance, is_other)
}

/// Checks that a mapping has only fields of that parent, with values that certainly fit.
fn fit_fields(map: Node<'_>, parent: Parent, is_other: fn(&str) -> bool) -> bool {
    map.pairs().all(|pair| match FieldSpec::find(pair.key) {
        Some(field) if field.parent == parent => fits(field.kind, field.name, pair.value),
        _ => is_other(pair.key),
    })
}

/// Checks whether a value certainly fits a field.
fn fits(kind: FieldKind, field: &str, node: Node<'_>) -> bool {
    match (kind, node.value()) {
        (FieldKind::Text, Value::Text(text)) => {
            !text.is_empty() && (field != "imagePath" || !text.ends_with('/'))
        }
        (FieldKind::Path, Value::Text(text)) => text.starts_with('/'),
        (FieldKind::Choice(values), Value::Text(text)) => values.contains(&text),
        (FieldKind::Flag, Value::Bool(_)) => true,
        (FieldKind::Count { min }, Value::Int(count)) => {
            (i64::from(min)..=MAX_COUNT).contains(&count)
        }
        (FieldKind::RamSize, Value::Int(count)) => (1..=MAX_COUNT).contains(&count),
        (FieldKind::RamSize, Value::Text(text)) => matches!(RamSize::from_text(text), Some(Ok(_))),
        (FieldKind::TimeLimit, Value::Text(text)) => is_time_limit(text),
        (FieldKind::PortNumber, Value::Int(port)) => (1..=65_535).contains(&port),
        (FieldKind::PortNumber, Value::Text(text)) => {
            text.starts_with(|c: char| ('1'..='9').contains(&c)) && text.parse::<u16>().is_ok()
        }
        (FieldKind::Region, Value::Int(region)) => (0..=MAX_REGION).contains(&region),
        (FieldKind::Region, Value::Text(text)) => !text.is_empty(),
        (FieldKind::List, Value::Seq) => node.items().all(|item| fits_item(field, item)),
        _ => false,
    }
}

/// Checks an item of `mountInfoList` or `containerPortInfoList`, all of whose fields are required.
fn fits_item(list: &str, item: Node<'_>) -> bool {
    let parent = if list == "mountInfoList" { Parent::Mount } else { Parent::Port };
    item.is_map()
        && parent.fields().all(|field| item.get(field.name).is_some())
        && fit_fields(item, parent, |_| false)
}

/// Checks for `unlimited` or `HH:MM:SS`.
fn is_time_limit(text: &str) -> bool {
    let is_sixtieth = |part: &[u8]| matches!(part, [b'0'..=b'5', b'0'..=b'9']);
    let is_time = || {
        let mut parts = text.as_bytes().rsplitn(3, |byte| *byte == b':');
        parts.next().is_some_and(is_sixtieth)
            && parts.next().is_some_and(is_sixtieth)
            && parts
                .next()
                .is_some_and(|hours| hours.len() >= 2 && hours.iter().all(u8::is_ascii_digit))
    };
    text == "unlimited" || is_time()
}

#[cfg(test)]
mod tests {
    use super::{certainly_fits, suspects};
    use crate::manifest::{FIELDS, Parent};
    use crate::validate::check::{documents, validator};
    use crate::validate::chunk::Chunk;
    use crate::validate::schema_view::SchemaNode;
    use crate::yaml::parse;

    /// Values of every kind, valid for some fields, and at the bounds of their ranges.
    const VALUES: &[&str] = &[
        "~",
        "true",
        "\"\"",
        "x",
        "/",
        "a/",
        "a/b",
        "/a b",
        "cpu",
        "dcu",
        "Cpu",
        "ssh",
        "jupyter",
        "all",
        "header",
        "data",
        "path",
        "HTTP",
        "SSH",
        "0",
        "-1",
        "1",
        "1.0",
        "1e3",
        "8",
        "65535",
        "65536",
        "2147483647",
        "2147483648",
        "9007199254740991",
        "9007199254740992",
        "99999999999999999999",
        "\"1\"",
        "\"01\"",
        "\"+1\"",
        "\"0\"",
        "\"65535\"",
        "\"65536\"",
        "\"99999\"",
        "27GiB",
        "27 GiB",
        "27  GiB",
        "0GiB",
        "027GiB",
        "1.5GiB",
        "2048TiB",
        "99999999999999999999M",
        "unlimited",
        "Unlimited",
        "\"01:00:00\"",
        "\"1:00:00\"",
        "\"100:59:59\"",
        "\"01:60:00\"",
        "\"01:00:60\"",
        "\"01:00\"",
        "\"00:00:00\"",
        "\"01:00:00\\n\"",
        "\"a/b\\n\"",
        "\"/\\n\"",
        "[]",
        "[1]",
        "{}",
        "[{sourcePath: /a, targetPath: /b, type: path}]",
        "[{sourcePath: a, targetPath: /b, type: path}]",
        "[{sourcePath: /a, targetPath: /b}]",
        "[{containerPort: 1, protocolType: HTTP}]",
        "[{containerPort: \"080\", protocolType: HTTP}]",
        "[{containerPort: 1, protocolType: HTTP, x: 1}]",
    ];

    const FULL: [&str; 9] = [
        "instanceServiceName: a",
        "taskType: ssh",
        "acceleratorType: dcu",
        "resourceGroup: g",
        "imagePath: a/b:1",
        "timeoutLimit: \"01:00:00\"",
        "cpuNumber: 1",
        "ramSize: 2GiB",
        "gpuNumber: 1",
    ];

    /// Returns the quick answer, after checking it against the schema, and that hiding what certainly
    /// fits hides no error of the schema.
    fn checked(text: &str) -> bool {
        let parsed = parse(text);
        let documents = documents(&parsed);
        let errors = |node: SchemaNode<'_>, pointer: &dyn Fn(&str) -> String| {
            let errors = validator().iter_errors(node);
            errors
                .map(|error| format!("{}: {error}", pointer(error.instance_path().as_str())))
                .collect::<Vec<_>>()
        };
        for document in &documents {
            let all = errors(SchemaNode::Node(document.root), &str::to_owned);
            assert!(all.is_empty() || !certainly_fits(*document), "{text}");
            let suspects: Vec<usize> = suspects(*document).collect();
            let part = Chunk::new(document.root, &suspects);
            let whole = |pointer: &str| part.pointer(pointer).expect("it is visible").into_owned();
            assert_eq!(errors(SchemaNode::Part(part), &whole), all, "{text}");
        }
        documents.into_iter().all(certainly_fits)
    }

    /// Returns the forms of a document with one instance: by itself, in a list, with its fields in
    /// `defaults`, between complete instances.
    fn forms(name: &str, fields: &str) -> [String; 4] {
        let other = FULL.join(", ");
        [
            format!("{{{name}{fields}}}"),
            format!("{{instances: [{{{name}{fields}}}]}}"),
            format!("{{defaults: {{{fields}}}, instances: [{{{name}}}, {{{other}}}]}}"),
            format!("{{instances: [{{{other}}}, {{{name}{fields}}}, {{{other}}}]}}"),
        ]
    }

    #[test]
    fn what_certainly_fits_is_valid_by_the_schema() {
        let (mut fitting, mut texts) = (0, 0);
        for field in FIELDS
            .iter()
            .filter(|field| matches!(field.parent, Parent::Instance | Parent::Document))
        {
            for value in VALUES {
                let others: Vec<&str> =
                    FULL[1..].iter().copied().filter(|own| !own.starts_with(field.name)).collect();
                let fields = format!("{}, {}: {value}", others.join(", "), field.name);
                for text in forms("instanceServiceName: a, ", &fields) {
                    texts += 1;
                    fitting += usize::from(checked(&text));
                }
            }
        }
        assert!(texts > 3000 && fitting > 200, "{fitting} of {texts}");
    }

    #[test]
    fn what_lacks_a_field_is_left_to_the_schema() {
        for (at, missing) in FULL.iter().enumerate() {
            for accelerator in ["cpu", "dcu", "x"] {
                let fields = FULL.iter().enumerate().filter(|(own, _)| *own != at);
                let fields: Vec<String> = fields
                    .map(|(_, field)| field.replace(": dcu", &format!(": {accelerator}")))
                    .collect();
                for text in forms("", &fields.join(", ")) {
                    let fits = checked(&text);
                    assert!(!fits || missing.starts_with("gpu") && accelerator == "cpu", "{text}");
                }
            }
        }
        for other in [
            "x-note: 1",
            "$schema: a",
            "$schema: 1",
            "region: 1",
            "limits: {}",
            "limits: ~",
            "limits: {cards: 0, cardHours: 2147483647}",
            "limits: {cards: -1}",
            "limits: {card: 1}",
            "sourcePath: /a",
            "instances: 1",
            "defaults: 1",
        ] {
            for text in forms(&format!("{other}, instanceServiceName: a, "), &FULL[1..].join(", "))
            {
                checked(&text);
            }
        }
        assert!(checked(&format!("{{x-note: 1, $schema: a, region: 1, {}}}", FULL.join(", "))));
    }
}

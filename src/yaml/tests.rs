//! Positions, merges, aliases, duplicates and limits of the tree.

use super::{MAX_DEPTH, Node, ParseErrorKind, Parsed, Value, fast, parse, parse_reference};
use crate::source::SourceFile;

/// Formats the tree below a node on one line: `{a: 1, b: [x, ~]}`.
fn shown(node: Node<'_>) -> String {
    match node.value() {
        Value::Null => "~".to_owned(),
        Value::Bool(value) => value.to_string(),
        Value::Int(value) => value.to_string(),
        Value::Float(value) => format!("{value:?}"),
        Value::Text(text) => format!("{text:?}"),
        Value::Seq => {
            let items: Vec<String> = node.items().map(shown).collect();
            format!("[{}]", items.join(", "))
        }
        Value::Map => {
            let pair = |pair: super::Pair<'_>| format!("{}: {}", pair.key, shown(pair.value));
            let pairs: Vec<String> = node.pairs().map(pair).collect();
            format!("{{{}}}", pairs.join(", "))
        }
    }
}

fn documents(parsed: &Parsed<'_>) -> Vec<String> {
    parsed.documents().map(|(_, root)| shown(root)).collect()
}

#[track_caller]
fn is(text: &str, expected: &[&str]) {
    let parsed = parse(text);
    assert_eq!(parsed.errors, [], "{text:?}");
    assert_eq!(documents(&parsed), expected, "{text:?}");
}

/// Formats each error as `line:column kind`.
#[track_caller]
fn errors(text: &str, expected: &[&str]) {
    let file = SourceFile::new("test", text);
    let found: Vec<String> = parse(text)
        .errors
        .iter()
        .map(|error| {
            let kind = format!("{:?}", error.kind);
            let word = kind.split([' ', '{', '(']).next().unwrap_or_default().to_owned();
            format!("{} {word}", file.position(error.span.range().start))
        })
        .collect();
    assert_eq!(found, expected, "{text:?}");
}

#[test]
fn own_keys_override_merged_ones_and_earlier_sources_win() {
    let base = "x: &x {a: 1, b: 1}\ny: &y {b: 2, c: 2}\n";
    let with = |rest: &str| {
        let text = format!("{base}{rest}");
        let parsed = parse(&text);
        assert_eq!(parsed.errors, []);
        let (_, root) = parsed.documents().next().expect("one document");
        root.get("z").map(shown).expect("z is there")
    };
    assert_eq!(with("z: {<<: *x, b: 9}\n"), "{b: 9, a: 1}");
    assert_eq!(with("z: {b: 9, <<: [*x, *y]}\n"), "{b: 9, a: 1, c: 2}");
    assert_eq!(with("z: {<<: [*y, {a: 7}, *x]}\n"), "{b: 2, c: 2, a: 7}");
    assert_eq!(with("z: {!!merge <<: *x}\n"), "{a: 1, b: 1}");
    assert_eq!(with("z: {\"<<\": *x}\n"), "{<<: {a: 1, b: 1}}", "quoted, it is a key like others");
}

#[test]
fn anchors_are_scoped_to_their_document() {
    is("a: &x 1\nb: *x\n---\n- 2\n...\n---\n---\nc\n", &["{a: 1, b: 1}", "[2]", "\"c\""]);
    is("# nothing\n", &[]);
    errors("a: &x 1\n---\nb: *x\n", &["3:4 UndefinedAlias"]);
}

#[test]
fn crlf_and_bom_do_not_change_the_result() {
    is("\u{feff}a: 1\r\nb: |\r\n  x\r\n  y\r\n", &["{a: 1, b: \"x\\ny\\n\"}"]);
}

#[test]
fn spans_end_at_the_last_character() {
    let text = "a: |\n  x\n  y\n\nb:\n  - 1\n  - {c: 2}\n\nd: \"q\" # e\n";
    let parsed = parse(text);
    let (_, root) = parsed.documents().next().expect("one document");
    let slice = |key: &str| &text[root.get(key).expect("it is there").span().range()];
    assert_eq!(slice("a"), "x\n  y");
    assert_eq!(slice("b"), "- 1\n  - {c: 2}");
    assert_eq!(slice("d"), "\"q\"");
}

#[test]
fn core_schema_tags_are_accepted_and_others_refused() {
    is("[!!str 1, !!int \"2\", !!float 3, ! 4, !!null ~]", &["[\"1\", 2, 3.0, \"4\", ~]"]);
    errors("[!mine 1, !!int x, !!binary aGk=]", &["1:2 Tag", "1:11 Tag", "1:20 Tag"]);
}

#[test]
fn invalid_keys_and_aliases_do_not_stop_the_parser() {
    errors("a: 1\nb: 2\na: 3\n'b': 4\n", &["3:1 DuplicateKey", "4:1 DuplicateKey"]);
    errors("? [a]\n: 1\n", &["1:3 ComplexKey"]);
    errors("a: 1\n<<: 5\n", &["2:5 BadMerge"]);
    errors("a: &a [*a]\nb: *c\n", &["1:8 RecursiveAlias", "2:4 UndefinedAlias"]);
    let many: Vec<String> = (0..100).map(|at| format!("k{at}: 1")).collect();
    errors(&format!("{}\nk50: 1\n", many.join("\n")), &["101:1 DuplicateKey"]);
}

#[test]
fn nesting_depth_is_limited_even_through_aliases() {
    let deep = |levels| format!("{}{}", "[".repeat(levels), "]".repeat(levels));
    assert_eq!(parse(&deep(MAX_DEPTH)).errors, []);
    let too_deep = |text: &str| {
        let parsed = parse(text);
        matches!(parsed.errors[..], [ref error] if error.kind == ParseErrorKind::TooDeep)
    };
    assert!(too_deep(&deep(MAX_DEPTH + 1)));
    assert!(too_deep(&deep(100_000)));
    assert!(too_deep(&format!("a: &a {}\nb: {}", deep(60), deep(60).replacen("[]", "[*a]", 1))));
}

#[test]
fn alias_expansion_is_limited() {
    let mut bomb = vec!["a0: &a0 [x, x, x, x, x, x, x, x]".to_owned()];
    for at in 1..20 {
        let alias = format!("*a{}", at - 1);
        bomb.push(format!("a{at}: &a{at} [{}]", vec![alias; 8].join(", ")));
    }
    let bomb = bomb.join("\n");
    let parsed = parse(&bomb);
    assert!(matches!(parsed.errors[..], [ref error] if error.kind == ParseErrorKind::AliasBudget));
}

#[test]
fn complete_documents_before_a_syntax_error_are_kept() {
    let parsed = parse("a: 1\n---\nb: [\n");
    assert_eq!(documents(&parsed), ["{a: 1}"]);
    assert!(parsed.syntax_error.is_some());
}

#[test]
fn common_yaml_is_read_without_the_parser() {
    let known = [
        "a: 1\n",
        "---\n# comment\na: 1  # comment\n---\n- b\n",
        "a:\n- b\n- c: d\n  e: 'f'\ng: \"h\"\n",
        "- - a\n  - b\n-\n  c: |\n    d\n    e\n- >-\n  f\n  g\n",
        "a: &x {b: 1, \"c\":[2, 'd']}\ne: *x\nf: &y\n  g: 3\nh:\n  <<: *y\n",
        "a: b\n  c\n\n  d\ne:\nf: ~\n",
        "{\n  \"a\": \"b\\n\",\n  \"c\": [1, 2]\n}\n",
        "名字: 训练\na: http://b:1/c#d",
    ];
    for text in known {
        let read = fast::read(text);
        assert!(read.is_some(), "{text:?}");
        assert_eq!(read, Some(parse_reference(text)), "{text:?}");
    }
    for text in ["", "a: !!str b\n", "? a\n: b\n", "a: [\n", "a: \"b\n  c\"\n", "a: 1\r\n"] {
        assert!(fast::read(text).is_none(), "{text:?}");
    }
}

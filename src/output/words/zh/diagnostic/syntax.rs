//! Chinese texts about mistakes in the syntax of a manifest.

use std::borrow::Cow;

use crate::diagnostics::{
    BlockTextFault, DocumentMarkFault, ForeignContent, IndentationFault, ParserFault, SyntaxMistake,
};
use crate::output::words::shared::closing;
use crate::output::words::zh::spacing::spaced;

/// A message (found and expected), and the next step.
type Words = (Cow<'static, str>, Cow<'static, str>);

/// Returns what was found and what was expected, and the next step. `corrected` is the line or the
/// value as it should be, if it can be shown.
pub(super) fn words(mistake: &SyntaxMistake, corrected: Option<&str>) -> Words {
    use SyntaxMistake as M;
    let line = corrected.unwrap_or("key: value");
    let quote = || match corrected {
        Some(text) => format!("给整个值加上引号：`{text}`").into(),
        None => "给整个值加上引号".into(),
    };
    match mistake {
        M::Tab => fixed("此处为制表符，缩进应使用空格", "用空格缩进；YAML 的缩进中不允许制表符"),
        M::Character(found, expected) => character(*found, expected, line),
        M::MissingColon(_)
        | M::MissingColonAboveFields(_)
        | M::EqualsForColon
        | M::MissingSpaceAfterColon
        | M::ValueForFields
        | M::ColonInKey
        | M::MissingSpaceAfterDash
        | M::DoubleDash
        | M::MissingDash
        | M::ItemOnKeyLine
        | M::ItemAmongFields => key_or_item(mistake, line),
        M::TrailingSeparator(_)
        | M::TrailingSeparatorInJson(_)
        | M::MissingSeparator(_)
        | M::WrongSeparator(_)
        | M::EmptyEntry
        | M::UnclosedBracket(_)
        | M::UnclosedAboveFields
        | M::MismatchedBrackets(..)
        | M::UnmatchedBracket(_)
        | M::MissingOpeningBracket(_)
        | M::ItemInBracket(_)
        | M::TextAfterBracket => bracket_or_separator(mistake, line),
        M::UnclosedQuote => {
            let help = match corrected {
                Some(text) => format!("用与开头相同的引号闭合：写成 `{text}`"),
                None => "用与开头相同的引号闭合；引号内的引号需双写（''）或转义（\\\"）".to_owned(),
            };
            ("引号未闭合".into(), help.into())
        }
        M::TextAfterQuote if corrected.is_none() => fixed(
            "结束引号之后还有文本",
            "将整个值放在引号内，其中的引号需双写（''）或转义（\\\"）",
        ),
        M::TextAfterQuote => ("结束引号之后还有文本".into(), quote()),
        M::InvalidEscape => fixed("无效的转义（`\\`）", "反斜杠写成 `\\\\`，或改用单引号"),
        M::Reserved(found) => {
            (spaced(&["不带引号的值不能以", &shown(*found), "开头"]).into(), quote())
        }
        M::TextAfterAlias => ("`*` 表示别名，但其后还有文本".into(), quote()),
        M::ColonInText => ("值中含有 `: `".into(), quote()),
        M::FieldInText => fixed("值中含有 `: `", "每个字段单独写一行，或给整个值加上引号"),
        M::SecondField => fixed("这一行有第二个键", "每个键单独写一行"),
        M::SecondUnknownKey => {
            fixed("这一行有第二个键", "每个键单独写一行；如果是文本，给整个值加上引号")
        }
        M::LineNumber => fixed("这一行以行号开头", "删除各行的行号"),
        M::TextWithoutColon => fixed(
            "应为 `key: value`，实际为其他文本",
            "写成 `key: value`，冒号后加空格；注释以 `#` 开头；值另起一行时，缩进要比键多",
        ),
        M::Indentation(fault, column) => indentation(*fault, *column),
        M::BlockText(fault) => block_text(fault),
        M::CommentInValue => fixed("值的各行之间有注释", "删除注释，或移到键的上一行"),
        M::Foreign(content) => foreign(*content),
        M::Conflict(mark) => (
            format!("`{mark}` 是 Git 冲突标记").into(),
            "保留其中一个版本，并删除 `<<<<<<<`、`=======` 和 `>>>>>>>` 这几行".into(),
        ),
        M::DocumentMark(fault) => document_mark(*fault),
        M::Parser(fault) => parser(*fault),
    }
}

/// Returns the words for a mistake in a key or at the dash of a list item.
fn key_or_item(mistake: &SyntaxMistake, line: &str) -> Words {
    use SyntaxMistake as M;
    let write = || format!("写成 `{line}`").into();
    match mistake {
        M::MissingColon(key) => (format!("`{key}` 后缺少冒号").into(), write()),
        M::MissingColonAboveFields(key) => (
            format!("`{key}` 后缺少冒号").into(),
            format!("写成 `{line}`，并在下方缩进写出其字段").into(),
        ),
        M::EqualsForColon => ("此处为 `=`，应为 `:`".into(), write()),
        M::MissingSpaceAfterColon => ("冒号后缺少空格".into(), write()),
        M::ValueForFields => fixed("冒号后缺少空格", "在下方缩进写出其字段"),
        M::ColonInKey => fixed("冒号后缺少空格", "在键和值之间写 `: `，紧跟在完整的键之后"),
        M::MissingSpaceAfterDash => ("短横线后缺少空格".into(), write()),
        M::DoubleDash => (
            "第二个短横线会在该列表项内再开始一个列表".into(),
            format!("列表项只用一个短横线开头：写成 `{line}`").into(),
        ),
        M::MissingDash => {
            ("该列表项前缺少短横线".into(), format!("每个列表项以短横线开头：写成 `{line}`").into())
        }
        M::ItemOnKeyLine => fixed(
            "列表项（`- `）与键写在了同一行",
            "从下一行开始写列表，每项以 `- ` 开头；如果是文本，给该值加上引号",
        ),
        _ => fixed(
            "字段之间出现了列表项（`- `）",
            "列表各项写在其键的下方并对齐，键所在的行不写值；或删除 `- `",
        ),
    }
}

/// Returns the words for a mistake at a bracket or between values.
fn bracket_or_separator(mistake: &SyntaxMistake, line: &str) -> Words {
    use SyntaxMistake as M;
    match mistake {
        M::TrailingSeparator(mark) => (
            format!("行末的值之后有 `{mark}`").into(),
            "删除它：只有方括号和花括号内的值需要分隔".into(),
        ),
        M::TrailingSeparatorInJson(mark) => (
            format!("行末的值之后有 `{mark}`").into(),
            "在第一个字段上方加 `{`，在最后一个字段下方加 `}`；或删除逗号".into(),
        ),
        M::MissingSeparator(':') => ("键和值之间应有 `:`".into(), format!("写成 `{line}`").into()),
        M::MissingSeparator(_) => fixed("两个值之间应有 `,`", SEPARATE),
        M::WrongSeparator(found) => (format!("此处为 `{found}`，应为 `,`").into(), SEPARATE.into()),
        M::EmptyEntry => fixed("该逗号前没有值", "两个值之间只写一个逗号"),
        M::UnclosedBracket(open) => {
            (format!("`{open}` 未闭合").into(), format!("用 `{}` 闭合", closing(*open)).into())
        }
        M::UnclosedAboveFields => fixed("字段上方的 `{` 未闭合", "删除 `{`"),
        M::MismatchedBrackets(open, close) => (
            format!("括号不匹配：`{open}` 以 `{close}` 闭合").into(),
            "`[` 用 `]` 闭合，`{` 用 `}` 闭合".into(),
        ),
        M::UnmatchedBracket(close) => (
            format!("`{close}` 没有对应的左括号").into(),
            "删除它，或给含有它的文本加上引号".into(),
        ),
        M::MissingOpeningBracket('[') => {
            fixed("以 `]` 结尾的列表前缺少 `[`", "在列表前写 `[`，或删除 `]`")
        }
        M::MissingOpeningBracket(_) => fixed(
            "以 `}` 结尾的字段前缺少 `{`",
            "在第一个字段前写 `{`；或删除 `}`，每个字段单独写一行",
        ),
        M::ItemInBracket(open) => (
            format!("`{open}` 内有列表项（`- `）").into(),
            format!(
                "删除 `{open}` 和与它对应的 `{}`；或删除每个 `- `，各项用逗号分隔",
                closing(*open)
            )
            .into(),
        ),
        _ => fixed("右括号之后还有文本", "如果是文本，给整个值加上引号"),
    }
}

const SEPARATE: &str = "方括号或花括号内的值用逗号分隔";

fn fixed(message: &'static str, help: &'static str) -> Words {
    (message.into(), help.into())
}

fn shown(found: char) -> String {
    if found == '`' { "反引号".to_owned() } else { format!("`{}`", found.escape_debug()) }
}

fn character(found: char, expected: &str, line: &str) -> Words {
    let name = || match found {
        '\u{3000}' => "全角空格".to_owned(),
        '\u{a0}' | '\u{202f}' | '\u{2007}' => "不换行空格".to_owned(),
        _ if found.is_whitespace() => format!("另一种空格（U+{:04X}）", u32::from(found)),
        _ => format!("不可见字符（U+{:04X}）", u32::from(found)),
    };
    let source = match found {
        '\u{3000}' => "请将输入法切换为半角",
        _ => "网页和文字处理软件会产生这类字符",
    };
    let full_width = |expected: &str| format!("`{found}` 是全角字符，应为 `{expected}`");
    let (message, help) = match (found, expected) {
        (_, " ") => (format!("此处为{}，应为普通空格", name()), format!("改为普通空格：{source}")),
        (_, "") => (format!("此处为{}，YAML 会把它读作字母", name()), format!("删除它：{source}")),
        (_, ":") => (
            format!("`{found}` 是全角冒号，应为 `:` 和一个空格"),
            format!("写成 `{line}`，使用半角冒号"),
        ),
        (_, ",") => {
            (format!("{} 和一个空格", full_width(",")), "用 `, ` 分隔，使用半角逗号".to_owned())
        }
        (_, "-") => {
            (format!("`{found}` 不能表示列表项，应为 `-` 和一个空格"), format!("写成 `{line}`"))
        }
        (_, "\"" | "'") => (
            format!("`{found}` 不是 YAML 的引号，应为 `{expected}`"),
            "使用直引号（半角输入）".to_owned(),
        ),
        ('(', _) => {
            (format!("此处为 `(`，应为 `{expected}`"), "将字段写在 `{` 和 `}` 之间".to_owned())
        }
        _ => (full_width(expected), "使用半角的方括号和花括号".to_owned()),
    };
    (message.into(), help.into())
}

/// Returns where a line should start; `column` counts from 0.
fn start(column: usize) -> String {
    match column {
        0 => "从行首开始写".to_owned(),
        spaces => format!("缩进 {spaces} 个空格"),
    }
}

fn indentation(fault: IndentationFault, column: usize) -> Words {
    use IndentationFault as F;
    let (message, neighbour) = match fault {
        F::Deeper => ("该行的缩进比同级的行多", "与同级的行对齐"),
        F::Less => ("该行的缩进比同级的行少", "与同级的行对齐"),
        F::FieldAfterText => {
            ("该字段没有与同级的字段对齐", "与同级的字段对齐；如果它属于上面的文本，与该文本对齐")
        }
        F::Item => ("该列表项的缩进与前后的行不一致", "它的所有字段对齐在同一列"),
        F::FirstLines => {
            return fixed(
                "缩进不一致：前几行有缩进，后面的行没有",
                "所有顶层字段从行首开始写；如果有缩进的行上方缺少 `defaults:` 这样的键，将它补上",
            );
        }
    };
    (message.into(), format!("{}，{neighbour}", start(column)).into())
}

fn block_text(fault: &BlockTextFault) -> Words {
    use BlockTextFault as F;
    const BELOW: &str = "并在下方缩进写出文本各行";
    let (message, help) = match fault {
        F::NoIndicator(key) => {
            ("文本有多行，键后应有 `|`".to_owned(), format!("写成 `{key}: |`，{BELOW}"))
        }
        F::MistypedIndicator(expected) => {
            (format!("文本有多行，应使用 `{expected}`"), format!("写成 `{expected}`，{BELOW}"))
        }
        F::Header(indicator) => (
            format!("`{indicator}` 后有无效的字符"),
            format!("只写 `{indicator}`；其后最多有一个数字（1 到 9）和一个 `-` 或 `+`，不加空格"),
        ),
        F::TextAfterIndicator(indicator) => (
            format!("`{indicator}` 所在的行还有文本"),
            "文本从下一行开始并缩进；或给该值加上引号".to_owned(),
        ),
        F::TooFewSpaces(stated, found) => (
            format!("`{stated}` 表示文本比键多缩进 {stated} 个空格，实际多 {found} 个"),
            format!("删除 `{stated}`，或将文本各行比键多缩进 {stated} 个空格"),
        ),
        F::BlankLineDeeper => {
            return fixed("该空行的空格多于下方文本的缩进", "删除这一行的空格");
        }
        F::NotIndented => {
            return fixed("上面的文本有一行没有缩进", "文本各行都比键多缩进两个空格");
        }
        F::FirstLineDeeper(column) => {
            ("该文本首行的缩进比其他行多".to_owned(), format!("{}，与下面各行对齐", start(*column)))
        }
        F::LineLess(column) => (
            "该行的缩进比上面的文本少，文本到此结束".to_owned(),
            format!("如果它属于该文本，{}，与文本首行对齐", start(*column)),
        ),
        F::CommentLess(column) => (
            "该注释的缩进比上面的文本少，文本到此结束".to_owned(),
            format!("如果它属于该文本，{}，与文本首行对齐", start(*column)),
        ),
    };
    (message.into(), help.into())
}

fn foreign(content: ForeignContent) -> Words {
    const NO_MANIFEST: &str = "这一行不是清单的内容";
    let (message, help) = match content {
        ForeignContent::Comment => ("应为 `key: value`，实际为其他语言的注释", super::COMMENT),
        ForeignContent::Section => (
            "应为 `key: value`，实际为节标题",
            "写成多行 `key: value`：方括号中的节属于 INI 和 TOML 文件",
        ),
        ForeignContent::Markdown => {
            (NO_MANIFEST, "删除以 ``` 开头的行：它们是 Markdown，不是 YAML")
        }
        ForeignContent::Markup => (NO_MANIFEST, "这是网页（HTML）或 XML：请使用清单的原始文本"),
        ForeignContent::Template => (NO_MANIFEST, "在 `validate` 之前渲染模板"),
        ForeignContent::Shell => (NO_MANIFEST, "删除它：这是 shell 命令的一部分，不是 YAML"),
        ForeignContent::Code => (NO_MANIFEST, "删除清单前后的代码，清单从其中的 `{` 或 `[` 开始"),
    };
    fixed(message, help)
}

fn document_mark(fault: DocumentMarkFault) -> Words {
    let (message, help) = match fault {
        DocumentMarkFault::AfterDirective => {
            ("指令（`%`）之后应有 `---`", "在文档之前单独写一行 `---`")
        }
        DocumentMarkFault::Between => {
            ("另一个文档从这里开始，之前应有 `---`", "文档之间用单独一行 `---` 分隔")
        }
        DocumentMarkFault::Misspelt => ("这一行不是开始另一个文档的 `---`", "写三个短横线：`---`"),
        DocumentMarkFault::Indented => ("有缩进的 `---` 不会开始另一个文档", "从行首开始写"),
        DocumentMarkFault::Glued => ("开始另一个文档的 `---` 之后还有文本", "将 `---` 单独写一行"),
    };
    fixed(message, help)
}

fn parser(fault: ParserFault) -> Words {
    use ParserFault as F;
    const INDENT: &str = "与它所属的各行对齐";
    let (message, help) = match fault {
        F::NoSeparator(close) => {
            return (
                format!("该值之后应有 `,` 或 `{close}`").into(),
                format!("各值用逗号分隔，最后用 `{close}` 闭合").into(),
            );
        }
        F::Character(found) => {
            return (spaced(&["值不能以", &shown(found), "开头"]).into(), "给该值加上引号".into());
        }
        F::Colon => (
            "此处有 `: `，但这里不能写键",
            "给含有 `: ` 的值加上引号，或将新的键单独写一行，与同级的键对齐",
        ),
        F::NotAKey => ("应为与上面各行一样的 `key: value`，实际为其他内容", INDENT),
        F::NotAnItem => (
            "应为上面列表的列表项（`- `），实际为其他内容",
            "列表项以 `- ` 开头；或将这一行与它所属的各行对齐",
        ),
        F::Item => ("此处不能写列表项（`- `）", "写在列表的键下方，与同级的列表项对齐"),
        F::Column => ("该行的缩进与上面各行都不一致", INDENT),
        F::Version => ("不支持的 YAML 版本，应为 1.2", "写成 `%YAML 1.2`，或删除该行"),
        F::End => ("文件意外结束", "补全或删除最后一行"),
        F::AfterDocument => (
            "文档结束之后还有内容",
            "用单独一行 `---` 开始另一个文档，或将这一行与它所属的各行对齐",
        ),
        F::NoValue => ("应为值，实际为其他内容", "在此写值，或删除前面的标记"),
        F::Directive => {
            ("无效的指令：以 `%` 开头的行是指令", "删除该行，或在第一个 `---` 之前写 `%YAML 1.2`")
        }
        F::Tag => ("无效的标签：以 `!` 开头的值带有标签", "删除 `!` 和其后的词，或给该值加上引号"),
        F::AnchorName => {
            ("以 `&` 或 `*` 开头的值是锚点或别名，但缺少名称", "在其后写名称，或给该值加上引号")
        }
        F::TabInValue => ("不带引号的值中或 `-` 之后有制表符", "给该值加上引号，或改用空格"),
        F::ByteOrderMark => ("文本中有字节顺序标记（U+FEFF）", "删除它（合并文件时遗留的字符）"),
        F::Space => ("缺少空格或换行", "在两者之间加空格"),
        F::Other => ("这不是 YAML", "检查这一行和上一行的缩进和引号"),
    };
    fixed(message, help)
}

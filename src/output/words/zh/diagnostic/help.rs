//! The next step after each problem.

use super::{field, rules, syntax, value};
use crate::diagnostics::{
    AliasFault, AnchorAdvice, CatalogEntry, DiagnosticKind, Excess, ItemStart, NewItem,
    SuppressionFault, escaped, quote,
};
use crate::manifest::Parent;
use crate::output::words::shared::MAX_OFFERS;
use crate::output::words::zh::phrases::listed;
use crate::source::EncodingError;

/// Returns the next step.
// One arm for each kind.
#[allow(clippy::too_many_lines)]
pub(super) fn help(problem: &DiagnosticKind) -> String {
    match problem {
        DiagnosticKind::YamlSyntax { mistake, corrected } => {
            syntax::words(mistake, corrected.as_deref()).1.into_owned()
        }
        DiagnosticKind::Encoding { error } => encoding_help(error).to_owned(),
        DiagnosticKind::TooLarge(excess) => too_large(*excess).to_owned(),
        DiagnosticKind::TooDeep { .. } => {
            "清单只需要五层：检查是否有未闭合的括号，或多余的短横线".to_owned()
        }
        DiagnosticKind::Alias(fault) => alias(fault),
        DiagnosticKind::DuplicateKey { key, new_item } => duplicate_key(key, *new_item),
        DiagnosticKind::UnknownField { advice, .. } => field::unknown(advice),
        DiagnosticKind::MissingField { field, advice, .. } => field::missing(&[*field], advice),
        DiagnosticKind::WrongType { subject, found, advice: None } => {
            value::wrong_type(subject, found)
        }
        DiagnosticKind::UnknownValue { field, advice: None, .. } => {
            format!("用 `instancectl explain {field}` 查看可用的值")
        }
        DiagnosticKind::BadFormat { field, found, advice: None } => {
            value::bad_format(field, found.is_empty())
        }
        DiagnosticKind::WrongType { advice: Some(advice), .. }
        | DiagnosticKind::UnknownValue { advice: Some(advice), .. }
        | DiagnosticKind::BadFormat { advice: Some(advice), .. } => value::advice(advice),
        DiagnosticKind::OutOfRange { field, found, bound } => {
            value::out_of_range(field, found, *bound)
        }
        DiagnosticKind::RelativeMount { field, found } => value::absolute_path(field, found),
        DiagnosticKind::DuplicateName { name } => {
            format!("改用其他名称，如 `{}-2`：锁文件以名称区分实例", escaped(name))
        }
        DiagnosticKind::DuplicatePort { .. } => "删除其中一个，或修改其端口".to_owned(),
        DiagnosticKind::DuplicateMount { .. } => {
            "为每个挂载写不同的 `targetPath`，或删除其中一个".to_owned()
        }
        DiagnosticKind::CardsOnCpu { .. } => {
            "写 `gpuNumber: 0`，或写加速器类型，如 `acceleratorType: dcu`".to_owned()
        }
        DiagnosticKind::ScriptMissing => {
            "在 `startScriptContent: |` 下写脚本，或删除 `useStartScript`".to_owned()
        }
        DiagnosticKind::RamLooksLikeGib { found } => {
            format!("不带单位的数字以 MB 计；{}", value::with_unit(&found.to_string()))
        }
        DiagnosticKind::EmptyFile => "添加一个实例；`instancectl init` 可生成示例清单".to_owned(),
        DiagnosticKind::NoCards { .. } => {
            "写卡数，如 `gpuNumber: 1`；不用卡则写 `acceleratorType: cpu`".to_owned()
        }
        DiagnosticKind::VersionDiffers { .. } => "删除 `version`：它由 `imagePath` 得出".to_owned(),
        DiagnosticKind::ScriptOff => "要运行脚本，删除 `useStartScript`；否则删除脚本".to_owned(),
        DiagnosticKind::Yaml11Value { written, value: None, .. } => {
            format!("加上引号：`\"{}\"`", escaped(written))
        }
        DiagnosticKind::Yaml11Value { value: Some(value), .. } => format!("写成 `{value}`"),
        DiagnosticKind::SecretInScript { .. } => {
            "脚本会保存在平台和锁文件中：请改为从挂载存储上的私有文件读取密钥".to_owned()
        }
        DiagnosticKind::FoldedScript { .. } => {
            "写成 `startScriptContent: |`，并在下方缩进写出脚本各行".to_owned()
        }
        DiagnosticKind::SwallowedField { field } => format!(
            "如果它是字段，请与 `startScriptContent` 对齐：照现在的写法，`{field}` 没有设置"
        ),
        DiagnosticKind::UnfilledPlaceholder { .. } => "这里不会替换变量和模板：直接写值".to_owned(),
        DiagnosticKind::OddImage { fault, .. } => rules::image_help(fault),
        DiagnosticKind::OddText { oddity, .. } => rules::oddity_help(*oddity).to_owned(),
        DiagnosticKind::GroupNotOffered { offered, .. } => {
            named_offers(offered, "`instancectl catalog groups` 查看该区域的资源分组")
        }
        DiagnosticKind::ImageNotOffered { similar, .. } => {
            let name = |image: &String| image.rsplit('/').next().unwrap_or_default().to_owned();
            let names: Vec<String> = similar.iter().map(name).collect();
            named_offers(&names, "`instancectl catalog images` 查看该区域的镜像")
        }
        DiagnosticKind::OverNodeLimit { .. } => {
            "按一个节点的配置申请，或选择其他资源分组：否则实例可能永远无法启动".to_owned()
        }
        DiagnosticKind::NoFreeCards { .. } => {
            "其他实例释放卡后它才会启动；用 `instancectl catalog free` 查看各资源分组".to_owned()
        }
        DiagnosticKind::MountNotAllowed { allowed, .. } => {
            format!("可挂载的目录：{}", listed_quoted(allowed))
        }
        DiagnosticKind::Unlimited => {
            "写自动停止时间，如 `timeoutLimit: \"04:00:00\"`；如果有意如此，加上注释 \
             `# instancectl: allow(unlimited)`，或使用 `--allow unlimited`"
                .to_owned()
        }
        DiagnosticKind::UnpinnedImage { .. } => {
            "使用 `pytorch:2.3.0` 这样的版本标签，以后创建的实例才会运行同一镜像".to_owned()
        }
        DiagnosticKind::UnusedAllow { fault, .. } => suppression(fault),
        DiagnosticKind::EmptyList => "添加一个实例：该文档不会创建任何实例".to_owned(),
    }
}

/// Names what a region offers; `list` is the command that lists it, if it is nothing or too much.
fn named_offers(offered: &[String], list: &str) -> String {
    match offered.len() {
        1..=MAX_OFFERS => format!("该区域有 {}", listed_quoted(offered)),
        _ => format!("用 {list}"),
    }
}

fn listed_quoted(texts: &[String]) -> String {
    let named = texts.iter().take(MAX_OFFERS).map(|text| quote(text).to_string());
    let named = named.collect::<Vec<_>>().join("、");
    match texts.len().saturating_sub(MAX_OFFERS) {
        0 => named,
        more => format!("{named}，另有 {more} 个"),
    }
}

/// Returns the next step after a code that is not suppressed.
pub(super) fn suppression(fault: &SuppressionFault) -> String {
    match fault {
        SuppressionFault::OfError => "错误不能忽略，请修复清单".to_owned(),
        SuppressionFault::Unused => "删除该注释：它所在的行和下一行都没有这个代码的诊断".to_owned(),
        SuppressionFault::Unknown { near: Some(code) } => format!("是否应为 `{code}`？"),
        SuppressionFault::Unknown { near: None } => {
            let codes: Vec<&str> = CatalogEntry::suppressible().collect();
            format!("可用的代码为 {}", listed(&codes, "和"))
        }
    }
}

fn too_large(excess: Excess) -> &'static str {
    match excess {
        Excess::File => "拆分成多个清单；`-f` 可接受目录",
        Excess::Expanded(_) => "将长脚本放在实例能读取的文件中，或拆分清单",
        Excess::List(..) => "一个实例不会有这么多项：检查是否有重复",
        Excess::Problems(_) | Excess::SyntaxErrors => "修复已报告的问题，再次运行 `validate`",
    }
}

fn alias(fault: &AliasFault) -> String {
    match fault {
        AliasFault::Undefined(name, advice) => {
            let name = escaped(name);
            match advice {
                AnchorAdvice::Define => {
                    format!("在上方所引用的值之前写 `&{name}`；或在这里直接写值")
                }
                AnchorAdvice::DefineOrQuote => {
                    format!("在上方所引用的值之前写 `&{name}`；如果是文本，加上引号：`\"*{name}\"`")
                }
                AnchorAdvice::Quote => format!("如果是文本，加上引号：`\"*{name}\"`"),
                AnchorAdvice::OtherDocument => {
                    format!("`&{name}` 在另一个文档中：在这里重新写它的值")
                }
                AnchorAdvice::MoveUp => format!("将 `&{name}` 及其值移到这一行之前"),
                AnchorAdvice::DidYouMean(near) => format!("是否应为 `*{}`？", escaped(near)),
            }
        }
        AliasFault::Unused(_, Some(text)) => format!("给整个值加上引号：{}", quote(text)),
        AliasFault::Unused(_, None) => "如果是文本，加上引号：`&` 表示锚点".to_owned(),
        AliasFault::Recursive => "删除它，或移到锚点的值之外".to_owned(),
        AliasFault::TooMany => "直接写出各个值，或使用 `defaults`".to_owned(),
    }
}

fn duplicate_key(key: &str, new_item: Option<NewItem>) -> String {
    let Some(NewItem { parent, start }) = new_item else {
        return match key {
            "instances" => {
                "将所有实例放在第一个 `instances:` 下的同一列表中；或用一行 `---` 开始第二个文档"
            }
            "defaults" => {
                "如果这里开始另一个文件，在它上方加一行 `---`；否则将所有共用字段写在第一个 \
                 `defaults:` 下"
            }
            "<<" => "用一个键合并两者：`<<: [*a, *b]`",
            _ => "删除其中一个：以哪个为准，各程序并不一致",
        }
        .to_owned();
    };
    let what = match parent {
        Parent::Mount => "挂载",
        Parent::Port => "端口",
        Parent::Document | Parent::Limits | Parent::Instance => "实例",
    };
    let how = match start {
        ItemStart::Brace => "用 `}, ` 结束前一个，用 `{` 开始这一个",
        ItemStart::DashAndBrace => "用 `}` 结束前一个，在下一行用 `- {` 开始这一个",
        ItemStart::Document => "在它上方加一行 `---`",
        ItemStart::Dash => "以 `- ` 开头，与上面的列表项对齐",
    };
    format!("如果这里开始另一个{what}，{how}；否则删除其中一个")
}

fn encoding_help(error: &EncodingError) -> &'static str {
    match error {
        EncodingError::TooLarge => too_large(Excess::File),
        EncodingError::Other("GBK") => {
            "在编辑器中另存为 UTF-8，或使用 `iconv -f GBK -t UTF-8 OLD > NEW`"
        }
        EncodingError::Other("UTF-32") => {
            "在编辑器中另存为 UTF-8，或使用 `iconv -f UTF-32 -t UTF-8 OLD > NEW`"
        }
        EncodingError::Other(_) => {
            "在编辑器中另存为 UTF-8，或使用 `iconv -f UTF-16 -t UTF-8 OLD > NEW`"
        }
        EncodingError::NotUtf8(_) => "用编写它的编辑器打开，并以 UTF-8 编码保存",
        EncodingError::CutOff(_) => "检查文件末尾是否缺失，重新复制或下载",
        EncodingError::Control(_) => "删除它，或在双引号中写成转义",
    }
}

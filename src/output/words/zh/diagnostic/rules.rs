//! Texts about values and scripts that are accepted but probably not intended.

use crate::diagnostics::{FoldedLine, ImageFault, Oddity, Reading, Secret, escaped, quote};

pub(super) fn reading(written: &str, reading: Reading) -> String {
    let other = match reading {
        Reading::Bool(value) => format!(" `{value}`"),
        Reading::Integer(value) => format!("整数 {value}"),
        Reading::Number => "数字".to_owned(),
        Reading::Date => "日期".to_owned(),
        Reading::Text => format!("文本 `{}`", escaped(written)),
        Reading::Special => "特殊的键".to_owned(),
    };
    format!("YAML 1.1 的程序会将不带引号的 {} 读成{other}", quote(written))
}

pub(super) fn secret(secret: &Secret) -> String {
    match secret {
        Secret::PrivateKey => "脚本中含有私钥".to_owned(),
        Secret::Prefix(prefix) => format!("脚本中有以 `{prefix}` 开头的值，形似令牌"),
        Secret::Variable(name) => format!("脚本中写有 {} 的值", quote(name)),
    }
}

pub(super) fn folded_line(line: FoldedLine) -> &'static str {
    match line {
        FoldedLine::AfterComment => "YAML 将这一行并入上面的注释，因此它不会运行",
        FoldedLine::Comment => "YAML 将这条注释并入上一行，因此其后的内容不会运行",
        FoldedLine::AfterBackslash => {
            "YAML 将这一行并入上一行，上一行末尾的 `\\` 就变成了对空格的转义"
        }
        FoldedLine::Command => "YAML 将这条命令并入上一行，两条命令会作为一条运行",
        FoldedLine::WrittenNewline => "`\\n` 只在双引号中表示换行，在这里是两个字符",
    }
}

pub(super) fn image_fault(image: &str, fault: &ImageFault) -> String {
    let fault = match fault {
        ImageFault::Scheme => "它以协议名开头".to_owned(),
        ImageFault::Command { .. } => "它是一条命令".to_owned(),
        ImageFault::Blank => "它含有空格".to_owned(),
        ImageFault::Character(char) => format!("它含有 {}", quote(&char.to_string())),
        ImageFault::Digest => "`@` 之后不是摘要".to_owned(),
        ImageFault::Parts => "其中有空的或位置不对的部分".to_owned(),
    };
    format!("`imagePath` 的值 {} 不是镜像地址：{fault}", quote(image))
}

pub(super) fn image_help(fault: &ImageFault) -> String {
    match fault {
        ImageFault::Command { image } => format!("只写镜像：{}", quote(image)),
        ImageFault::Scheme => "删除 `https://` 这样的协议名".to_owned(),
        ImageFault::Digest => "摘要的格式为 `sha256:` 加 64 位十六进制数字".to_owned(),
        ImageFault::Blank | ImageFault::Character(_) | ImageFault::Parts => {
            "格式为 `registry:port/path/name:tag`；用 `instancectl catalog images` 查看镜像列表"
                .to_owned()
        }
    }
}

/// Returns the oddity of a field, whose name and a blank come before it.
pub(super) fn oddity(oddity: Oddity) -> String {
    let code = |char: char| format!("U+{:04X}", u32::from(char));
    match oddity {
        Oddity::Control(char) => format!("含有控制字符 {}", code(char)),
        Oddity::Invisible(char) => format!("含有 {}，它不可见或形似空格", code(char)),
        Oddity::Dash(char) => format!("用 `{char}`（{}）代替了连字符", code(char)),
        Oddity::OuterSpace => "的开头或末尾有空格".to_owned(),
        Oddity::FinalSeparator(char) => {
            format!("以 {} 结尾，它是文本的一部分", quote(&char.to_string()))
        }
        Oddity::UnpairedQuote(char) => {
            format!("只有一侧有 {}，它是文本的一部分", quote(&char.to_string()))
        }
        Oddity::FolderName(char) => {
            format!("含有 {}，不宜用作目录名", quote(&char.to_string()))
        }
        Oddity::LongName { bytes } => format!("有 {bytes} 个字节，用作目录名太长"),
        Oddity::Root => "为 `/`，会遮住镜像中的所有文件".to_owned(),
        Oddity::Colon => "含有 `:`，它在这里是路径的一部分".to_owned(),
    }
}

pub(super) fn oddity_help(oddity: Oddity) -> &'static str {
    match oddity {
        Oddity::Control(_)
        | Oddity::OuterSpace
        | Oddity::FinalSeparator(_)
        | Oddity::UnpairedQuote(_) => "删除它",
        Oddity::Invisible(_) => "删除它，或改为普通空格",
        Oddity::Dash(_) => "写成 `-` 或 `--`",
        Oddity::FolderName(_) => "平台会以该名称创建目录：只用字母、数字、`-`、`_` 和 `.`",
        Oddity::LongName { .. } => "最多使用 200 个字节",
        Oddity::Root => "挂载到 `/mnt/data` 这样的目录",
        Oddity::Colon => "如果是 `:ro` 这样的模式，删除它和后面的内容",
    }
}

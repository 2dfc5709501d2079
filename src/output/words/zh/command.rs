//! Chinese sentences of the commands.

use std::io;
use std::path::Path;

use super::phrases::{duration, io_error, quoted};
use crate::diagnostics::{display_path, quote};
use crate::inventory::OFFERS_TIMEOUT;
use crate::output::words::zh::{Zh, logs};
use crate::output::{
    AddressStep, CommandProblem, FixFault, GlobFault, Message, PathProblem, ScriptFault,
};
use crate::sandbox::SandboxError;
use crate::text::shell_quote;
use crate::validate::UnknownCode;

const EXPECTED_FAULT: &str = "应为 latency:DURATION、code:CODE、status:STATUS、drop-before、drop-after、\
                              late:DURATION、truncate[:BYTES]、html[:STATUS]、expire 或 \
                              throttle[:SECONDS]，其后可加 @COUNT 或 @PERCENT%";

impl Zh {
    pub(crate) fn command_problem(problem: &CommandProblem) -> Message {
        Message::new(Self::problem_text(problem), Self::problem_help(problem))
    }

    // One arm for each problem.
    #[allow(clippy::too_many_lines)]
    fn problem_text(problem: &CommandProblem) -> String {
        use CommandProblem as Problem;
        match problem {
            Problem::SandboxUnavailable(error) | Problem::SandboxCannotStart(error) => {
                sandbox_error(error)
            }
            Problem::InvalidFault { text } => {
                format!("`{text}` 不是有效的故障：{EXPECTED_FAULT}")
            }
            Problem::Credentials(error) => Self::credentials_error(error).text,
            Problem::Login(error) => Self::login_error(error).text,
            Problem::QueryFailed(failure)
            | Problem::ListFailed(failure)
            | Problem::CannotList(failure)
            | Problem::CatalogCallMissing(failure) => Self::query_failed(failure.detail()),
            Problem::NoPlatformAddress => {
                "`catalog free` 需要平台的地址：请设置 INSTANCECTL_PLATFORM_URL，例如 \
                 https://www.scnet.cn"
                    .to_owned()
            }
            Problem::CatalogTimedOut => {
                format!("平台在 {}内没有响应", duration(OFFERS_TIMEOUT))
            }
            Problem::Lock(error) => Self::lock_error(error).text,
            Problem::Git(error) => Self::git_error(error).text,
            Problem::CannotPrepare(error) => format!("无法准备运行：{}", io_error(error)),
            Problem::OutputUnwritable(error) => format!("无法写入输出：{}", io_error(error)),
            Problem::Path(path, problem) => path_problem(&display_path(path), problem).text,
            Problem::InvalidGlob { glob, fault } => {
                let fault = match fault {
                    GlobFault::UnclosedBracket => "`[` 没有对应的 `]`",
                    GlobFault::ThreeStars => "`***` 不是通配符，通配符为 `*` 和 `**`",
                    GlobFault::StarsInName => "`**` 只能单独作为路径的一段，如 `a/**/b`",
                };
                format!("{} 不是有效的通配符：{fault}", display_path(Path::new(glob)))
            }
            Problem::GlobMatchesNothing { glob } => {
                format!("{} 没有匹配任何文件", display_path(Path::new(glob)))
            }
            Problem::NoDefaultManifest { names: [one, another, third], .. } => {
                format!("没有清单：当前目录中没有 {one}、{another} 或 {third}")
            }
            Problem::SeveralDefaultManifests([one, other]) => {
                format!("当前目录中同时有 {} 和 {}", display_path(one), display_path(other))
            }
            Problem::WatchPrintsText => "--watch 只输出供人阅读的文本".to_owned(),
            Problem::UnknownTopic { topic, .. } => {
                format!("{} 不是诊断代码、字段或主题", quote(topic))
            }
            Problem::InvalidCode(UnknownCode { code, .. }) => {
                format!("不能忽略 {}", quote(code))
            }
            Problem::FixOfStdinHasOtherOutput => {
                "使用标准输入时，标准输出只能有修改后的文本".to_owned()
            }
            Problem::StdinTwice => "标准输入不能同时作为清单和脚本".to_owned(),
            Problem::OneLockForManifests => "--lock 指定了一个锁文件，但清单有多个".to_owned(),
            Problem::CompleteNeedsManifest => "--complete 需要将锁文件与其清单比较".to_owned(),
            Problem::NoRegion => "未设置区域".to_owned(),
            Problem::StdinHasNoLock => "来自标准输入的清单没有默认的锁文件".to_owned(),
            Problem::SandboxManifestName { file } => {
                format!("{file}：清单不能命名为 *.sandbox.*")
            }
            Problem::SharedLock { files: [one, other], path } => {
                format!("{one} 和 {other} 会共用锁文件 {}", display_path(path))
            }
            Problem::NotLive { name, id, status, .. } => {
                format!("`{name}` 未在运行：实例 {id} 的状态是 {status}")
            }
            Problem::UnknownInstance { name, flag, .. } => {
                let flag = flag.map_or_else(String::new, |flag| format!("{flag}："));
                format!("{flag}没有名为 {name} 的实例")
            }
            Problem::NameNeeded { names } => {
                format!("未指定 NAME，而清单中有 {} 个实例", names.len())
            }
            Problem::SeveralManifests { name } => {
                format!("多个清单中有名为 {name} 的实例")
            }
            Problem::IdNeedsOneName => "--id 需要且只能有一个 NAME，并且它在锁文件中".to_owned(),
            Problem::NoLockHasName => "没有锁文件包含该名称的实例".to_owned(),
            Problem::NotInLocks { name, .. } => format!("没有锁文件包含 {name}"),
            Problem::CannotWait { name, .. } => {
                format!("{} 不在锁文件中", name.as_str().escape_debug())
            }
            Problem::SeveralEntries { name } => format!("有多个名为 {name} 的条目"),
            Problem::OutcomeUnknown { name, .. } => format!("{name}：结果未知"),
            Problem::OtherEndpoint { name, endpoint } => {
                format!("{name}：记录于接入地址 `{endpoint}`")
            }
            Problem::NoAddress { name, reason, .. } => {
                let reason = reason.as_ref().map(Self::error_detail);
                let reason = reason.map_or_else(String::new, |reason| format!("：{reason}"));
                format!("{name} 目前没有访问地址{reason}")
            }
            Problem::Logs(problem) => Self::logs_problem(problem),
            Problem::FollowHasNoObject => "--follow 实时输出各行，不支持 --format json".to_owned(),
            Problem::NotConfirmed { question } => format!("未确认：{question}"),
            Problem::PlanChanged { question } => {
                format!("未发送任何请求：计划已变为：{question}")
            }
            Problem::OverLimit { cost, limit } => Self::over_limit(cost, limit),
        }
    }

    fn problem_help(problem: &CommandProblem) -> Option<String> {
        use CommandProblem as Problem;
        let help = match problem {
            Problem::Path(path, problem) => return path_problem(&display_path(path), problem).help,
            Problem::Credentials(error) => return Self::credentials_error(error).help,
            Problem::Login(error) => return Self::login_error(error).help,
            Problem::QueryFailed(failure) | Problem::ListFailed(failure) => {
                return Self::query_error(failure).help;
            }
            Problem::Lock(error) => return Self::lock_error(error).help,
            Problem::Git(error) => return Self::git_error(error).help,
            Problem::CannotList(_) => "该平台不能列出实例；`instancectl status` 显示锁文件中的实例",
            Problem::CatalogCallMissing(_) => "并非每个平台都有此接口",
            Problem::InvalidCode(code) => return Some(Self::suppression_help(&code.fault)),
            Problem::CannotPrepare(_) => "未发送任何请求；请检查本进程的限制（`ulimit -a`）",
            Problem::WatchPrintsText => "去掉 --format，或定期运行 `status --format json`",
            Problem::CompleteNeedsManifest => {
                "请指定清单；如果锁文件不在清单旁，再用 --lock 指定锁文件"
            }
            Problem::NoDefaultManifest { file: None, .. } => {
                "用 -f 指定清单，或用 `instancectl init` 生成示例清单"
            }
            Problem::StdinHasNoLock => "用 --lock 指定锁文件",
            Problem::SandboxManifestName { .. } => "它的锁文件会与沙箱的锁文件混淆：请改名",
            Problem::SharedLock { .. } => "将其中一个改名",
            Problem::SeveralManifests { .. } => "用 -f 选择一个清单",
            Problem::SeveralEntries { .. } => "指定一个实例，并用 -f 指定其清单",
            Problem::NotConfirmed { .. } => "标准输入不是终端：用 --yes 跳过确认",
            Problem::PlanChanged { .. } => "检查新的计划，然后再次运行同一命令",
            Problem::OverLimit { .. } => "未发送任何请求",
            Problem::UnknownTopic { topic, is_command: true, .. } => {
                return Some(format!("`instancectl help {topic}` 说明该命令"));
            }
            Problem::UnknownTopic { near, .. } => match &near[..] {
                [] => "`instancectl explain` 列出全部",
                [near] => return Some(format!("是否要用 `instancectl explain {near}`？")),
                [nearest @ .., last] => {
                    return Some(format!("是否要用 `{}` 或 `{last}`？", nearest.join("`、`")));
                }
            },
            Problem::NotLive { export, .. } => return Some(format!("`{export}` 按任务 ID 导出它")),
            Problem::UnknownInstance { near: Some(near), is_file: false, .. } => {
                return Some(format!("是否要用 {}？", shell_quote(near.as_str())));
            }
            Problem::UnknownInstance { name: file, is_file: true, .. }
            | Problem::NoDefaultManifest { file: Some(file), .. } => {
                return Some(format!("是否要用 `-f {}`？", shell_quote(file)));
            }
            Problem::SeveralDefaultManifests([file, _]) => {
                return Some(format!("请选择一个：`-f {}`", display_path(file)));
            }
            Problem::NameNeeded { names } => {
                let names = names.iter().take(5).map(|name| shell_quote(name.as_str()));
                let names: Vec<_> = names.collect();
                return Some(format!("请指定其中一个，例如 {}", Self::list(&names)));
            }
            Problem::NotInLocks { apply, .. } => {
                return Some(format!("`{apply}` 创建尚未在锁文件中的实例"));
            }
            Problem::CannotWait { apply, .. } => {
                return Some(format!("`{apply}` 创建它；加上 --wait 会同时等待它运行"));
            }
            Problem::OutcomeUnknown { steps, .. } => return Some(Self::remediation(steps)),
            Problem::NoAddress { next, .. } => return Some(address_step(next)),
            Problem::Logs(problem) => return logs::help(problem),
            Problem::SandboxUnavailable(_)
            | Problem::NoPlatformAddress
            | Problem::CatalogTimedOut
            | Problem::SandboxCannotStart(_)
            | Problem::InvalidFault { .. }
            | Problem::StdinTwice
            | Problem::OneLockForManifests
            | Problem::NoRegion
            | Problem::OutputUnwritable(_)
            | Problem::InvalidGlob { .. }
            | Problem::GlobMatchesNothing { .. }
            | Problem::FixOfStdinHasOtherOutput
            | Problem::UnknownInstance { is_file: false, near: None, .. }
            | Problem::IdNeedsOneName
            | Problem::FollowHasNoObject
            | Problem::NoLockHasName
            | Problem::OtherEndpoint { .. } => return None,
        };
        Some(help.to_owned())
    }

    pub(crate) fn file_written(file: &Path, kept: bool) -> String {
        format!("{} {}", if kept { "已保留" } else { "已写入" }, display_path(file))
    }

    pub(crate) fn after_init(arguments: &str, has_git: bool) -> String {
        let git = format!(
            "\n在 git 仓库中，`instancectl init --git{}` 可设置 .gitignore 和合并驱动",
            arguments.trim_start_matches(" -f")
        );
        format!(
            "下一步可以试用，无需账号，不产生费用：\n  instancectl validate{arguments}\n  \
             instancectl plan{arguments}\n  instancectl apply --sandbox{arguments}{}",
            if has_git { "" } else { &git }
        )
    }

    pub(crate) fn apply_would_refuse(reason: &str) -> String {
        format!("`apply` 不会发送任何请求：{reason}")
    }

    pub(crate) fn dry_run(question: &str) -> String {
        format!("试运行：{question}；未发送任何请求")
    }

    pub(crate) fn result_unwritable(error: &io::Error) -> String {
        format!("无法写入结果：{}", io_error(error))
    }
}

fn address_step(next: &AddressStep) -> String {
    match next {
        AddressStep::OpenPort => {
            "实例状态为 Running：其清单是否开放了端口（`containerPortInfoList`）？".to_owned()
        }
        AddressStep::Start { status, start, wait } => {
            format!("实例已结束（{}）：`{start}` 重新启动它，再用 `{wait}` 等待", status.as_str())
        }
        AddressStep::Wait { status, wait } => {
            format!("实例状态为 {}：`{wait}` 等待它", status.as_str())
        }
        AddressStep::QueryStatus(status) => format!("`{status}` 显示其状态"),
    }
}

fn sandbox_error(error: &SandboxError) -> String {
    match error {
        SandboxError::Listen { port, source } => {
            format!("沙箱无法监听 127.0.0.1:{port}：{}", io_error(source))
        }
        SandboxError::InUse { folder } => {
            format!("另一个沙箱正在使用 `{}`", folder.display())
        }
        SandboxError::State { path, source } => {
            format!("无法打开沙箱的状态文件 `{}`：{}", path.display(), io_error(source))
        }
        SandboxError::Damaged { path, line, problem } => {
            format!("沙箱的状态文件 `{}` 第 {line} 行已损坏：{}", path.display(), quoted(problem))
        }
    }
}

fn fix_fault(fault: &FixFault) -> String {
    match fault {
        FixFault::NotRegularFile => "不是普通文件".to_owned(),
        FixFault::Changed => "读取之后，文件有其他修改".to_owned(),
        FixFault::System(error) => io_error(error),
    }
}

fn script_fault(fault: ScriptFault) -> &'static str {
    match fault {
        ScriptFault::Empty => "是空脚本",
        ScriptFault::TooLarge => "超过 1 MiB，作为脚本过大",
        ScriptFault::Nul => "含有 NUL 字节，不是脚本",
        ScriptFault::NotUtf8 => "不是 UTF-8 文本，不是脚本",
    }
}

/// Describes a problem of a file or directory; `path` is shown as it is.
fn path_problem(path: &str, problem: &PathProblem) -> Message {
    let (text, help) = match problem {
        PathProblem::Unreadable { error, quoted_by_git } => {
            let help = "git 会给这样的路径加引号；加 `-z` 则按原样输出：\
                        `git ls-files -z | instancectl validate --files-from -`";
            (format!("无法读取 {path}：{}", io_error(error)), quoted_by_git.then_some(help))
        }
        PathProblem::DirectoryUnreadable(error) => {
            (format!("无法读取目录 {path}：{}", io_error(error)), None)
        }
        PathProblem::ListUnreadable(error) => {
            (format!("无法读取列表 {path}：{}", io_error(error)), None)
        }
        PathProblem::HasNoManifest { recursive } => {
            let deeper = if *recursive { "" } else { "；用 -R 递归进入子目录" };
            (format!("目录 {path} 中没有 *.yaml 或 *.yml{deeper}"), None)
        }
        PathProblem::Unwritable(error) => (format!("无法写入 {path}：{}", io_error(error)), None),
        PathProblem::FixUnwritable(fault) => {
            (format!("无法写入 {path}：{}", fix_fault(fault)), Some("文件未修改"))
        }
        PathProblem::ExportIsNotYaml => (
            format!("`export` 写出 YAML；{path} 的扩展名不是 .yaml 或 .yml"),
            Some("请使用清单的文件名：`instancectl export -o instances.yaml`"),
        ),
        PathProblem::ExportExists => {
            (format!("{path} 已存在，不会覆盖"), Some("用 -o 选择另一个文件"))
        }
        PathProblem::LockExists => (
            format!("锁文件 {path} 已存在，不会修改"),
            Some("用 -o 选择另一个文件，或逐个接管实例：`instancectl adopt --help`"),
        ),
        PathProblem::StarterIsNotYaml => (
            format!("示例清单是 YAML；{path} 的扩展名不是 .yaml 或 .yml"),
            Some("请使用清单的文件名：`instancectl init instances.yaml`"),
        ),
        PathProblem::StarterExists => (
            format!("{path} 已存在，不会覆盖"),
            Some("选择另一个文件：`instancectl init other.yaml`"),
        ),
        PathProblem::ReportOverwritesManifest => (format!("报告会覆盖清单 {path}"), None),
        PathProblem::ReportOverwritesLock => (format!("报告会覆盖锁文件 {path}"), None),
        PathProblem::ReportsCollide => (format!("两份报告会写入同一文件 {path}"), None),
        PathProblem::NotSandboxLock => {
            (format!("{path} 不是沙箱的锁文件"), Some("请使用以 `.sandbox.lock` 结尾的文件名"))
        }
        PathProblem::SandboxLock => {
            (format!("{path} 是沙箱的锁文件"), Some("使用其他锁文件，或加上 --sandbox"))
        }
        PathProblem::Script(fault) => (format!("{path} {}", script_fault(*fault)), None),
        PathProblem::LockNamedTwice => {
            (format!("{path} 本身就是锁文件，而 --lock 指定了另一个"), None)
        }
    };
    Message::new(text, help.map(str::to_owned))
}

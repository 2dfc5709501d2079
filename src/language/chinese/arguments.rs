//! Arguments and their values.

use super::Pair;

pub(super) const TEXTS: &[Pair] = &[
    ("NAME or TASK_ID", "NAME|TASK_ID"),
    ("CODE or FIELD or TOPIC", "CODE|FIELD|TOPIC"),
    ("Print results and errors only", "只输出结果和错误"),
    ("Use verbose output", "输出详细信息"),
    (
        "Colours: auto, always or never [default: auto]",
        "颜色：auto、always 或 never [默认值：auto]",
    ),
    ("On a terminal, unless `NO_COLOR` is set", "在终端上使用，除非设置了 `NO_COLOR`"),
    ("Always", "始终使用"),
    ("Never", "从不使用"),
    ("Language: en or zh [default: that of the locale]", "语言：en 或 zh [默认值：系统的语言]"),
    ("Print help; all of it with `--help`", "输出帮助；用 `--help` 输出完整的帮助"),
    (
        "Print version; with `-v` also the target and the commit",
        "输出版本；带 `-v` 时还输出目标平台和提交",
    ),
    ("Manifest to write", "要生成的清单"),
    (
        "Also set up git: .gitignore, .gitattributes, merge driver",
        "同时配置 git：.gitignore、.gitattributes、合并驱动",
    ),
    (
        "Adds only the lines that are not in effect, and keeps a merge driver that is configured. A \
         manifest that exists is kept: run it once in each clone.",
        "只添加尚未生效的行，保留已配置的合并驱动和已有的清单：每个克隆中运行一次即可。",
    ),
    ("Output format: human or json [default: human]", "输出格式：human 或 json [默认值：human]"),
    ("Human-readable text", "便于阅读的文本"),
    ("One JSON object", "一个 JSON 对象"),
    (
        "Manifest, directory or glob [default: instances.yaml]",
        "清单、目录或通配符 [默认值：instances.yaml]",
    ),
    (
        "Files, directories (their *.yaml and *.yml), quoted globs, or - for standard input. Default: \
         instances.yaml, instances.yml or instances.json of the working directory.",
        "文件、目录（其中的 *.yaml 和 *.yml）、加引号的通配符，或表示标准输入的 -。默认值：\
         当前目录下的 instances.yaml、instances.yml 或 instances.json。",
    ),
    (
        "A file, a directory (its *.yaml and *.yml), a quoted glob, or - for standard input; repeatable. \
         Default: instances.yaml, instances.yml or instances.json of the working directory.",
        "文件、目录（其中的 *.yaml 和 *.yml）、加引号的通配符，或表示标准输入的 -；可重复。默认值：\
         当前目录下的 instances.yaml、instances.yml 或 instances.json。",
    ),
    ("Same as PATH; repeatable", "同 PATH；可重复"),
    ("Read paths from a file, or from - for stdin", "从文件读取路径；- 表示标准输入"),
    ("One path per line, or each terminated by a NUL.", "每行一个路径，或每个路径以 NUL 结尾。"),
    ("Recurse into directories", "递归处理子目录"),
    ("Also compare with what the region offers", "同时与区域提供的资源比较"),
    ("That is: groups, images, sizes and mounts.", "包括资源分组、镜像、规格和挂载。"),
    ("Treat warnings as errors: `--deny warnings`", "把警告视为错误：`--deny warnings`"),
    ("Warnings", "警告"),
    (
        "Suppress warnings and notes with this code; repeatable",
        "忽略带有此代码的警告和提示；可重复",
    ),
    ("Write the safe fixes, and report the remaining problems", "写入安全的修复，并报告其余的问题"),
    (
        "Syntax errors in an instance or a JSON document of more than 4 MiB are not fixed.",
        "不修复超过 4 MiB 的实例或 JSON 文档中的语法错误。",
    ),
    (
        "Print the fixes as a diff; exit 1 if there are any",
        "以 diff 形式输出修复；有修复时退出码为 1",
    ),
    (
        "human, json, github, gitlab, sarif or junit; repeatable",
        "human、json、github、gitlab、sarif 或 junit；可重复",
    ),
    (
        "In github, gitlab, sarif and junit, paths are relative to the root of the repository that \
         contains the working directory, or to the working directory outside a repository; a file outside \
         has its absolute path.",
        "在 github、gitlab、sarif 和 junit 中，路径相对于当前目录所在仓库的根目录；不在仓库中时，\
         相对于当前目录。在此目录之外的文件使用绝对路径。",
    ),
    ("GitHub Actions annotations", "GitHub Actions 注解"),
    ("GitLab code quality report", "GitLab 代码质量报告"),
    ("SARIF 2.1.0", "SARIF 2.1.0"),
    ("JUnit XML", "JUnit XML"),
    ("Write the preceding --format to a file; repeatable", "把前一个 --format 写入文件；可重复"),
    ("Use the sandbox instead of the platform", "使用沙箱代替平台"),
    ("Allow plain HTTP beyond localhost", "允许对 localhost 以外的地址使用 HTTP"),
    ("Timeout of one request", "单个请求的超时"),
    ("Lock file [default: next to the manifest]", "锁文件 [默认值：与清单在同一目录]"),
    ("Git remote that has the locks, such as origin", "存放锁文件的 git 远程仓库，如 origin"),
    (
        "Any machine finds them there, and the claims on them: `instancectl explain git`.",
        "任何机器都能从中找到锁文件及其占用，参见 `instancectl explain git`。",
    ),
    ("Also set by `INSTANCECTL_GIT_REMOTE`.", "也可以用 `INSTANCECTL_GIT_REMOTE` 设置。"),
    ("Branch with the locks [default: the current one]", "存放锁文件的分支 [默认值：当前分支]"),
    ("Also set by `INSTANCECTL_GIT_BRANCH`.", "也可以用 `INSTANCECTL_GIT_BRANCH` 设置。"),
    ("Delete this instance and create it again; repeatable", "删除此实例并重新创建；可重复"),
    (
        "Whether it changed or not; the create is sent when the instance no longer exists. NAME may be a \
         glob.",
        "无论有没有变更都会替换；旧实例已不存在后，才发送创建请求。NAME 可以是通配符。",
    ),
    (
        "Replace all that changed, ended or no longer exist",
        "替换所有有变更、已结束或已不存在的实例",
    ),
    ("Change sizes in place, if nothing else changed", "没有其他变更时，原地调整规格"),
    (
        "The sizes are `cpuNumber`, `gpuNumber` and `ramSize`. Not every platform has a call for it.",
        "规格是指 `cpuNumber`、`gpuNumber` 和 `ramSize`。并非每个平台都有这个接口。",
    ),
    ("Leave changed instances running", "让有变更的实例继续运行"),
    ("Delete instances that are not in the manifest any more", "删除清单中已经没有的实例"),
    ("Adopt live instances that match the manifest", "接管与清单相符的存活实例"),
    ("Send nothing if the new instances need more cards", "新实例的卡数超过此值时，不发送请求"),
    ("Send nothing if they may use more card-hours", "新实例的卡时可能超过此值时，不发送请求"),
    ("An instance without a time limit counts as more.", "没有自动停止时间的实例视为超过。"),
    ("Also ask the platform, as apply does; read-only", "像 apply 一样查询平台；只读"),
    (
        "Finds instances that ended, no longer exist or live elsewhere, and checks available resources.",
        "找出已结束、已不存在或在别处的实例，并检查可用资源。",
    ),
    ("Do not compare with what the region offers", "不与区域提供的资源比较"),
    (
        "The groups, images, node sizes and mounts of new instances are not checked.",
        "不检查新实例的资源分组、镜像、节点规格和挂载。",
    ),
    ("Exit 9 if apply would create or delete instances", "apply 会创建或删除实例时，退出码为 9"),
    ("Instances, by name or glob [default: all]", "实例的名称或通配符 [默认值：全部]"),
    (
        "Output format: human, json, name or markdown [default: human]",
        "输出格式：human、json、name 或 markdown [默认值：human]",
    ),
    (
        "`name` prints one line per instance: its name and task ID, or - if it has none. `markdown` is \
         for a pull request comment or a step summary.",
        "`name` 每个实例一行：名称和任务 ID（没有则为 -）。`markdown` 用于合并请求的评论或步骤摘要。",
    ),
    (
        "`name` prints one line per instance: its name and task ID, or - if it has none.",
        "`name` 每个实例一行：名称和任务 ID（没有则为 -）。",
    ),
    (
        "One line per instance: its name and task ID, or `-` if it has none",
        "每个实例一行：名称和任务 ID（没有则为 `-`）",
    ),
    ("Markdown for a pull request comment", "用于合并请求评论的 Markdown"),
    ("Do not take the process lock", "不获取进程锁"),
    (
        "For file systems without locking: no second instancectl may run on the lock.",
        "用于不支持文件锁的文件系统：不得有另一个 instancectl 使用同一锁文件。",
    ),
    ("Fail if another run has claimed a lock", "锁文件被其他运行占用时，直接失败"),
    (
        "Output format: human, json or name [default: human]",
        "输出格式：human、json 或 name [默认值：human]",
    ),
    ("Do not ask (required if stdin is not a terminal)", "跳过确认（标准输入不是终端时必须使用）"),
    ("Print plan and requests; send and write nothing", "输出计划和请求；不发送，不写入"),
    ("Maximum concurrent requests, 1 to 64", "最大并发请求数，1 到 64"),
    ("How long to poll until the platform shows the changes", "等待平台显示出变更的最长时间"),
    ("Stop creating after this many unknown outcomes", "结果未知达到此数量后，停止创建"),
    (
        "Also find unchanged instances that ended or are gone",
        "同时找出没有变更、但已结束或已不存在的实例",
    ),
    ("Wait until all are Running; exit 8 otherwise", "等待全部变为 Running；未达到时退出码为 8"),
    ("Total timeout of --wait", "--wait 的总超时"),
    (
        "Instances, by name or glob [default: all in the lock]",
        "实例的名称或通配符 [默认值：锁文件中的全部实例]",
    ),
    ("Show all columns and whole task IDs", "显示所有列和完整的任务 ID"),
    ("Show the access addresses, which contain secrets", "显示访问地址，其中有机密"),
    ("Follow the changes until interrupted", "持续跟踪变化，直到中断"),
    (
        "Redraws the table on a terminal, and prints a line for each change elsewhere.",
        "在终端上重绘表格；不在终端上时，每次变化输出一行。",
    ),
    ("Also list instances that ended", "同时列出已结束的实例"),
    (
        "Manifest to write, a new file [default: stdout]",
        "要写入的清单，必须是新文件 [默认值：标准输出]",
    ),
    ("Also write its lock, which has the instances", "同时写入包含这些实例的锁文件"),
    (
        "Instances, by name, glob or task ID [default: all live]",
        "实例的名称、通配符或任务 ID [默认值：全部存活的实例]",
    ),
    ("Status to wait for; a later live one counts", "要等待的状态；之后的存活状态也算"),
    (
        "Waiting, Deploying, Running, Completed, Failed or Terminated.",
        "Waiting、Deploying、Running、Completed、Failed 或 Terminated。",
    ),
    ("Created and queued", "已创建，排队中"),
    ("Being deployed", "部署中"),
    ("Running", "运行中"),
    ("Ended on its own or at its time limit", "自行结束，或到达自动停止时间"),
    ("Ended by a failure", "运行失败"),
    ("Stopped", "已停止"),
    ("Total timeout", "总超时"),
    (
        "End what did not reach it in time: stop or destroy",
        "超时后结束未达到该状态的实例：stop 或 destroy",
    ),
    ("Asks after the timeout. The exit code stays 8.", "超时后请求确认。退出码仍为 8。"),
    ("Stop it", "停止"),
    ("Delete it", "删除"),
    (
        "Run a shell command for each that arrives or fails",
        "每当有实例达到状态或失败时，运行 shell 命令",
    ),
    (
        "It has `INSTANCECTL_NAME`, `INSTANCECTL_TASK_ID` and `INSTANCECTL_STATUS`, and no token and no keys; \
         `INSTANCECTL_TOKEN_FILE` stays. Commands run one after another; their output goes to standard \
         error. A command that fails is reported, and the wait goes on: exit 8.",
        "命令的环境变量中有 `INSTANCECTL_NAME`、`INSTANCECTL_TASK_ID` 和 `INSTANCECTL_STATUS`，没有令牌和密钥；\
         `INSTANCECTL_TOKEN_FILE` 会保留。命令逐个运行，输出到标准错误。命令失败时报告并继续等待，退出码为 8。",
    ),
    ("Instances, by name or glob [default: all of them]", "实例的名称或通配符 [默认值：全部]"),
    (
        "File with the script, or - for stdin with --yes",
        "脚本文件；- 表示标准输入，需同时使用 --yes",
    ),
    (
        "Containers that run the script: all, or header (the first)",
        "执行脚本的容器：all，或 header（第一个）",
    ),
    ("All containers of the instance", "实例的所有容器"),
    ("The first container", "第一个容器"),
    ("Instances, by name or glob", "实例的名称或通配符"),
    (
        "Delete this candidate of NAME, not its own instance",
        "删除 NAME 的这个候选，而不是它自己的实例",
    ),
    ("The instance's name in the manifest", "实例在清单中的名称"),
    ("Its ID on the platform", "实例在平台上的 ID"),
    ("All instances with an unknown outcome", "所有结果未知的实例"),
    ("The instances were not created, or no longer exist", "这些实例没有创建，或已不存在"),
    ("ID of the instance that was created", "已创建的实例的 ID"),
    (
        "Name of the instance [default: the manifest's only one]",
        "实例的名称 [默认值：清单中唯一的实例]",
    ),
    ("Name of the instance", "实例的名称"),
    ("Print new lines until the instance ends", "持续输出新的行，直到实例结束"),
    ("Print only the last lines", "只输出最后 N 行"),
    ("Neither decode nor escape the output in a pipe", "输出到管道时，不解码也不转义"),
    ("Number of the container, from 0", "容器的编号，从 0 开始"),
    ("Print the pull of the image instead", "改为输出拉取镜像的过程"),
    ("Print the output of the run before the last start", "输出最近一次启动之前那次运行的内容"),
    ("Visibility of the images: public or private", "镜像的可见范围：public 或 private"),
    ("Public images", "公共镜像"),
    ("The account's private images", "账号的私有镜像"),
    ("Only images with this name", "只显示此名称的镜像"),
    (
        "Only images for this `taskType`, such as jupyter",
        "只显示用于此 `taskType` 的镜像，如 jupyter",
    ),
    (
        "Only images for this `acceleratorType`, such as dcu",
        "只显示用于此 `acceleratorType` 的镜像，如 dcu",
    ),
    ("The `acceleratorType`, such as dcu", "`acceleratorType`，如 dcu"),
    (
        "The `resourceGroup`, as shown by `catalog groups`",
        "`resourceGroup`，见 `catalog groups` 的输出",
    ),
    ("Manifests or locks [default: instances.yaml]", "清单或锁文件 [默认值：instances.yaml]"),
    (
        "Files, directories, quoted globs. A manifest selects its lock.",
        "文件、目录或加引号的通配符。清单代表它的锁文件。",
    ),
    ("Select the locks of the sandbox", "选择沙箱的锁文件"),
    ("Also find instances that only the manifest has", "同时找出清单中有、锁文件中没有的实例"),
    ("Git remote: its name, or an address", "git 远程仓库：名称或地址"),
    (
        "Branch [default: the checked-out one, or the CI job's]",
        "分支 [默认值：检出的分支，或 CI 作业的分支]",
    ),
    ("Message of the commit", "提交的说明"),
    (
        "Common ancestor of both sides (%O); an empty file if there is none",
        "双方的共同祖先（%O）；没有时为空文件",
    ),
    ("Our side (%A); the result is written here", "我方（%A）；结果写入此文件"),
    ("Their side (%B)", "对方（%B）"),
    (
        "The lock's path in the repository (%P), for messages",
        "锁文件在仓库中的路径（%P），用于消息",
    ),
    ("Port on 127.0.0.1; 0 selects a free one", "127.0.0.1 上的端口；0 表示选择空闲端口"),
    ("Directory to keep the instances in after exit", "退出后保存实例的目录"),
    (
        "Refuse groups, images and sizes that are not in its catalog",
        "拒绝沙箱没有提供的资源分组、镜像和规格",
    ),
    ("Fault to inject, such as drop-after@1; repeatable", "要注入的故障，如 drop-after@1；可重复"),
    (
        "Fault to inject: KIND[:VALUE][@COUNT or @PERCENT%]; repeatable",
        "要注入的故障：KIND[:VALUE][@COUNT 或 @PERCENT%]；可重复",
    ),
    (
        "Print the schema of the output of --format json instead",
        "改为输出 --format json 结果的 schema",
    ),
    ("A code, a field, or a topic", "代码、字段或主题"),
    (
        "A code, such as yaml-syntax, a field, such as ramSize or mountInfoList.type, or a topic: lock, \
         unknown, exit-codes, regions, git, yaml.",
        "代码（如 yaml-syntax）、字段（如 ramSize 或 mountInfoList.type），或主题：lock、unknown、\
         exit-codes、regions、git、yaml。",
    ),
    ("bash, zsh, fish, elvish or powershell", "bash、zsh、fish、elvish 或 powershell"),
    ("bash", "bash"),
    ("zsh", "zsh"),
    ("fish", "fish"),
    ("elvish", "elvish"),
    ("powershell", "powershell"),
];

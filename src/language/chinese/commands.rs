//! Commands, their details and examples.

use super::Pair;

pub(super) const TEXTS: &[Pair] = &[
    (
        "Declarative applier for AI container instances on the SCNet platform",
        "超算互联网（SCNet）AI 容器实例的声明式管理工具",
    ),
    (
        "Manifests declare the desired instances; `apply` creates those that are not in the lock file \
         yet, with one create call per instance, and records the task IDs in the lock. A command without \
         `-f` uses instances.yaml, instances.yml or instances.json of the working directory.",
        "清单声明需要哪些实例；`apply` 为锁文件中还没有的每个实例发送一次创建请求，并把任务 ID \
         记入锁文件。命令不带 `-f` 时，使用当前目录下的 instances.yaml、instances.yml 或 instances.json。",
    ),
    ("Try it without an account and without cost:", "无需账号、不产生费用，即可试用："),
    ("writes instances.yaml", "生成 instances.yaml"),
    ("Write a commented starter manifest and its schema", "生成带注释的示例清单及其 schema"),
    ("Never overwrites a file.", "从不覆盖已有的文件。"),
    ("Examples:", "示例："),
    ("instances.yaml, and its schema", "instances.yaml 及其 schema"),
    ("also sets up git", "同时配置 git"),
    ("Check manifests offline and report all problems", "离线检查清单，报告所有问题"),
    (
        "Opens no socket without `--online`. Exits 1 if a manifest is invalid.",
        "不带 `--online` 时不访问网络。清单无效时退出码为 1。",
    ),
    ("instances.yaml", "instances.yaml"),
    ("what --fix would change", "--fix 会修改的内容"),
    ("also groups, images, sizes, mounts", "同时检查资源分组、镜像、规格和挂载"),
    ("Show what apply would do, compared with the lock", "对照锁文件，显示 apply 会做什么"),
    (
        "Writes nothing, and sends nothing without `--refresh`.",
        "不写入任何文件；不带 `--refresh` 时也不发送请求。",
    ),
    ("also ask the platform", "同时查询平台"),
    ("9 if apply would change something", "apply 会有变更时，退出码为 9"),
    ("Create the instances that are not in the lock yet", "创建锁文件中还没有的实例"),
    (
        "Validates all manifests, shows the plan, asks for confirmation, creates the instances and \
         records each task ID in the lock before printing it. A request with an unknown outcome is never \
         repeated.",
        "检查所有清单，显示计划，经确认后创建实例；每个任务 ID 先记入锁文件，再输出。\
         结果未知的请求从不重发。",
    ),
    ("try it without an account and cost", "试用：无需账号，不产生费用"),
    ("the plan and the exact requests", "计划和请求的完整内容"),
    ("Show the live state of the instances in the lock", "显示锁文件中实例的实时状态"),
    (
        "Prints status, cards, age, time left before the automatic stop, and card-hours so far. \
         Read-only. Exits 4 if an outcome is unknown or another live instance has the same name, 6 if an \
         instance is recorded for another endpoint, or is live and in no lock.",
        "输出状态、卡数、已存在时间、距自动停止的剩余时间和已用卡时。只读。有结果未知的实例，\
         或另有存活的同名实例时，退出码为 4；有实例记录在其他接入地址下，\
         或有存活的实例不在任何锁文件中时，退出码为 6。",
    ),
    ("until Ctrl-C", "按 Ctrl-C 结束"),
    ("List every live instance of the account", "列出账号下所有存活的实例"),
    (
        "Prints status, cards, age, time left, card-hours so far and at most, and the lock of the given \
         manifests that has it: `-` if none has, `NAME?` if it may be the instance of an unknown outcome. \
         Read-only. Lists the regions of the manifests, otherwise that of the credentials.",
        "输出状态、卡数、已存在时间、剩余时间、已用卡时和最多卡时，以及实例在哪个清单的锁文件中：\
         `-` 表示都不在，`NAME?` 表示它可能是结果未知的那个实例。只读。列出清单指定的区域；\
         没有指定时，列出凭据所属的区域。",
    ),
    ("also those that ended", "同时列出已结束的"),
    ("Print live instances as a manifest, or adopt them", "把存活的实例导出为清单，或接管它们"),
    (
        "Prints all live instances of the account if none is named. Fields with their default are \
         omitted; comments name what the platform does not show. With `--adopt`, writes the manifest and \
         a lock that has them. A file that exists is never changed, and what the lock of another manifest \
         (`-f`, or the default one) has is not adopted.",
        "不指定实例时，导出账号下所有存活的实例。取默认值的字段会省略；平台不显示的内容在注释中列出。\
         带 `--adopt` 时，写入清单和包含这些实例的锁文件。从不修改已有的文件；\
         其他清单（`-f` 指定的或默认的）的锁文件中已有的实例不会接管。",
    ),
    ("all, as a manifest", "全部导出为清单"),
    ("with its lock, for git", "连同锁文件，用于 git"),
    ("Wait until instances are running, or have another status", "等待实例运行，或达到其他状态"),
    (
        "Polls at once, then at intervals that grow from 1 s to 15 s, never more often. Exits with 0 once \
         all instances have reached the status (a later live status counts), and with 8 if one can no \
         longer reach it, for example because it ended, or on timeout.",
        "立即查询一次，之后的间隔从 1 秒逐渐增加到 15 秒，不会更频繁。\
         所有实例都达到该状态（之后的存活状态也算）时，退出码为 0；\
         有实例已不可能达到（例如已结束）或等待超时，退出码为 8。",
    ),
    ("until all are Running", "直到全部为 Running"),
    ("Stop the instances in the lock, and no others", "停止锁文件中的实例，不影响其他实例"),
    (
        "Asks for confirmation. Instances that ended or no longer exist count as done; the lock does not \
         change.",
        "执行前请求确认。已结束或已不存在的实例视为完成；锁文件不变。",
    ),
    ("all in the lock", "锁文件中的全部实例"),
    ("Start instances again that were stopped or ended", "重新启动已停止或已结束的实例"),
    (
        "Asks for confirmation. Live instances are not touched; the ID and the lock do not change.",
        "执行前请求确认。不影响存活的实例；任务 ID 和锁文件不变。",
    ),
    ("Run a script on running instances", "在运行中的实例上执行脚本"),
    (
        "Asks for confirmation. Instances that do not run are skipped (exit 6). The platform returns no \
         output: let the script write to a mounted directory. A call without a clear answer is never \
         repeated (exit 4).",
        "执行前请求确认。跳过未在运行的实例（退出码为 6）。平台不返回输出：可以让脚本写入挂载的目录。\
         没有明确响应的请求从不重发（退出码为 4）。",
    ),
    ("Delete the instances in the lock, and no others", "删除锁文件中的实例，不影响其他实例"),
    (
        "Asks for confirmation. Instances that no longer exist count as done; entries with an unknown \
         outcome are skipped. With `--id`, deletes one candidate of an entry instead.",
        "执行前请求确认。已不存在的实例视为完成；跳过结果未知的条目。带 `--id` 时，\
         改为删除条目的一个候选。",
    ),
    ("all in the sandbox's lock", "沙箱锁文件中的全部实例"),
    ("Adopt an existing instance into the lock", "接管已有的实例，记入锁文件"),
    (
        "Reads its details first. If an entry with the same ID has another endpoint, it is rebound to the \
         current one.",
        "先读取实例的详情。如果同一 ID 的条目记录的是其他接入地址，则改为当前的接入地址。",
    ),
    (
        "Record the outcome of a create call whose outcome is unknown",
        "记录结果未知的创建请求的实际结果",
    ),
    (
        "Lists the instances first, and refuses an answer that the platform contradicts.",
        "先列出实例；与平台不符的答案会被拒绝。",
    ),
    ("it was not created, or is gone", "没有创建，或已不存在"),
    ("Print the access address of an instance", "输出实例的访问地址"),
    (
        "The address contains a secret: it is printed to standard output only.",
        "地址中有机密：只输出到标准输出。",
    ),
    ("of the manifest's only instance", "清单中唯一的实例"),
    ("Print the output of an instance", "查看实例的输出"),
    (
        "The platform writes it to a folder in the home directory of the user: it is read there, on this \
         machine or through the file service of the region. The file is named on standard error.",
        "平台把输出写入用户主目录下的一个目录，本命令从中读取：直接读取本机文件，或通过区域的文件服务。\
         文件名输出到标准错误。",
    ),
    ("before its last start", "最近一次启动之前的"),
    ("Explain why an instance waits or ended", "说明实例为什么在等待或已结束"),
    (
        "Prints its status, the reason as far as anything states it, the evidence (file and line), the \
         places that were looked at, and the next step. Reads the status, the node limits and the \
         resource groups of the region, and the files of the newest run; what cannot be read is named, \
         and prevents nothing. Nothing is guessed. Exits 0 whenever there is an answer.",
        "输出实例的状态、有依据的原因、证据（文件和行）、已查看的位置和下一步。读取状态、\
         区域的节点上限和资源分组，以及最近一次运行的文件；无法读取的会列出，但不影响其他部分。\
         不做猜测。只要有答案，退出码就为 0。",
    ),
    (
        "Print the SSH addresses of the instances as `Host` blocks of ssh",
        "把实例的 SSH 地址输出为 ssh 的 `Host` 配置块",
    ),
    (
        "Write them to a file, and name it at the top of ~/.ssh/config: `Include instances` for \
         ~/.ssh/instances. The blocks have no secrets. Instances that do not run or open no SSH port are \
         named on standard error. An address that is not one of SSH, or not safe to write, is refused: \
         exit 3.",
        "请将输出保存到文件，并在 ~/.ssh/config 的开头引用，例如 ~/.ssh/instances 写作 `Include instances`。\
         配置块中没有机密。未在运行或没有开放 SSH 端口的实例列在标准错误中。\
         不是 SSH 地址或不能安全写入的地址会被拒绝，退出码为 3。",
    ),
    ("Show what the region offers, for writing manifests", "显示区域提供的资源，供编写清单时参考"),
    ("Resource groups: a manifest's `resourceGroup`", "资源分组：清单中的 `resourceGroup`"),
    ("Images: a manifest's `imagePath`", "镜像：清单中的 `imagePath`"),
    ("Resources of one node of a group", "资源分组中单个节点的资源"),
    (
        "Directories that can be mounted: prefixes of a manifest's `sourcePath`",
        "可以挂载的目录：清单中 `sourcePath` 的前缀",
    ),
    ("Free cards of the resource groups", "资源分组的空闲卡"),
    (
        "Shows the free cards of each resource group, and all its cards. An instance that asks for more \
         than are free waits. The call is that of the platform and not of a region: its address is known \
         after a login, otherwise `INSTANCECTL_PLATFORM_URL` names it.",
        "显示每个资源分组的空闲卡数和总卡数。实例需要的卡数超过空闲卡数时会排队等待。\
         该接口属于平台而不是区域：登录后会自动获取其地址，否则由 `INSTANCECTL_PLATFORM_URL` 指定。",
    ),
    ("Check the credentials", "检查凭据"),
    ("Report the credentials, their regions, and any problems", "报告凭据、可用的区域和存在的问题"),
    (
        "Reports which credentials were found, their user, the regions they reach and until when. \
         Read-only: logs in if there is an account, and requests a list of one instance from each region. \
         Shows no secret. Exits 0 if the platform can be used, 7 if the credentials are missing or \
         refused, 10 if it cannot be reached.",
        "报告找到的凭据、所属用户、可以访问的区域和有效期。只读：有账号时登录，\
         并向每个区域请求一个实例的列表。不显示机密。平台可用时退出码为 0，\
         没有凭据或凭据被拒绝时为 7，无法连接平台时为 10。",
    ),
    ("Check, print, recover and merge lock files, offline", "离线检查、查看、恢复和合并锁文件"),
    (
        "Check locks: readable, in canonical form, nothing unknown",
        "检查锁文件是否可读、格式规范、没有未知的结果",
    ),
    (
        "Offline. Reads lock, journal and rescue file, and writes nothing.",
        "离线运行。读取锁文件、日志文件和应急文件，不写入任何文件。",
    ),
    ("the lock of instances.yaml", "instances.yaml 的锁文件"),
    ("Print the contents of locks", "输出锁文件的内容"),
    (
        "Also reads the files that an interrupted run left next to them; writes nothing.",
        "同时读取中断的运行遗留在锁文件旁边的文件；不写入任何文件。",
    ),
    (
        "Merge into locks what an interrupted run left next to them",
        "把中断的运行遗留的记录并入锁文件",
    ),
    (
        "Performs only the first step of `apply`: sends nothing and needs no credentials. A readable lock \
         that is not in canonical form is rewritten.",
        "只执行 `apply` 的第一步：不发送请求，不需要凭据。格式不规范但可读的锁文件会按规范格式重写。",
    ),
    ("Bring locks to a branch of a git remote", "把锁文件推送到 git 远程仓库的分支"),
    (
        "Fetches the branch, merges each lock with its version there entry by entry, commits only the \
         locks on top of the branch, and pushes; again if another push came first. Needs no committer \
         identity and no merge driver, and changes no other file. Afterwards, `git pull` works.",
        "获取分支，把每个锁文件与分支上的版本逐条合并，在分支之上只提交锁文件，然后推送；\
         其他推送抢先时重试。不需要提交者身份和合并驱动，也不修改其他文件。之后可以正常 `git pull`。",
    ),
    (
        "Give up the claim of a run that died, at a git remote",
        "释放已终止的运行在 git 远程仓库上的占用",
    ),
    (
        "Shows what the claim holds and asks; then brings what its run recorded to the lock and to the \
         branch, and removes the claim. A run that still works stops when it notices.",
        "显示占用的内容并请求确认，然后把该运行的记录并入锁文件和分支，并删除占用。\
         如果该运行仍在进行，它发现后会停止。",
    ),
    (
        "Merge three versions of a lock, as a git merge driver",
        "作为 git 合并驱动，合并锁文件的三个版本",
    ),
    ("Merges entry by entry, and writes the result to OURS.", "逐条合并，并把结果写入 OURS。"),
    (
        "Serve the platform's API on loopback, for trial runs",
        "在本机回环地址上提供平台的接口，用于试运行",
    ),
    (
        "Prints the endpoint and the token as environment variables, and serves until interrupted. \
         Commands of this program need no server: with `--sandbox` they start their own.",
        "以环境变量的形式输出接入地址和令牌，并持续提供服务，直到中断。本程序的命令不需要它：\
         带 `--sandbox` 时会自行启动沙箱。",
    ),
    ("Print the JSON Schema of manifests, or of the output", "输出清单或输出结果的 JSON Schema"),
    ("of --format json", "--format json 的结果"),
    ("Explain a diagnostic code, a manifest field or a topic", "解释诊断代码、清单字段或主题"),
    ("Lists all of them if none is given.", "不带参数时列出全部。"),
    ("Print a completion script for a shell", "输出 shell 的补全脚本"),
    (
        "Print the version; with `-v` also the target and the commit",
        "输出版本；带 `-v` 时还输出目标平台和提交",
    ),
];

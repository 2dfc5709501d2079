//! Headings and longer parts of the help pages, and answers to the words of other tools.

use super::Pair;

pub(super) const TEXTS: &[Pair] = &[
    ("Commands:", "命令："),
    ("Arguments:", "参数："),
    ("Options:", "选项："),
    ("Selection:", "选择："),
    ("Changes:", "变更："),
    ("Safety:", "安全："),
    ("Checks:", "检查："),
    ("Timing:", "时间："),
    ("Connection:", "连接："),
    ("Git:", "Git："),
    ("Output:", "输出："),
    (
        "Print this message or the help of the given subcommand(s)",
        "输出此帮助，或指定的子命令的帮助",
    ),
    ("Print help for the subcommand(s)", "输出子命令的帮助"),
    (
        "Exit status (`instancectl explain exit-codes`):
  0 done, 1 a manifest is invalid, 2 wrong usage, 3 refused by the platform,
  4 outcome unknown, 5 lock trouble, 6 stopped by a safety check,
  7 credentials, 8 a wait failed, 9 plan found changes (--detailed-exitcode),
  10 platform not reached, 130 interrupted",
        "退出码（`instancectl explain exit-codes`）：
  0 完成，1 清单无效，2 用法错误，3 被平台拒绝，4 结果未知，
  5 锁文件有问题，6 安全检查中止，7 凭据有问题，8 等待失败，
  9 plan 发现变更（--detailed-exitcode），10 无法连接平台，130 中断",
    ),
    (
        "Environment:
  INSTANCECTL_ENDPOINT      the region's AI address: https://HOST:65011/ai
  INSTANCECTL_TOKEN         the region's token, or
  INSTANCECTL_TOKEN_FILE    a file with it, private to its owner
or an account, which logs in to the regions that the manifests name:
  INSTANCECTL_USER, INSTANCECTL_ACCESS_KEY, INSTANCECTL_SECRET_KEY
  INSTANCECTL_REGION        the region of documents that name none
  INSTANCECTL_LOGIN_URL     replaces https://api.scnet.cn
  INSTANCECTL_PLATFORM_URL  replaces https://www.scnet.cn
                            (if only one of the two is set, both are this)
and with either:
  INSTANCECTL_FILE_ENDPOINT  the region's file service, for `logs`; a login
                            finds it
  INSTANCECTL_PLATFORM_URL  the platform, for free cards; a login knows it
  INSTANCECTL_CA_FILE       PEM file of a centre's own certificate authority,
                            or of the server's own certificate
  INSTANCECTL_LANG          en or zh, instead of the locale's language
If both are set, the endpoint and its token are used.",
        "环境变量：
  INSTANCECTL_ENDPOINT       区域的 AI 接入地址：https://HOST:65011/ai
  INSTANCECTL_TOKEN          区域的令牌，或
  INSTANCECTL_TOKEN_FILE     保存令牌的文件，只有所有者可以访问
或使用账号，登录清单中指定的区域：
  INSTANCECTL_USER、INSTANCECTL_ACCESS_KEY、INSTANCECTL_SECRET_KEY
  INSTANCECTL_REGION         没有指定区域的文档所用的区域
  INSTANCECTL_LOGIN_URL      代替 https://api.scnet.cn
  INSTANCECTL_PLATFORM_URL   代替 https://www.scnet.cn
                             （只设置其中一个时，两者都用它）
使用任一方式时，还可以设置：
  INSTANCECTL_FILE_ENDPOINT  区域的文件服务，供 `logs` 使用；登录时自动获取
  INSTANCECTL_PLATFORM_URL   平台的地址，供查询空闲卡；登录时自动获取
  INSTANCECTL_CA_FILE        PEM 文件：中心自己的证书颁发机构，
                             或服务器自己的证书
  INSTANCECTL_LANG           en 或 zh，代替系统的语言
如果两种方式都已设置，则使用接入地址及其令牌。",
    ),
    (
        "Exit status:
  0  each lock is readable, as the program writes it, and nothing in it is open
  4  an entry is unknown or deleting, two IDs claim one name, or two
     entries have one ID
  5  a lock or journal cannot be read, is not as the program writes it, or a
     journal was left
  6  --complete: the manifest has an instance that the lock does not have
`no-merge-driver`, a clone without the merge driver that .gitattributes names,
is a note: 0.",
        "退出码：
  0  锁文件都可读，与程序写入的格式一致，没有未完成的条目
  4  有条目的结果未知或正在删除，两个 ID 对应同一名称，
     或两个条目的 ID 相同
  5  锁文件或日志文件无法读取，或与程序写入的格式不一致，
     或留有日志文件
  6  --complete：清单中有锁文件没有的实例
`no-merge-driver`（克隆中没有 .gitattributes 指定的合并驱动）只是提示：0。",
    ),
    (
        "Exit status:
  0  merged
  4  merged, with something to look at: two IDs claim one name, or one side
     removed what the other changed
  5  not merged: OURS holds both texts between conflict markers
git takes 4 and 5 for a conflict.",
        "退出码：
  0  已合并
  4  已合并，但有需要检查的内容：两个 ID 对应同一名称，
     或一方删除了另一方修改的内容
  5  没有合并：OURS 在冲突标记之间包含双方的文本
git 把 4 和 5 视为冲突。",
    ),
    (
        "`instancectl init --git` sets it up, once in each clone:
  git config merge.instancectl.name 'merge of instancectl locks'
  git config merge.instancectl.driver 'instancectl lock merge %O %A %B %P'
and in .gitattributes:
  instances.lock merge=instancectl",
        "`instancectl init --git` 完成以下配置，每个克隆一次：
  git config merge.instancectl.name 'merge of instancectl locks'
  git config merge.instancectl.driver 'instancectl lock merge %O %A %B %P'
以及 .gitattributes 中的：
  instances.lock merge=instancectl",
    ),
    (
        "Exit status:
  0   pushed, or nothing to push
  4   pushed, with something to look at, such as two IDs for one name
  5   a lock cannot be read or written, or the remote refuses the push
  10  the remote cannot be reached, or does not accept the credentials
After 5 and 10, the IDs are printed.",
        "退出码：
  0   已推送，或没有需要推送的内容
  4   已推送，但有需要检查的内容，例如两个 ID 对应同一名称
  5   锁文件无法读写，或远程仓库拒绝推送
  10  无法连接远程仓库，或远程仓库不接受凭据
退出码为 5 或 10 时，会输出 ID。",
    ),
    (
        "Exit status:
  0   given up, or nothing was claimed
  4   given up, with something to look at, such as two IDs for one name
  5   a lock cannot be read or written, or the remote refuses the push
  6   the question was declined, or --yes is missing
  10  the remote cannot be reached, or does not accept the credentials",
        "退出码：
  0   已释放，或没有占用
  4   已释放，但有需要检查的内容，例如两个 ID 对应同一名称
  5   锁文件无法读写，或远程仓库拒绝推送
  6   没有确认，或缺少 --yes
  10  无法连接远程仓库，或远程仓库不接受凭据",
    ),
    (
        "On every call:
  latency:DURATION    adds this time
  expire              refuses the token, also that of a login
On the create call:
  code:CODE           answers with this code; creates nothing
  status:STATUS       answers with this HTTP status; creates nothing
  throttle[:SECONDS]  answers with 429; creates nothing
  drop-before         ends the connection; creates nothing
  drop-after          creates, then ends the connection
  late:DURATION       ends the connection, and creates after this time
  truncate[:BYTES]    creates; the answer ends after this many bytes
  html[:STATUS]       creates; the answer is the page of a gateway",
        "对每个请求：
  latency:DURATION    增加此延迟
  expire              拒绝令牌，包括登录获得的令牌
对创建请求：
  code:CODE           返回此代码；不创建
  status:STATUS       返回此 HTTP 状态码；不创建
  throttle[:SECONDS]  返回 429；不创建
  drop-before         断开连接；不创建
  drop-after          创建，然后断开连接
  late:DURATION       断开连接，在此时间后创建
  truncate[:BYTES]    创建；响应在此字节数后中断
  html[:STATUS]       创建；响应是网关的页面",
    ),
    (
        "To test a login instead of a token, use this account:
  INSTANCECTL_LOGIN_URL=http://127.0.0.1:PORT
  INSTANCECTL_USER=demo
  INSTANCECTL_ACCESS_KEY=demo-access-key
  INSTANCECTL_SECRET_KEY=demo-secret-key
  INSTANCECTL_REGION=11250
Regions 11250 and 20057 have separate instances; the printed token is for the
first. 20091 has no AI service, and in 20099 the account is disabled. With
`--fault expire@1`, the first token expires, and a new login succeeds.",
        "如果要测试登录，而不是令牌，请使用此账号：
  INSTANCECTL_LOGIN_URL=http://127.0.0.1:PORT
  INSTANCECTL_USER=demo
  INSTANCECTL_ACCESS_KEY=demo-access-key
  INSTANCECTL_SECRET_KEY=demo-secret-key
  INSTANCECTL_REGION=11250
区域 11250 和 20057 的实例相互独立；输出的令牌用于前者。20091 没有 AI 服务，
在 20099 中该账号已停用。使用 `--fault expire@1` 时，第一个令牌会过期，
重新登录后可以继续。",
    ),
    (
        "`instancectl list` shows all live instances, `status` those in the lock",
        "`instancectl list` 显示所有存活的实例，`status` 显示锁文件中的实例",
    ),
    (
        "`instancectl destroy` deletes the instances in the lock; `stop` ends them",
        "`instancectl destroy` 删除锁文件中的实例；`stop` 停止它们",
    ),
    (
        "`instancectl stop` ends instances in the lock, `destroy` deletes them",
        "`instancectl stop` 停止锁文件中的实例，`destroy` 删除它们",
    ),
    (
        "`instancectl apply` creates the instances of a manifest",
        "`instancectl apply` 创建清单中的实例",
    ),
    ("`instancectl init` writes a starter manifest", "`instancectl init` 生成示例清单"),
    ("`instancectl plan` shows what `apply` would do", "`instancectl plan` 显示 `apply` 会做什么"),
    (
        "edit the manifest; `instancectl plan` shows the change",
        "请修改清单；`instancectl plan` 显示变更",
    ),
    (
        "`instancectl stop`, then `instancectl start`",
        "先 `instancectl stop`，再 `instancectl start`",
    ),
    (
        "`instancectl adopt` adds one instance to the lock, `export` writes all",
        "`instancectl adopt` 把一个实例记入锁文件，`export` 写入全部",
    ),
    ("`instancectl validate` checks manifests", "`instancectl validate` 检查清单"),
    (
        "`instancectl validate --fix` applies the safe fixes",
        "`instancectl validate --fix` 写入安全的修复",
    ),
    (
        "`instancectl auth check` checks the credentials; its help names them",
        "`instancectl auth check` 检查凭据；其帮助列出需要哪些凭据",
    ),
    ("`instancectl logs` prints the output of an instance", "`instancectl logs` 查看实例的输出"),
    (
        "`instancectl why` explains why an instance waits or ended",
        "`instancectl why` 说明实例为什么在等待或已结束",
    ),
    (
        "`git log -p instances.lock` shows how the lock changed",
        "`git log -p instances.lock` 显示锁文件的变化",
    ),
    (
        "share files in a mounted directory: `instancectl explain mountInfoList`",
        "用挂载的目录共享文件：`instancectl explain mountInfoList`",
    ),
    (
        "`instancectl url` prints the access address of an instance",
        "`instancectl url` 输出实例的访问地址",
    ),
    (
        "`instancectl catalog free` shows the free cards of the region",
        "`instancectl catalog free` 查看区域中空闲的卡",
    ),
    (
        "`instancectl catalog --help` lists what the region offers",
        "`instancectl catalog --help` 列出区域提供的资源",
    ),
    (
        "`instancectl lock --help` lists the commands for locks",
        "`instancectl lock --help` 列出锁文件的命令",
    ),
    (
        "`instancectl ssh-config` prints the SSH addresses, `url` one address",
        "`instancectl ssh-config` 输出所有 SSH 地址，`url` 输出一个访问地址",
    ),
    ("`instancectl completions` prints them", "`instancectl completions` 输出补全脚本"),
];

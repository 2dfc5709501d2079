//! Descriptions and messages of the manifest's schema.

use super::Pair;

pub(super) const TEXTS: &[Pair] = &[
    ("manifest", "清单"),
    (
        "AI container instances to create: a list under `instances` (with `defaults` for all of them), or \
         the fields of a single instance.",
        "要创建的 AI 容器实例：`instances` 下的列表（`defaults` 对所有实例生效），或单个实例的字段。",
    ),
    ("one instance", "单个实例"),
    ("the fields of a single instance", "单个实例的字段"),
    ("several instances", "多个实例"),
    ("instances with shared defaults", "共用默认值的实例"),
    ("stops after one hour", "1 小时后停止"),
    ("stops after four hours", "4 小时后停止"),
    ("stops after one day", "1 天后停止"),
    ("runs, and is billed, until it is stopped", "持续运行并计费，直到停止"),
    (
        "Fields that apply to every instance of this document that does not set them. A value set on an \
         instance replaces the whole default value.",
        "对本文档中没有设置这些字段的实例生效。实例中设置的值会替换整个默认值。",
    ),
    (
        "Limits of what one `apply` of this file creates: if it would create more, nothing is sent. \
         `--max-cards` and `--max-card-hours` can only lower them. Of several documents, the smallest \
         limit counts for the whole file.",
        "本文件一次 `apply` 创建的上限：超过时不发送任何请求。`--max-cards` 和 `--max-card-hours` \
         只能降低上限。有多个文档时，整个文件按最小的上限。",
    ),
    (
        "Cards of the instances that one `apply` creates: `gpuNumber` times `taskNumber` of each, those \
         that are replaced or resized included.",
        "一次 `apply` 创建的实例的卡数：每个实例为 `gpuNumber` 乘以 `taskNumber`，\
         包括替换和调整规格的实例。",
    ),
    (
        "Card-hours of the instances that one `apply` creates: their cards times their `timeoutLimit`. An \
         instance without a time limit is always more.",
        "一次 `apply` 创建的实例的卡时：卡数乘以 `timeoutLimit`。没有自动停止时间的实例始终视为超过。",
    ),
    ("card-hours", "卡时"),
    ("The instances to create, each one create call.", "要创建的实例，每个实例一次创建请求。"),
    ("Ignored: for anchors and notes.", "忽略：用于锚点和备注。"),
    ("Location of this schema for editors. Ignored.", "此 schema 的位置，供编辑器使用。忽略。"),
    (
        "Region of the instances, such as `11250`. Default: the region of the credentials.",
        "实例所在的区域，如 `11250`。默认值：凭据所属的区域。",
    ),
    (
        "One container instance: one create call, one task ID in the lock.",
        "一个容器实例：一次创建请求，锁文件中的一个任务 ID。",
    ),
    (
        "Name and identity of the instance: unique in a file, and the key of its entry in the lock.",
        "实例的名称和标识：在文件中唯一，也是锁文件中条目的键。",
    ),
    ("Free text shown on the platform. Default: empty.", "在平台上显示的说明。默认值：空。"),
    ("Service in the containers that gives access to them.", "容器中提供访问的服务。"),
    ("Service in the containers.", "容器中的服务。"),
    ("SSH: a shell.", "SSH：命令行。"),
    ("JupyterLab in the browser.", "浏览器中的 JupyterLab。"),
    ("VS Code (code-server) in the browser.", "浏览器中的 VS Code（code-server）。"),
    ("RStudio Server in the browser.", "浏览器中的 RStudio Server。"),
    ("Type of accelerator cards, or `cpu` for none.", "加速器卡的类型；`cpu` 表示不用卡。"),
    ("Type of accelerator cards.", "加速器卡的类型。"),
    ("Cambricon MLU cards.", "寒武纪 MLU 卡。"),
    ("Hygon DCU cards.", "海光 DCU 卡。"),
    ("NVIDIA GPU cards.", "英伟达 GPU 卡。"),
    ("No cards: CPU only.", "不用卡：只有 CPU。"),
    (
        "Image name as the platform lists it, such as `jupyter:4.4-py3.7-cpu`. Default: the last path \
         segment of `imagePath`.",
        "平台列出的镜像名称，如 `jupyter:4.4-py3.7-cpu`。默认值：`imagePath` 的最后一段。",
    ),
    ("Image path with registry and tag.", "镜像路径，含镜像仓库和标签。"),
    ("The image name after the last `/` is missing.", "最后一个 `/` 之后缺少镜像名称。"),
    (
        "Time until the platform stops the instance: `\"HH:MM:SS\"` (in quotes; hours may exceed 24, \
         `\"360:00:00\"` is fifteen days), or `unlimited`. Must be set explicitly: an instance is billed \
         until it stops.",
        "自动停止时间，到时平台停止实例：`\"HH:MM:SS\"`（加引号；小时可以超过 24，`\"360:00:00\"` \
         是 15 天），或 `unlimited`。必须明确设置：实例在停止之前一直计费。",
    ),
    ("hours:minutes:seconds", "小时、分钟、秒"),
    (
        "Not a time: write \"HH:MM:SS\", such as \"04:00:00\", or unlimited.",
        "不是有效的时间：应写为 \"HH:MM:SS\"，如 \"04:00:00\"，或 unlimited。",
    ),
    (
        "Containers of this instance. Default: 1. Each gets `gpuNumber` cards, `cpuNumber` cores and \
         `ramSize` memory.",
        "实例的容器数。默认值：1。每个容器有 `gpuNumber` 张卡、`cpuNumber` 个核和 `ramSize` 内存。",
    ),
    ("containers", "个容器"),
    (
        "Resource group (queue) of the region, such as `kshdnormal` or `TeslaM40`.",
        "区域的资源分组（队列），如 `kshdnormal` 或 `TeslaM40`。",
    ),
    (
        "Whether the start script runs. Default: `true` if there is a `startScriptContent`.",
        "是否运行启动脚本。默认值：有 `startScriptContent` 时为 `true`。",
    ),
    (
        "Containers in which the start script runs. Default: `all`.",
        "运行启动脚本的容器。默认值：`all`。",
    ),
    ("Containers in which the start script runs.", "运行启动脚本的容器。"),
    ("In every container.", "在每个容器中。"),
    ("In the first container only.", "只在第一个容器中。"),
    (
        "Shell script that runs when the containers start. Write it as a block scalar: `|`, then the \
         indented lines; without the `|`, YAML joins them into one line, which is one command to the \
         shell. Keep secrets out of it: it is stored by the platform and in the lock. Default: empty.",
        "容器启动时运行的 shell 脚本。写成块文本：`|`，然后是缩进的各行；没有 `|` 时，YAML \
         会把各行连成一行，shell 会当作一条命令。不要写入机密：脚本会保存在平台和锁文件中。默认值：空。",
    ),
    ("CPU cores of each container.", "每个容器的 CPU 核数。"),
    ("cores", "核"),
    (
        "Memory of each container: a number of MB (`15360`), or text with a unit (`15GiB`). 1024 MB are 1 \
         GiB; `G`, `GB` and `GiB` mean the same, as on the platform's own pages.",
        "每个容器的内存：MB 数（`15360`），或带单位的文本（`15GiB`）。1024 MB 等于 1 GiB；\
         `G`、`GB` 和 `GiB` 含义相同，与平台页面一致。",
    ),
    ("MB, or the given unit", "MB，或所写的单位"),
    (
        "Not a size: write a number of MB, or text with a unit, such as 27GiB.",
        "不是有效的大小：应写为 MB 数，或带单位的文本，如 27GiB。",
    ),
    (
        "Accelerator cards of each container; billed by the hour. Optional if `acceleratorType` is `cpu`, \
         which implies 0.",
        "每个容器的加速器卡数；按小时计费。`acceleratorType` 为 `cpu` 时可以省略，即为 0。",
    ),
    ("cards", "张卡"),
    (
        "Directories of the region's storage mounted in the containers. Default: none.",
        "要挂载到容器中的区域存储目录。默认值：无。",
    ),
    (
        "A directory of the region's storage mounted in the containers.",
        "要挂载到容器中的一个区域存储目录。",
    ),
    (
        "Absolute path of a directory on the region's storage: `/public/home/<user>/data`.",
        "区域存储中目录的绝对路径：`/public/home/<user>/data`。",
    ),
    (
        "Absolute path in the containers: `/mnt/data`. Unique within an instance.",
        "容器中的绝对路径：`/mnt/data`。在实例内唯一。",
    ),
    ("The path must be absolute: it begins with `/`.", "必须是绝对路径：以 `/` 开头。"),
    ("Type of the mounted directory.", "挂载目录的类型。"),
    ("A data set.", "数据集。"),
    ("Your own directory.", "自己的目录。"),
    (
        "Ports of the containers that are reachable from outside. Default: none.",
        "可以从外部访问的容器端口。默认值：无。",
    ),
    ("A port of the containers that is reachable from outside.", "可以从外部访问的一个容器端口。"),
    (
        "Port in the container, 1 to 65535. Unique within an instance.",
        "容器中的端口，1 到 65535。在实例内唯一。",
    ),
    ("Not a port: write a number from 1 to 65535.", "不是有效的端口：应写为 1 到 65535 的数字。"),
    ("Protocol of the port.", "端口的协议。"),
    ("Protocol of a port.", "端口的协议。"),
    (
        "HTTP: the platform provides an address to open in the browser.",
        "HTTP：平台提供可以在浏览器中打开的地址。",
    ),
    ("SSH.", "SSH。"),
    (
        "Variables and templates are not filled in: write the value itself.",
        "变量和模板不会展开：应直接写出值。",
    ),
    (
        "An outer space, an invisible character or an unpaired quote.",
        "首尾有空格、有不可见字符，或引号不成对。",
    ),
    (
        "The platform makes a folder of the name: use letters, digits, `-`, `_` and `.`, and at most 200 \
         bytes.",
        "平台用此名称创建目录：应使用字母、数字、`-`、`_` 和 `.`，最多 200 字节。",
    ),
    ("`:` is part of the path here.", "`:` 在这里是路径的一部分。"),
    (
        "`/` hides all files of the image, and `:` is part of the path here.",
        "`/` 会遮盖镜像的所有文件，`:` 在这里是路径的一部分。",
    ),
    (
        "Not an image reference: `REGISTRY[:PORT]/PATH/NAME[:TAG]`.",
        "不是镜像地址：`REGISTRY[:PORT]/PATH/NAME[:TAG]`。",
    ),
    ("Not a script: remove it.", "不是脚本：请删除。"),
    ("The time must not be zero.", "时间不能为零。"),
    (
        "A bare number is MB, and this is less than 1 GiB: write the unit, such as `27GiB`.",
        "没有单位的数字表示 MB，不到 1 GiB：请写出单位，如 `27GiB`。",
    ),
    ("More than 2147483647 MB.", "超过 2147483647 MB。"),
    (
        "`gpuNumber` is not 0, but `acceleratorType` is `cpu`.",
        "`gpuNumber` 不为 0，但 `acceleratorType` 是 `cpu`。",
    ),
    (
        "`gpuNumber` is 0, but `acceleratorType` is not `cpu`.",
        "`gpuNumber` 为 0，但 `acceleratorType` 不是 `cpu`。",
    ),
    (
        "`useStartScript` is false, so `startScriptContent` does not run.",
        "`useStartScript` 为 false，因此不运行 `startScriptContent`。",
    ),
    (
        "`useStartScript` is true, but `startScriptContent` is missing or empty.",
        "`useStartScript` 为 true，但 `startScriptContent` 缺失或为空。",
    ),
];

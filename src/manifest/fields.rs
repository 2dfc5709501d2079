//! The fields of a manifest: one table of the properties of each, apart from its Rust type.
//!
//! Suggestions, schema, comparison and messages read this table. The types in
//! [`instance`](super::InstanceSpec) decode the fields, and a test compares the table with the
//! schema that is generated from them.

/// Properties of one field.
#[derive(Debug)]
pub struct FieldSpec {
    /// The field's name.
    pub name: &'static str,
    /// The mapping that contains it.
    pub parent: Parent,
    /// The form of its value.
    pub kind: FieldKind,
    /// Whether it must be set.
    pub required: Required,
    /// A value, as written in YAML.
    pub example: &'static str,
    /// Its names in other programs and in Chinese, in lower case and without separators, with spaces
    /// between them.
    pub aliases: &'static str,
    /// Values of other programs, in lower case and with spaces between them, and the value that each
    /// means here.
    pub value_aliases: &'static [(&'static str, &'static str)],
}

/// The mapping that contains a field.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Parent {
    /// A document in the list form.
    Document,
    /// An instance, or `defaults`.
    Instance,
    /// An item of `mountInfoList`.
    Mount,
    /// An item of `containerPortInfoList`.
    Port,
    /// The `limits` of a document.
    Limits,
}

/// The form of a field's value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FieldKind {
    /// Text.
    Text,
    /// An absolute path.
    Path,
    /// One of these values.
    Choice(&'static [&'static str]),
    /// `true` or `false`.
    Flag,
    /// An integer, `min` or more.
    Count {
        /// The minimum.
        min: u8,
    },
    /// A number of MB, or a size with a unit.
    RamSize,
    /// `HH:MM:SS` or `unlimited`.
    TimeLimit,
    /// A port number.
    PortNumber,
    /// A region, as text or an integer.
    Region,
    /// A list of mappings.
    List,
    /// A mapping.
    Fields,
}

/// Whether a field must be set.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Required {
    /// It must be set.
    Yes,
    /// It must be set unless `acceleratorType` is `cpu`.
    UnlessCpu,
    /// It has a default.
    No,
}

use FieldKind::{
    Choice, Count, Fields, Flag, List, Path, PortNumber, RamSize, Region, Text, TimeLimit,
};
use Parent::{Document, Instance, Limits, Mount, Port};

const fn field(
    name: &'static str,
    parent: Parent,
    kind: FieldKind,
    required: Required,
    example: &'static str,
) -> FieldSpec {
    FieldSpec { name, parent, kind, required, example, aliases: "", value_aliases: &[] }
}

impl FieldSpec {
    const fn aliases(mut self, aliases: &'static str) -> Self {
        self.aliases = aliases;
        self
    }

    const fn values(mut self, values: &'static [(&'static str, &'static str)]) -> Self {
        self.value_aliases = values;
        self
    }
}

/// The fields: those of a document, an instance, a mount and a port, those that
/// are always required in the order in which they are reported as missing.
pub const FIELDS: &[FieldSpec] = &[
    field("region", Document, Region, Required::No, "\"11250\"")
        .aliases("区域 地域"),
    field("limits", Document, Fields, Required::No, "{cards: 16, cardHours: 200}")
        .aliases("limit quota budget 限制 上限 限额 配额"),
    field("defaults", Document, Fields, Required::No, DEFAULTS_EXAMPLE)
        .aliases("默认 默认值 默认配置"),
    field("instances", Document, List, Required::Yes, "\n  - instanceServiceName: train-a")
        .aliases("instancelist instanceslist items tasks jobs services 实例 实例列表"),
    field("instanceServiceName", Instance, Text, Required::Yes, "train-a")
        .aliases("name instancename servicename jobname taskname containername podname appname \
                  名称 名 实例名 实例名称 任务名 任务名称 作业名 作业名称 容器名 容器名称 服务名 \
                  服务名称 实例服务名称 应用名称"),
    field("description", Instance, Text, Required::No, "the first run of the reading group")
        .aliases("desc 描述 说明 备注"),
    field("taskType", Instance, Choice(TASK_TYPES), Required::Yes, "jupyter")
        .aliases("任务类型")
        .values(&[("vscode code-server", "codeserver"), ("notebook jupyterlab", "jupyter")]),
    field("acceleratorType", Instance, Choice(ACCELERATOR_TYPES), Required::Yes, "dcu")
        .aliases("device gputype gpumodel cardtype cardmodel devicetype acceltype \
                  acceleratormodel 卡类型 加速卡类型 加速卡型号 加速器类型 gpu类型 gpu型号 \
                  dcu类型")
        .values(&[
            ("nvidia cuda a100 a800 h100 h800 v100", "gpu"),
            ("hygon k100 z100", "dcu"),
            ("cambricon", "mlu"),
            ("none", "cpu"),
        ]),
    field("resourceGroup", Instance, Text, Required::Yes, "kshdnormal")
        .aliases("queue partition resourcegroupname 队列 队列名称 分区 资源组 资源分组"),
    field("version", Instance, Text, Required::No, "pytorch:2.3.0")
        .aliases("镜像版本"),
    field("imagePath", Instance, Text, Required::Yes, IMAGE_EXAMPLE)
        .aliases("image imageurl imageuri imagename imageaddress imageid containerimage \
                  dockerimage 镜像 镜像地址 镜像路径 镜像名称"),
    field("timeoutLimit", Instance, TimeLimit, Required::Yes, "\"04:00:00\"")
        .aliases("timelimit timeout walltime time maxtime maxduration duration 运行时长 时长 \
                  运行时间 最长运行时间 时限 运行时限"),
    field("taskNumber", Instance, Count { min: 1 }, Required::No, "1")
        .aliases("replicas 任务数量 容器数量"),
    field("useStartScript", Instance, Flag, Required::No, "true"),
    field("startScriptActionScope", Instance, Choice(SCRIPT_SCOPES), Required::No, "header"),
    field("startScriptContent", Instance, Text, Required::No, "|\n  python train.py")
        .aliases("script scripts startscript command commands startcommand cmd run 启动脚本 脚本 \
                  启动命令 命令"),
    field("cpuNumber", Instance, Count { min: 1 }, Required::Yes, "8")
        .aliases("cpu cpus cpucount cpunum numcpus cpuspertask vcpu vcpus vcpucount cores corecount \
                  corenumber cpucore cpucores cpu核数 cpu数量 核数 cpu数"),
    field("ramSize", Instance, RamSize, Required::Yes, "27GiB")
        .aliases("ram mem memory mempernode memorysize memorylimit memorymb memorygb memgb memmb ramgb \
                  rammb 内存 内存大小 内存容量"),
    field("gpuNumber", Instance, Count { min: 0 }, Required::UnlessCpu, "1")
        .aliases("gpu gpus gpucount gpunum numgpus gpuspernode gres dcu dcus dcucount dcunum dcunumber mlu mlus \
                  cards cardcount cardnum cardnumber accelerators acceleratorcount \
                  acceleratornumber acceleratornum gpu数量 gpu卡数 dcu数量 卡数 卡数量 \
                  加速卡数量"),
    field("mountInfoList", Instance, List, Required::No, "")
        .aliases("mounts mountlist volumes volumemounts filemounts 挂载 挂载目录 挂载列表"),
    field("containerPortInfoList", Instance, List, Required::No, "")
        .aliases("ports portlist containerports containerportlist 端口 端口列表"),
    field("sourcePath", Mount, Path, Required::Yes, "/public/home/alice/data")
        .aliases("src source hostpath 源路径 源目录 宿主机路径"),
    field("targetPath", Mount, Path, Required::Yes, "/mnt/data")
        .aliases("dst dest target mountpath destination 目标路径 目标目录 容器路径 容器内路径"),
    field("type", Mount, Choice(&["data", "path"]), Required::Yes, "path")
        .aliases("类型 挂载类型")
        .values(&[("dataset", "data"), ("folder dir directory", "path")]),
    field("containerPort", Port, PortNumber, Required::Yes, "8888")
        .aliases("port 端口 端口号 容器端口"),
    field("protocolType", Port, Choice(&["HTTP", "SSH"]), Required::Yes, "HTTP")
        .aliases("protocol 协议 协议类型")
        .values(&[("https", "HTTP")]),
    field("cards", Limits, Count { min: 0 }, Required::No, "16")
        .aliases("maxcards cardcount cardnumber gpus gpucount gpunum 卡 卡数 卡数量"),
    field("cardHours", Limits, Count { min: 0 }, Required::No, "200")
        .aliases("maxcardhours gpuhours hours cardhour 卡时 卡时数"),
];

const DEFAULTS_EXAMPLE: &str = "\n  taskType: jupyter\n  timeoutLimit: \"04:00:00\"";
const IMAGE_EXAMPLE: &str = "image.ac.com:5000/dcu/admin/base/pytorch:2.3.0-py3.10-dtk24.04.3";
const TASK_TYPES: &[&str] = &["ssh", "jupyter", "codeserver", "rstudio"];
const ACCELERATOR_TYPES: &[&str] = &["mlu", "dcu", "gpu", "cpu"];
const SCRIPT_SCOPES: &[&str] = &["all", "header"];

/// Returns the names of a parent's fields, of which there are `N`; with `required`, only of those
/// that must always be set.
const fn names<const N: usize>(parent: Parent, required: bool) -> [&'static str; N] {
    let (mut found, mut count, mut at) = ([""; N], 0, 0);
    while at < FIELDS.len() {
        let field = &FIELDS[at];
        let wanted = !required || matches!(field.required, Required::Yes);
        if field.parent as u8 == parent as u8 && wanted {
            found[count] = field.name;
            count += 1;
        }
        at += 1;
    }
    assert!(count == N, "the number of fields is right");
    found
}

/// Fields that the create call requires and that are not filled in automatically. (`gpuNumber` is
/// required too, unless `acceleratorType` is `cpu`.)
pub const REQUIRED: [&str; 8] = names(Instance, true);

/// Every field of an instance.
pub const INSTANCE_FIELDS: [&str; 17] = names(Instance, false);

/// Every field of an item of `mountInfoList`.
pub const MOUNT_FIELDS: [&str; 3] = names(Mount, false);

/// Every field of an item of `containerPortInfoList`.
pub const PORT_FIELDS: [&str; 2] = names(Port, false);

/// Every field of `limits`.
pub const LIMIT_FIELDS: [&str; 2] = names(Limits, false);

/// Keys of a document in the list form, in addition to `$schema` and keys that begin with `x-`.
pub const LIST_KEYS: [&str; 4] = names(Document, false);

/// The keys that make a document one in the list form.
pub const FORM_KEYS: [&str; 2] = ["defaults", "instances"];

impl FieldSpec {
    /// Returns the field with this name.
    pub fn find(name: &str) -> Option<&'static Self> {
        FIELDS.iter().find(|field| field.name == name)
    }

    /// Returns the field of `fields` that a key of another program means.
    pub fn for_alias(key: &str, fields: &[&str]) -> Option<&'static Self> {
        // Few fields have it in their text at all.
        let mut known = FIELDS
            .iter()
            .filter(|field| field.aliases.contains(key) && fields.contains(&field.name));
        known.find(|field| field.aliases.split_whitespace().any(|alias| alias == key))
    }

    /// Checks whether the field is a list of mounts or ports.
    pub fn is_list_in_instance(&self) -> bool {
        self.kind == List && self.parent == Instance
    }

    /// Returns the fields of the items of a list of mounts or ports with this name.
    pub fn item_fields(name: &str) -> impl Iterator<Item = &'static Self> {
        let parent = match name {
            "mountInfoList" => Some(Mount),
            "containerPortInfoList" => Some(Port),
            _ => None,
        };
        parent.into_iter().flat_map(Parent::fields)
    }

    /// Returns the field's value that a value of another program means.
    pub fn value_for_alias(&self, value: &str) -> Option<&'static str> {
        let value = value.to_lowercase().replace(' ', "");
        let names = |aliases: &str| aliases.split_whitespace().any(|alias| alias == value);
        self.value_aliases.iter().find(|(aliases, _)| names(aliases)).map(|(_, known)| *known)
    }
}

impl FieldKind {
    /// Returns the kind of the field with this name.
    pub fn of(name: &str) -> Option<Self> {
        FieldSpec::find(name).map(|field| field.kind)
    }

    /// Returns the values of a field with a few values.
    pub fn choices(self) -> &'static [&'static str] {
        if let Choice(values) = self { values } else { &[] }
    }

    /// Checks whether the field contains other fields, on the lines below its key.
    pub fn is_collection(self) -> bool {
        matches!(self, List | Fields)
    }

    /// Returns the minimum of a field that takes an integer.
    pub fn minimum(self) -> u8 {
        match self {
            Count { min } => min,
            Region => 0,
            _ => 1,
        }
    }
}

impl Parent {
    /// Returns the fields of the mapping.
    pub fn fields(self) -> impl Iterator<Item = &'static FieldSpec> {
        FIELDS.iter().filter(move |field| field.parent == self)
    }

    /// Returns the parent whose items begin with a field of this name.
    pub fn of_first_field(name: &str) -> Option<Self> {
        [Instance, Mount, Port].into_iter().find(|parent| {
            FIELDS.iter().find(|field| field.parent == *parent).is_some_and(|f| f.name == name)
        })
    }
}

//! The texts in Chinese: the other modules implement it.

use std::time::Duration;

use super::diagnostic::EXPLAIN;
use super::phrases::duration;
use crate::output::words::fixed::FixedTexts;

/// The texts in Chinese.
pub(crate) struct Zh;

impl Zh {
    /// The texts without facts, and the titles of columns.
    pub(crate) const FIXED: FixedTexts = FixedTexts {
        error_label: "错误",
        explain: EXPLAIN,
        program: "AI 容器实例的声明式管理工具：清单保存在 Git 中，任务 ID 记录在锁文件中",
        valid_case: "有效",
        repository_root: "仓库的根目录。",
        region_titles: ["区域", "名称", "状态", "有效期至", "地址"],
        catalog_empty: "（无）",
        catalog_incomplete: "列表不完整：平台上还有更多条目",
        field_titles: ["字段", "值"],
        card_titles: ["资源分组", "名称", "空闲卡", "总卡数"],
        no_message: "无消息",
        nothing_to_do: "无需操作",
        nothing_to_resolve: "没有结果未知的条目",
        declined: "未发送任何请求",
        not_claimed: "没有运行占用它",
        plan_changed: "锁文件或平台在此期间有变化，新的计划如下",
        sandbox_serving: "沙箱正在运行，中断后结束",
        no_script_output: "平台不返回脚本的输出：请让脚本写入挂载的目录\n  （`COMMAND > /mnt/data/exec.log 2>&1`）",
        ended_not_known: "已结束或已不存在的实例也会替换：`plan --replace-all` 会查询平台",
        looked_at: "已查看：",
        log_is_older: "这份输出早于该实例，属于以前的同名实例",
        logs_hint: "`instancectl logs -f PATH NAME` 输出实例的日志",
        address_hint: "`instancectl url -f PATH NAME` 输出实例的访问地址",
        status_columns: [
            "名称",
            "状态",
            "卡数",
            "已存在",
            "剩余",
            "已用卡时",
            "自动停止",
            "创建时间",
            "启动时间",
            "ID",
        ],
        list_columns: [
            "名称",
            "状态",
            "卡数",
            "已存在",
            "剩余",
            "卡时/上限",
            "锁文件",
            "自动停止",
            "创建时间",
            "ID",
        ],
        ssh_header: "# 由 `instancectl ssh-config` 生成：请保存为 ~/.ssh/instances，\n\
            # 并在 ~/.ssh/config 开头写上 `Include instances`。实例每次启动后地址都会变化。\n",
        no_ssh_host: "没有实例提供 SSH 地址",
        not_in_lock: "不在锁文件里：尚未创建",
        nothing_live: "没有存活的实例（用 `--all` 查看已结束的实例）",
        no_manifest_compared: "未指定清单：`instancectl list -f PATH` 显示每个实例所在的锁文件",
        no_end: "不限",
        unlimited: "不限",
        no_instances: "锁文件中没有实例",
        lock_columns: ["名称", "状态", "任务 ID", "区域", "接入地址", "提交时间"],
        entry_removed: "条目已移除",
        no_value: "无",
        no_line_end: "（末尾无换行）",
        plan_heading: "计划",
        plan_columns: ["实例", "操作", "详情"],
        replaced: "已替换",
        adopted: "已接管",
    };

    pub(crate) fn prompt(question: &str) -> [String; 2] {
        [format!("{question}。"), "继续？[y/N]".to_owned()]
    }

    pub(crate) fn labelled(label: &str, text: &str) -> String {
        format!("{label}：{text}")
    }

    pub(crate) fn clauses(parts: &[String]) -> String {
        parts.join("；")
    }

    pub(crate) fn counts(counts: &[(usize, &str)]) -> String {
        let counts = counts.iter().filter(|(count, _)| *count > 0);
        counts.map(|(count, what)| format!("{what} {count} 个")).collect::<Vec<_>>().join("，")
    }

    pub(crate) fn list(items: &[String]) -> String {
        items.join("、")
    }

    /// Returns the title of the column of a field; one that is not known keeps its name.
    pub(crate) fn catalog_title(field: &str) -> String {
        let title = match field {
            "resourceGroup" => "资源分组",
            "acceleratorType" => "加速器类型",
            "path" => "路径",
            "name" => "名称",
            "version" => "版本",
            "type" => "类型",
            "status" => "状态",
            other => other,
        };
        title.to_owned()
    }

    /// Formats a duration in its two largest units: `35 秒`, `3 小时 5 分`.
    pub(crate) fn short_duration(time: Duration) -> String {
        let unit = match time.as_secs() {
            0..3600 => 1,
            3600..86_400 => 60,
            _ => 3600,
        };
        duration(Duration::from_secs(time.as_secs() / unit * unit))
    }
}

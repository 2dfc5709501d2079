//! Chinese texts about exported manifests.

use crate::export::{FieldRemark, InstanceRemark, Remark};
use crate::ids::TaskId;
use crate::output::words::zh::Zh;

impl Zh {
    pub(crate) fn export_remark(remark: Remark<'_>) -> String {
        match remark {
            Remark::File => "由 `instancectl export` 根据平台显示的信息生成。".to_owned(),
            Remark::Instance(InstanceRemark::SameName) => {
                "未使用：上面已有同名实例，而同一文件中名称不能重复".to_owned()
            }
            Remark::Instance(InstanceRemark::NotValid) => "未使用：清单中不能有这些值".to_owned(),
            Remark::Field(field, remark) => match remark {
                FieldRemark::NotShown => format!("{field}：平台没有显示"),
                FieldRemark::Guessed(field) => format!("{field}：平台没有显示，此处为推测"),
                FieldRemark::ScriptNotShown => {
                    format!("{field}：启动时会运行脚本，但平台没有显示其内容")
                }
                FieldRemark::NotAccepted(value) => {
                    format!("{field}：平台显示为 {}", value.escape_debug())
                }
            },
        }
    }

    pub(crate) fn export_skipped(name: &str, file: &str) -> String {
        format!("{}：已跳过：{file} 的锁文件中已有它", name.escape_debug())
    }

    pub(crate) fn export_undecided(name: &str, file: &str) -> String {
        format!("{}：已跳过：它可能是 {file} 的锁文件中结果未知的实例", name.escape_debug())
    }

    pub(crate) fn export_disabled(name: &str, id: &TaskId, reason: InstanceRemark) -> String {
        let reason = match reason {
            InstanceRemark::SameName => "还有同名的存活实例",
            InstanceRemark::NotValid => "清单中不能有它的值",
        };
        format!("{}：仅写为注释（{id}）：{reason}", name.escape_debug())
    }
}

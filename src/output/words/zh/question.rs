//! Chinese questions before irreversible actions.

use crate::apply::DeleteTarget;
use crate::diagnostics::display_path;
use crate::ids::{InstanceName, TaskId};
use crate::lifecycle::{Action, LockedInstance};
use crate::output::ScriptQuestion;
use crate::output::words::shared::{MAX_NAMES, deleted_with_ids, locked_with_ids};
use crate::output::words::zh::Zh;
use crate::plan::Totals;

impl Zh {
    pub(crate) fn plan_question(totals: &Totals, deleted: &[&InstanceName]) -> String {
        let question = Self::plan_totals(totals);
        if deleted.is_empty() {
            return question;
        }
        let names = deleted.iter().map(|name| name.as_str().escape_debug().to_string());
        let names = Self::names(&names.collect::<Vec<_>>());
        match totals.create + totals.replace {
            0 => format!("{question}：{names}"),
            _ => format!("{question}；将删除 {} 个：{names}", deleted.len()),
        }
    }

    /// Lists names; if there are many, the first ones and the number of all.
    pub(crate) fn names(names: &[String]) -> String {
        match names {
            [a, b, c, ..] if names.len() > MAX_NAMES => {
                format!("{a}、{b}、{c} 等 {} 个", names.len())
            }
            names => Self::list(names),
        }
    }

    pub(crate) fn delete_question(targets: &[&DeleteTarget], cards: u64) -> String {
        let kept = |id: &TaskId| format!("（之后锁文件记录 {id}）");
        action_of("删除", &deleted_with_ids(targets, kept), Some(cards))
    }

    pub(crate) fn action_question(
        action: Action,
        targets: &[&LockedInstance],
        cards: Option<u64>,
    ) -> String {
        let verb = if action == Action::Stop { "停止" } else { "启动" };
        action_of(verb, &locked_with_ids(targets), cards)
    }

    pub(crate) fn script_question(about: &ScriptQuestion<'_>) -> String {
        let ScriptQuestion { script, lines, first_only, targets } = about;
        let script = if script.as_os_str() == "-" {
            "来自标准输入的脚本".to_owned()
        } else {
            format!("脚本 {}", display_path(script))
        };
        let first = if *first_only { "的第一个容器" } else { "" };
        let (count, names) = (targets.len(), Self::names(targets));
        format!("在 {count} 个实例{first}上运行{script}（{lines} 行）：{names}")
    }
}

/// Names an action with the number of instances and their cards first, so that a long list of names
/// does not hide them.
fn action_of(verb: &str, names: &[String], cards: Option<u64>) -> String {
    let cards = cards.map(|cards| format!("（{cards} 张卡）")).unwrap_or_default();
    format!("{verb} {} 个实例{cards}：{}", names.len(), Zh::names(names))
}

#[cfg(test)]
mod tests {
    use super::Zh;

    #[test]
    fn many_names_are_shortened() {
        let names = |count: usize| {
            Zh::names(&(0..count).map(|number| format!("n{number}")).collect::<Vec<_>>())
        };
        assert_eq!(names(3), "n0、n1、n2");
        assert_eq!(names(60), "n0、n1、n2 等 60 个");
    }
}

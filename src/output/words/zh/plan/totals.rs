//! Chinese texts about the totals of plans.

use crate::diagnostics::escaped;
use crate::output::words::zh::Zh;
use crate::plan::{Cost, CostKind, CostLimit, LimitSource, Totals};

impl Zh {
    pub(crate) fn plan_totals(totals: &Totals) -> String {
        let Totals { create, replace, resize, adopt, delete, .. } = *totals;
        let Totals { unverified, ended, live, refused, cost, .. } = *totals;
        if totals.is_empty() {
            let idle = [
                (refused, "有变更但未执行"),
                (live, "存活"),
                (ended, "已结束或已不存在"),
                (unverified, "已记入锁文件"),
            ];
            return match (Self::counts(&idle), unverified) {
                (idle, _) if idle.is_empty() => "无需创建".to_owned(),
                (idle, 0) => format!("无需创建：{idle}"),
                (idle, _) => format!("无需创建：{idle}；`status` 显示哪些在运行"),
            };
        }
        let counts = [
            (create, "创建"),
            (replace, "替换"),
            (resize, "调整规格"),
            (adopt, "接管"),
            (delete, "删除"),
        ];
        let text = Self::counts(&counts);
        if create + replace + resize == 0 {
            text
        } else {
            format!("{text}：{}", Self::at_most(&cost))
        }
    }

    /// Returns the most that instances can cost.
    pub(crate) fn at_most(cost: &Cost) -> String {
        let Cost { instances, cards, endless, .. } = *cost;
        let mut text = format!("{cards} 张卡");
        if endless < instances {
            text = format!("{text}，最多 {} 卡时", cost.card_hours());
        }
        if endless > 0 {
            text = format!("{text}；{endless} 个未设自动停止时间");
        }
        text
    }

    pub(crate) fn over_limit(cost: &Cost, limit: &CostLimit) -> String {
        let CostLimit { kind, value, source } = limit;
        let limit = match (kind, source) {
            (CostKind::Cards, LimitSource::Flag) => format!("--max-cards {value}"),
            (CostKind::CardHours, LimitSource::Flag) => format!("--max-card-hours {value}"),
            (kind, LimitSource::Manifest { file, line }) => {
                let field = if *kind == CostKind::Cards { "cards" } else { "cardHours" };
                format!("`limits.{field}` {value}（{}:{line}）", escaped(file))
            }
        };
        format!("超过 {limit}：{} 个实例，{}", cost.instances, Self::at_most(cost))
    }
}

#[cfg(test)]
mod tests {
    use super::{Cost, Totals, Zh};

    #[test]
    fn totals_name_actions_cards_and_card_hours() {
        let text = |create, replace, delete, cost| {
            Zh::plan_totals(&Totals { create, replace, delete, cost, ..Totals::default() })
        };
        let cost = |instances, cards, card_seconds, endless| Cost {
            instances,
            cards,
            card_seconds,
            endless,
        };
        assert_eq!(
            text(2, 1, 1, cost(3, 9, 36 * 3600, 1)),
            "创建 2 个，替换 1 个，删除 1 个：9 张卡，最多 36 卡时；1 个未设自动停止时间"
        );
        assert_eq!(text(1, 0, 0, cost(1, 1, 1, 0)), "创建 1 个：1 张卡，最多 0.01 卡时");
        assert_eq!(text(1, 0, 0, cost(1, 4, 0, 1)), "创建 1 个：4 张卡；1 个未设自动停止时间");
        assert_eq!(text(0, 0, 3, Cost::default()), "删除 3 个");
        let (live, unverified) = (2, 3);
        let idle = Zh::plan_totals(&Totals { unverified, live, ..Totals::default() });
        assert_eq!(idle, "无需创建：存活 2 个，已记入锁文件 3 个；`status` 显示哪些在运行");
    }
}

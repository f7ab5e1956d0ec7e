//! Who may look at reports, and who may take reports and lists away (R7.6).

use crate::model::{Exported, ReportKind, ReportRight, Role};

/// Who may export lists at first, besides admins: the team's, a supervisor.
pub const LIST_EXPORTERS: [Role; 1] = [Role::Supervisor];

/// Who may look at a report, besides admins: at first everybody, over what they see.
pub fn may_view(rights: &[ReportRight], report: ReportKind, role: Role) -> bool {
    role == Role::Admin || set(rights, report).is_none_or(|right| right.view.contains(&role))
}

/// Who may export something, besides admins and whom it was granted to (R8.3): at first a supervisor every report and list, a
/// sales rep only performance. Nobody exports a report that they may not look at.
pub fn may_export(
    rights: &[ReportRight],
    list_exporters: &[Role],
    what: Exported,
    role: Role,
    granted: bool,
) -> bool {
    let by_role = match what {
        Exported::List(_) => list_exporters.contains(&role),
        Exported::Report(report) => match set(rights, report) {
            Some(right) => right.export.contains(&role),
            None => role == Role::Supervisor || report == ReportKind::Performance,
        },
    };
    let is_seen = match what {
        Exported::List(_) => true,
        Exported::Report(report) => may_view(rights, report, role),
    };
    role == Role::Admin || is_seen && (granted || by_role)
}

fn set(rights: &[ReportRight], report: ReportKind) -> Option<&ReportRight> {
    rights.iter().find(|right| right.report == report)
}

/// The first report whose rights are set twice.
pub fn set_twice(rights: &[ReportRight]) -> Option<ReportKind> {
    let reports = || rights.iter().map(|right| right.report);
    let mut twice = reports()
        .enumerate()
        .filter(|(place, report)| reports().take(*place).any(|before| before == *report));
    twice.next().map(|(_, report)| report)
}

#[cfg(test)]
mod tests {
    use super::*;

    const ROLES: [Role; 3] = [Role::Admin, Role::Supervisor, Role::SalesRep];

    #[test]
    fn r7_6_at_first_everybody_looks_and_a_rep_exports_their_performance_only() {
        for report in ReportKind::ALL.iter().copied() {
            assert_eq!(
                ROLES.map(|role| may_view(&[], report, role)),
                [true; 3],
                "{report}"
            );
            let exports =
                ROLES.map(|role| may_export(&[], &LIST_EXPORTERS, Exported::Report(report), role, false));
            assert_eq!(
                exports,
                [true, true, report == ReportKind::Performance],
                "{report}"
            );
        }
        let lists =
            ROLES.map(|role| may_export(&[], &LIST_EXPORTERS, Exported::List("customer"), role, false));
        assert_eq!(lists, [true, true, false]);
        let granted =
            ROLES.map(|role| may_export(&[], &LIST_EXPORTERS, Exported::List("customer"), role, true));
        assert_eq!(granted, [true; 3]);
    }

    #[test]
    fn r7_6_both_are_set_per_report_and_an_admin_keeps_them() {
        let rights = [ReportRight {
            report: ReportKind::Team,
            view: vec![Role::Supervisor],
            export: vec![Role::SalesRep],
        }];
        let team = Exported::Report(ReportKind::Team);
        assert_eq!(
            ROLES.map(|role| may_view(&rights, ReportKind::Team, role)),
            [true, true, false]
        );
        assert_eq!(
            ROLES.map(|role| may_export(&rights, &[], team, role, false)),
            [true, false, false]
        );
        assert!(
            !may_export(&rights, &[], team, Role::SalesRep, true),
            "who may not look may not export"
        );
        assert!(
            may_view(&rights, ReportKind::Funnel, Role::SalesRep),
            "the others stay"
        );
        assert_eq!(set_twice(&rights), None);
        let twice = [rights[0].clone(), rights[0].clone()];
        assert_eq!(set_twice(&twice), Some(ReportKind::Team));
    }
}

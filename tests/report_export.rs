//! Reports as they go out (R7.6): who may, what the log keeps, and a file that is whole or not there.
#![allow(clippy::unwrap_used, reason = "clippy knows tests by their attribute only")]

use std::{fs, path::Path, sync::Arc};

use crmkit::{
    AuditKind, AuditQuery, Choice, CustomerKind, DuplicateCheck, FixedClock, FunnelQuery, Language,
    NewCustomer, NewUser, OpenOptions, PageRequest, PerformanceQuery, Report, ReportExport, ReportFormat,
    Role, Session, SourcesQuery,
};

fn desk() -> (crmkit::Crm, Session) {
    let options = OpenOptions {
        language: Language::Zh,
        clock: Some(Arc::new(FixedClock("2024-05-01T01:00:00Z".parse().unwrap()))),
        ..OpenOptions::default()
    };
    let crm = crmkit::open(":memory:", options).unwrap();
    crm.set_up("lin", "林").unwrap();
    let me = crm.session("lin").unwrap();
    let new = NewCustomer {
        name: "=上海示例科技有限公司".into(),
        kind: Some(CustomerKind::Enterprise),
        industry: Some(Choice::of("制造业")),
        phones: vec!["021-5555 0199".into()],
        source: Some(Choice::of("转介绍")),
        first_contact: crmkit::NaiveDate::from_ymd_opt(2024, 4, 30),
        ..NewCustomer::default()
    };
    me.customers().create(&new, DuplicateCheck::Refuse).unwrap();
    (crm, me)
}

fn reports(me: &Session) -> Vec<Report> {
    let period = Some("2024Q2".to_owned());
    let sources = SourcesQuery {
        period: period.clone(),
        ..SourcesQuery::default()
    };
    let performance = PerformanceQuery {
        period,
        ..PerformanceQuery::default()
    };
    vec![
        me.reports().sources(&sources).unwrap().into(),
        me.reports().performance(&performance).unwrap().into(),
    ]
}

fn exported(me: &Session) -> usize {
    let query = AuditQuery {
        kind: Some(AuditKind::Exported),
        ..AuditQuery::default()
    };
    me.audit()
        .search(&query, &PageRequest::first(100))
        .unwrap()
        .items
        .len()
}

#[test]
fn r7_6_every_form_has_the_figures_and_each_export_stands_in_the_log() {
    let (_crm, me) = desk();
    let both = reports(&me);
    let bytes = |format, reports: &[Report]| ReportExport::new().format(format).bytes(&me, reports);
    let page = String::from_utf8(bytes(ReportFormat::Html, &both).unwrap()).unwrap();
    assert!(page.contains("客户来源分析") && page.contains("2024Q2") && page.contains("转介绍"));
    let picture = String::from_utf8(bytes(ReportFormat::Svg, &both[..1]).unwrap()).unwrap();
    assert!(picture.starts_with("<svg") && picture.contains("转介绍"));
    let rows = String::from_utf8(bytes(ReportFormat::Csv, &both[..1]).unwrap()).unwrap();
    assert!(rows.contains("转介绍"));
    assert!(bytes(ReportFormat::Xlsx, &both).unwrap().starts_with(b"PK"));
    let data: Vec<Report> = serde_json::from_slice(&bytes(ReportFormat::Json, &both).unwrap()).unwrap();
    assert_eq!(data, both);
    assert_eq!(exported(&me), 2 + 1 + 1 + 2 + 2);
    let two = bytes(ReportFormat::Csv, &both).unwrap_err();
    assert_eq!(
        (two.code().as_str(), two.fields().concat()),
        ("export.one_report", "report".into())
    );
    assert_eq!(
        bytes(ReportFormat::Html, &[]).unwrap_err().code().as_str(),
        "field.missing"
    );
    assert_eq!(exported(&me), 8, "what was refused did not go out");
}

#[test]
fn r7_6_who_may_not_gets_no_file_and_what_was_there_stays() {
    let (crm, me) = desk();
    me.users()
        .create(&NewUser::of("wu", "吴", Role::SalesRep))
        .unwrap();
    let wu = crm.session("wu").unwrap();
    let folder = tempfile::tempdir().unwrap();
    let place = folder.path().join("funnel.html");
    fs::write(&place, "was there").unwrap();
    let funnel = |session: &Session| {
        vec![Report::from(
            session.reports().funnel(&FunnelQuery::default()).unwrap(),
        )]
    };
    let denied = ReportExport::new()
        .to_file(&wu, &funnel(&wu), &place)
        .unwrap_err();
    assert_eq!(denied.code().as_str(), "access.denied");
    assert_eq!(fs::read_to_string(&place).unwrap(), "was there");
    let names = |folder: &Path| fs::read_dir(folder).unwrap().count();
    assert_eq!(names(folder.path()), 1, "and nothing beside it");
    ReportExport::new().to_file(&me, &funnel(&me), &place).unwrap();
    assert!(fs::read_to_string(&place).unwrap().contains("销售漏斗"));
    let odd = ReportExport::new().to_file(&me, &funnel(&me), &folder.path().join("funnel.doc"));
    assert_eq!(odd.unwrap_err().code().as_str(), "export.format");
    let font = ReportExport::new()
        .font("a.ttf")
        .to_file(&me, &funnel(&me), &place);
    assert_eq!(font.unwrap_err().code().as_str(), "field.unexpected");
    assert_eq!(names(folder.path()), 1);
}

use crm_core::{
    Language, Money, Rate,
    report::{ChartKind, ReportCell},
};
use crm_exchange::report::{Bom, csv};

use super::sample;

fn written(report: &crm_core::report::ReportTable, bom: Bom) -> String {
    let mut bytes = Vec::new();
    csv(report, &mut bytes, bom).unwrap();
    String::from_utf8(bytes).unwrap()
}

#[test]
fn r7_6_a_report_goes_out_as_csv_with_all_together_last() {
    let expected = "客户来源,客户数,成交客户数,成交率,成交金额\n\
        展会推广,30,5,16.7 %,500000.00\n转介绍,10,3,30 %,250000.00\n线上平台,4,0,0 %,0.00\n合计,44,8,18.2 %,750000.00\n";
    assert_eq!(written(&sample::sources(Language::Zh), Bom::Without), expected);
    assert_eq!(
        written(&sample::sources(Language::Zh), Bom::With),
        format!("\u{feff}{expected}")
    );
}

#[test]
fn r7_6_no_cell_of_a_report_starts_a_formula_and_what_is_read_is_what_was_meant() {
    let names = ["=1+1", "-2", "@x", "\t=y", "王, \"小\"\n芳", "007", "上海"];
    let rows = names.map(|name| (name.to_owned(), ReportCell::Count(1)));
    let text = written(&sample::plain(ChartKind::Bars, rows.into()), Bom::Without);
    let mut reader = ::csv::Reader::from_reader(text.as_bytes());
    let found: Vec<String> = reader
        .records()
        .map(|record| {
            let mut cell = record.unwrap()[0].to_owned();
            assert!(
                !cell.starts_with(['=', '+', '-', '@', '\t']) || cell.starts_with("=\""),
                "{cell}"
            );
            crm_core::import::unwrap_text(&mut cell);
            cell
        })
        .collect();
    assert_eq!(found, names);
}

#[test]
fn r7_6_numbers_are_plain_and_nothing_is_a_dash() {
    let rows = vec![
        ("a".to_owned(), ReportCell::Count(1_234_567)),
        ("b".to_owned(), ReportCell::Money(Money::from_fen(123_456_789))),
        ("c".to_owned(), ReportCell::Rate(Rate::of(0, 0))),
        ("d".to_owned(), ReportCell::Nothing),
        ("e".to_owned(), ReportCell::Days(12.0)),
    ];
    let text = written(&sample::plain(ChartKind::Bars, rows), Bom::Without);
    assert_eq!(text, "名称,数值\na,1234567\nb,1234567.89\nc,—\nd,—\ne,12.0\n");
}

use std::io::{Cursor, Read};

use calamine::{Data, Reader, Xlsx};
use crm_core::{
    Language, Money, Rate,
    report::{ChartKind, ReportCell, ReportTable},
};
use crm_exchange::report::workbook;

use super::sample;

fn written(reports: &[ReportTable]) -> Vec<u8> {
    let mut bytes = Vec::new();
    workbook(reports, &mut bytes).unwrap();
    bytes
}

fn part(bytes: &[u8], name: &str) -> String {
    let mut archive = zip::ZipArchive::new(Cursor::new(bytes)).unwrap();
    let mut text = String::new();
    archive.by_name(name).unwrap().read_to_string(&mut text).unwrap();
    text
}

fn book(bytes: &[u8]) -> Xlsx<Cursor<Vec<u8>>> {
    Xlsx::new(Cursor::new(bytes.to_vec())).unwrap()
}

fn rows(bytes: &[u8], sheet: &str) -> Vec<Vec<Data>> {
    let range = book(bytes).worksheet_range(sheet).unwrap();
    range.rows().map(<[Data]>::to_vec).collect()
}

fn text(text: &str) -> Data {
    Data::String(text.into())
}

#[test]
fn r7_6_a_report_goes_out_as_a_sheet_with_real_numbers() {
    let bytes = written(&[sample::performance(Language::Zh)]);
    let rows = rows(&bytes, "销售业绩");
    assert_eq!(rows[0][0], text("销售业绩"));
    assert_eq!(
        rows[1][..2],
        [text("统计期间"), text("2024Q2（2024-04-01 至 2024-06-30）")]
    );
    assert_eq!(rows[3][..2], [text("查询人"), text("李伟")]);
    assert_eq!(rows[4][..2], [text("生成时间"), text("2024-07-01 09:30")]);
    assert_eq!(rows[6][0], text("销售人员"));
    assert_eq!(
        rows[7],
        [
            text("张敏"),
            Data::Float(15.0),
            Data::Float(3.0),
            Data::Float(3.0),
            Data::Float(300_000.0),
            Data::Float(250_000.0),
            Data::Float(1.2)
        ]
    );
    assert_eq!(rows[9][5..], [text("—"), text("—")], "nothing is no number");
    assert_eq!(rows[10][0], text("合计"));
    assert_eq!(rows[10][6], Data::Float(0.9));
}

#[test]
fn r7_6_a_rate_is_the_exact_ratio_and_cells_have_formats() {
    let bytes = written(&[sample::funnel(Language::En)]);
    let rows = rows(&bytes, "sales funnel");
    assert_eq!(rows[9][2], Data::Float(10.0 / 15.0), "shown as 66.7 %");
    let (sheet, styles) = (
        part(&bytes, "xl/worksheets/sheet1.xml"),
        part(&bytes, "xl/styles.xml"),
    );
    let formats: Vec<&str> = styles
        .split_once("<cellXfs")
        .unwrap()
        .1
        .split("<xf ")
        .skip(1)
        .collect();
    let format = |cell: &str| {
        let style = sheet.split_once(&format!("<c r=\"{cell}\" s=\"")).unwrap().1;
        let format = formats[style.split_once('"').unwrap().0.parse::<usize>().unwrap()];
        let number = format.split_once("numFmtId=\"").unwrap().1;
        number.split_once('"').unwrap().0.to_owned()
    };
    let own = |code: &str| {
        let format = format!("formatCode=\"{code}\"");
        let before = styles.split_once(&format).unwrap().0;
        let number = before.rsplit_once("numFmtId=\"").unwrap().1;
        number.split_once('"').unwrap().0.to_owned()
    };
    assert_eq!(
        [format("B10"), format("F10"), format("C10"), format("H10")],
        ["#,##0", "#,##0.00", "0.0%", "0.0"].map(own)
    );
}

#[test]
fn r7_6_no_text_of_a_workbook_is_a_formula() {
    let evil = "=HYPERLINK(\"//x\")";
    let mut report = sample::plain(
        ChartKind::Bars,
        vec![(evil.to_owned(), ReportCell::Text(evil.into()))],
    );
    report.title = evil.into();
    report.about = vec![(evil.into(), evil.into())];
    report.notes = vec![evil.into()];
    report.columns[1].label = evil.into();
    let bytes = written(&[report]);
    let sheet = part(&bytes, "xl/worksheets/sheet1.xml");
    assert!(!sheet.contains("<f>"), "{sheet}");
    let chart = part(&bytes, "xl/charts/chart1.xml");
    let formulas: Vec<&str> = chart.split("<c:f>").skip(1).collect();
    for formula in formulas {
        let formula = formula.split_once("</c:f>").unwrap().0;
        let (sheet, cells) = formula.rsplit_once('!').unwrap();
        assert!(sheet.starts_with('\'') && sheet.ends_with('\''), "{formula}");
        assert!(
            cells
                .chars()
                .all(|c| c == '$' || c == ':' || c.is_ascii_alphanumeric()),
            "{formula}"
        );
    }
}

#[test]
fn r7_6_each_report_is_a_sheet_with_a_chart_of_its_kind() {
    let bytes = written(&sample::all(Language::Zh));
    assert_eq!(
        book(&bytes).sheet_names(),
        ["销售漏斗", "客户来源分析", "销售业绩", "客户状态分布", "销售预测"]
    );
    let charts = [
        ("<c:barDir val=\"bar\"/>", "'销售漏斗'!$B$8:$B$12"),
        ("<c:barDir val=\"bar\"/>", "'客户来源分析'!$B$8:$B$10"),
        ("<c:barDir val=\"bar\"/>", "'销售业绩'!$G$8:$G$10"),
        ("<c:doughnutChart>", "'客户状态分布'!$B$8:$B$12"),
        ("<c:barDir val=\"col\"/>", "'销售预测'!$D$8:$D$13"),
    ];
    for (number, (kind, values)) in (1..).zip(charts) {
        let chart = part(&bytes, &format!("xl/charts/chart{number}.xml"));
        let values = values.replace('\'', "");
        assert!(chart.contains(kind), "{kind}: {chart}");
        assert!(chart.replace('\'', "").contains(&values), "{values}: {chart}");
    }
    // The axis with the labels of bars runs down, as the rows do; that of their lengths does not run back.
    let funnel = part(&bytes, "xl/charts/chart1.xml");
    let (labels, lengths) = funnel.split_once("<c:valAx>").unwrap();
    assert!(labels.contains("<c:orientation val=\"maxMin\"/>"), "{labels}");
    assert!(lengths.contains("<c:orientation val=\"minMax\"/>"), "{lengths}");
    let twice = written(&[sample::status(Language::En), sample::status(Language::En)]);
    assert_eq!(
        book(&twice).sheet_names(),
        ["customer status", "customer status 2"]
    );
}

#[test]
fn r7_6_a_sheet_is_laid_out_for_screen_and_paper() {
    let bytes = written(&[sample::sources(Language::Zh)]);
    let sheet = part(&bytes, "xl/worksheets/sheet1.xml");
    for expected in [
        "xSplit=\"1\" ySplit=\"7\" topLeftCell=\"B8\"",
        "orientation=\"landscape\"",
        "<pageSetUpPr fitToPage=\"1\"/>",
        "paperSize=\"9\"",
        "客户来源分析&amp;R&amp;P / &amp;N",
    ] {
        assert!(sheet.contains(expected), "{expected}: {sheet}");
    }
    let workbook = part(&bytes, "xl/workbook.xml");
    assert!(workbook.contains("$7:$7"), "{workbook}");
    let long = (0..31).map(|number| (format!("第{number}"), ReportCell::Count(number)));
    let long = written(&[sample::plain(ChartKind::Bars, long.collect())]);
    let long = part(&long, "xl/worksheets/sheet1.xml");
    assert!(long.contains("fitToHeight=\"0\""), "as many pages as it takes");
    assert!(!sheet.contains("fitToHeight"), "one page");
    // 成交客户数 is five characters of two digits.
    let width = sheet.split_once("<col min=\"3\" max=\"3\" width=\"").unwrap().1;
    let width: f64 = width.split_once('"').unwrap().0.parse().unwrap();
    assert!((12.0..14.0).contains(&width), "{width}");
}

#[test]
fn r7_6_numbers_that_excel_would_round_stand_there_in_full() {
    let cells = vec![
        ReportCell::Money(Money::from_fen(999_999_999_999_999)),
        ReportCell::Money(Money::from_fen(1_234_567_890_123_456)),
        ReportCell::Count(u64::MAX),
        ReportCell::Days(f64::NAN),
        ReportCell::Rate(Rate::of(1, 3)),
        ReportCell::Rate(Rate::of(1, 0)),
    ];
    let rows_of = cells.into_iter().map(|cell| ("x".to_owned(), cell)).collect();
    let bytes = written(&[sample::plain(ChartKind::Bars, rows_of)]);
    let found: Vec<Data> = rows(&bytes, "示例")
        .into_iter()
        .skip(3)
        .take(6)
        .map(|row| row[1].clone())
        .collect();
    assert_eq!(
        found,
        [
            Data::Float(9_999_999_999_999.99),
            text("12,345,678,901,234.56"),
            text("18,446,744,073,709,551,615"),
            text("NaN"),
            Data::Float(1.0 / 3.0),
            text("—"),
        ]
    );
}

#[test]
fn r7_6_reports_without_rows_go_out_too() {
    let empty = sample::plain(ChartKind::Donut, Vec::new());
    let bytes = written(&[empty]);
    assert_eq!(rows(&bytes, "示例")[2], [text("名称"), text("数值")]);
    assert!(!part(&bytes, "[Content_Types].xml").contains("chart"));
    assert_eq!(book(&written(&[])).sheet_names().len(), 1);
}

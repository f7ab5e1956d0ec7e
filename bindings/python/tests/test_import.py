"""Lists that people bring."""

from __future__ import annotations

import csv
import sys
import zipfile
from datetime import date
from pathlib import Path
from types import SimpleNamespace

import crmkit
import pytest

HEADINGS = "客户名称,客户类型,所属行业,主联系电话,客户来源,来源说明,首次接触时间\n"


def row(name: str, phone: str) -> str:
    return f"{name},企业客户,制造业,{phone},转介绍,老客户,2024-04-28\n"


@pytest.fixture
def listed(tmp_path: Path) -> Path:
    """Five rows, of which one comes twice, one has no phone and one lacks its last cells."""
    path = tmp_path / "list.csv"
    text = HEADINGS + row("上海示例科技有限公司", "021-5555 0199") + row("北京远洋贸易有限公司", "010-55550100")
    text += row("示例科技(上海)有限公司", "+86 21 55550199") + row("广州远大物流有限公司", "电话") + "深圳,少\n"
    path.write_bytes(text.encode("gb18030"))
    return path


def test_a_list_in_gb18030_goes_in_step_by_step(me: crmkit.Session, listed: Path, tmp_path: Path) -> None:
    outcome = tmp_path / "outcome.csv"
    job = me.customers.import_file(listed, step=2, outcome=outcome)
    seen: list[crmkit.ImportRow] = []
    done = 0
    for progress in job:
        assert done <= progress.done <= progress.total
        done = progress.done
        seen += job.rows
    assert progress.finished
    assert list(job) == []
    report = job.report()
    counts = report.counts
    assert (counts.rows, counts.created, counts.skipped, counts.refused) == (5, 2, 1, 2)
    assert report.resumed is False
    assert report.unknown_headings == ()
    assert me.imports.rows(report.import_id) == tuple(seen)
    assert [found.customer for found in seen][:2] == ["CRM202405010001", "CRM202405010002"]
    assert seen[2].problems[0].code == "row.duplicate"
    assert seen[3].problems[0].code == "phone.invalid"
    assert [problem.code for problem in seen[4].problems] == ["phone.missing", "row.short"]
    with outcome.open(encoding="utf-8-sig", newline="") as file:
        lines = list(csv.reader(file))
    assert [line[3] for line in lines[:2]] == ["客户名称", "上海示例科技有限公司"]
    assert len(lines) == 6
    assert [(i.state, i.counts) for i in me.imports.list()] == [("finished", counts)]
    again = me.customers.import_file(listed).run()
    assert (again.counts.created, again.counts.skipped) == (0, 3)


def test_refused_rows_go_out_are_mended_and_come_in_again(me: crmkit.Session, listed: Path, tmp_path: Path) -> None:
    job = me.customers.import_file(listed)
    job.run()
    out = tmp_path / "fix.csv"
    assert job.fix_list(out) == 2
    with out.open(encoding="utf-8-sig", newline="") as file:
        headings, *rows = csv.reader(file)
    assert headings == ["原因（未导入）", *HEADINGS.strip().split(",")]
    assert rows[0][0].startswith("主联系电话：“电话”不是有效的电话号码")
    rows[0][4] = "020-55550177"
    rows[1][1:] = row("深圳示例有限公司", "0755-55550166").strip().split(",")
    with out.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([headings, *rows])
    assert me.customers.import_file(out).run().counts.created == 2
    assert me.customers.count() == 4
    book = tmp_path / "fix.xlsx"
    assert job.fix_list(str(book)) == 2
    assert zipfile.is_zipfile(book)
    with pytest.raises(crmkit.InvalidError) as no_kind:
        job.fix_list(tmp_path / "fix.txt")
    assert no_kind.value.code == "file.outcome"
    with pytest.raises(crmkit.InvalidError) as in_use:
        job.fix_list(listed)
    assert in_use.value.code == "file.outcome_in_use"
    listed.write_bytes(listed.read_bytes() + b"\n")
    with pytest.raises(crmkit.InvalidError) as changed:
        job.fix_list(out)
    assert changed.value.code == "source.changed"


def test_stopping_half_way_loses_nothing(me: crmkit.Session, listed: Path) -> None:
    next(me.customers.import_file(listed, step=1))
    assert me.customers.count() == 1
    report = me.customers.import_file(listed).run()
    assert report.resumed
    assert report.counts.created == 2
    assert me.customers.count() == 2


def test_a_dry_run_stores_nothing(me: crmkit.Session, listed: Path) -> None:
    job = me.customers.import_file(listed, dry_run=True)
    next(job)
    assert [found.outcome for found in job.rows] == ["created", "created", "skipped", "refused", "refused"]
    assert me.customers.count() == 0
    assert me.imports.list() == ()


def test_an_import_is_undone(me: crmkit.Session, listed: Path) -> None:
    report = me.customers.import_file(listed).run()
    me.customers.update("CRM202405010001", revision=1, note="x")
    undone = me.imports.undo(report.import_id)
    assert (undone.archived, undone.restored, undone.kept) == (1, 0, ("CRM202405010001",))
    assert me.customers.count() == 1
    with pytest.raises(crmkit.RuleError) as twice:
        me.imports.undo(report.import_id)
    assert twice.value.code == "import.undone"


def test_columns_by_hand_and_defaults(me: crmkit.Session, tmp_path: Path) -> None:
    path = tmp_path / "kunden.csv"
    path.write_text("Kunde;Tel;Ort\n台灣示例股份有限公司;02-2555-0199;台北\n", encoding="big5")
    report = me.customers.import_file(
        path,
        mapping={"Kunde": "name", "Ort": "extra.ort"},
        defaults={"industry": "其他", "source": "其他"},
        region="TW",
        encoding="Big5",
        delimiter=";",
        owner=me.users.get("lin").id,
    ).run()
    assert report.counts.created == 1
    customer = me.customers.get("CRM202405010001")
    assert customer.extra == {"ort": "台北"}
    assert customer.phones[0].e164 == "+886225550199"
    assert customer.import_id == report.import_id


def test_a_workbook(me: crmkit.Session, tmp_path: Path) -> None:
    path = tmp_path / "list.xlsx"
    cells = [line.split(",") for line in (HEADINGS + row("上海示例科技有限公司", "021-5555 0199")).splitlines()]
    write_workbook(path, "客户", cells)
    assert me.customers.import_file(path, sheet="客户").run().counts.created == 1
    with pytest.raises(crmkit.InvalidError) as no_sheet:
        me.customers.import_file(path, sheet="x")
    assert no_sheet.value.code == "source.no_sheet"


@pytest.mark.parametrize(
    ("content", "options", "code"),
    [
        (None, {}, "source.missing"),
        (b"", {}, "source.empty"),
        (b"%PDF-1.7", {}, "source.wrong_kind"),
        (b"PK\x03\x04rubbish", {}, "source.broken"),
        ("电话,地址\n1,2\n".encode(), {}, "mapping.no_name"),
        (HEADINGS.encode(), {"mapping": {"x": "name"}}, "mapping.unknown_heading"),
        (HEADINGS.encode(), {"mapping": {"客户名称": "x"}}, "mapping.unknown_field"),
        (HEADINGS.encode(), {"on_duplicate": "x"}, "choice.unknown"),
        (HEADINGS.encode(), {"owner": "x"}, "owner.unknown"),
        (HEADINGS.encode(), {"region": "x"}, "setting.invalid"),
        (HEADINGS.encode(), {"encoding": "x"}, "source.encoding"),
        (HEADINGS.encode(), {"delimiter": "；"}, "setting.invalid"),
        (HEADINGS.encode(), {"outcome": "/no/such/folder/x.csv"}, "file.outcome"),
    ],
)
def test_files_and_options_that_cannot_be_used(
    me: crmkit.Session, tmp_path: Path, content: bytes | None, options: dict[str, object], code: str
) -> None:
    path = tmp_path / "list.csv"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(crmkit.InvalidError) as wrong:
        me.customers.import_file(path, **options)  # type: ignore[arg-type]
    assert wrong.value.code == code
    assert me.customers.count() == 0


def write_workbook(path: Path, sheet: str, rows: list[list[str]]) -> None:
    """The smallest workbook that Excel opens: texts in the cells themselves."""
    main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    relations = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    package = "http://schemas.openxmlformats.org/package/2006"
    lines = [
        f'<row r="{r}">' + "".join(f'<c t="inlineStr"><is><t>{cell}</t></is></c>' for cell in cells) + "</row>"
        for r, cells in enumerate(rows, 1)
    ]
    types = "application/vnd.openxmlformats-officedocument.spreadsheetml"
    files = {
        "[Content_Types].xml": f'<Types xmlns="{package}/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Override PartName="/xl/workbook.xml" ContentType="{types}.sheet.main+xml"/>'
        f'<Override PartName="/xl/worksheets/sheet1.xml" ContentType="{types}.worksheet+xml"/></Types>',
        "_rels/.rels": f'<Relationships xmlns="{package}/relationships"><Relationship Id="a" '
        f'Type="{relations}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": f'<workbook xmlns="{main}" xmlns:r="{relations}"><sheets>'
        f'<sheet name="{sheet}" sheetId="1" r:id="a"/></sheets></workbook>',
        "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{package}/relationships"><Relationship Id="a" '
        f'Type="{relations}/worksheet" Target="worksheets/sheet1.xml"/></Relationships>',
        "xl/worksheets/sheet1.xml": f'<worksheet xmlns="{main}"><sheetData>{"".join(lines)}</sheetData></worksheet>',
    }
    with zipfile.ZipFile(path, "w") as archive:
        for name, text in files.items():
            archive.writestr(name, '<?xml version="1.0" encoding="UTF-8"?>' + text)


def test_rows_in_memory_come_in_as_a_list_does(me: crmkit.Session) -> None:
    rows: list[dict[str, object]] = [
        {"客户名称": "示例重工有限公司", "所属行业": "制造业", "电话": 13912340001.0, "客户来源": "转介绍"},
        {"客户名称": "远洋贸易有限公司", "所属行业": None, "电话": "010-55550102", "客户来源": float("nan"), "首次接触": date(2024, 4, 28)},
        {"客户名称": "=SUM(A1)有限公司", "所属行业": "制造业", "电话": "021-55550103", "客户来源": "转介绍"},
        {"客户名称": "没有电话有限公司", "所属行业": "制造业"},
    ]
    job = me.customers.import_rows(rows)
    report = job.run()
    assert (report.counts.created, report.counts.refused) == (3, 1)
    created = [me.customers.get(row.customer) for row in me.imports.rows(report.import_id) if row.customer]
    assert created[0].phones[0].e164 == "+8613912340001"
    assert (created[1].industry.code, created[1].first_contact) == ("other", date(2024, 4, 28))
    assert created[2].name == "=SUM(A1)有限公司"
    assert me.customers.import_rows(iter(rows)).run().counts.skipped == 3
    with pytest.raises(TypeError, match="mapping"):
        me.customers.import_rows([["示例重工有限公司"]])


class Frame:
    """As a pandas DataFrame, as far as it is looked at."""

    columns = ("客户名称", "电话")

    def to_dict(self, orient: str) -> list[dict[str, object]]:
        assert orient == "records"
        return [{"客户名称": "示例重工有限公司", "电话": "021-55550101"}]


def test_a_data_frame_comes_in_and_what_became_of_its_rows_is_one(
    me: crmkit.Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    job = me.customers.import_rows(Frame(), defaults={"industry": "other", "source": "other"})
    assert job.run().counts.created == 1
    monkeypatch.setitem(sys.modules, "pandas", SimpleNamespace(DataFrame=lambda columns: columns))
    frame = job.to_pandas()
    assert isinstance(frame, dict)
    assert (frame["line"], frame["outcome"], frame["customer"]) == ([2], ["created"], ["CRM202405010001"])
    assert "企业客户" in frame["reasons"][0]


def test_other_systems_lists_come_in_as_their_maker_means_them(me: crmkit.Session, tmp_path: Path) -> None:
    path = tmp_path / "export.csv"
    path.write_text(
        "Export of customers\n"
        "First Name,Last Name,Company Name,Phone Number,Lead Status,Contact owner,Farbe,Create Date\n"
        "Jane,Example,Example Ltd,+8613912345671,跟进中,王五,blau,03/04/2024\n"
        "Ann,Sample,Sample Inc,+8613912345672,Customer,李强,rot,28/03/2024\n",
        encoding="utf-8",
    )
    job = me.customers.import_file(
        path,
        defaults={"industry": "other", "source": "other"},
        values={"status": {"跟进中": "interested"}},
        owners={"李强": "lin"},
        new_people="importer",
        keep_columns=True,
        header_row=2,
    )
    report = job.run()
    assert report.counts.created == 2
    assert [(owner.name, owner.rows) for owner in report.unknown_owners] == [("王五", 1)]
    jane, ann = [me.customers.get(row.customer) for row in me.imports.rows(report.import_id) if row.customer]
    assert (jane.status, ann.status) == ("interested", "won")
    assert jane.extra["Farbe"] == "blau"
    assert jane.created_at.date() == date(2024, 4, 2), "midnight of the third in Shanghai"
    refused = me.customers.import_file(path, date_format="mdy", defaults={"industry": "other", "source": "other"}, dry_run=True)
    assert refused.run().counts.refused > 0
    with pytest.raises(crmkit.InvalidError) as error:
        me.customers.import_file(path, owners={"李强": "nobody"}, defaults={"industry": "other", "source": "other"})
    assert error.value.code == "owner.unknown"

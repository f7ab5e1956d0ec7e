"""Lists as tables: of pandas, of polars, and of a notebook."""

from __future__ import annotations

import builtins
import pickle
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import crmkit
import pandas
import polars
import pytest
from conftest import Create


def test_a_list_is_a_tuple_and_a_table(me: crmkit.Session, create: Create) -> None:
    number = create().number
    assert me.contacts.list(number) == ()
    me.contacts.add(number, name="王芳", mobile="13912345678")
    contacts = me.contacts.list(number)
    assert isinstance(contacts, tuple) and isinstance(contacts, crmkit.Rows)
    assert contacts == tuple(contacts) and len(contacts) == 1 and contacts[0].name == "王芳" and [*contacts][-1] is contacts[-1]
    again = pickle.loads(pickle.dumps(contacts))
    assert (again, again.columns, type(again)) == (contacts, contacts.columns, crmkit.Rows)
    frame = contacts.to_pandas()
    assert list(frame["name"]) == ["王芳"] and list(frame.columns) == list(contacts.columns)
    assert contacts.to_polars()["mobile"].to_list() == [contacts[0].mobile]


def test_a_table_without_rows_has_its_columns(me: crmkit.Session) -> None:
    page = me.customers.list()
    for frame in (page.to_pandas(), page.to_polars()):
        assert len(frame) == 0 and {"number", "name", "status"} <= set(frame.columns)
    assert {"rate.part", "rate.whole", "rate.text"} <= set(me.reports.sources().to_pandas().columns)
    users = me.users.list()
    assert len(users[:0]) == 0 and list(users[:0].to_pandas().columns) == list(users.to_pandas().columns)


def test_a_page_is_a_table_of_plain_values(me: crmkit.Session, create: Create) -> None:
    create(extra={"region": "华东"}, size="120人", tags=["重点"])
    create(name="北京远洋贸易有限公司", phones=["010-55550100"])
    page = me.customers.list()
    frame = page.to_pandas()
    assert list(frame["number"]) == [customer.number for customer in page]
    assert frame["status"].to_list() == ["potential", "potential"] and type(frame["status"][0]) is str
    assert frame["first_contact"][0] == date(2024, 4, 28)
    assert page.to_polars().schema["first_contact"] == polars.Date
    assert page[0] == page.items[0]
    deal = me.opportunities.create(page[0].number, name="A", expected_amount="120000.50", expected_close="2024-06-30", stage_note="x")
    deals = me.opportunities.list()
    assert deals.to_pandas()["expected_amount"][0] == deal.expected_amount == Decimal("120000.50")
    assert deals.to_polars()["expected_amount"].sum() == Decimal("120000.50")


def test_every_list_and_report_and_outcome_is_one(crm: crmkit.Crm, me: crmkit.Session, create: Create) -> None:
    number = create().number
    create(check="off")
    me.users.create(login="wu", name="吴", role="sales_rep")
    search = me.customers.find_duplicates().run()
    things: list[Any] = [
        me.customers.list(), me.customers.history(number), me.customers.timeline(number), me.customers.duplicates(name="示例科技"),
        me.users.list(), me.teams.list(), me.audit.list(), me.audit.search(), me.pick_lists.list("industry"), me.imports.list(),
        me.tasks.list(list="open"), me.opportunities.list(), me.targets.list("2024"), me.follow_ups.list(), me.requests.list(),
        me.reports.funnel(), me.reports.sources(), me.reports.performance(), me.reports.status(), me.reports.team(), me.reports.forecast(),
        me.reports.funnel_rows("initial_contact"), me.opportunities.forecast(), search, search.groups[0], crm.check().run(),
        me.customers.merge_preview(search.groups[0].customers[1], search.groups[0].customers[0]),
        me.customers.assign_all([number], to="wu"),
    ]
    for thing in things:
        rows = list(thing)
        assert len(thing) == len(rows), thing
        for index, row in enumerate(rows):
            assert thing[index] == row and thing[index - len(rows)] == row
        with pytest.raises(IndexError):
            thing[len(rows)]
        assert len(thing.to_pandas()) == len(thing.to_polars()) == len(rows)
        assert thing._repr_html_().count("<tr>") >= min(len(rows), 1)


def test_what_is_not_installed_is_named(me: crmkit.Session, monkeypatch: pytest.MonkeyPatch) -> None:
    real = builtins.__import__

    def missing(name: str, *rest: Any, **named: Any) -> Any:
        if name in ("pandas", "polars"):
            raise ModuleNotFoundError(name)
        return real(name, *rest, **named)

    import crmkit.rows

    monkeypatch.setattr(crmkit.rows, "import_module", missing)
    for library, call in (("pandas", me.users.list().to_pandas), ("polars", me.reports.status().to_polars)):
        with pytest.raises(ImportError, match=rf"pip install 'crmkit\[{library}\]'") as error:
            call()
        assert error.value.name == library


def test_names_are_text_in_a_notebook(me: crmkit.Session, create: Create) -> None:
    number = create(name="<script>alert(1)</script>&Co").number
    for html in (me.customers.list()._repr_html_(), me.customers.timeline(number)._repr_html_()):
        assert "<script>" not in html
    assert "&lt;script&gt;alert(1)&lt;/script&gt;&amp;Co" in me.customers.list()._repr_html_()
    me.users.create(login="x", name="<b>x</b>", role="sales_rep")
    create(name="另一家有限公司", phones=["010-55550100"], owner="x")
    performance = me.reports.performance()
    assert "<b>x" not in performance._repr_html_()


def test_a_report_is_drawn_in_a_notebook(me: crmkit.Session, create: Create) -> None:
    create()
    for report in (me.reports.funnel(), me.reports.sources(), me.reports.performance(), me.reports.status(), me.reports.team(), me.reports.forecast()):
        html = report._repr_html_()
        assert html.startswith("<figure><svg") and html.count("<table>") == 1
        assert report._repr_svg_() == crmkit.report_svg(report) and report._repr_svg_().startswith("<svg")
        assert report._repr_svg_() == me.reports.picture(report)
        assert crmkit.report_html(report, language="en") != html
    assert "转介绍" in me.reports.sources()._repr_html_()


def test_an_imports_report_has_its_rows(me: crmkit.Session, tmp_path: Path) -> None:
    path = tmp_path / "list.csv"
    path.write_text("客户名称,所属行业,电话,来源,客户类型\n北京远洋贸易有限公司,零售业,010-55550100,展会,企业\n,零售业,010-55550101,展会,企业\n", "utf-8")
    job = me.customers.import_file(path)
    report = job.run()
    assert isinstance(report, crmkit.ImportReport) and report == job.report()
    del job
    frame = report.to_pandas()
    assert list(frame["line"]) == [2, 3] and list(frame["outcome"]) == report.to_polars()["outcome"].to_list() == ["created", "refused"]
    assert report.fix_list(tmp_path / "fix.csv") == 1
    assert pickle.loads(pickle.dumps(report)) == report


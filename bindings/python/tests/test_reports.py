"""Reports as they go out (R7.6): who may, what the log keeps, and what is refused."""

from __future__ import annotations

from pathlib import Path

import crmkit
import pytest
from conftest import Create


def test_r7_6_reports_are_written_and_the_log_has_what_went_out(me: crmkit.Session, create: Create, tmp_path: Path) -> None:
    create()
    funnel, sources = me.reports.funnel(period="2024Q2"), me.reports.sources()
    me.reports.export(tmp_path / "both.xlsx", funnel, sources)
    me.reports.export(tmp_path / "both.html", funnel, sources)
    me.reports.export(tmp_path / "sources.csv", sources)
    assert (tmp_path / "both.xlsx").read_bytes().startswith(b"PK")
    assert "2024Q2" in (tmp_path / "both.html").read_text("utf-8")
    assert "转介绍" in (tmp_path / "sources.csv").read_text("utf-8")
    assert me.reports.picture(sources).startswith("<svg")
    assert len(me.audit.search(kind="exported").items) == 5


def test_r7_6_what_cannot_go_out_is_refused_and_leaves_no_file(crm: crmkit.Crm, me: crmkit.Session, tmp_path: Path) -> None:
    funnel = me.reports.funnel()
    with pytest.raises(crmkit.InvalidError) as two:
        me.reports.export(tmp_path / "two.csv", funnel, funnel)
    assert two.value.code == "export.one_report"
    with pytest.raises(crmkit.InvalidError) as odd:
        me.reports.export(tmp_path / "funnel.doc", funnel)
    assert odd.value.code == "export.format"
    with pytest.raises(crmkit.InvalidError) as no_report:
        me.reports.export(tmp_path / "x.html", "funnel")  # type: ignore[arg-type]
    assert (no_report.value.code, no_report.value.problems[0].field) == ("field.type", "report")
    me.users.create(login="wu", name="吴", role="sales_rep")
    wu = crm.session("wu")
    with pytest.raises(crmkit.DeniedError):
        wu.reports.export(tmp_path / "wu.html", wu.reports.funnel())
    wu.reports.export(tmp_path / "wu.html", wu.reports.performance())
    assert [path.name for path in tmp_path.iterdir()] == ["wu.html"]


def test_r7_6_who_may_look_is_set_per_report(crm: crmkit.Crm, me: crmkit.Session) -> None:
    me.users.create(login="wu", name="吴", role="sales_rep")
    me.settings.update(revision=1, report_rights=[crmkit.ReportRight("funnel", view=["supervisor"], export=[])])
    with pytest.raises(crmkit.DeniedError):
        crm.session("wu").reports.funnel()
    crm.session("wu").reports.sources()

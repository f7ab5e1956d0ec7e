"""Every report, recomputed by pandas from the rows that lists give, and the files of reports, opened by another program (R7)."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import Any

import crmkit
import openpyxl
import pandas
import pytest
from reports_of_example import OPEN, enter

@pytest.fixture
def business(crm: crmkit.Crm, me: crmkit.Session, clock: crmkit.FixedClock) -> crmkit.Session:
    enter(crm, clock)
    return me


class Rows:
    """What the lists give, as pandas has it."""

    def __init__(self, me: crmkit.Session) -> None:
        self.customers = me.customers.list(limit=1_000).to_pandas()
        self.deals = me.opportunities.list(limit=1_000).to_pandas()
        self.talks = me.follow_ups.list(limit=1_000).to_pandas()
        self.contracts = me.contracts.list(limit=1_000).to_pandas()
        self.users = me.users.list().to_pandas()
        self.stages = self._stages(me)

    def _stages(self, me: crmkit.Session) -> pandas.DataFrame:
        changes = [change.to_dict() for deal in self.deals["id"] for change in me.opportunities.history(deal).stages]
        return pandas.DataFrame(changes)

    def worth(self) -> pandas.DataFrame:
        """Deals with what was signed of them, or else what is expected."""
        signed = self.contracts.dropna(subset=["opportunity"]).set_index("opportunity")["amount"]
        deals = self.deals.copy()
        deals["worth"] = [signed.get(deal, expected) for deal, expected in zip(deals["id"], deals["expected_amount"])]
        return deals


def test_r7_1_the_funnel_is_what_pandas_makes_of_the_deals(business: crmkit.Session) -> None:
    rows = Rows(business)
    rank = {stage: place for place, stage in enumerate([*OPEN, "won"])}
    stages = rows.stages[rows.stages["after"].isin(rank)]
    highest = stages.assign(rank=stages["after"].map(lambda stage: rank[str(stage)])).groupby("opportunity")["rank"].max()
    deals = rows.worth().assign(highest=lambda frame: frame["id"].map(highest))
    funnel = business.reports.funnel()
    assert [row.stage for row in funnel] == list(rank)
    first = before = None
    for row in funnel:
        reached = deals[deals["highest"] >= rank[row.stage]]
        customers = reached["customer"].nunique()
        assert (row.customers, row.opportunities) == (customers, len(reached)), row.stage
        assert row.amount == sum(reached["worth"], Decimal(0))
        assert row.standing == (deals["stage"] == row.stage).sum()
        first = customers if first is None else first
        assert (row.share.part, row.share.whole) == (customers, first)
        if before is not None:
            assert row.conversion is not None and (row.conversion.part, row.conversion.whole) == (customers, before)
        before = customers
    assert funnel.lost == (deals["stage"] == "lost").sum() > 0


def test_r7_2_sources_are_what_pandas_makes_of_customers_and_contracts(business: crmkit.Session) -> None:
    rows = Rows(business)
    by_source = rows.customers.groupby("source")
    sources = business.reports.sources()
    assert {row.source for row in sources} == set(by_source.groups)
    signed = rows.contracts.dropna(subset=["opportunity"])
    for row in sources:
        customers = set(by_source.get_group(row.source)["number"])
        won = signed[signed["customer"].isin(customers)]
        assert (row.customers, row.won_customers, row.won_amount) == (len(customers), won["customer"].nunique(), sum(won["amount"], Decimal(0)))
        assert (row.rate.part, row.rate.whole) == (row.won_customers, row.customers)
    assert sources.total.customers == len(rows.customers)


def test_r7_3_performance_is_what_pandas_makes_of_talks_and_contracts(business: crmkit.Session) -> None:
    rows = Rows(business)
    performance = business.reports.performance()
    told = {row.person: row for row in performance}
    for person in rows.users["id"]:
        signed = rows.contracts[rows.contracts["credited_to"] == person].dropna(subset=["opportunity"])
        talked = rows.talks[rows.talks["by"] == person]
        expected = (talked["customer"].nunique(), signed["customer"].nunique(), len(signed), sum(signed["amount"], Decimal(0)))
        row = told.get(person)
        assert expected == ((row.followed_up, row.won_customers, row.won_deals, row.won_amount) if row else (0, 0, 0, 0))
    assert performance.total.won_amount == sum(rows.contracts["amount"], Decimal(0)) > 0


def test_r7_4_the_status_is_what_pandas_counts(business: crmkit.Session) -> None:
    rows = Rows(business)
    counted = rows.customers["status"].value_counts()
    status = business.reports.status()
    for row in status:
        assert row.customers == counted.get(str(row.status), 0)
        assert (row.share.part, row.share.whole) == (row.customers, len(rows.customers))
    assert status.total.customers == len(rows.customers)


def test_r7_5_the_team_is_what_pandas_makes_of_talks_and_deals(business: crmkit.Session) -> None:
    rows = Rows(business)
    for row in business.reports.team():
        talked = rows.talks[rows.talks["by"] == row.person]
        signed = rows.contracts[rows.contracts["credited_to"] == row.person]
        assert (row.follow_ups, row.followed_up, row.won_customers) == (len(talked), talked["customer"].nunique(), signed["customer"].nunique())


def test_r5_5_the_forecast_is_what_pandas_makes_of_open_deals(business: crmkit.Session) -> None:
    rows = Rows(business)
    open_deals = rows.deals[rows.deals["stage"].isin(OPEN)]
    months = open_deals.groupby(open_deals["expected_close"].map(lambda day: day.replace(day=1)))
    report = business.reports.forecast()
    told = {row.month: (row.deals, row.expected) for row in report if row.month is not None}
    assert told == {month: (len(deals), sum(deals["expected_amount"], Decimal(0))) for month, deals in months}
    frame = report.to_pandas()
    assert frame["deals"].sum() == report.forecast.total.deals == len(open_deals)
    assert sum(frame["weighted"], Decimal(0)) == report.forecast.total.weighted


def test_r7_6_the_workbook_has_what_the_reports_say(business: crmkit.Session, tmp_path: Path) -> None:
    """Values, types, formats and charts, as openpyxl reads them."""
    path = tmp_path / "reports.xlsx"
    reports: list[Any] = [
        business.reports.funnel(), business.reports.sources(), business.reports.performance(), business.reports.status(),
        business.reports.team(), business.reports.forecast(),
    ]
    business.reports.export(path, *reports)
    book = openpyxl.load_workbook(path)
    assert len(book.worksheets) == len(reports)
    for sheet, report in zip(book.worksheets, reports):
        assert len(sheet._charts) == 1, sheet.title
        cells = [cell for row in sheet.iter_rows() for cell in row if cell.value is not None]
        assert not any(cell.data_type in ("f", "e") for cell in cells), "no formula, no error"
        numbers = [cell for cell in cells if cell.data_type == "n"]
        assert numbers and all(cell.number_format != "General" for cell in numbers), sheet.title
        values = {Decimal(str(cell.value)).quantize(Decimal("0.01")) for cell in numbers}
        amounts = [value for column in report.to_pandas().items() for value in column[1] if isinstance(value, Decimal) and value]
        assert all(amount in values for amount in amounts), sheet.title
    funnel = book.worksheets[0]
    table = [[cell.value for cell in row] for row in funnel.iter_rows()]
    for row in reports[0]:
        line = next(cells for cells in table if row.stage.label("zh") in cells)
        assert row.customers in line and row.opportunities in line


def test_r7_6_a_list_that_was_exported_is_the_list(business: crmkit.Session, tmp_path: Path) -> None:
    path = tmp_path / "sources.csv"
    business.reports.export(path, business.reports.sources())
    read = pandas.read_csv(path, encoding="utf-8-sig", dtype=str)
    rows = business.reports.sources()
    assert list(read.iloc[:-1, 0]) == [row.label for row in rows]
    assert [int(text) for text in read.iloc[:-1, 1]] == [row.customers for row in rows]

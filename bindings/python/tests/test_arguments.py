"""What Python may hand in, and how what it may not is refused: as `InvalidError` of its field."""

from __future__ import annotations

import math
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import crmkit
import pytest
from conftest import Create


class NotATime(datetime):
    """As pandas' NaT: a `datetime` that differs from itself."""

    def __ne__(self, other: object) -> bool:
        return True


class NotAvailable:
    """As pandas' NA, whose comparison is itself and neither true nor false."""

    def __ne__(self, other: object) -> Any:
        return self

    def __bool__(self) -> bool:
        raise TypeError("ambiguous")


NOTHING: list[Any] = [None, math.nan, NotATime(1, 1, 1), NotAvailable()]

LIMITS = [-1, 0, 1001, 2**32, 2**64, -(2**70), 10**5000]

SURROGATE = "\ud800"


def refused(call: Callable[[], object]) -> list[tuple[str, str]]:
    with pytest.raises(crmkit.InvalidError) as wrong:
        call()
    assert str(wrong.value) and wrong.value.problems
    return [(problem.field, problem.code) for problem in wrong.value.problems]


@pytest.mark.parametrize("limit", LIMITS, ids=range(len(LIMITS)))
def test_r2_7_a_limit_out_of_its_range_says_the_range(me: crmkit.Session, create: Create, limit: int) -> None:
    number = create().number
    calls: list[Callable[[], object]] = [
        lambda: me.customers.list(limit=limit),
        lambda: list(me.customers.iterate(page_size=limit)),
        lambda: me.customers.history(number, limit=limit),
        lambda: me.service_records.list(number, limit=limit),
    ]
    for call in calls:
        assert refused(call) == [("limit", "page.limit")]
        with pytest.raises(crmkit.InvalidError, match="1到1000"):
            call()


def test_numbers_are_in_their_range_and_no_flags(crm: crmkit.Crm, me: crmkit.Session, create: Create, tmp_path: Path) -> None:
    number = create().number
    entry: dict[str, Any] = {"label_zh": "x", "label_en": "x"}
    calls: list[tuple[str, Callable[[Any], object]]] = [
        ("revision", lambda value: me.customers.update(number, revision=value)),
        ("operation", lambda value: me.customers.undo(value)),
        ("before", lambda value: me.customers.history(number, before=value)),
        ("after", lambda value: me.audit.list(after=value)),
        ("position", lambda value: me.pick_lists.put("industry", "x", position=value, **entry)),
        ("step_ms", lambda value: me.customers.find_duplicates(step_ms=value)),
        ("size", lambda value: crmkit.Size.of_headcount(value)),
        ("seq", lambda value: crmkit.AuditHead(value, "x")),
    ]
    for field, call in calls:
        assert refused(lambda: call(-1)) == [(field, "field.range")]
        assert refused(lambda: call(2**64)) == [(field, "field.range")]
        assert refused(lambda: call(True)) == [(field, "field.type")]
        assert refused(lambda: call(1.5)) == [(field, "field.type")]
        assert refused(lambda: call("1")) == [(field, "field.type")]
    assert refused(lambda: crmkit.open(tmp_path / "crm.db", likely=True)) == [("likely", "field.type")]
    assert refused(lambda: crmkit.open(tmp_path / "crm.db", likely=10**400)) == [("likely", "field.range")]
    largest: list[Callable[[], object]] = [
        lambda: me.customers.update(number, revision=2**64 - 1),
        lambda: me.customers.undo(2**64 - 1),
        lambda: me.customers.history(number, before=2**64 - 1),
        lambda: me.audit.list(after=2**64 - 1, limit=2**32 - 1),
    ]
    for call_largest in largest:
        try:
            call_largest()
        except crmkit.InternalError:
            raise
        except crmkit.CrmError:
            pass


def test_a_type_that_does_not_belong_is_refused_with_its_field(crm: crmkit.Crm, me: crmkit.Session, create: Create) -> None:
    anything: Any = object()
    wrong: dict[str, Any] = {
        "name": 1,
        "kind": 1,
        "industry": 1,
        "phones": [13912345678],
        "source": ("转介绍", 1),
        "first_contact": 20240428,
        "lead_at": date(2024, 4, 28),
        "size": 120,
        "addresses": [anything],
        "owner": anything,
        "tags": "one text",
        "note": b"bytes",
        "external_id": 7,
        "extra": {"region": 1},
        "check": 1,
    }
    assert sorted(refused(lambda: me.customers.create(**wrong))) == sorted((field, "field.type") for field in wrong)
    assert [field for field, _ in refused(lambda: create(phones="021-5555 0199"))] == ["phones"]
    assert refused(lambda: create(lead_at=datetime(2024, 4, 27))) == [("lead_at", "date.no_zone")]
    assert refused(lambda: create(lead_at="2024-04-27T10:00")) == [("lead_at", "date.no_zone")]
    assert refused(lambda: me.customers.list(archived=anything)) == [("archived", "field.type")]
    assert refused(lambda: me.customers.get(anything)) == [("key", "field.type")]
    assert refused(lambda: me.audit.verify(anything)) == [("kept", "field.type")]
    assert refused(lambda: crm.session(anything)) == [("login", "field.type")]
    assert refused(lambda: crmkit.open(anything)) == [("path", "field.type")]
    assert refused(lambda: crmkit.open(":memory:", clock=anything)) == [("clock", "field.type")]
    assert refused(lambda: crmkit.open(":memory:", language=anything)) == [("language", "field.type")]
    assert refused(lambda: crmkit.FixedClock(anything)) == [("clock", "field.type")]
    assert refused(lambda: crmkit.NewPhone(anything)) == [("phone", "field.type")]


def test_a_lone_surrogate_is_no_text(crm: crmkit.Crm, me: crmkit.Session, create: Create) -> None:
    number = create().number
    texts: dict[str, Any] = {
        "name": SURROGATE,
        "kind": SURROGATE,
        "industry": SURROGATE,
        "phones": [SURROGATE],
        "source": ("转介绍", SURROGATE),
        "first_contact": SURROGATE,
        "lead_at": SURROGATE,
        "size": SURROGATE,
        "addresses": [SURROGATE],
        "owner": SURROGATE,
        "tags": [SURROGATE],
        "note": SURROGATE,
        "external_id": SURROGATE,
        "extra": {SURROGATE: "x"},
        "check": SURROGATE,
    }
    assert sorted(refused(lambda: me.customers.create(**texts))) == sorted((field, "field.surrogate") for field in texts)
    calls: list[tuple[str, Callable[[], object]]] = [
        ("name", lambda: me.customers.update(number, revision=1, name=SURROGATE)),
        ("key", lambda: me.customers.get(SURROGATE)),
        ("after", lambda: me.customers.list(after=SURROGATE)),
        ("customer", lambda: me.contacts.list(SURROGATE)),
        ("import_id", lambda: me.imports.rows(SURROGATE)),
        ("path", lambda: me.customers.import_file(SURROGATE)),
        ("path", lambda: crmkit.open(SURROGATE)),
        ("query", lambda: me.sql(SURROGATE)),
        ("login", lambda: crm.session(SURROGATE)),
        ("code", lambda: crmkit.Choice(SURROGATE)),
        ("addresses", lambda: crmkit.Address(line=SURROGATE)),
        ("text", lambda: crmkit.Choice.from_json(SURROGATE)),
    ]
    for field, call in calls:
        assert refused(call) == [(field, "field.surrogate")], field


def test_days_and_instants_are_iso_texts_too(me: crmkit.Session, create: Create) -> None:
    customer = create(first_contact="2024-04-28", lead_at="2024-04-27T10:00+08:00")
    assert customer.first_contact == date(2024, 4, 28)
    assert customer.lead_at == datetime.fromisoformat("2024-04-27T10:00+08:00")
    assert me.customers.count(first_contact=("2024-04-28", "2024-04-29")) == 1
    for text in ["soon", "2024-02-30", "10000-01-01", "+10000-01-01", "-0001-01-01", ""]:
        assert refused(lambda: create(first_contact=text)) == [("first_contact", "date.invalid")]
    for text in ["soon", "2024-02-30T00:00+08:00", "+10000-01-01T00:00+00:00", ""]:
        assert refused(lambda: create(lead_at=text)) == [("lead_at", "date.invalid")]
    assert refused(lambda: create(lead_at=datetime.max.replace(tzinfo=timezone(timedelta(hours=-8))))) == [("lead_at", "date.invalid")]


@pytest.mark.parametrize("nothing", NOTHING, ids=range(len(NOTHING)))
def test_nan_and_nat_are_nothing(me: crmkit.Session, create: Create, nothing: Any) -> None:
    blank = ["size", "addresses", "lead_at", "owner", "tags", "note", "external_id", "extra"]
    customer = create(**{field: nothing for field in blank})
    assert customer.note is None and customer.lead_at is None and customer.tags == () and customer.extra == {}
    assert create(name="北京远洋贸易有限公司", phones=[nothing, "13912345678"], extra={"region": nothing}).phones[0].typed == "13912345678"
    assert me.customers.count(text=nothing, status=nothing, created=(nothing, nothing), archived=nothing) == 2
    asked = ["name", "kind", "industry", "phones", "source", "first_contact"]
    missing = refused(lambda: me.customers.create(**{field: nothing for field in asked}))
    assert [field for field, _ in missing] == asked
    assert {code for _, code in missing} <= {"field.missing", "phone.missing"}
    assert refused(lambda: me.contacts.add(customer.number, name=nothing, mobile=nothing)) == [("contact.name", "field.missing"), ("contact.mobile", "field.missing")]
    assert refused(lambda: me.customers.update(customer.number, revision=nothing)) == [("revision", "field.missing")]
    assert refused(lambda: me.customers.list(limit=nothing)) == [("limit", "field.missing")]
    noted = me.customers.update(customer.number, revision=customer.revision, note="x")
    assert me.customers.update(customer.number, revision=noted.revision, note=nothing).note is None


def test_what_the_callers_own_code_raises_comes_through(create: Create) -> None:
    def phones() -> Iterator[str]:
        yield "021-5555 0199"
        raise KeyError("mine")

    with pytest.raises(KeyError, match="mine"):
        create(phones=phones())


@pytest.mark.parametrize("moment", ["0001-01-02T00:00:00Z", "1969-12-31T23:59:59Z", "9999-12-31T16:00:00Z"])
def test_a_clock_that_cannot_be_right_is_refused(crm: crmkit.Crm, clock: crmkit.FixedClock, create: Create, moment: str) -> None:
    assert refused(lambda: crmkit.open(":memory:", clock=crmkit.FixedClock(moment))) == [("clock", "clock.invalid")]
    clock.move_to(moment)
    assert refused(create) == [("clock", "clock.invalid")]
    assert refused(lambda: crmkit.FixedClock("+10000-01-01T00:00+00:00")) == [("clock", "date.invalid")]


def mypy(tmp_path: Path, program: str) -> str:
    (tmp_path / "program.py").write_text("import crmkit\n" + program, "utf-8")
    check = [sys.executable, "-m", "mypy", "--strict", "--no-incremental", "--cache-dir", os.devnull, "program.py"]
    return subprocess.run(check, cwd=tmp_path, capture_output=True, text=True).stdout


def test_type_checkers_know_the_words(tmp_path: Path) -> None:
    pytest.importorskip("mypy")
    right = """
crm = crmkit.open(":memory:", language="en", region="TW")
crmkit.open(":memory:", language=crm.language)
me = crm.session("lin")
me.customers.create(name="x", kind="enterprise", check=crmkit.DuplicateCheck.OFF, first_contact="2024-04-28")
me.customers.list(sort="newest", status="won", limit=10).next
me.customers.import_file("x.csv", on_duplicate="fill_blanks")
me.pick_lists.list("source")[0].label("en")
crmkit.CustomerStatus.WON.label("en")
me.settings.update(revision=1, region=me.settings.get().region)
print(crmkit.__version__.split("."))
"""
    wrong = [
        'crmkit.open(":memory:", language="klingon")',
        'me.customers.create(kind="klingon")',
        'me.customers.create(check="klingon")',
        'me.customers.list(sort="klingon")',
        'me.customers.list(status="klingon")',
        'me.customers.import_file("x.csv", on_duplicate="klingon")',
        'me.pick_lists.list("klingon")',
        'me.users.create(login="x", name="x", role="klingon")',
        'crmkit.CustomerStatus.WON.label("klingon")',
        'crmkit.Size("klingon", "micro")',
    ]
    mistakes = mypy(tmp_path, right + "\n".join(wrong))
    first = right.count("\n") + 2
    told = {int(line.split(":")[1]) for line in mistakes.splitlines() if ": error:" in line}
    assert told == set(range(first, first + len(wrong))), mistakes

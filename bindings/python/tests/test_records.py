"""Every record: its attributes are its dictionary's keys, and its text reads as Python."""

from __future__ import annotations

import inspect
from pathlib import Path
from typing import Any

import crmkit
import pytest
from conftest import Create
from crmkit import _crmkit

CLASSES = {name: value for name, value in vars(_crmkit).items() if isinstance(value, type) and "to_dict" in vars(value)}

#: What is made of other attributes.
DERIVED = {"primary_phone"}


#: A customer as it is typed in.
NEW: dict[str, Any] = {
    "name": "广州南方电子有限公司",
    "kind": "enterprise",
    "industry": "制造业",
    "phones": ["020-5555 0101"],
    "source": "转介绍",
    "check": "off",
}


def walk(thing: object, found: dict[str, object]) -> None:
    """Finds a record of each class among these, and in what they hold."""
    if isinstance(thing, (list, tuple)):
        for item in thing:
            walk(item, found)
    # An import's outcome is a report with more to it.
    for record in type(thing).__mro__:
        if record.__name__ in CLASSES:
            found.setdefault(record.__name__, thing)
            for name in attributes(record):
                walk(getattr(thing, name), found)


def attributes(record: type) -> set[str]:
    return {name for name, value in vars(record).items() if inspect.isgetsetdescriptor(value)} - DERIVED


def test_a_record_has_one_name_for_each_field(crm: crmkit.Crm, me: crmkit.Session, create: Create, tmp_path: Path) -> None:
    customer = create(size="120人", addresses=["1 Example Street"], registrations=[crmkit.Registration("TW", "tw_ubn", "22099131")])
    create(name="上海示例科技有限公司", phones=["021-5555 0199"], check="off")
    contact = me.contacts.add(customer.number, name="王芳", mobile="13912345678")
    noted = me.customers.update(customer.number, revision=1, note="x")
    listed = tmp_path / "list.csv"
    listed.write_text("客户名称,所属行业,电话,来源,跟进人\n北京远洋贸易有限公司,零售业,010-55550100,展会,\n,,,,王五\n", "utf-8")
    job = me.customers.import_file(listed)
    progress = list(job)
    report = me.customers.find_duplicates().run()
    page = me.customers.list(limit=1)
    things: list[object] = [customer, noted, contact, progress, job.report(), me.imports.rows(job.report().import_id), me.imports.list(), report]
    things += [me.customers.duplicates(name=customer.name), page.items, me.customers.history(customer.number)]
    things += [me.audit.list(), me.audit.head(), me.audit.verify(), me.settings.get(), me.pick_lists.list("source")]
    things += [me.users.list(), me.teams.create("华东"), crm.check().run(), me.user, crmkit.NewPhone("13912345678")]
    things += [me.imports.undo(me.imports.list()[0].id)]
    with crmkit.open(tmp_path / "crm.db") as other:
        other.set_up("lin", "林")
        things += [other.sql("SELECT 1")]
    things += [me.service_records.add(customer.number, kind=me.pick_lists.list("service_kind")[0].code, text="上门维修")]
    talk = me.follow_ups.add(customer.number, method="电话拜访", topic="方案反馈", content="客户要求报价", next_follow_up="2030-01-01")
    things += [talk, me.tasks.list(list="open").items, me.customers.set_status_all([customer.number], "interested")]
    me.follow_ups.add(customer.number, method="phone", topic="方案反馈", content="客户要求报价", next_follow_up="2024-05-01")
    things += [me.reminders.due(), me.customers.basics(customer.number)]
    deal = me.opportunities.create(customer.number, name="产线改造", expected_amount="120000", expected_close="2030-06-30")
    won = me.opportunities.close_won(deal.id, amount=118000, signed_on="2024-05-01", contract_number="HT-1", reason="价格合适")
    things += [won, me.opportunities.history(deal.id), me.opportunities.forecast()]
    things += [me.changes_since("0"), me.customers.timeline(customer.number).items, me.describe("customer")]
    things += [me.contracts.pay(won.contract.id, revision=1, on="2024-05-01", amount="0.01")]
    me.users.create(login="wu", name="吴", role="sales_rep")
    things += [me.requests.ask(wanted="export", until="2100-01-01T00:00:00Z", reason="月度汇报"), me.users.suspend("wu")]
    me.users.resume("wu")
    me.customers.assign(customer.number, to="wu")
    me.backdated("2020-01-01T00:00:00Z").customers.create(**{**NEW, "first_contact": "2019-12-31"})
    things += [me.customers.quiet().items]
    things += [me.customers.status_changes(customer.number).items, me.customers.hand_overs(customer.number).items]
    twin = create(name="示例", phones=["021-5555 0100"], check="off")
    me.contacts.add(twin.number, name="李伟", mobile="13912345679")
    me.customers.set_status(twin.number, "interested")
    things += [me.customers.merge_preview(twin.number, customer.number), me.customers.merge(twin.number, customer.number)]
    things += [me.customers.merges(customer.number)]
    things += [me.attachments.add(customer.number, crmkit.AttachmentFile(b"x", name="报价单.pdf", kind="报价单"))]
    reports = me.reports
    things += [reports.funnel(compare="period_before", period="2024-05"), reports.sources(), reports.performance(), reports.status()]
    things += [me.customers.profile(customer.number), crmkit.ReportRight("team", view=["supervisor"], export=[])]
    things += [reports.team(), reports.forecast(), reports.funnel_rows("won"), me.targets.set(person="lin", month="2024-05", amount=250000)]
    try:
        me.customers.create(name="x")
    except crmkit.InvalidError as error:
        things.append(error.problems)
    found: dict[str, object] = {}
    walk(things, found)
    # A healthy store has no faults.
    assert set(CLASSES) - set(found) <= {"Fault"}
    for name, record in found.items():
        assert set(record.to_dict()) - DERIVED == attributes(CLASSES[name]), name  # type: ignore[attr-defined]
        text = repr(record)
        assert text.startswith(f"{name}(") and "Some(" not in text, text
        for key in record.to_dict():  # type: ignore[attr-defined]
            assert f"{key}=" in text
    assert page.next is not None and repr(page) == f"Page(1 items, next={page.next!r})"


def test_what_is_no_json_of_a_record_is_invalid_and_not_quoted() -> None:
    for text in ("", "[]", '{"kind": "秘密"}'):
        with pytest.raises(crmkit.InvalidError) as wrong:
            crmkit.Address.from_json(text)
        assert (wrong.value.code, wrong.value.fields) == ("json.invalid", ("text",))
        assert "秘密" not in str(wrong.value) + wrong.value.detail

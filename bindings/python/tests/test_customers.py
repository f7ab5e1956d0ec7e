"""Customers, as a host uses them."""

from __future__ import annotations

from datetime import date, datetime, timedelta, timezone

import crmkit
import pytest
from conftest import Create
from crmkit import Address, Choice, CustomerKind, CustomerStatus, NewPhone, PhoneCheck, Size


def test_a_customer_comes_back_as_it_was_entered(me: crmkit.Session, create: Create) -> None:
    user = me.user
    assert user is not None
    lead = datetime(2024, 4, 27, 10, tzinfo=timezone(timedelta(hours=8)))
    customer = create(
        size="120人",
        addresses=[Address(province="上海市", district="黄浦区", street="中山东一路1号")],
        lead_at=lead,
        owner=user.id,
        tags=["重点", "老客户", "重点"],
        note="要发票",
        external_id="erp-1",
        extra={"region": "华东"},
    )
    assert customer.number == "CRM202405010001"
    assert customer.revision == 1
    assert customer.kind is CustomerKind.ENTERPRISE
    assert customer.status == "potential"
    assert customer.status is CustomerStatus.POTENTIAL
    assert customer.status.label() == "潜在"
    assert customer.industry == Choice("manufacturing")
    assert customer.source == Choice("referral", "老客户")
    assert customer.size == Size("headcount", "medium") == Size.of_headcount(120)
    assert customer.phones[0].e164 == "+862155550199"
    assert customer.phones[0].check is PhoneCheck.VERIFIED
    assert customer.primary_phone == customer.phones[0]
    assert customer.addresses[0].city == "上海市"
    assert customer.addresses[0].text() == "上海市黄浦区中山东一路1号"
    assert customer.first_contact == date(2024, 4, 28)
    assert customer.lead_at == lead
    assert customer.lead_at.utcoffset() == timedelta(0)
    assert customer.created_at == datetime(2024, 5, 1, 1, tzinfo=timezone.utc)
    assert customer.owner == customer.created_by == user.id
    assert customer.tags == ("重点", "老客户")
    assert customer.extra == {"region": "华东"}
    assert me.customers.get(customer.number) == customer
    assert me.customers.get("CRM20240501001") == customer


def test_what_python_takes_for_a_field(create: Create) -> None:
    first = create(kind=CustomerKind.ENTERPRISE, industry=Choice("制造业"), phones=("021-5555 0199",))
    second = create(
        name="北京远洋贸易有限公司",
        industry="manufacturing",
        phones=[NewPhone("010-55550100"), NewPhone("13912345678", primary=True)],
        addresses=["1 Example Street, London"],
        size=Size.of_revenue(10_000_000),
    )
    assert first.industry == second.industry
    assert [phone.primary for phone in second.phones] == [False, True]
    assert second.addresses[0].line == "1 Example Street, London"
    assert second.size is not None and second.size.band == "medium"


def test_instants_are_kept_in_milliseconds(me: crmkit.Session, create: Create) -> None:
    customer = create(lead_at=datetime(2024, 4, 27, 10, 0, 0, 123456, timezone.utc))
    assert customer.lead_at == datetime(2024, 4, 27, 10, 0, 0, 123000, timezone.utc)
    assert me.customers.get(customer.number) == customer


def test_only_what_is_named_changes_and_none_clears(me: crmkit.Session, create: Create) -> None:
    customer = create(note="要发票", tags=["重点"])
    changed = me.customers.update(customer.number, revision=1, note=None)
    assert (changed.note, changed.tags, changed.revision) == (None, ("重点",), 2)
    changed = me.customers.update(customer.number, revision=2, phones=(*changed.phones, "13912345678"), tags=[])
    assert [phone.typed for phone in changed.phones] == ["021-5555 0199", "13912345678"]
    assert changed.tags == ()
    assert me.customers.update(customer.number, revision=3) == changed
    with pytest.raises(crmkit.ConflictError) as stale:
        me.customers.update(customer.number, revision=1, name="x")
    assert stale.value.fields == ("note", "phones", "tags")
    assert stale.value.revision == 3
    with pytest.raises(crmkit.InvalidError) as wrong:
        me.customers.update(customer.number, revision=3, kind="nonsense", size="huge")
    assert wrong.value.fields == ("kind", "size")
    assert me.customers.get(customer.number) == changed


def test_pages_stay_right_while_rows_are_added(me: crmkit.Session, create: Create) -> None:
    made = [create(name=f"示例{i}号店", phones=[f"021-555501{i:02}"], check="off").number for i in range(25)]
    page = me.customers.list(sort="oldest", limit=10)
    assert len(page) == 10
    assert [summary.number for summary in page] == made[:10] == [item.number for item in page.items]
    assert page.items[0].owner_name == "林"
    assert page.items[0].primary_phone == "021-55550100"
    create(name="后来的客户", phones=["13912345678"])
    rest = me.customers.list(sort="oldest", after=page.next, limit=1000)
    assert rest.next is None
    assert len(rest) == 16
    assert [s.number for s in me.customers.iterate(sort="oldest", page_size=7)][:25] == made
    assert [s.number for s in me.customers.iterate(text="示例", page_size=7)] == made[::-1]
    assert me.customers.count() == 26
    assert me.customers.count(text="后来") == 1
    assert me.customers.count(created=(date(2024, 5, 1), date(2024, 5, 2))) == 26
    assert me.customers.count(first_contact=(date(2024, 4, 29), None)) == 0


def test_duplicates_before_saving(me: crmkit.Session, create: Create) -> None:
    customer = create()
    found = me.customers.duplicates(name="示例科技(上海)有限公司", phone="+86 21 55550199")
    assert [match.number for match in found] == [customer.number]
    assert found[0].band == "likely"
    assert found[0].reasons == ("same_phone", "same_name_but_form")
    assert len(found[0].weights) == 2 and all(bits > 0 for bits in found[0].weights)
    assert "same phone" in found[0].explain("en")
    assert 0 < found[0].score <= 1
    with pytest.raises(crmkit.DuplicateError) as refused:
        create(name="示例科技(上海)有限公司")
    assert refused.value.matches == found
    assert refused.value.hidden_owners == ()
    assert refused.value.detail == f"该客户可能已存在，请确认是否合并（{customer.number}）"
    assert str(refused.value) == f"customer.duplicate: {refused.value.detail}"
    assert create(name="示例科技（上海）有限公司", check="another_customer").number == "CRM202405010002"


def test_check_gives_the_warnings(me: crmkit.Session) -> None:
    warnings = me.customers.check(
        name="上海示例科技有限公司",
        kind="enterprise",
        industry="制造业",
        phones=["021-5555 0199"],
        source="转介绍",
        first_contact=date(2024, 4, 28),
    )
    assert [(warning.field, warning.code) for warning in warnings] == [("source", "choice.detail_missing")]
    assert warnings[0].message("en") == "source should have a detail"
    assert me.customers.count() == 0


def test_the_day_is_the_clocks(create: Create, clock: crmkit.FixedClock) -> None:
    assert create().number == "CRM202405010001"
    clock.move_to(datetime(2024, 5, 1, 16, tzinfo=timezone.utc))
    assert clock.now == datetime(2024, 5, 1, 16, tzinfo=timezone.utc)
    assert create(name="北京远洋贸易有限公司", phones=["010-55550100"]).number == "CRM202405020001"


def test_numbers_of_another_region() -> None:
    with crmkit.open(":memory:", region="us", language="en") as crm:
        crm.set_up("ann", "Ann")
        me = crm.session("ann")
        assert me.settings.get().region == "US"
        customer = me.customers.create(
            name="Acme Inc",
            kind="enterprise",
            industry="manufacturing",
            phones=["(415) 555-2671", "1-415-555-2672 ext. 12"],
            source="referral",
            first_contact=date(2024, 4, 28),
        )
        assert [phone.e164 for phone in customer.phones] == ["+14155552671", "+14155552672"]
        assert customer.phones[1].extension == "12"
        with pytest.raises(crmkit.InvalidError) as wrong:
            me.customers.update(customer.number, revision=1, phones=["555-2671"])
        assert wrong.value.code == "phone.no_area_code"


def test_r4_5_a_salespersons_day(crm: crmkit.Crm, me: crmkit.Session, create: Create) -> None:
    customer = create()
    talk = me.follow_ups.add(
        customer.number,
        method=("其他", "信函"),
        topic="方案反馈",
        needs="两台设备",
        next_follow_up=date(2024, 5, 1),
        next_time="14:00",
        next_plan=None,
    )
    assert (talk.follow_up.method.code, talk.follow_up.method.detail) == ("other", "信函")
    (task,) = me.tasks.list()
    assert (task.title, task.kind, task.overdue) == ("2024-05-01 14:00 跟进上海示例科技有限公司方案反馈", "follow_up", False)
    put_off = me.tasks.put_off(task.id, revision=1, due="2024-05-02")
    assert (put_off.due, put_off.due_time, put_off.planned) == (date(2024, 5, 2), None, date(2024, 5, 1))
    edited = me.follow_ups.update(talk.follow_up.id, revision=1, needs=None, content="两台设备")
    assert (edited.needs, edited.content, edited.done) == (None, "两台设备", False)
    assert [found.id for found in me.follow_ups.iterate(text="设备")] == [talk.follow_up.id]
    with pytest.raises(crmkit.InvalidError) as wrong:
        me.follow_ups.add(customer.number, topic="", completes=["x"], next_follow_up=3)  # type: ignore[arg-type]
    assert {"completes", "next_follow_up"} <= set(wrong.value.fields)
    me.tasks.complete(task.id)
    assert not me.tasks.list(list="open").items


def test_r2_8_one_or_many(crm: crmkit.Crm, me: crmkit.Session, create: Create) -> None:
    customer = create()
    me.users.create(login="wang", name="王", role="sales_rep")
    one, other = me.customers.assign_all([customer.number, "无此客户"], to="wang", mode="row_by_row")
    assert (one.changed, one.problems) == (True, ())
    assert (other.number, other.problems[0].code, other.problems[0].field) == (None, "not_found", "customer")
    with pytest.raises(crmkit.NotFoundError):
        me.customers.archive_all([customer.number, "无此客户"], reason="已停业")
    with pytest.raises(crmkit.InvalidError) as wrong:
        me.customers.set_status_all(customer.number, "won")  # type: ignore[arg-type]
    assert wrong.value.fields == ("customers",)
    assert me.customers.hand_over("wang", to="lin") == 1
    assert [given.owner_before == me.user.id for given in me.customers.hand_overs(customer.number)] == [False, True]  # type: ignore[union-attr]


def test_r7_7_a_timeline_has_all_that_happened_in_lines(me: crmkit.Session, create: Create) -> None:
    customer = create()
    me.customers.set_status(customer.number, "interested")
    first = me.customers.timeline(customer.number, limit=1)
    rest = me.customers.timeline(customer.number, after=first.next)
    assert [entry.sort for entry in (*first, *rest)] == ["status", "change"]
    (entry,) = first
    assert entry.line() == entry.line_zh == "潜在 → 意向" and entry.line("en") == entry.line_en == "potential → interested"
    assert (entry.by_name, entry.about.entity, entry.about.key) == ("林", "customer", customer.number)


def test_a_noun_is_described_with_a_database_and_without(me: crmkit.Session) -> None:
    with_one = {field.name: field for field in me.describe("customer").fields}
    without = {field.name: field for field in crmkit.describe("customer").fields}
    assert with_one == without
    assert with_one["name"].required and with_one["name"].most == 200 and with_one["name"].unit == "characters"
    assert with_one["industry"].pick_list == "industry" and with_one["industry"].choices[0].label_zh == "制造业"
    with pytest.raises(crmkit.InvalidError):
        crmkit.describe("nothing")


def test_the_feed_tells_what_changes_and_goes_on(crm: crmkit.Crm, me: crmkit.Session, create: Create) -> None:
    feed = me.changes()
    assert list(feed) == []
    cursor = feed.cursor
    customer = create()
    assert [item.key for changes in feed for item in changes.items] == [customer.number]
    assert list(feed) == []
    waiting = me.changes(cursor=cursor, every=0.01)
    assert [item.key for item in next(waiting).items] == [customer.number]
    for wrong in (0, -1.0, float("inf")):
        with pytest.raises(crmkit.InvalidError) as refused:
            me.changes(every=wrong)
        assert refused.value.fields == ("every",)
    with pytest.raises(crmkit.InvalidError):
        me.changes(cursor="x")

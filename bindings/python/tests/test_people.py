"""Contacts, users, teams, roles, pick lists and the log."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path

import crmkit
import pytest
from conftest import Create
from crmkit import PickList, Role


def test_contacts(me: crmkit.Session, create: Create) -> None:
    number = create().number
    fang = me.contacts.add(number, name="王芳", mobile="139 1234 5678", title="采购经理")
    assert (fang.primary, fang.mobile_e164, fang.customer, fang.title) == (True, "+8613912345678", number, "采购经理")
    qiang = me.contacts.add(number, name="陈强", mobile="13812345678", primary=True)
    assert [contact.name for contact in me.contacts.list(number)] == ["陈强", "王芳"]
    assert me.contacts.get(fang.id).primary is False
    changed = me.contacts.update(fang.id, revision=me.contacts.get(fang.id).revision, primary=True, title=None)
    assert (changed.primary, changed.title) == (True, None)
    with pytest.raises(crmkit.InvalidError) as refused:
        me.contacts.update(fang.id, revision=changed.revision, primary=False)
    assert refused.value.code == "contact.primary_needed"
    assert me.contacts.get(qiang.id).primary is False
    for nobody in ["nonsense", "0190e2a0-0000-7000-8000-000000000000"]:
        with pytest.raises(crmkit.NotFoundError):
            me.contacts.get(nobody)


def test_what_one_may_not_see_does_not_exist(crm: crmkit.Crm, me: crmkit.Session, create: Create) -> None:
    east = me.teams.create("华东")
    sun = me.users.create(login="sun", name="孙", role=Role.SUPERVISOR, team=east.id, birthday=date(1990, 5, 8))
    me.users.create(login="wang", name="王", role="sales_rep", team=east.id, phone="13912345678")
    assert [user.login for user in me.users.list()] == ["lin", "sun", "wang"]
    assert me.users.get("SUN") == sun
    assert me.teams.list()[0].head == sun.id
    wang = crm.session("wang")
    number = create(wang).number
    hidden = create(name="北京远洋贸易有限公司", phones=["010-55550100"]).number
    assert wang.customers.get(number) == crm.session("sun").customers.get(number)
    with pytest.raises(crmkit.NotFoundError) as not_found:
        wang.customers.get(hidden)
    assert not_found.value.code == "not_found"
    assert wang.customers.count() == crm.session("sun").customers.count() == 1
    assert me.customers.count() == 2
    with pytest.raises(crmkit.DuplicateError) as duplicate:
        create(wang, name="北京远洋贸易有限公司", phones=["010-55550100"])
    assert duplicate.value.hidden_owners == ("林",)
    assert duplicate.value.matches == ()
    with pytest.raises(crmkit.DeniedError):
        wang.users.create(login="x", name="x", role="admin")
    with pytest.raises(PermissionError):
        wang.audit.list()
    me.users.update(me.users.get("wang").id, revision=1, active=False, team=None, role="supervisor")
    with pytest.raises(crmkit.DeniedError) as inactive:
        wang.customers.get(number)
    assert inactive.value.code == "access.inactive"
    with pytest.raises(crmkit.RuleError) as last:
        me.users.update(me.users.get("lin").id, revision=1, role="sales_rep")
    assert (last.value.code, last.value.fields) == ("people.last_admin", ("role",))


def test_teams_change(me: crmkit.Session) -> None:
    team = me.teams.create("华东")
    sun = me.users.create(login="sun", name="孙", role="supervisor", team=team.id)
    team = me.teams.update(team.id, revision=1, name="华东一部", head=sun.id)
    assert (team.name, team.head, team.revision) == ("华东一部", sun.id, 2)
    assert me.teams.update(team.id, revision=2, head=None).head is None
    for head, code in [("nonsense", "owner.unknown"), ("lin", "team.head"), (me.users.get("lin").id, "team.head")]:
        with pytest.raises(crmkit.InvalidError) as wrong:
            me.teams.update(team.id, revision=3, head=head)
        assert (wrong.value.code, wrong.value.fields) == (code, ("head",))
    assert me.teams.update(team.id, revision=3, head="SUN").head == sun.id
    zhou = me.users.create(login="zhou", name="周", role="sales_rep", team="华东一部")
    assert zhou.team == team.id
    assert me.users.update(zhou.id, revision=1, team=None).team is None
    assert me.users.update(zhou.id, revision=2, team="华东一部").team == team.id
    with pytest.raises(crmkit.InvalidError) as none:
        me.users.update(zhou.id, revision=3, team="华北")
    assert (none.value.code, none.value.fields) == ("team.unknown", ("team",))
    with pytest.raises(crmkit.InvalidError) as unknown:
        me.users.create(login="x", name="x", role="sales_rep", team="nonsense")
    assert unknown.value.code == "team.unknown"


def test_pick_lists(me: crmkit.Session, create: Create) -> None:
    assert [entry.code for entry in me.pick_lists.list("source")][:2] == ["exhibition", "online_platform"]
    entry = me.pick_lists.put("industry", "drones", label_zh="无人机", label_en="Drones", position=12)
    assert entry in me.pick_lists.list(PickList.INDUSTRY)
    assert entry.label() == "无人机"
    assert create(industry="无人机").industry.code == "drones"
    me.pick_lists.put("industry", "drones", label_zh="无人机", label_en="Drones", position=12, retired=True)
    with pytest.raises(crmkit.InvalidError) as retired:
        create(industry="drones")
    assert retired.value.code == "choice.retired"


def test_the_log(me: crmkit.Session, create: Create) -> None:
    customer = create()
    head = me.audit.head()
    me.customers.update(customer.number, revision=1, note="要发票")
    set_up = me.audit.list(limit=head.seq - 1)
    assert {(entry.kind, entry.operation) for entry in set_up} == {("set_up", 1)}, "an entry for each record"
    added, edited = me.audit.list(after=head.seq - 1)
    assert [added.kind, edited.kind] == ["customer.added", "customer.edited"]
    assert added.about == crmkit.EntityRef.from_json(edited.about.to_json())
    assert added.customer == customer.number and added.owner_after == customer.owner
    assert edited.after is not None and "要发票" in edited.after
    assert me.audit.list(after=head.seq, limit=1) == (edited,)
    assert me.audit.verify() == me.audit.verify(head)
    assert (me.audit.verify().verified, me.audit.verify().broken_at) == (edited.seq, None)
    assert me.audit.verify(crmkit.AuditHead(edited.seq + 6, head.hash)).broken_at == edited.seq + 1
    assert me.audit.verify(crmkit.AuditHead(head.seq, "00")).broken_at == head.seq


def test_r8_5_a_history_is_typed_and_an_operation_of_it_is_undone(me: crmkit.Session, create: Create) -> None:
    number = create().number
    me.contacts.add(number, name="王芳", mobile="13912345678")
    me.customers.update(number, revision=1, note="要发票")
    edited, added, entered = me.customers.history(number)
    assert (edited.kind, edited.actor_name, edited.erased) == (crmkit.AuditKind.CUSTOMER_EDITED, "林", False)
    (change,) = edited.changes
    assert (change.field, change.before, change.after) == ("note", None, "要发票")
    assert (added.kind, added.about.entity) == ("contact.added", "contact")
    assert me.customers.history(number, limit=1) == (edited,)
    assert me.customers.history(number, before=edited.seq) == (added, entered)

    me.customers.undo(edited.operation)
    assert me.customers.get(number).note is None
    undone = me.customers.history(number, limit=1)[0]
    with pytest.raises(crmkit.RuleError) as never:
        me.customers.undo(undone.operation)
    assert never.value.code == "undo.never"
    me.customers.undo(added.operation)
    assert me.contacts.list(number) == ()
    me.customers.update(number, revision=me.customers.get(number).revision, tags=["重点"])
    with pytest.raises(crmkit.ConflictError) as changed:
        me.customers.undo(entered.operation)
    assert changed.value.fields == ("tags",)
    with pytest.raises(crmkit.NotFoundError):
        me.customers.undo(1_000_000)


def test_r8_5_history_that_an_admin_enters_keeps_both_times(crm: crmkit.Crm, me: crmkit.Session, create: Create) -> None:
    at = datetime.fromisoformat("2019-05-01T09:00+08:00")
    number = create(me.backdated("2019-05-01T09:00+08:00")).number
    (entry,) = me.customers.history(number)
    assert entry.fact_at == at != entry.at
    me.users.create(login="wang", name="王", role="sales_rep")
    with pytest.raises(crmkit.DeniedError):
        create(crm.session("wang").backdated(at))
    with pytest.raises(crmkit.InvalidError, match="时区") as bare:
        me.backdated(datetime(2019, 5, 1))
    assert (bare.value.code, bare.value.fields) == ("date.no_zone", ("at",))


def test_r8_7_settings_are_the_databases_own(tmp_path: Path) -> None:
    path = tmp_path / "crm.db"
    with crmkit.open(path, time_zone="Asia/Taipei", region="TW", language="en") as crm:
        assert crm.language == "en"
        crm.set_up("lin", "林")
        me = crm.session("lin")
        settings = me.settings.get()
        assert (settings.time_zone, settings.region, settings.likely, settings.weights) == ("Asia/Taipei", "TW", 0.9, None)
        changed = me.settings.update(revision=1, likely=0.95)
        assert (changed.revision, changed.likely, changed.time_zone) == (2, 0.95, "Asia/Taipei")
        assert settings.tell_hidden_owner is True
        changed = me.settings.update(revision=2, region="HK", weights=None, tell_hidden_owner=False)
        assert (changed.region, changed.tell_hidden_owner) == ("HK", False)
        with pytest.raises(crmkit.ConflictError) as stale:
            me.settings.update(revision=2, likely=0.9)
        assert stale.value.fields == ("region", "tell_hidden_owner")
        with pytest.raises(crmkit.InvalidError) as wrong:
            me.settings.update(revision=3, time_zone="Mars/Olympus")
        assert (wrong.value.code, wrong.value.fields) == ("setting.invalid", ("time_zone",))
        me.users.create(login="wang", name="王", role="sales_rep")
        wang = crm.session("wang").settings
        assert wang.get() == me.settings.get()
        with pytest.raises(crmkit.DeniedError):
            wang.update(revision=3, region="CN")
    with crmkit.open(path) as crm:
        assert crm.session("lin").settings.get().time_zone == "Asia/Taipei"
    with pytest.raises(crmkit.InvalidError) as differs:
        crmkit.open(path, time_zone="Asia/Shanghai", region="HK", tell_hidden_owner=False)
    assert (differs.value.code, differs.value.fields) == ("setting.differs", ("time_zone",))


def test_the_hosts_own_session(crm: crmkit.Crm, create: Create) -> None:
    system = crm.system()
    assert system.user is None
    with pytest.raises(crmkit.InvalidError) as nobody:
        create(system)
    assert (nobody.value.code, nobody.value.fields) == ("field.missing", ("owner",))

"""Contacts, users, teams, roles, pick lists and the log."""

from __future__ import annotations

from datetime import date

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
    for head in ["nonsense", me.users.get("lin").id]:
        with pytest.raises(crmkit.InvalidError) as wrong:
            me.teams.update(team.id, revision=3, head=head)
        assert wrong.value.code == "team.head"
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
    entries = me.audit.list()
    assert [entry.kind for entry in entries] == ["set_up", "customer.added", "customer.edited"]
    assert entries[1].about == crmkit.EntityRef.from_json(entries[2].about.to_json())
    assert entries[2].after is not None and "要发票" in entries[2].after
    assert me.audit.list(after=2, limit=1) == entries[2:]
    assert me.audit.verify() == me.audit.verify(head)
    assert (me.audit.verify().verified, me.audit.verify().broken_at) == (3, None)
    assert me.audit.verify(crmkit.AuditHead(9, head.hash)).broken_at == 4
    assert me.audit.verify(crmkit.AuditHead(head.seq, "00")).broken_at == 2


def test_the_hosts_own_session(crm: crmkit.Crm, create: Create) -> None:
    system = crm.system()
    assert system.user is None
    with pytest.raises(crmkit.InvalidError) as nobody:
        create(system)
    assert (nobody.value.code, nobody.value.fields) == ("field.missing", ("owner",))

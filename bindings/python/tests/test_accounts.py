"""Accounts, requests for more, and finding entries of the log."""

from __future__ import annotations

from datetime import datetime, timezone

import crmkit
import pytest
from conftest import Create

FIRST, OWN = "Qz!7mKx4", "Wj#5vTe8"


def test_a_user_logs_in_with_a_password_of_their_own(crm: crmkit.Crm, me: crmkit.Session) -> None:
    me.settings.update(revision=1, password_memory=8, password_passes=1)
    me.users.create(login="wang", name="王", role="sales_rep")
    with pytest.raises(crmkit.InvalidError) as weak:
        me.users.set_password("wang", "P@ssw0rd")
    assert [problem.code for problem in weak.value.problems] == ["password.well_known"]
    assert "P@ssw0rd" not in f"{weak.value} {weak.value!r} {weak.value.problems}"
    me.users.set_password("wang", FIRST)
    wang = crm.login("wang", FIRST, "front desk")
    with pytest.raises(crmkit.DeniedError) as temporary:
        wang.customers.count()
    assert temporary.value.code == "password.temporary"
    wang.account.change_password(FIRST, OWN)
    assert wang.customers.count() == 0
    account = wang.account.get()
    assert account is not None and not account.temporary
    assert "argon2" not in account.to_json()
    for login, password in [("wang", FIRST), ("nobody", OWN)]:
        with pytest.raises(crmkit.DeniedError) as refused:
            crm.login(login, password, "front desk")
        assert refused.value.code == "login.refused"
    assert me.users.suspend("wang", reason="设备丢失").suspended_at is not None
    with pytest.raises(crmkit.DeniedError) as ended:
        wang.customers.count()
    assert ended.value.code == "session.ended"
    me.users.resume("wang")
    again = crm.login("wang", OWN, "front desk")
    again.account.log_out()
    with pytest.raises(crmkit.DeniedError):
        again.account.get()
    with pytest.raises(crmkit.InvalidError):
        crm.login("wang", 1, "front desk")  # type: ignore[arg-type]


def test_who_needs_more_asks_for_it(crm: crmkit.Crm, me: crmkit.Session, create: Create) -> None:
    number = create().number
    me.users.create(login="wang", name="王", role="sales_rep")
    wang = crm.session("wang")
    until = datetime(2100, 1, 1, tzinfo=timezone.utc)
    asked = wang.requests.ask(wanted="see_customers", customers=[str(number)], until=until, reason="同事休假")
    assert asked.state == crmkit.RequestState.MADE
    assert [request.id for request in me.requests.list(waiting=True).items] == [asked.id]
    assert me.requests.approve(asked.id).alone
    assert wang.customers.get(number).number == number
    assert wang.requests.withdraw(asked.id).state == "withdrawn"
    with pytest.raises(crmkit.NotFoundError):
        wang.customers.get(number)
    other = wang.requests.ask(wanted="export", until=until, reason="月度汇报")
    assert me.requests.refuse(other.id, reason="由主管导出").answer == "由主管导出"
    with pytest.raises(crmkit.RuleError) as over:
        me.requests.approve(other.id)
    assert over.value.code == "request.over"


def test_an_admin_finds_entries(crm: crmkit.Crm, me: crmkit.Session, create: Create) -> None:
    number = create().number
    me.settings.update(revision=1, record_openings=True)
    me.customers.get(number)
    found = me.audit.search(by="lin", kind="customer.opened", customer=str(number))
    assert [entry.customer for entry in found.items] == [number]
    assert len(me.audit.search(limit=1).items) == 1

"""Reports of a small business, in every form, for other programs to open: `python reports_of_example.py FOLDER`."""

from __future__ import annotations

import sys
from datetime import date
from pathlib import Path

import crmkit

OPEN = ["initial_contact", "needs_analysis", "proposal", "negotiation"]
SOURCES = ["转介绍", "展会推广", "线上平台"]
LOGINS = ["wu", "li", "zhou"]
CLOCK = "2024-05-01T09:00+08:00"


def enter(crm: crmkit.Crm, clock: crmkit.FixedClock) -> None:
    """Three people, thirty customers, and deals that went each as far as another."""
    for login in LOGINS:
        crm.session("lin").users.create(login=login, name=login.title(), role="sales_rep")
    names = [f"{city}{name}{trade}有限公司" for city in ("上海", "北京", "广州") for name in ("青松", "白鹭", "金石", "蓝海", "长风") for trade in ("机械", "食品")]
    for i, name in enumerate(names):
        clock.move_to(f"2024-05-{i % 28 + 1:02}T{9 + i % 8:02}:00+08:00")
        who = crm.session(LOGINS[i % 3])
        customer = who.customers.create(
            name=name,
            kind="enterprise",
            industry="制造业",
            phones=[f"021-5555{i:04}"],
            source=(SOURCES[i * i % 3], "x"),
            first_contact=date(2024, 4, 28),
            check="another_customer",
        )
        for talk in range(i % 4):
            who.follow_ups.add(customer.number, method="电话拜访", topic="x", content=f"{talk}")
        for n in range(i % 3):
            deal = who.opportunities.create(
                customer.number, name=f"{name} {n}", expected_amount=10_000 * (i + 1) + n, expected_close=date(2024, 6 + i % 5, 15), stage_note="x"
            )
            for stage in OPEN[1 : 1 + (i + n) % 4]:
                who.opportunities.move(deal.id, stage, note="x")
            if i % 5 == 4:
                amount, number = 9_000 * (i + 1), f"HT-{i}-{n}"
                who.opportunities.close_won(deal.id, amount=amount, signed_on=clock.now.date(), contract_number=number, reason="x")
            elif i % 7 == 6:
                who.opportunities.close_lost(deal.id, reason="x")
        if i % 6 == 5:
            who.customers.set_status(customer.number, "interested")


def main(folder: Path) -> None:
    clock = crmkit.FixedClock(CLOCK)
    with crmkit.open(":memory:", clock=clock) as crm:
        crm.set_up("lin", "林")
        enter(crm, clock)
        me = crm.session("lin").reports
        reports = [me.funnel(), me.sources(), me.performance(), me.status(), me.team(), me.forecast()]
        for form in ("xlsx", "pdf", "html"):
            me.export(folder / f"reports.{form}", *reports)
        for report in reports:
            me.export(folder / f"{type(report).__name__}.svg".lower(), report)


if __name__ == "__main__":
    main(Path(sys.argv[1]))

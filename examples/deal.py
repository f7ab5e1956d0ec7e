"""A deal from the first talk to the contract, its payments, and what a supervisor corrects.

    python examples/deal.py
"""

from datetime import date
from decimal import Decimal

import crmkit

clock = crmkit.FixedClock("2024-05-20T09:00+08:00")
with crmkit.open(":memory:", clock=clock, language="en") as crm:
    crm.set_up("lin", "Lin")
    admin = crm.session("lin")
    admin.teams.create("East")
    admin.users.create(login="sun", name="Sun", role="supervisor", team="East")
    admin.users.create(login="wang", name="Wang", role="sales_rep", team="East")
    wang, sun = crm.session("wang"), crm.session("sun")

    customer = wang.customers.create(
        name="上海示例科技有限公司",
        kind="enterprise",
        industry="制造业",
        phones=["021-5555 0199"],
        source="转介绍",
        first_contact=date(2024, 5, 20),
    )
    deal = wang.opportunities.create(
        customer.number,
        name="Production line",
        expected_amount=Decimal("120000"),
        expected_close=date(2024, 6, 30),
        competitors=["甲公司"],
    )
    wang.follow_ups.add(
        customer.number,
        method="电话拜访",
        topic="Offer",
        content="Wants an offer by the end of the month",
        opportunity=deal.id,
        next_follow_up=date(2024, 5, 22),
    )
    wang.opportunities.move(deal.id, "proposal", note="Offer sent")
    forecast = wang.opportunities.forecast()
    for month in forecast.months:
        print(f"{month.month:%Y-%m}: {month.deals} deal, expected {month.expected}, weighted {month.weighted}")

    won = wang.opportunities.close_won(
        deal.id,
        amount=118_000,
        signed_on=date(2024, 5, 20),
        contract_number="HT-2024-001",
        reason="It fits what they need",
        end=date(2025, 5, 19),
    )
    print("contract", won.contract.contract_number, "of", won.contract.amount)
    try:
        sun.contracts.add(customer.number, contract_number="ht-2024-001", amount=1, signed_on=date(2023, 1, 1))
    except crmkit.InvalidError as error:
        print(error.code)

    part = wang.contracts.pay(won.contract.id, revision=1, on=date(2024, 5, 20), amount=18_000)
    paid = wang.contracts.pay(won.contract.id, revision=2, on=date(2024, 5, 20), amount=100_000)
    print("paid:", part.contract.paid, "then", paid.contract.paid)
    if paid.proposed_status:
        wang.customers.set_status(customer.number, paid.proposed_status)
    for task in wang.tasks.list(list="coming_up"):
        print(task.title)

    # The month, as the supervisor sees it.
    sun.targets.set(person="wang", month="2024-05", amount=100_000)
    for level in sun.reports.funnel(period="2024-05").rows:
        print(level.stage.label("en"), level.customers, level.share.text)
    for person in sun.reports.performance(period="2024-05").rows:
        print(f"{person.name}: followed up {person.followed_up}, won {person.won_amount}, {person.attainment.text} of the target")

    reopened = sun.opportunities.reopen(deal.id, reason="The customer wants other terms")
    print("reopened at", reopened.stage.label(), "and the contract is void:", sun.contracts.get(won.contract.id).voided_at is not None)
    for change in sun.opportunities.history(deal.id).stages:
        print(change.before, "->", change.after, change.note or "")

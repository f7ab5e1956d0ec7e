"""A salesperson's morning: what is due, a call, a note, the next date; then a leaver's customers go to a colleague.

    python examples/morning.py
"""

from datetime import date

import crmkit

clock = crmkit.FixedClock("2024-05-15T09:00+08:00")
with crmkit.open(":memory:", clock=clock, language="en") as crm:
    crm.set_up("lin", "Lin")
    admin = crm.session("lin")
    team = admin.teams.create("East")
    admin.users.create(login="sun", name="Sun", role="supervisor", team="East")
    admin.users.create(login="wang", name="Wang", role="sales_rep", team="East")
    admin.users.create(login="zhao", name="Zhao", role="sales_rep", team="East")

    wang = crm.session("wang")
    customer = wang.customers.create(
        name="上海示例科技有限公司",
        kind="enterprise",
        industry="制造业",
        phones=["021-5555 0199"],
        source="转介绍",
        first_contact=date(2024, 5, 14),
    )
    wang.follow_ups.add(
        customer.number,
        at="2024-05-14T10:00+08:00",
        method="电话拜访",
        topic="方案反馈",
        content="客户要求报价",
        next_follow_up=date(2024, 5, 15),
        next_time="09:30",
    )

    # What is due, and a call.
    for task in wang.tasks.list(list="today"):
        print("today:", task.title)
        called = wang.follow_ups.add(
            task.customer,
            method="电话拜访",
            topic="报价",
            needs="两台设备，六月交货",
            next_steps="发送正式报价单",
            next_follow_up=date(2024, 5, 22),
            completes=[task.id],
        )
        print("next:", called.follow_up.next_follow_up, called.follow_up.next_plan)
    assert not wang.tasks.list(list="today")
    moved = wang.customers.set_status(customer.number, "interested")
    print("status:", moved.status.label("en"))

    # Wang leaves; the supervisor hands the customers over, and the open tasks go with them.
    user = admin.users.get("wang")
    admin.users.update(user.id, revision=user.revision, active=False)
    sun = crm.session("sun")
    print("handed over:", sun.customers.hand_over("wang", to="zhao", reason="leaves"))
    zhao = crm.session("zhao")
    (told,) = zhao.reminders.due()
    assert told.kind == "hand_over" and told.customer == customer.number
    zhao.reminders.confirm(told.key)
    for task in zhao.tasks.list(list="coming_up"):
        print("coming up for Zhao:", task.title)
    assert [task.customer for task in zhao.tasks.list(list="coming_up")] == [customer.number]

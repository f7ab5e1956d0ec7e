"""A duplicate found, merged, and undone.

    python examples/duplicates.py
"""

from datetime import date

import crmkit

with crmkit.open(":memory:", clock=crmkit.FixedClock("2024-05-15T09:00+08:00"), language="en") as crm:
    crm.set_up("lin", "Lin")
    me = crm.session("lin")
    entry = {"kind": "enterprise", "industry": "制造业", "source": "转介绍", "first_contact": date(2024, 5, 14)}
    customer = me.customers.create(name="上海示例科技有限公司", phones=["021-5555 0199"], **entry)

    # Saving it again in other clothes is refused, with whom it is like.
    twin = {"name": "示例科技(上海)有限公司", "phones": ["+86 21 55550199"], **entry}
    try:
        me.customers.create(**twin)
        raise AssertionError("it is a duplicate")
    except crmkit.DuplicateError as error:
        (found,) = error.matches
        assert found.number == customer.number
        print(found.number, "is likely the same:", found.explain("en"))

    # Entered all the same, and a talk with it: then the two are made one.
    other = me.customers.create(check="another_customer", **twin)
    me.follow_ups.add(other.number, method="电话拜访", topic="报价", content="客户要求报价")
    for field in me.customers.merge_preview(other.number, customer.number).fields:
        if field.result is not None and field.reason != "same":
            print(f"  {field.field}: {field.result} ({field.reason.label('en')})")
    one = me.customers.merge(other.number, customer.number)
    assert me.customers.get(other.number).number == one.number
    assert [talk.topic for talk in me.follow_ups.list(customer=one.number)] == ["报价"]
    for event in me.customers.timeline(one.number):
        print(f"  {event.at:%Y-%m-%d} {event.line('en')}")

    # It was a mistake: they are two again, each with its own.
    merged = me.customers.history(one.number, limit=1)[0]
    me.customers.undo(merged.operation)
    assert me.customers.get(other.number).name == "示例科技(上海)有限公司"
    assert [talk.topic for talk in me.follow_ups.list(customer=other.number)] == ["报价"]
    print(customer.number, "and", other.number, "are two again")

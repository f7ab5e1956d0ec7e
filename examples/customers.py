"""A first look from Python: a customer goes in, is found again, and is not entered twice.

    python examples/customers.py
"""

from datetime import date

import crmkit

with crmkit.open(":memory:", language="en") as crm:
    crm.set_up("lin", "Lin")
    me = crm.session("lin")

    customer = me.customers.create(
        name="上海示例科技有限公司",
        kind="enterprise",
        industry="制造业",
        phones=["021-5555 0199"],
        source=("转介绍", "老客户"),
        first_contact=date(2024, 4, 28),
    )
    contact = me.contacts.add(customer.number, name="王芳", mobile="139 1234 5678")
    print(customer.number, customer.name, customer.phones[0].e164, "- ask for", contact.name)

    for found in me.customers.list(text="示例"):
        print("found:", found.number, found.name, "of", found.owner_name)

    for match in me.customers.duplicates(name="示例科技(上海)有限公司", phone="+86 21 55550199"):
        print(f"{match.band.label('en')}: {match.number} {match.name} - {match.explain('en')}")

    try:
        me.customers.create(name="李伟", kind="individual", phones=["1391234567"])
    except crmkit.InvalidError as error:
        for problem in error.problems:
            print("refused:", problem.message("en"))

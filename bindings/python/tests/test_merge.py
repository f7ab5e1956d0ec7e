"""Making one customer of two, and two of one again."""

from __future__ import annotations

import crmkit
import pytest
from conftest import Create


def test_two_customers_are_one_and_two_again(me: crmkit.Session, create: Create) -> None:
    kept = create(name="上海示例科技有限公司", phones=["021-5555 0199"])
    gone = create(name="示例科技", phones=["021-5555 0100"], check="off", note="x")
    me.contacts.add(gone.number, name="王芳", mobile="13912345678")

    preview = me.customers.merge_preview(gone.number, kept.number)
    fields = {field.field: field for field in preview.fields}
    assert fields["note"].wins == "loser" and fields["note"].reason == "other_blank"
    assert fields["phones"].wins is None and fields["phones"].reason == "united"
    assert [(move.sort, move.count) for move in preview.moves] == [("contact", 1)]

    merged = me.customers.merge(gone.number, kept.number, choices=[("name", "loser")])
    assert (merged.name, merged.note) == ("示例科技", "x")
    assert me.customers.get(gone.number) == merged
    assert [contact.name for contact in me.contacts.list(kept.number)] == ["王芳"]
    assert me.customers.merges(kept.number)[0].loser == gone

    me.customers.undo(me.customers.history(kept.number)[0].operation)
    assert me.customers.get(gone.number).name == "示例科技"
    assert me.customers.get(kept.number).name == "上海示例科技有限公司"
    assert me.customers.merges(kept.number) == ()


def test_what_cannot_be_chosen_is_named(me: crmkit.Session, create: Create) -> None:
    kept = create(name="上海示例科技有限公司", phones=["021-5555 0199"])
    gone = create(name="示例科技", phones=["021-5555 0100"], check="off")
    with pytest.raises(crmkit.InvalidError) as wrong:
        me.customers.merge(gone.number, kept.number, choices=[("owner", "loser")])
    assert wrong.value.code == "merge.fixed"
    with pytest.raises(crmkit.RuleError) as refused:
        me.customers.merge(kept.number, kept.number)
    assert refused.value.code == "merge.self"

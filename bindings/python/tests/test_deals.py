"""Deals from the first talk to the contract, and money as Python's own exact number."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import crmkit
import pytest
from conftest import Create


@pytest.fixture
def deal(me: crmkit.Session, create: Create) -> crmkit.Opportunity:
    return me.opportunities.create(
        create().number, name="产线改造", expected_amount=Decimal("120000"), expected_close=date(2024, 6, 30), competitors=["甲公司"]
    )


def test_a_deal_goes_from_the_first_talk_to_a_contract_that_is_paid(me: crmkit.Session, deal: crmkit.Opportunity) -> None:
    assert deal.stage == "initial_contact" and deal.competitors == ("甲公司",)
    assert isinstance(deal.expected_amount, Decimal) and deal.expected_amount == 120_000
    assert me.opportunities.move(deal.id, "proposal", note="已提交方案").stage == "proposal"
    assert me.opportunities.forecast().total.weighted == Decimal("60000.00")
    won = me.opportunities.close_won(deal.id, amount=118_000, signed_on=date(2024, 5, 1), contract_number="HT-1", reason="方案贴合需求")
    assert won.opportunity.stage == "won" and str(won.contract.amount) == "118000.00"
    paid = me.contracts.pay(won.contract.id, revision=1, on=date(2024, 5, 1), amount=Decimal("118000.00"), note="全款")
    assert paid.contract.paid and paid.proposed_status == "won"
    assert [payment.amount for payment in paid.contract.payments] == [118_000]
    assert me.customers.set_status(deal.customer, "won").status == "won"
    assert [change.after for change in me.opportunities.history(deal.id).stages] == ["initial_contact", "proposal", "won"]
    assert list(me.opportunities.iterate(open=True)) == []
    assert [contract.id for contract in me.contracts.iterate(contract_number="ht")] == [won.contract.id]


@pytest.mark.parametrize(
    ("amount", "code"),
    [
        ("0.005", "amount.decimals"),
        (Decimal("1.234"), "amount.decimals"),
        (-1, "amount.negative"),
        ("1e5", "amount.invalid"),
        (10**15, "amount.invalid"),
        (0.5, "field.type"),
        (True, "field.type"),
        ([1], "field.type"),
        (Decimal("Infinity"), "amount.invalid"),
        (None, "field.missing"),
    ],
)
def test_what_is_no_amount_is_refused_by_its_field(me: crmkit.Session, create: Create, amount: Any, code: str) -> None:
    with pytest.raises(crmkit.InvalidError) as wrong:
        me.opportunities.create(create().number, name="产线改造", expected_amount=amount, expected_close="2024-06-30")
    assert (wrong.value.code, wrong.value.fields) == (code, ("expected_amount",))
    assert me.opportunities.list().items == ()


def test_an_amount_may_be_written_in_any_exact_way(me: crmkit.Session, create: Create) -> None:
    number = create().number
    for amount in ("90000", "90000.00", 90000, Decimal("9E+4"), Decimal("90000.000")):
        deal = me.opportunities.create(number, name="产线改造", expected_amount=amount, expected_close="2024-06-30")
        assert str(deal.expected_amount) == "90000.00"
    assert crmkit.Opportunity.from_json(deal.to_json()) == deal


def test_a_contract_is_corrected_with_a_reason(me: crmkit.Session, create: Create) -> None:
    old = me.contracts.add(create().number, contract_number="HT-2023-1", amount=80_000, signed_on="2023-03-01", paid_reason="历史合同")
    assert old.paid
    with pytest.raises(crmkit.InvalidError) as taken:
        me.contracts.add(old.customer, contract_number="ｈｔ-2023-1", amount=1, signed_on="2023-03-01")
    assert taken.value.code == "contract_number.taken"
    assert me.contracts.correct(old.id, revision=1, reason="多录一个零", amount=8_000).amount == 8_000
    with pytest.raises(crmkit.InvalidError) as unsaid:
        me.contracts.update(old.id, revision=2, amount=1)
    assert unsaid.value.fields == ("reason",)

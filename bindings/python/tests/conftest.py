"""A database in memory, set up, at nine in the morning of 1 May 2024 in Shanghai."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date

import crmkit
import pytest


@pytest.fixture
def clock() -> crmkit.FixedClock:
    return crmkit.FixedClock("2024-05-01T09:00+08:00")


@pytest.fixture
def crm(clock: crmkit.FixedClock) -> Iterator[crmkit.Crm]:
    with crmkit.open(":memory:", clock=clock) as crm:
        crm.set_up("lin", "林")
        yield crm


@pytest.fixture
def me(crm: crmkit.Crm) -> crmkit.Session:
    return crm.session("lin")


Create = Callable[..., crmkit.Customer]


@pytest.fixture
def create(me: crmkit.Session) -> Create:
    """Enters a customer that differs from a usual one in what is named."""

    def create(session: crmkit.Session = me, **fields: object) -> crmkit.Customer:
        usual: dict[str, object] = {
            "name": "上海示例科技有限公司",
            "kind": "enterprise",
            "industry": "制造业",
            "phones": ["021-5555 0199"],
            "source": ("转介绍", "老客户"),
            "first_contact": date(2024, 4, 28),
        }
        return session.customers.create(**{**usual, **fields})  # type: ignore[arg-type]

    return create

"""The command as a server for AI assistants, asked by the protocol's own client."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import crmkit
import pytest
from conftest import Create
from mcp import Client, StdioServerParameters

# What other people's libraries warn of is not ours.
pytestmark = pytest.mark.filterwarnings("default")

Ask = Callable[..., Awaitable[dict[str, Any]]]


class Desk:
    """A database with an admin and two sales representatives, each with a customer."""

    def __init__(self, folder: Path, create: Create) -> None:
        self.path = folder / "crm.db"
        with crmkit.open(self.path, language="en") as crm:
            crm.set_up("lin", "林")
            me = crm.session("lin")
            for login in ("wu", "li"):
                me.users.create(login=login, name=login, role="sales_rep")
            self.of_wu = create(crm.session("wu"), name="上海示例科技有限公司").number
            self.of_li = create(crm.session("li"), name="北京远洋贸易有限公司", phones=["010-55550100"]).number
            deal = crm.session("wu").opportunities.create(self.of_wu, name="A line", expected_amount="120000", expected_close="2099-06-30", stage_note="met")
            self.deal = deal.id

    def ask(self, body: Callable[[Client, Ask], Awaitable[None]], *options: str, user: str = "wu") -> None:
        """Starts the server as a user, and asks it."""
        words = ["-m", "crmkit", "mcp", "--db", str(self.path), "--user", user, "--language", "en", *options]

        async def asked() -> None:
            async with Client(StdioServerParameters(command=sys.executable, args=words)) as client:

                async def ask(tool: str, **arguments: object) -> dict[str, Any]:
                    result: Any = await client.call_tool(tool, arguments)
                    content: dict[str, Any] = result.structured_content
                    assert result.is_error == ("error" in content), content
                    return content

                await body(client, ask)

        asyncio.run(asyncio.wait_for(asked(), 60))

    def log(self, user: str = "lin") -> list[crmkit.Audit]:
        with crmkit.open(self.path) as crm:
            log = crm.session("lin").audit.list(limit=1_000)
            assert crm.check().run().whole
            return list(log)


@pytest.fixture
def desk(tmp_path: Path, create: Create) -> Desk:
    return Desk(tmp_path, create)


WRITING = {"add_customer", "add_follow_up", "add_deal", "move_deal", "merge_customers", "hand_over"}


def test_only_reading_tools_are_listed_and_their_schemas_are_the_librarys(desk: Desk) -> None:
    async def body(client: Client, ask: Ask) -> None:
        tools = {tool.name: tool for tool in (await client.list_tools()).tools}
        assert {"find_customers", "show_customer", "find_duplicates", "tasks_due", "list_deals"} <= set(tools)
        assert sum(name.startswith("report_") for name in tools) == 6
        assert not WRITING & set(tools)
        assert all(tool.annotations is not None and tool.annotations.read_only_hint for tool in tools.values())
        status = tools["find_customers"].input_schema["properties"]["status"]
        assert status["enum"] == [status.value for status in crmkit.CustomerStatus]
        for tool in WRITING:
            refused = await ask(tool)
            assert (refused["error"]["kind"], refused["error"]["code"]) == ("denied", "access.denied")

    desk.ask(body)
    assert not any(entry.kind.startswith(("customer.added", "follow_up")) for entry in desk.log() if entry.assistant)


def test_the_schema_of_a_customer_has_every_field_that_is_entered(desk: Desk) -> None:
    async def body(client: Client, ask: Ask) -> None:
        tools = {tool.name: tool for tool in (await client.list_tools()).tools}
        assert WRITING <= set(tools)
        schema = tools["add_customer"].input_schema
        entered = [field for field in crmkit.describe("customer").fields if field.entered]
        assert set(schema["properties"]) == {field.name for field in entered} | {"confirm"}
        assert schema["required"] == [field.name for field in entered if field.required]
        industry = next(field for field in entered if field.name == "industry")
        assert schema["properties"]["industry"]["anyOf"][0]["enum"] == [choice.code for choice in industry.choices]
        assert schema["additionalProperties"] is False

    desk.ask(body, "--write")


def test_an_assistant_resolves_records_moves_and_reports(desk: Desk) -> None:
    async def body(client: Client, ask: Ask) -> None:
        found = await ask("find_customers", text="示例科技")
        assert [customer["number"] for customer in found["items"]] == [desk.of_wu]
        alike = await ask("find_duplicates", name="示例科技")
        assert desk.of_wu in {customer["number"] for customer in alike["named"]}
        recorded = await ask(
            "add_follow_up", customer=desk.of_wu, method="visit", topic="quote", content="wants a quote", next_follow_up="2099-05-15"
        )
        assert recorded["follow_up"]["customer"] == desk.of_wu
        due = await ask("tasks_due", list="coming_up")
        assert [task["customer"] for task in due["items"]] == [desk.of_wu]
        moved = await ask("move_deal", opportunity=desk.deal, stage="proposal", stage_note="quote sent")
        assert moved["stage"] == "proposal"
        funnel = await ask("report_funnel")
        reached = {row["stage"]: row["customers"] for row in funnel["rows"]}
        assert reached["proposal"] == 1 and reached["won"] == 0
        shown = await ask("show_customer", customer=desk.of_wu)
        assert shown["timeline"] and shown["customer"]["name"] == "上海示例科技有限公司"

    desk.ask(body, "--write")
    by_assistant = [entry for entry in desk.log() if entry.assistant]
    calls = [entry.after for entry in by_assistant if entry.kind == "assistant.called"]
    assert calls == ["find_customers", "find_duplicates", "add_follow_up", "tasks_due", "move_deal", "report_funnel", "show_customer"]
    assert {"follow_up.added", "opportunity.moved"} <= {str(entry.kind) for entry in by_assistant}
    assert {entry.actor for entry in by_assistant} == {by_assistant[0].actor}


def test_another_s_customer_is_not_there(desk: Desk) -> None:
    async def body(client: Client, ask: Ask) -> None:
        for tool, arguments in (("show_customer", {}), ("add_follow_up", {"method": "visit", "topic": "x", "content": "x"})):
            refused = await ask(tool, customer=desk.of_li, **arguments)
            assert (refused["error"]["kind"], refused["error"]["code"]) == ("not_found", "not_found")
        assert (await ask("find_customers", text="远洋"))["items"] == []
        handed = await ask("hand_over", customers=[desk.of_wu], to="li")
        if handed.get("done") is False:
            handed = await ask("hand_over", customers=[desk.of_wu], to="li", confirm=handed["confirm"])
        assert handed["error"]["code"] == "access.denied"

    desk.ask(body, "--write")


def test_wrong_arguments_are_named_and_nothing_crashes(desk: Desk) -> None:
    async def body(client: Client, ask: Ask) -> None:
        wrong = await ask("add_customer", name=5, kind="planet", first_contact="yesterday", nonsense=1, phones=["021-55550111"])
        told = {(problem["field"], problem["code"]) for problem in wrong["error"]["problems"]}
        assert told >= {("name", "field.type"), ("kind", "choice.unknown"), ("first_contact", "date.invalid"), ("nonsense", "field.unexpected")}
        lacking = await ask("add_customer", name="示例")
        assert {"kind", "industry", "phones", "source", "first_contact"} <= {problem["field"] for problem in lacking["error"]["problems"]}
        assert (await ask("move_deal", opportunity="nonsense", stage="won"))["error"]["code"] == "not_found"
        assert (await ask("report_funnel", period="soon"))["error"]["problems"][0]["field"] == "period"
        assert (await ask("find_customers", limit=0))["error"]["kind"] == "invalid"
        with pytest.raises(Exception, match="there is no tool"):
            await client.call_tool("erase_everything", {})
        # It goes on.
        assert (await ask("find_customers"))["items"]

    desk.ask(body, "--write")


def test_what_may_do_harm_is_done_by_a_second_call_with_the_token_of_the_first(desk: Desk) -> None:
    again = {
        "name": "上海示例科技有限公司",
        "kind": "enterprise",
        "industry": "manufacturing",
        "phones": ["021-5555 0199"],
        "source": {"code": "referral", "detail": "Fang"},
        "first_contact": "2024-04-28",
    }

    async def body(client: Client, ask: Ask) -> None:
        first = await ask("add_customer", **again)
        assert first["done"] is False
        assert [match["number"] for match in first["would"]["over"]] == [desk.of_wu]
        for confirm in (True, "true", "0" * 32):
            refused = await ask("add_customer", **again, confirm=confirm)
            assert refused.get("done") is not True
        # The token is of these arguments.
        other = await ask("add_customer", **{**again, "note": "x"}, confirm=first["confirm"])
        assert other["done"] is False and other["confirm"] != first["confirm"]
        stored = await ask("add_customer", **again, confirm=first["confirm"])
        assert stored["done"] is True
        number = stored["customer"]["number"]

        merge = {"loser": number, "into": desk.of_wu}
        would = await ask("merge_customers", **merge)
        assert would["done"] is False and would["would"]["preview"]["result"]["number"] == desk.of_wu
        # What it would do is another thing once the customer has changed.
        await ask("add_follow_up", customer=number, method="visit", topic="x", content="x")
        stale = await ask("merge_customers", **merge, confirm=would["confirm"])
        assert stale["done"] is False
        merged = await ask("merge_customers", **merge, confirm=stale["confirm"])
        assert merged["done"] is True and merged["customer"]["number"] == desk.of_wu

        hand = {"customers": [desk.of_wu], "to": "li", "reason": "leaves"}
        would = await ask("hand_over", **hand)
        assert would["done"] is False and would["would"]["hand_over"][0]["number"] == desk.of_wu
        elsewhere = await ask("hand_over", **{**hand, "to": "lin"}, confirm=would["confirm"])
        assert elsewhere["done"] is False
        handed = await ask("hand_over", **hand, confirm=would["confirm"])
        assert handed["done"] is True and handed["customers"][0]["changed"]

    desk.ask(body, "--write", user="lin")
    operations = {entry.operation: str(entry.kind) for entry in desk.log() if entry.assistant}
    done = [kind for kind in operations.values() if kind != "assistant.called"]
    assert done == ["customer.added", "follow_up.added", "customer.merged", "customer.assigned"]

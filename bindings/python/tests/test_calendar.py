"""Tasks as an iCalendar file, read back by another program's parser."""

from __future__ import annotations

from datetime import date, datetime, timezone

import crmkit
import icalendar
from conftest import Create


def test_another_programs_parser_reads_what_is_due(me: crmkit.Session, create: Create) -> None:
    customer = create()
    talk = {"method": "phone", "topic": "方案反馈；报价, 合同", "content": "客户要求报价"}
    me.follow_ups.add(customer.number, next_follow_up=date(2024, 5, 15), next_time="14:00", **talk)
    recorded = me.follow_ups.add(customer.number, next_follow_up=date(2024, 5, 16), **talk)
    text = me.tasks.calendar()
    calendar = icalendar.Calendar.from_ical(text)
    assert calendar["METHOD"] == "PUBLISH" and calendar["X-WR-CALNAME"] == "待办任务"
    timed, day = calendar.walk("VEVENT")
    assert timed["DTSTART"].dt == datetime(2024, 5, 15, 6, tzinfo=timezone.utc) and day["DTSTART"].dt == date(2024, 5, 16)
    assert timed["SUMMARY"] == f"2024-05-15 14:00 跟进{customer.name}方案反馈；报价, 合同"
    assert [alarm["TRIGGER"].dt for alarm in day.walk("VALARM")] == [datetime(2024, 5, 16, 1, tzinfo=timezone.utc)]
    assert {str(event["UID"]) for event in (timed, day)} == {f"{task.id}@crmkit" for task in recorded.open_tasks}
    for task in recorded.open_tasks:
        me.tasks.complete(task.id)
    assert icalendar.Calendar.from_ical(me.tasks.calendar()).walk("VEVENT") == []
    assert me.tasks.calendar(list="overdue").startswith("BEGIN:VCALENDAR")

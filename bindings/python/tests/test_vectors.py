"""The manual's vectors, the same as in every language: see tests/vectors/README.md."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import crmkit
import pytest
from crmkit import NewPhone, Size

FOLDER = Path(os.environ.get("CRMKIT_VECTORS") or Path(__file__).parents[3] / "tests" / "vectors")
FILES = [json.loads(path.read_text("utf-8")) for path in sorted(FOLDER.glob("*.json"))]
CASES = [(file.get("records", {}), case) for file in FILES for case in file["cases"]]
NAMES = [f"{file['rule']}: {case['name']}" for file in FILES for case in file["cases"]]

Json = Any


@pytest.mark.parametrize(("records", "case"), CASES, ids=NAMES)
def test_vector(records: Json, case: Json, tmp_path: Path) -> None:
    clock = crmkit.FixedClock(case["now"])
    with crmkit.open(":memory:", clock=clock, region=case.get("region", "CN")) as crm:
        saved = {"lin": plain(crm.set_up("lin", "林"))}
        sessions: dict[str, crmkit.Session] = {}
        for step, turn in ((step, turn) for step in case["steps"] for turn in range(1, step.get("repeat", 1) + 1)):
            step = filled_in(step, str(turn), saved)
            if "now" in step:
                clock.move_to(step["now"])
            if "error" in step:
                with pytest.raises(crmkit.CrmError) as failed:
                    take(crm, sessions, step, records, tmp_path)
                check_error(step["error"], failed.value)
                continue
            result = plain(take(crm, sessions, step, records, tmp_path))
            if "expect" in step:
                compare(step["expect"], result, "result")
            if "save_as" in step:
                saved[step["save_as"]] = result


def test_the_vectors_are_there() -> None:
    assert len(FILES) >= 10


def filled_in(value: Json, turn: str, saved: dict[str, Json]) -> Json:
    """The step with every `{i}` replaced by which time it is done, and every `$name.field` by what was saved."""
    if isinstance(value, str):
        value = value.replace("{i}", turn)
    if isinstance(value, str) and value.startswith("$"):
        name, *path = value[1:].split(".")
        found = saved[name]
        for part in path:
            found = found[int(part)] if isinstance(found, list) else found[part]
        return found
    if isinstance(value, list):
        return [filled_in(item, turn, saved) for item in value]
    if isinstance(value, dict):
        return {key: filled_in(item, turn, saved) for key, item in value.items()}
    return value


def take(crm: crmkit.Crm, sessions: dict[str, crmkit.Session], step: Json, records: Json, folder: Path) -> Json:
    if step["do"] == "login":
        sessions[step["session"]] = crm.login(step["login"], step["password"], step["device"])
        return None
    login = step.get("as", "lin")
    me = sessions[login[1:]] if login.startswith("@") else crm.session(login)
    if "backdated" in step:
        me = me.backdated(step["backdated"])
    given = dict(step.get("with", {}))
    if "like" in given:
        given = {**records[given.pop("like")], **given}
        given = {field: value for field, value in given.items() if value is not None}
    if step["do"] == "customers.import_file":
        path = folder / "list.csv"
        path.write_text(step["csv"], "utf-8")
        report = me.customers.import_file(path, **given).run()
        rows = [] if given.get("dry_run") else me.imports.rows(report.import_id)
        return {**plain(report), "rows": plain(rows)}
    if step["do"] == "customers.review_duplicates":
        return list(review(me, step["decisions"]))
    if step["do"] == "attachments.add":
        content = (step["content"] * step.get("times", 1)).encode()
        return me.attachments.add(step["customer"], crmkit.AttachmentFile(content, **fields(given)))
    if step["do"] == "targets.set":
        targets = step["targets"]
        if len(targets) == 1:
            return [me.targets.set(**targets[0])]
        return me.targets.set_all([(target["person"], target["month"], target["amount"]) for target in targets])
    noun, verb = step["do"].split(".")
    keywords = {name: value_of(name, step[name]) if name == "choices" else step[name] for name in KEYWORDS if name in step}
    arguments = [value for name, value in step.items() if name not in KEYWORDS | ABOUT]
    things = me if noun == "session" else getattr(me, noun)
    result = getattr(things, verb)(*arguments, **keywords, **fields(given))
    if isinstance(result, crmkit.AttachmentReader):
        return result.read().decode()
    return result.run() if hasattr(result, "run") else result


def review(me: crmkit.Session, decisions: list[Json]) -> Iterator[Json]:
    """The customers in hand before each decision, and after the last one."""
    job = me.customers.find_duplicates()
    job.run()
    review = job.review()
    group = next(review, None)
    for decision in decisions:
        yield list(group.customers) if group else []
        match decision["say"]:
            case "merge":
                group = review.merge(decision["into"], losers=decision.get("losers"))
            case "different":
                group = review.different(decision.get("customers"))
            case _:
                group = review.later()
        group = group or next(review, None)
    yield list(group.customers) if group else []


# What a step says about itself, beside the arguments of its verb, and which of those are keywords.
ABOUT = {"do", "as", "now", "repeat", "backdated", "with", "expect", "error", "save_as"}
KEYWORDS = {"revision", "check", "after", "archived", "before", "limit", "import_id", "reason", "to", "mode", "add", "remove", "due", "due_time", "dry_run", "owner", "note", "on", "amount", "choices", "only_won"}


def fields(given: Json) -> Json:
    """A record's fields as Python has them."""
    return {name: value_of(name, value) for name, value in given.items()}


def value_of(name: str, value: Json) -> Json:
    match value:
        case {"from": _} | {"until": _}:
            return tuple(value_of(end, value.get(end)) for end in ("from", "until"))
        case {"side": side}:
            return (value["field"], side)
        case {"scale": _}:
            return Size(**value)
        case {"scheme": _}:
            return crmkit.Registration(**value)
        case {"code": code}:
            return (code, value.get("detail"))
        case {"typed": _}:
            return NewPhone(**value)
        case {"kind": _} if name == "addresses":
            return crmkit.Address(**value)
        case list():
            return [value_of(name, item) for item in value]
        case str() if re.fullmatch(r"\d{4}-\d\d-\d\d", value):
            return date.fromisoformat(value)
    return value


def plain(result: Json) -> Json:
    """The result in the JSON form that the vectors speak of."""
    if isinstance(result, crmkit.Page):
        return {"items": plain(result.items), "next": result.next}
    if isinstance(result, tuple | list):
        return [plain(item) for item in result]
    return json.loads(result.to_json()) if hasattr(result, "to_json") else result


def check_error(expected: Json, error: crmkit.CrmError) -> None:
    found = {"kind": error.kind, "code": error.code, "fields": list(error.fields), "problems": plain(error.problems)}
    if isinstance(error, crmkit.DuplicateError):
        found |= {"matches": plain(error.matches), "hidden_owners": list(error.hidden_owners)}
    if isinstance(error, crmkit.ConflictError):
        found |= {"revision": error.revision}
    assert error.detail.startswith(expected.pop("message", ""))
    compare(expected, found, "error")


def compare(expected: Json, found: Json, at: str) -> None:
    """Whether a result contains what is expected of it."""
    if isinstance(expected, dict) and isinstance(found, dict):
        for field, value in expected.items():
            compare(value, found.get(field), f"{at}.{field}")
    elif isinstance(expected, list) and isinstance(found, list) and len(expected) == len(found):
        for index, pair in enumerate(zip(expected, found, strict=True)):
            compare(*pair, f"{at}.{index}")
    elif expected == [] and found is None:
        return
    else:
        assert found == expected, at

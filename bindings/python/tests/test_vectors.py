"""The manual's vectors, the same as in every language: see tests/vectors/README.md."""

from __future__ import annotations

import json
import os
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
        for step in case["steps"]:
            step = filled_in(step, saved)
            if "error" in step:
                with pytest.raises(crmkit.CrmError) as failed:
                    take(crm, step, records, tmp_path)
                check_error(step["error"], failed.value)
                continue
            result = plain(take(crm, step, records, tmp_path))
            if "expect" in step:
                compare(step["expect"], result, "result")
            if "save_as" in step:
                saved[step["save_as"]] = result


def test_the_vectors_are_there() -> None:
    assert len(FILES) >= 10


def filled_in(value: Json, saved: dict[str, Json]) -> Json:
    """The step with every `$name.field` replaced."""
    if isinstance(value, str) and value.startswith("$"):
        name, *path = value[1:].split(".")
        found = saved[name]
        for part in path:
            found = found[int(part)] if isinstance(found, list) else found[part]
        return found
    if isinstance(value, list):
        return [filled_in(item, saved) for item in value]
    if isinstance(value, dict):
        return {key: filled_in(item, saved) for key, item in value.items()}
    return value


def take(crm: crmkit.Crm, step: Json, records: Json, folder: Path) -> Json:
    me = crm.session(step.get("as", "lin"))
    given = dict(step.get("with", {}))
    if "like" in given:
        given = {**records[given.pop("like")], **given}
        given = {field: value for field, value in given.items() if value is not None}
    match step["do"]:
        case "create":
            return me.customers.create(**fields(given), check=step.get("check", "refuse"))
        case "check":
            return me.customers.check(**fields(given))
        case "get":
            return me.customers.get(step["customer"])
        case "update":
            return me.customers.update(step["customer"], revision=step["revision"], **fields(given))
        case "list":
            paging = {key: step[key] for key in ("after", "limit") if key in step}
            return me.customers.list(**query(given), **paging)
        case "count":
            return me.customers.count(**query(given))
        case "duplicates":
            return me.customers.duplicates(**given)
        case "find_duplicates":
            return me.customers.find_duplicates(import_id=step.get("import")).run()
        case "say_different":
            return me.customers.say_different(step["customer"], step["other"])
        case "unsay_different":
            return me.customers.unsay_different(step["customer"], step["other"])
        case "say_same":
            return me.customers.say_same(step["customer"], step["name"])
        case "unsay_same":
            return me.customers.unsay_same(step["customer"], step["name"])
        case "add_contact":
            return me.contacts.add(step["customer"], **given)
        case "contacts":
            return me.contacts.list(step["customer"])
        case "update_contact":
            return me.contacts.update(step["contact"], revision=step["revision"], **given)
        case "create_user":
            return me.users.create(**days(given, "birthday"))
        case "update_user":
            return me.users.update(step["user"], revision=step["revision"], **days(given, "birthday"))
        case "create_team":
            return me.teams.create(given["name"])
        case "pick_entries":
            return me.pick_lists.list(step["list"])
        case "put_pick_entry":
            return me.pick_lists.put(given.pop("list"), given.pop("code"), **given)
        case "import":
            path = folder / "list.csv"
            path.write_text(step["csv"], "utf-8")
            report = me.customers.import_file(path, **given).run()
            rows = [] if given.get("dry_run") else me.imports.rows(report.import_id)
            return {**plain(report), "rows": plain(rows)}
        case "undo_import":
            return me.imports.undo(step["import"])
        case "audit":
            return me.audit.list(after=step.get("after", 0), limit=1000)
        case "audit_verify":
            return me.audit.verify()
    raise AssertionError(f"no verb {step['do']}")


def fields(given: Json) -> Json:
    """A customer's fields as Python has them."""
    given = days(given, "first_contact")
    for field in ("industry", "source"):
        if isinstance(given.get(field), dict):
            given[field] = (given[field]["code"], given[field].get("detail"))
    if "phones" in given:
        given["phones"] = [NewPhone(**phone) if isinstance(phone, dict) else phone for phone in given["phones"]]
    if "addresses" in given:
        given["addresses"] = [crmkit.Address(**address) for address in given["addresses"]]
    if isinstance(given.get("size"), dict):
        given["size"] = Size(**given["size"])
    return given


def query(given: Json) -> Json:
    given = dict(given)
    for field in ("created", "first_contact"):
        if field in given:
            period = days(given[field], "from", "until")
            given[field] = (period.get("from"), period.get("until"))
    return given


def days(given: Json, *names: str) -> Json:
    return {
        name: date.fromisoformat(value) if name in names and value is not None else value
        for name, value in given.items()
    }


def plain(result: Json) -> Json:
    """The result in the JSON form that the vectors speak of."""
    if isinstance(result, crmkit.CustomerPage):
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
    assert str(error).startswith(expected.pop("message", ""))
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

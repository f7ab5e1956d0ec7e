"""What every result, enum and error has."""

from __future__ import annotations

import copy
import doctest
import importlib.metadata
import json
import os
import pickle
import subprocess
import sys
import threading
import traceback
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime, timezone
from pathlib import Path

import crmkit
import pytest
from conftest import Create
from crmkit import _crmkit, enums, errors, page, rows


def test_results_are_immutable_values(me: crmkit.Session, create: Create) -> None:
    customer = create(tags=["重点"], extra={"region": "华东"}, size="120人")
    same = me.customers.get(customer.number)
    other = me.customers.update(customer.number, revision=1, note="x")
    assert customer == same and hash(customer) == hash(same) and customer is not same
    assert customer != other and hash(customer) != hash(other)
    assert {customer, same, other} == {customer, other}
    with pytest.raises(AttributeError):
        customer.name = "x"  # type: ignore[misc]
    with pytest.raises(AttributeError):
        customer.nickname = "x"  # type: ignore[attr-defined]
    with pytest.raises(TypeError):
        customer.extra["region"] = "x"  # type: ignore[index]
    assert isinstance(customer.phones, tuple) and isinstance(customer.tags, tuple)
    assert repr(customer).startswith("Customer(number='CRM202405010001', revision=1, name='上海示例科技有限公司', kind=")


def test_results_become_plain_data_and_come_back(me: crmkit.Session, create: Create) -> None:
    customer = create(addresses=["1 Example Street, London"], lead_at=datetime.fromisoformat("2024-04-27T10:00+08:00"))
    contact = me.contacts.add(customer.number, name="王芳", mobile="13912345678")
    matches = me.customers.duplicates(name=customer.name)
    results = [customer, contact, me.user, *matches, *me.customers.list(), *me.audit.list(), me.audit.head()]
    results += [*me.customers.history(customer.number), *me.customers.history(customer.number)[0].changes, me.settings.get()]
    results += [customer.phones[0], customer.industry, me.pick_lists.list("source")[0], me.audit.verify()]
    for result in results:
        assert result is not None
        assert pickle.loads(pickle.dumps(result)) == result
        assert copy.deepcopy(result) == result
        assert type(result).from_json(result.to_json()) == result
    data = customer.to_dict()
    assert data["number"] == customer.number
    assert data["status"] is crmkit.CustomerStatus.POTENTIAL
    assert data["first_contact"] == date(2024, 4, 28)
    assert data["phones"] == [customer.phones[0].to_dict()]
    assert data["lead_at"] == customer.lead_at
    assert json.loads(customer.to_json())["number"] == customer.number
    for text in ["", "{}", "nonsense", "null"]:
        with pytest.raises(ValueError):
            crmkit.Customer.from_json(text)


def test_a_state_is_its_code_and_has_labels() -> None:
    assert len(enums.__all__) >= 17
    for name in enums.__all__:
        enum = getattr(enums, name)
        assert getattr(crmkit, name) is enum
        for member in enum:
            assert member.name == member.value.replace(".", "_").upper()
            assert member.label("zh") and member.label("en")
            assert member == member.value == str(member)
            assert enum(member.value) is member
            assert pickle.loads(pickle.dumps(member)) is member
    assert crmkit.CustomerStatus.WON.label() == "成交" and crmkit.CustomerStatus.WON.label("en") == "won"
    with pytest.raises(crmkit.InvalidError):
        crmkit.CustomerStatus.WON.label("fr")


def test_texts_of_records_take_a_language_and_are_in_that_of_open_without_one(me: crmkit.Session, create: Create) -> None:
    create()
    create(check="off")
    [pair] = me.customers.find_duplicates().run().groups[0].pairs
    with pytest.raises(crmkit.InvalidError) as missing:
        me.customers.create()
    texts = [
        pair.explain,
        me.customers.duplicates(name="上海示例科技有限公司")[0].explain,
        me.pick_lists.list("source")[0].label,
        missing.value.problems[0].message,
        crmkit.CustomerStatus.WON.label,
    ]
    assert me.language == "zh"
    for text in texts:
        assert text() == text(me.language) == text(language="zh") != text("en")


def test_the_documentation_runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert doctest.testmod(crmkit).failed == 0
    readme = (Path(__file__).parents[1] / "README.md").read_text("utf-8")
    programs = [part.split("```")[0] for part in readme.split("```python\n")[1:]]
    assert len(programs) == 2
    (tmp_path / "list.csv").write_text("客户名称,所属行业,电话,来源\n北京远洋贸易有限公司,零售业,010-55550100,展会\n", "utf-8")
    monkeypatch.chdir(tmp_path)
    for program in programs:
        exec(compile(program, "README.md", "exec"), {})


def test_the_cookbook_runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    cookbook = (Path(__file__).parents[3] / "docs" / "cookbook.md").read_text("utf-8")
    recipes = [part.split("```")[0] for part in cookbook.split("```python\n")[1:]]
    assert len(recipes) == 6
    monkeypatch.chdir(tmp_path)
    names: dict[str, object] = {}
    for recipe in recipes:
        exec(compile(recipe, "cookbook.md", "exec"), names)


def test_every_name_is_exported() -> None:
    for module in (_crmkit, enums, errors, page, rows):
        for name in module.__all__:
            assert getattr(crmkit, name) is getattr(module, name)
    classes = {name for name, value in vars(_crmkit).items() if isinstance(value, type)}
    assert classes <= set(_crmkit.__all__)
    assert {name for name, value in vars(errors).items() if isinstance(value, type) and issubclass(value, Exception)} <= set(errors.__all__)
    kinds = {error.kind for error in vars(errors).values() if isinstance(error, type) and issubclass(error, crmkit.CrmError)}
    assert kinds == set(crmkit.ErrorKind)


def test_invalid_input_names_every_field_at_once(me: crmkit.Session) -> None:
    with pytest.raises(ValueError) as missing:
        me.customers.create()
    error = missing.value
    assert isinstance(error, crmkit.InvalidError)
    assert error.fields == ("name", "kind", "industry", "phones", "source", "first_contact")
    assert error.code == "field.missing"
    assert error.detail.startswith("请补充信息：") and str(error) == f"field.missing: {error.detail}"
    assert error.retryable is False
    same = pickle.loads(pickle.dumps(error))
    assert (type(same), str(same), same.problems) == (crmkit.InvalidError, str(error), error.problems)
    with pytest.raises(crmkit.InvalidError) as wrong:
        me.customers.create(
            name="x",
            kind="nonsense",
            industry="nonsense",
            phones=["nonsense"],
            source="转介绍",
            first_contact=date(2024, 5, 2),
            size="nonsense",
            owner="nonsense",
            check="nonsense",
        )
    found = [(problem.field, problem.code, problem.rejected) for problem in wrong.value.problems]
    assert sorted(found) == sorted([
        ("kind", "choice.unknown", "nonsense"),
        ("industry", "choice.unknown", "nonsense"),
        ("phones", "phone.invalid", "nonsense"),
        ("first_contact", "date.in_future", "2024-05-02"),
        ("size", "size.invalid", "nonsense"),
        ("owner", "owner.unknown", "nonsense"),
        ("check", "choice.unknown", "nonsense"),
    ])
    assert me.customers.count() == 0


def test_messages_come_in_the_language_of_the_database(tmp_path: Path) -> None:
    with crmkit.open(tmp_path / "crm.db", language="en") as crm:
        with pytest.raises(crmkit.DeniedError) as early:
            crm.session("lin")
        assert early.value.code == "setup.needed"
        crm.set_up("lin", "Lin")
        with pytest.raises(LookupError, match="not_found: not found: CRM202405010001"):
            crm.session("lin").customers.get("CRM202405010001")
        with pytest.raises(crmkit.NotFoundError):
            crm.session("nobody")
        me = crm.session("lin")
        assert (crm.language, me.language, me.backdated("2019-05-01T09:00+08:00").language) == ("en", "en", "en")
        entry = me.pick_lists.list("source")[0]
        assert (entry.label(me.language), entry.label()) == ("Exhibition", "展会推广")
        with pytest.raises(crmkit.RuleError) as twice:
            crm.set_up("lin", "Lin")
        assert twice.value.code == "setup.done"


@pytest.mark.parametrize(
    ("options", "field"),
    [({"time_zone": "x"}, "time_zone"), ({"region": "x"}, "region"), ({"language": "x"}, "language")],
)
def test_settings_that_are_none(options: dict[str, str], field: str) -> None:
    with pytest.raises(crmkit.InvalidError) as wrong:
        crmkit.open(":memory:", **options)  # type: ignore[arg-type]
    assert (wrong.value.code, wrong.value.fields) == ("setting.invalid", (field,))


def test_files_that_cannot_be_opened(tmp_path: Path) -> None:
    path = tmp_path / "not.db"
    path.write_bytes(b"nonsense " * 1000)
    with pytest.raises(crmkit.StorageError) as not_ours:
        crmkit.open(path)
    assert not_ours.value.code in ("storage.not_ours", "storage.corrupt")
    with pytest.raises(crmkit.StorageError):
        crmkit.open(tmp_path / "no" / "such" / "folder" / "crm.db")
    with pytest.raises(crmkit.InvalidError):
        crmkit.FixedClock("soon")


def test_a_paused_database_says_so(tmp_path: Path) -> None:
    with crmkit.open(tmp_path / "crm.db") as crm:
        assert not crm.is_set_up
        crm.set_up("lin", "林")
        assert crm.is_set_up
        me = crm.session("lin")
        before = crm.version
        me.teams.create("华东")
        assert crm.version != before
        crm.pause()
        with pytest.raises(crmkit.StorageError) as paused:
            me.customers.count()
        assert (paused.value.code, paused.value.retryable) == ("storage.paused", True)
        crm.resume()
        assert me.customers.count() == 0
    with pytest.raises(crmkit.StorageError):
        me.customers.count()


def test_what_is_logged_by_habit_has_no_data_of_customers(me: crmkit.Session, create: Create) -> None:
    secrets = ("张三示例有限公司", "1391234567x")
    create(name=secrets[0], phones=["13912345678"])
    calls: list[Callable[[], object]] = [
        lambda: create(name=secrets[0], phones=["13912345678"]),
        lambda: create(phones=[secrets[1]], industry=secrets[0], owner=secrets[0]),
        lambda: me.customers.get(secrets[0]),
        lambda: me.customers.list(owner=secrets[0]),
        lambda: me.contacts.get(secrets[0]),
    ]
    for call in calls:
        with pytest.raises(crmkit.CrmError) as refused:
            call()
        error = refused.value
        assert str(error) == f"{error.code}: {error.detail}"
        logged = "".join(traceback.format_exception_only(type(error), error)) + f"{error!s} {error!r} {error.args} {error.detail}"
        assert not any(secret in logged for secret in secrets), logged
        same = pickle.loads(pickle.dumps(error))
        assert (str(same), vars(same)) == (str(error), vars(error))
    with pytest.raises(crmkit.NotFoundError) as missing:
        me.customers.get(secrets[0])
    assert missing.value.key == secrets[0]


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
def test_a_panic_is_an_internal_error_and_the_database_goes_on(tmp_path: Path, create: Create) -> None:
    answers: list[object] = [datetime(2024, 5, 1, 9, tzinfo=timezone.utc)]

    def clock() -> object:
        if isinstance(answers[-1], Exception):
            raise answers[-1]
        return answers[-1]

    with crmkit.open(tmp_path / "crm.db", clock=clock) as crm:
        crm.set_up("lin", "林")
        me = crm.session("lin")
        assert create(me).number == "CRM202405010001"
        other = {"name": "北京远洋贸易有限公司", "phones": ["010-55550100"]}
        for wrong, detail in ((RuntimeError("林"), "the clock raised an exception"), ("林", "the clock answered with what is no instant")):
            answers.append(wrong)
            for call in (lambda: create(me, **other), lambda: me.teams.create("华东"), lambda: crmkit.open(":memory:", clock=clock)):
                with pytest.raises(crmkit.InternalError) as defect:
                    call()
                assert (defect.value.code, defect.value.retryable) == ("internal", False)
                assert str(defect.value) == f"internal: 内部错误（{detail}）"
            answers.pop()
            assert me.customers.count() == 1 and me.teams.list() == ()
        assert create(me, **other).number == "CRM202405010002"
        assert crm.check().run().whole


def test_closed_is_closed_for_everything_that_came_from_it(tmp_path: Path) -> None:
    path = tmp_path / "crm.db"

    def held() -> int:
        names = [os.readlink(f"/proc/self/fd/{number}") for number in os.listdir("/proc/self/fd") if os.path.lexists(f"/proc/self/fd/{number}")]
        return sum(name.startswith(str(path)) for name in names)

    crm = crmkit.open(path)
    crm.set_up("lin", "林")
    me = crm.session("lin")
    customers, check, search = me.customers, crm.check(), me.customers.find_duplicates()
    assert customers.count() == 0 and customers.list().items == ()
    on_linux = Path("/proc/self/fd").exists()
    assert not on_linux or held() > 0
    crm.close()
    assert not on_linux or held() == 0
    crm.close()
    calls: list[Callable[[], object]] = [
        crm.resume, crm.pause, lambda: crm.session("lin"), lambda: crm.version, lambda: crm.is_set_up, lambda: crm.sql("SELECT 1"),
        customers.count, customers.list, lambda: me.user, lambda: me.users.list(), lambda: me.sql("SELECT 1"), check.run, search.run,
        lambda: me.imports.list(), lambda: me.settings.get(), lambda: me.audit.verify(),
    ]
    for call in calls:
        with pytest.raises(crmkit.StorageError) as closed:
            call()
        assert (closed.value.code, closed.value.retryable) == ("storage.closed", False)
        assert str(closed.value) == "storage.closed: 数据库已关闭"
    with crmkit.open(path) as again:
        assert again.session("lin").customers.count() == 0
    assert not on_linux or held() == 0
    memory = crmkit.open(":memory:")
    memory.close()
    with pytest.raises(crmkit.StorageError):
        memory.resume()


@pytest.mark.skipif(not hasattr(os, "fork"), reason="nothing forks here")
def test_after_a_fork_the_database_is_opened_again(tmp_path: Path) -> None:
    program = """
import os, sys, crmkit
crm = crmkit.open(sys.argv[1])
crm.set_up("lin", "林")
me = crm.session("lin")
child = os.fork()
if child == 0:
    try:
        me.customers.count()
    except crmkit.StorageError as error:
        again = crmkit.open(sys.argv[1]).session("lin").customers.count()
        os._exit(0 if error.code == "storage.forked" and again == 0 else 2)
    os._exit(1)
assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
assert me.customers.count() == 0
"""
    subprocess.run([sys.executable, "-c", program, str(tmp_path / "crm.db")], check=True)


NASTY = ["", "\ud800", "a\udfffb", " ", "\0", "\u202e", "x" * 100_000, "'; drop table customer; --", "CRM", "CRM99999999999999999999", "%_\\"]


@pytest.mark.parametrize("text", NASTY, ids=range(len(NASTY)))
def test_no_text_panics(crm: crmkit.Crm, me: crmkit.Session, create: Create, text: str) -> None:
    number = create().number
    calls: list[Callable[[], object]] = [
        lambda: crm.session(text),
        lambda: me.customers.get(text),
        lambda: create(name=text, phones=[text], industry=text, source=(text, text), note=text, extra={text: text}),
        lambda: me.customers.update(number, revision=1, name=text, external_id=text, tags=[text]),
        lambda: me.customers.list(text=text, phone=text, tag=text, industry=text, after=text),
        lambda: me.customers.list(status=text),
        lambda: me.customers.count(owner=text),
        lambda: list(me.customers.iterate(sort=text)),
        lambda: me.customers.duplicates(name=text, phones=[text, text]),
        lambda: me.contacts.add(number, name=text, mobile=text, email=text),
        lambda: me.contacts.update(text, revision=0),
        lambda: me.users.create(login=text, name=text, role=text, team=text),
        lambda: me.pick_lists.put("industry", text, label_zh=text, label_en=text, position=0),
        lambda: me.pick_lists.list(text),
        lambda: me.customers.history(text),
        lambda: me.settings.update(revision=1, time_zone=text, weights=text),
        lambda: me.imports.rows(text),
        lambda: me.imports.undo(text),
        lambda: me.customers.import_file(text),
        lambda: me.audit.verify(crmkit.AuditHead(1, text)),
    ]
    for call in calls:
        try:
            call()
        except crmkit.InternalError:
            raise
        except crmkit.CrmError:
            pass
    assert me.audit.verify().broken_at is None


def test_what_is_no_argument_is_a_mistake(me: crmkit.Session, create: Create) -> None:
    number = create().number
    with pytest.raises(TypeError):
        me.customers.update(number, revision=1, nonsense=1)  # type: ignore[call-arg]


def test_threads_share_a_database(tmp_path: Path) -> None:
    with crmkit.open(tmp_path / "crm.db") as crm:
        crm.set_up("lin", "林")
        me = crm.session("lin")
        start = threading.Barrier(8)

        def enter(thread: int) -> list[str]:
            start.wait()
            return [
                me.customers.create(
                    name=f"示例{thread}号{i}店",
                    kind="enterprise",
                    industry="零售业",
                    phones=[f"1390000{thread:02}{i:02}"],
                    source=("转介绍", "x"),
                    first_contact=date(2024, 1, 1),
                    check="off",
                ).number
                for i in range(10)
            ]

        with ThreadPoolExecutor(8) as pool:
            numbers = [number for made in pool.map(enter, range(8)) for number in made]
        serials = sorted(int(number[11:]) for number in numbers)
        assert serials == list(range(1, 81))
        assert me.audit.verify().broken_at is None


def test_the_version_is_the_packages() -> None:
    assert crmkit.__version__ == importlib.metadata.version("crmkit")

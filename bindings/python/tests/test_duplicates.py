"""Looking for duplicates in the whole store."""

from __future__ import annotations

import pickle
from datetime import date
from pathlib import Path

import crmkit
import pytest
from conftest import Create

HEADINGS = "客户名称,客户类型,所属行业,主联系电话,客户来源,来源说明,首次接触时间\n"
ROW = "北京远洋贸易有限公司,企业客户,制造业,010-55550100,展会,春季,2024-04-28\n"


@pytest.fixture
def group(create: Create) -> list[str]:
    """One company, entered three times."""
    forms = [
        ("上海示例科技有限公司", "021-5555 0199"),
        ("示例科技(上海)有限公司", "+86 21 55550199"),
        ("上海示例科技有限责任公司", "(021)55550199"),
    ]
    return [create(name=name, phones=[phone], check="off").number for name, phone in forms]


def groups(me: crmkit.Session, import_id: str | None = None) -> list[tuple[str, ...]]:
    return [group.customers for group in me.customers.find_duplicates(import_id=import_id).run().groups]


def test_a_group_is_found_step_by_step_with_its_reasons(me: crmkit.Session, create: Create, group: list[str]) -> None:
    create(name="北京远洋贸易有限公司", phones=["010-55550100"])
    done = 0
    for progress in (job := me.customers.find_duplicates(import_id=None, step_ms=0)):
        assert done <= progress.done <= progress.total
        done = progress.done
        assert progress.finished or job.report() == crmkit.DuplicateReport.from_json('{"groups":[],"similar":[],"compared":0}')
    assert progress.finished and progress.done == progress.total
    assert list(job) == []
    report = job.report()
    assert report == job.run() == me.customers.find_duplicates().run()
    assert (report.compared, report.similar) == (3, ())
    (found,) = report.groups
    assert found.customers == tuple(group)
    assert [{pair.first, pair.second} < set(group) for pair in found.pairs] == [True] * 3
    pair = next(pair for pair in found.pairs if (pair.first, pair.second) == (group[0], group[1]))
    assert (pair.first_name, pair.second_name) == ("上海示例科技有限公司", "示例科技(上海)有限公司")
    assert pair.band is crmkit.MatchBand.LIKELY and 0 < pair.score <= 1
    assert pair.reasons == ("same_phone", "same_name_but_form")
    assert len(pair.weights) == 2 and all(bits > 0 for bits in pair.weights)
    assert pair.explain("en").startswith("same phone; same name but for")
    assert pickle.loads(pickle.dumps(report)) == report and hash(report) == hash(job.report())
    assert report.to_dict()["compared"] == 3


def test_what_is_said_to_be_different_is_no_pair_until_that_is_taken_back(me: crmkit.Session, group: list[str]) -> None:
    first, second, third = group
    me.customers.say_different(second, first)
    me.customers.say_different(first, second)
    me.customers.say_different(first, third)
    assert groups(me) == [(second, third)]
    me.customers.say_different(second, third)
    assert groups(me) == []
    me.customers.unsay_different(first, second)
    assert groups(me) == [(first, second)]
    me.customers.unsay_different(first, third)
    me.customers.unsay_different(third, second)
    assert groups(me) == [(first, second, third)]
    kinds = [entry.kind for entry in me.audit.list()]
    assert kinds.count(crmkit.AuditKind.CUSTOMER_SAID_DISTINCT) == 3, "saying it again changes nothing"
    for call in (me.customers.say_different, me.customers.unsay_different):
        with pytest.raises(crmkit.NotFoundError):
            call(first, "CRM202405010009")


def test_a_name_that_was_said_to_mean_a_customer_is_found_until_that_is_taken_back(
    me: crmkit.Session, create: Create
) -> None:
    number = create(name="台湾水泥股份有限公司").number
    assert me.customers.duplicates(name="台泥") == ()
    taught = me.customers.say_same(number, " 台泥 ")
    assert (taught.aliases, taught.revision) == (("台泥",), 2)
    assert me.customers.say_same(number, "臺泥") == taught == me.customers.get("台泥")
    (found,) = me.customers.duplicates(name="台泥")
    assert (found.number, found.band, found.reasons[0]) == (number, "likely", "same_alias")
    assert found.explain("zh").startswith("别名相同")
    assert me.customers.unsay_same(number, name="台泥").aliases == ()
    assert me.customers.duplicates(name="台泥") == ()
    with pytest.raises(crmkit.InvalidError) as refused:
        me.customers.say_same(number, " ")
    assert refused.value.fields == ("aliases",)
    for call in (me.customers.say_same, me.customers.unsay_same):
        with pytest.raises(crmkit.NotFoundError):
            call("CRM202405010009", "台泥")


def test_only_pairs_of_an_import(me: crmkit.Session, create: Create, group: list[str], tmp_path: Path) -> None:
    path = tmp_path / "list.csv"
    path.write_text(HEADINGS + ROW, "utf-8")
    imported = me.customers.import_file(path).run()
    other = create(name="北京远洋贸易股份有限公司", phones=["+86 10 55550100"], check="off").number
    assert groups(me, import_id=imported.import_id) == [("CRM202405010004", other)]
    assert sorted(groups(me)) == [tuple(group), ("CRM202405010004", other)]
    with pytest.raises(crmkit.NotFoundError):
        me.customers.find_duplicates(import_id="nonsense")


def test_a_sales_rep_sees_only_pairs_of_their_own(crm: crmkit.Crm, me: crmkit.Session, create: Create, group: list[str]) -> None:
    owner = me.users.create(login="wang", name="王", role="sales_rep").id
    wang = crm.session("wang")
    own = create(name="上海示例科技股份有限公司", owner=owner, check="off").number
    report = wang.customers.find_duplicates().run()
    assert (report.groups, report.similar, report.compared) == ((), (), 0)
    again = create(name="示例科技（上海）股份有限公司", owner=owner, check="off").number
    assert groups(wang) == [(own, again)]
    assert groups(me) == [(*group, own, again)]
    with pytest.raises(crmkit.NotFoundError):
        wang.customers.say_different(own, group[0])
    with pytest.raises(crmkit.DeniedError):
        create(wang, check="off")


def test_what_numbers_weigh_is_learnt_and_a_database_opened_with_it(me: crmkit.Session, group: list[str]) -> None:
    assert me.customers.find_duplicates().run().weights is None
    weights = me.customers.find_duplicates(learn=True).run().weights
    assert weights is not None and "same_phone " in weights
    crmkit.open(":memory:", weights=weights).close()
    with pytest.raises(crmkit.InvalidError) as wrong:
        crmkit.open(":memory:", weights="same_phone much")
    assert (wrong.value.code, wrong.value.fields) == ("setting.invalid", ("weights",))


def test_the_thresholds_are_a_setting() -> None:
    name, place_missing = "上海示例科技有限公司", "示例科技有限公司"

    def band(likely: float = 0.9) -> str:
        crm = crmkit.open(":memory:", likely=likely)
        crm.set_up(admin="lin", name="林")
        customers = crm.session("lin").customers
        customers.create(
            name=name,
            kind="enterprise",
            industry="制造业",
            phones=["021-5555 0199"],
            source="展会",
            first_contact=date(2024, 4, 28),
        )
        return customers.duplicates(name=place_missing, kind="enterprise")[0].band

    assert (band(), band(likely=0.8)) == ("similar", "likely")
    for likely, similar in [(0.5, 0.6), (1.0, 0.6), (0.9, 0.0), (float("nan"), 0.6)]:
        with pytest.raises(crmkit.InvalidError) as refused:
            crmkit.open(":memory:", likely=likely, similar=similar)
        assert refused.value.code == "setting.invalid"


def test_groups_are_worked_through_one_after_the_other(me: crmkit.Session, create: Create, group: list[str]) -> None:
    first, second, third = group
    other = [create(name=name, phones=["010-55550100"], check="off").number for name in ("北京远洋贸易有限公司", "远洋贸易（北京）有限公司")]
    job = me.customers.find_duplicates()
    assert list(job.review()) == [], "nothing is found yet"
    job.run()
    review = job.review()
    put_off = [found.customers for found in review if review.later() is None]
    assert set(put_off) == {tuple(group), tuple(other)} and list(review) == []
    for found in (review := job.review()):
        if set(found.customers) == set(other):
            assert review.merge(other[1]) is None
            continue
        left = review.different([third])
        assert left is not None and left.customers == (first, second) and len(left.pairs) == 1
        with pytest.raises(crmkit.NotFoundError):
            review.merge(first, losers=[third])
        assert review.merge(first, losers=[second]) is None
    assert me.customers.get(other[0]).number == other[1]
    assert me.customers.get(second).number == first
    assert list(job.review()) == [] and groups(me) == []
    with pytest.raises(crmkit.NotFoundError):
        review.merge(first)
    with pytest.raises(crmkit.InvalidError) as wrong:
        review.different("CRM202405010001")  # type: ignore[arg-type]
    assert [problem.field for problem in wrong.value.problems] == ["customers"]

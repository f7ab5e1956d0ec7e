"""Checking a whole database, questions in SQL, and what other programs and processes do to the file."""

import copy
import os
import pickle
import sqlite3
import subprocess
import sys
from datetime import date
from pathlib import Path

import crmkit
import pytest


def enter(me: crmkit.Session, name: str, phone: str) -> crmkit.Customer:
    return me.customers.create(
        name=name,
        kind="enterprise",
        industry="制造业",
        phones=[phone],
        source="转介绍",
        first_contact=date(2024, 4, 28),
    )


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "crm.db"
    with crmkit.open(path) as crm:
        crm.set_up("lin", "林")
        enter(crm.session("lin"), "上海示例科技有限公司", "021-5555 0199")
    return path


def test_a_whole_database_is_said_to_be(path: Path) -> None:
    with crmkit.open(path) as crm:
        steps = list(job := crm.check())
        assert steps[-1].finished and steps[-1].done == steps[-1].total
        report = job.report()
        assert report.whole and report.faults == () and report.entries > 0
    with sqlite3.connect(path) as other:
        other.execute("UPDATE customer SET note = 'x'")
    other.close()
    with crmkit.open(path) as crm:
        [fault] = crm.check().run().faults
        assert (fault.kind, fault.detail) == (crmkit.FaultKind.RECORD, "note")
        assert fault.about is not None and fault.about.entity == "customer"


def test_an_admin_asks_in_sql(path: Path) -> None:
    with crmkit.open(path) as crm:
        answer = crm.session("lin").sql('SELECT "客户名称", 1, 0.5, NULL FROM "客户基本信息表"')
        assert answer.columns == ("客户名称", "1", "0.5", "NULL")
        assert answer.rows == (("上海示例科技有限公司", 1, 0.5, None),)
        assert not answer.truncated
        for same in (pickle.loads(pickle.dumps(answer)), copy.deepcopy(answer), crmkit.SqlAnswer.from_json(answer.to_json())):
            assert same == answer and hash(same) == hash(answer)
        plain = {"columns": ["客户名称", "1", "0.5", "NULL"], "rows": [["上海示例科技有限公司", 1, 0.5, None]], "truncated": False}
        assert answer.to_dict() == plain
        assert repr(answer).startswith("SqlAnswer(columns=('客户名称', ")
        assert crm.sql("SELECT 1").rows == ((1,),)
        with pytest.raises(crmkit.InvalidError) as refused:
            crm.sql("DELETE FROM customer")
        assert refused.value.code == "sql.refused"


def test_another_sqlite_in_the_process_loses_nothing_that_was_acknowledged(path: Path) -> None:
    crm = crmkit.open(path)
    me = crm.session("lin")
    kept = enter(me, "北京样例贸易有限公司", "010-6555 0101")
    other = sqlite3.connect(path)
    assert other.execute('SELECT count(*) FROM "客户基本信息表"').fetchone() == (2,)
    other.close()
    try:
        kept = enter(me, "广州木兰机械有限公司", "020-8555 0102")
    except crmkit.StorageError as error:
        assert error.code == "storage.replaced"
    del me, crm
    with crmkit.open(path) as crm:
        assert crm.session("lin").customers.get(kept.number) == kept
        assert crm.check().run().whole


@pytest.mark.skipif(not hasattr(os, "fork"), reason="there is no fork here")
def test_a_forked_process_opens_the_database_again(path: Path) -> None:
    crm = crmkit.open(path)
    enter(crm.session("lin"), "北京样例贸易有限公司", "010-6555 0101")
    child = os.fork()
    if child == 0:
        status = 1
        try:
            with pytest.raises(crmkit.StorageError) as told:
                crm.session("lin")
            assert told.value.code == "storage.forked"
            with crmkit.open(path) as own:
                for n in range(3):
                    enter(own.session("lin"), f"子{'甲乙丙'[n]}机械有限公司", f"1390000000{n}")
            status = 0
        finally:
            os._exit(status)
    crm.close()
    assert os.waitpid(child, 0)[1] == 0
    with crmkit.open(path) as again:
        assert again.session("lin").customers.count() == 5


@pytest.mark.parametrize("name", ["crm.db", "crm.db-wal", "crm.db-shm"])
def test_a_file_of_the_open_database_is_refused_without_touching_it(path: Path, name: str) -> None:
    of_store = path.with_name(name)
    listed = path.with_name("list.csv")
    listed.write_text("客户名称,所属行业,电话,来源\n北京远洋贸易有限公司,零售业,010-55550100,展会\n", "utf-8")
    with crmkit.open(path) as crm:
        me = crm.session("lin")
        enter(me, "北京样例贸易有限公司", "010-6555 0101")
        with pytest.raises(crmkit.InvalidError):
            me.customers.import_file(listed, outcome=of_store)
        with pytest.raises(crmkit.InvalidError):
            me.customers.import_file(of_store)
        if name != "crm.db":
            with pytest.raises(crmkit.StorageError):
                crmkit.open(of_store)
        # Had its locks been dropped, the last of another program to close would delete the log.
        reads = "import sqlite3, sys; other = sqlite3.connect(sys.argv[1]); other.execute('SELECT count(*) FROM customer').fetchone(); other.close()"
        subprocess.run([sys.executable, "-c", reads, str(path)], check=True)
        kept = enter(me, "上海远洋贸易有限公司", "021-6555 0102")
    with crmkit.open(path) as crm:
        assert crm.session("lin").customers.get(kept.number) == kept

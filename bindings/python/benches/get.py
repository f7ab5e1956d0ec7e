"""One customer by its number through the binding: the median of many calls, beside what Rust takes for the same.

Appends a line of JSON to the file named by CRMKIT_BENCH_OUT; CRMKIT_BENCH_QUICK makes it short. Rust's figure is `rust_get`
of the same run; CRMKIT_RUST_GET_NS hands one in by hand.
"""

from __future__ import annotations

import json
import os
import statistics
import tempfile
import time
from pathlib import Path

import crmkit

CUSTOMERS = 1_000
#: Calls per sample: as long as Rust's samples take, so that a busy machine slows both alike.
CALLS = 4_000
#: No common factor with a thousand: each customer comes in turn, and none beside the one before.
STEP = 389


def filled(folder: Path) -> tuple[crmkit.Session, list[str]]:
    """A file with customers of the shape that Rust's bench reads, and their numbers."""
    path = folder / "get.csv"
    with path.open("w", encoding="utf-8") as file:
        file.write("客户名称,所属行业,客户类型,联系电话,地址,客户来源,来源说明,首次接触时间,客户状态,跟进人\n")
        for i in range(CUSTOMERS):
            address = f"上海市中山路{i % 900 + 1}号" if i % 4 else ""
            detail = "" if i % 3 else "二〇二四年"
            file.write(
                f"上海示例{i}科技有限公司,制造业,企业客户,021-{50_000_000 + i},{address},转介绍,{detail},2024-04-28,潜在,lin\n"
            )
    crm = crmkit.open(folder / "crm.db")
    crm.set_up("lin", "林")
    me = crm.session("lin")
    report = me.customers.import_file(path, on_duplicate="create").run()
    assert report.counts.created == CUSTOMERS
    return me, [summary.number for summary in me.customers.iterate(sort="oldest")]


def main() -> None:
    samples = 20 if os.environ.get("CRMKIT_BENCH_QUICK") else 100
    with tempfile.TemporaryDirectory() as folder:
        me, numbers = filled(Path(folder))
        customers = me.customers
        took = []
        for sample in range(samples + 5):
            asked = [numbers[(sample * CALLS + i) * STEP % CUSTOMERS] for i in range(CALLS)]
            start = time.perf_counter_ns()
            for number in asked:
                customers.get(number)
            took.append((time.perf_counter_ns() - start) / CALLS)
    median = statistics.median(took[5:])
    figure: dict[str, object] = {"name": "python_get", "value": round(median / 1000, 3), "unit": "µs"}
    if rust := os.environ.get("CRMKIT_RUST_GET_NS"):
        figure |= {"limit": float(rust) / 1000, "ratio": round(median / float(rust), 3)}
    line = json.dumps(figure, ensure_ascii=False)
    print(line)
    if out := os.environ.get("CRMKIT_BENCH_OUT"):
        with Path(out).open("a", encoding="utf-8") as file:
            file.write(line + "\n")


if __name__ == "__main__":
    main()

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
from datetime import date
from pathlib import Path

import crmkit

CUSTOMERS = 1_000
#: Calls per sample, so that reading the clock weighs nothing.
CALLS = 100


def filled(path: Path) -> tuple[crmkit.Session, list[str]]:
    """A database with customers like the ones that Rust's bench reads, and their numbers."""
    crm = crmkit.open(path)
    crm.set_up("lin", "林")
    me = crm.session("lin")
    numbers = [
        me.customers.create(
            name=f"上海示例{i}号科技有限公司",
            kind="enterprise",
            industry="制造业",
            phones=[f"0215555{i:04}"],
            source=("转介绍", "老客户"),
            first_contact=date(2024, 4, 28),
            check="off",
        ).number
        for i in range(CUSTOMERS)
    ]
    return me, numbers


def main() -> None:
    samples = 30 if os.environ.get("CRMKIT_BENCH_QUICK") else 300
    with tempfile.TemporaryDirectory() as folder:
        me, numbers = filled(Path(folder) / "crm.db")
        customers = me.customers
        took = []
        for sample in range(samples + 10):
            asked = [numbers[(sample * 37 + i * 7) % CUSTOMERS] for i in range(CALLS)]
            start = time.perf_counter_ns()
            for number in asked:
                customers.get(number)
            took.append((time.perf_counter_ns() - start) / CALLS)
    median = statistics.median(took[10:])
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

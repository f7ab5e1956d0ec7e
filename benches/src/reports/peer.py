"""DuckDB beside the reports: `peer.py OURS.db PEER.duckdb ASKED.json OUT.json`.

It takes the rows of our file into its own, once, and answers the same columns: each question warm, with two threads, the median of
several times. ASKED.json is a list of {"name", "report", "from", "until", "by"}; instants are milliseconds, `by` a user's row.
OUT.json has for each name the milliseconds and the rows.
"""

import csv
import json
import sqlite3
import statistics
import sys
import tempfile
import time
from pathlib import Path

import duckdb

STAGE = "CASE {} " + " ".join(
    f"WHEN '{code}' THEN {place}"
    for place, code in enumerate(["initial_contact", "needs_analysis", "proposal", "negotiation", "won", "lost"])
) + " END"
DAY = 86_400_000

# What stands in its file: numbers as numbers, days as days, only what counts. It names deals by small integers, and is told when each stage was
# left, so that it need not join a ledger with itself.
TABLES = {
    "customer": "SELECT number, owner, source, status, created_at, archived_at IS NOT NULL AS archived FROM customer",
    "follow_up": "SELECT customer, by AS person, at AS held_at FROM follow_up f WHERE archived_at IS NULL"
    " AND customer NOT IN (SELECT number FROM customer WHERE archived_at IS NOT NULL)",
    "opportunity": "SELECT id, customer, owner, created_at, " + STAGE.format("stage") + " AS stage,"
    " expected_amount AS expected, expected_close FROM opportunity"
    " WHERE customer NOT IN (SELECT number FROM customer WHERE archived_at IS NOT NULL)",
    "stage_change": "SELECT o.id AS opportunity, s.at AS came_at, " + STAGE.format("s.stage_after") + " AS stage,"
    " lead(s.at) OVER (PARTITION BY o.id ORDER BY s.revision) AS left_at"
    " FROM opportunity o JOIN stage_change s ON s.opportunity = o.uuid"
    " WHERE o.customer NOT IN (SELECT number FROM customer WHERE archived_at IS NOT NULL)",
    "contract": "SELECT customer, opportunity, credited_to, amount, signed_on FROM contract"
    " WHERE customer NOT IN (SELECT number FROM customer WHERE archived_at IS NOT NULL)",
    "status_change": "SELECT customer, revision, at AS changed_at, status_before FROM status_change",
}


def load(ours: str, peer: duckdb.DuckDBPyConnection) -> None:
    """Copies the rows."""
    source = sqlite3.connect(f"file:{ours}?mode=ro", uri=True)
    for table, sql in TABLES.items():
        rows = source.execute(sql)
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "rows.csv"
            with path.open("w", newline="", encoding="utf-8") as file:
                writer = csv.writer(file)
                writer.writerow(column[0] for column in rows.description)
                writer.writerows(rows)
            peer.execute(f"CREATE TABLE {table} AS SELECT * FROM read_csv('{path}', header = true)")


def when(asked: dict, column: str) -> str:
    conditions = []
    if asked.get("from") is not None:
        conditions.append(f"{column} >= {asked['from']}")
    if asked.get("until") is not None:
        conditions.append(f"{column} < {asked['until']}")
    return " AND ".join(conditions) or "TRUE"


def whose(asked: dict, column: str) -> str:
    return "TRUE" if asked.get("by") is None else f"{column} = {asked['by']}"


def funnel(asked: dict) -> str:
    """How far deals came: customers, deals and amounts of each level, how many stand there, and how long the median stay was."""
    def each(figure: str, levels: int = 5) -> str:
        return "[" + ", ".join(figure.format(at) for at in range(levels)) + "]"

    stays = ", ".join(f"CAST(sum(left_at - came_at) FILTER (stage = {at}) AS BIGINT) AS stay{at}" for at in range(4))
    return f"""
        WITH deal AS (
            SELECT * FROM opportunity WHERE {when(asked, 'created_at')} AND {whose(asked, 'owner')}),
        ledger AS (SELECT opportunity, max(stage) FILTER (stage < 5) AS high, {stays}
            FROM stage_change WHERE opportunity IN (SELECT id FROM deal) GROUP BY 1),
        signed AS (SELECT opportunity, sum(amount) AS signed FROM contract WHERE opportunity IS NOT NULL GROUP BY 1),
        whole AS (SELECT d.customer, d.stage, ledger.*,
                CASE WHEN d.stage = 4 THEN coalesce(signed.signed, d.expected) ELSE d.expected END AS worth
            FROM deal d JOIN ledger ON ledger.opportunity = d.id LEFT JOIN signed ON signed.opportunity = d.id)
        SELECT (SELECT {each('count(*) FILTER (furthest >= {})')} FROM (SELECT max(high) AS furthest FROM whole GROUP BY customer)),
            {each('count(*) FILTER (high >= {})')}, {each('sum(worth) FILTER (high >= {})')},
            {each('count(*) FILTER (stage = {})')}, {each('median(stay{})', 4)} FROM whole"""


def sources(asked: dict) -> str:
    """Where customers come from, and what they have signed since."""
    return f"""
        WITH won AS (SELECT customer, sum(amount) AS amount FROM contract WHERE opportunity IS NOT NULL GROUP BY 1)
        SELECT source, count(*), count(won.customer), coalesce(sum(won.amount), 0)
        FROM customer c LEFT JOIN won ON won.customer = c.number
        WHERE archived = 0 AND {when(asked, 'c.created_at')} AND {whose(asked, 'c.owner')} GROUP BY 1 ORDER BY 2 DESC, 1"""


def performance(asked: dict) -> str:
    """Whom people talked to, and what they signed."""
    days = dict(asked)
    for end in ("from", "until"):
        if asked.get(end) is not None:
            # Days begin at midnight in China.
            days[end] = f"DATE '1970-01-01' + INTERVAL {(asked[end] + 8 * 3_600_000) // DAY} DAY"
    return f"""
        WITH talked AS (SELECT person, count(DISTINCT customer) AS talked FROM follow_up
            WHERE {when(asked, 'held_at')} AND {whose(asked, 'person')} GROUP BY 1),
        won AS (SELECT credited_to AS person, count(DISTINCT customer) AS customers, count(*) AS deals, sum(amount) AS amount
            FROM contract WHERE opportunity IS NOT NULL AND {when(days, 'signed_on')} AND {whose(asked, 'credited_to')} GROUP BY 1)
        SELECT coalesce(t.person, w.person), coalesce(talked, 0), coalesce(customers, 0), coalesce(deals, 0), coalesce(amount, 0)
        FROM talked t FULL JOIN won w ON w.person = t.person ORDER BY 1"""


def status(asked: dict) -> str:
    """Where customers stand, now or before an instant."""
    if asked.get("until") is None:
        return "SELECT status, count(*) FROM customer WHERE archived = 0 GROUP BY 1 ORDER BY 1"
    return f"""
        WITH first AS (SELECT customer, arg_min(status_before, (changed_at, revision)) AS status FROM status_change
            WHERE changed_at >= {asked['until']} GROUP BY 1)
        SELECT coalesce(first.status, c.status) AS status, count(*) FROM customer c LEFT JOIN first ON first.customer = c.number
        WHERE c.created_at < {asked['until']} GROUP BY 1 ORDER BY 1"""


def forecast(_: dict) -> str:
    """What open deals are expected to bring, by month."""
    return """
        SELECT date_trunc('month', expected_close) AS month, count(*), sum(expected),
            sum(expected * CASE stage WHEN 0 THEN 10 WHEN 1 THEN 25 WHEN 2 THEN 50 ELSE 75 END)
        FROM opportunity WHERE stage < 4 GROUP BY 1 ORDER BY 1"""


REPORTS = {"funnel": funnel, "sources": sources, "performance": performance, "status": status, "forecast": forecast}


def main() -> None:
    ours, path, asked, out = sys.argv[1:]
    is_there = Path(path).exists()
    peer = duckdb.connect(path)
    if not is_there:
        load(ours, peer)
        peer.execute("CHECKPOINT")
    peer.execute("SET threads = 2")
    answers = {}
    for question in json.loads(Path(asked).read_text()):
        sql = REPORTS[question["report"]](question)
        peer.execute(sql).fetchall()
        times = []
        for _ in range(7):
            start = time.perf_counter()
            rows = peer.execute(sql).fetchall()
            times.append((time.perf_counter() - start) * 1e3)
        answers[question["name"]] = {"ms": statistics.median(times), "rows": rows}
    Path(out).write_text(json.dumps(answers, default=str))


main()

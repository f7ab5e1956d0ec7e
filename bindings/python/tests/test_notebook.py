"""The example notebook is as it was run: `python tests/test_notebook.py` runs it anew and keeps what came of it."""

from __future__ import annotations

import ast
import contextlib
import io
import json
import re
from pathlib import Path
from typing import Any

NOTEBOOK = Path(__file__).parents[3] / "examples" / "python" / "reports.ipynb"
UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
SHOWN = {"text/html": "_repr_html_", "image/svg+xml": "_repr_svg_"}


def lines(text: str) -> list[str]:
    """As notebooks keep texts; identifiers are others in every run."""
    return UUID.sub("00000000-0000-0000-0000-000000000000", text).splitlines(keepends=True)


def run(cell: dict[str, Any], names: dict[str, Any], count: int) -> list[dict[str, Any]]:
    """What a cell prints, and what its last line is."""
    body = ast.parse("".join(cell["source"]))
    last = body.body.pop() if body.body and isinstance(body.body[-1], ast.Expr) else None
    printed, value = io.StringIO(), None
    with contextlib.redirect_stdout(printed):
        exec(compile(body, NOTEBOOK.name, "exec"), names)
        if isinstance(last, ast.Expr):
            value = eval(compile(ast.Expression(last.value), NOTEBOOK.name, "eval"), names)
    outputs: list[dict[str, Any]] = []
    if printed.getvalue():
        outputs.append({"name": "stdout", "output_type": "stream", "text": lines(printed.getvalue())})
    if value is not None:
        data = {"text/plain": lines(repr(value))}
        data |= {kind: lines(getattr(value, call)()) for kind, call in SHOWN.items() if hasattr(value, call)}
        outputs.append({"data": data, "execution_count": count, "metadata": {}, "output_type": "execute_result"})
    return outputs


def executed(notebook: dict[str, Any]) -> dict[str, Any]:
    """The same notebook with what comes of its cells."""
    names: dict[str, Any] = {}
    again = json.loads(json.dumps(notebook))
    code = [cell for cell in again["cells"] if cell["cell_type"] == "code"]
    for count, cell in enumerate(code, 1):
        cell["execution_count"], cell["outputs"] = count, run(cell, names, count)
    return again


def ours(notebook: dict[str, Any]) -> list[Any]:
    """What is this library's to say: what other libraries' tables look like is theirs."""
    shown = []
    for cell in notebook["cells"]:
        for output in cell.get("outputs", []):
            data = output.get("data", {})
            is_ours = "image/svg+xml" in data or output["output_type"] == "stream"
            shown.append(output if is_ours else sorted(data))
    return shown


def test_the_notebook_shows_what_comes_of_it() -> None:
    notebook = json.loads(NOTEBOOK.read_text("utf-8"))
    assert ours(executed(notebook)) == ours(notebook)
    pictures = [output for cell in notebook["cells"] for output in cell.get("outputs", []) if "image/svg+xml" in output.get("data", {})]
    assert len(pictures) >= 4
    assert NOTEBOOK.stat().st_size < 200_000


if __name__ == "__main__":
    NOTEBOOK.write_text(json.dumps(executed(json.loads(NOTEBOOK.read_text("utf-8"))), indent=1, ensure_ascii=False, sort_keys=True) + "\n", "utf-8")

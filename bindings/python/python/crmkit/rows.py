"""Lists of records, and what they become: tables of pandas and polars, and of a notebook."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from enum import Enum
from html import escape
from importlib import import_module
from typing import Any, Generic, Literal, SupportsIndex, TypeVar, overload

__all__ = ["Rows"]

Row = TypeVar("Row", covariant=True)

SHOWN = 50
"""Rows that a notebook shows of a list."""


def frame(columns: Mapping[str, list[Any]], library: Literal["pandas", "polars"]) -> Any:
    """The columns as a DataFrame of pandas or polars."""
    try:
        module = import_module(library)
    except ImportError as missing:
        raise ImportError(f"{library} is not installed: pip install 'crmkit[{library}]'", name=library) from missing
    # polars looks at the first rows only, unless told to look at all.
    return module.DataFrame(columns, infer_schema_length=None) if library == "polars" else module.DataFrame(columns)


def columns_of(rows: Iterable[Any], names: Iterable[str]) -> dict[str, list[Any]]:
    """What stands in rows, column by column; those of records within as `rate.part`."""
    flat = [dict(_flat(row.to_dict() if hasattr(row, "to_dict") else {"value": row})) for row in rows]
    columns = list(names)
    known = set(columns)
    for row in flat:
        # The host's own fields; a record that is not there has no name of its own.
        new = [name for name in row if name not in known and not (row[name] is None and any(there.startswith(f"{name}.") for there in columns))]
        columns += new
        known.update(new)
    return {name: [row.get(name) for row in flat] for name in columns}


def _flat(fields: Mapping[str, Any], at: str = "") -> Iterator[tuple[str, Any]]:
    for name, value in fields.items():
        if isinstance(value, dict):
            yield from _flat(value, f"{at}{name}.")
        else:
            yield f"{at}{name}", _plain(value)


def _plain(value: Any) -> Any:
    """A state as its code; lists of records as lists of `dict`."""
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, (list, tuple)):
        return [_plain(item) for item in value]
    if isinstance(value, dict):
        return {name: _plain(item) for name, item in value.items()}
    return value


class Table:
    """What every list has. `__iter__` gives its rows, `columns` what stands in them."""

    columns: tuple[str, ...]

    def __iter__(self) -> Iterator[Any]:
        raise NotImplementedError

    def to_pandas(self) -> Any:
        """The rows as a pandas DataFrame, those of records within as `rate.part`. Needs `crmkit[pandas]`."""
        return frame(columns_of(self, self.columns), "pandas")

    def to_polars(self) -> Any:
        """The rows as a polars DataFrame, those of records within as `rate.part`. Needs `crmkit[polars]`."""
        return frame(columns_of(self, self.columns), "polars")

    def _repr_html_(self) -> str:
        """As a notebook shows it: the first rows, without the columns in which nothing stands."""
        rows = list(self)
        columns = {name: cells for name, cells in columns_of(rows[:SHOWN], self.columns).items() if any(cell not in (None, "", []) for cell in cells)}
        head = "".join(f"<th>{escape(name)}</th>" for name in columns)
        body = "".join(
            "<tr>" + "".join(f"<td>{'' if cell is None else escape(str(cell))}</td>" for cell in cells) + "</tr>\n"
            for cells in zip(*columns.values())
        )
        more = f"<p>… {len(rows)}</p>" if len(rows) > SHOWN else ""
        return f"<table>\n<thead><tr>{head}</tr></thead>\n<tbody>\n{body}</tbody>\n</table>{more}"


class Rows(Table, tuple[Row, ...], Generic[Row]):
    """A list, as a tuple of records."""

    def __new__(cls, items: Iterable[Row] = (), columns: Iterable[str] = ()) -> Rows[Row]:
        """The rows, and the columns that a table of them has, even of none."""
        rows = super().__new__(cls, items)
        rows.columns = tuple(columns)
        return rows

    def __iter__(self) -> Iterator[Row]:
        return tuple.__iter__(self)

    @overload
    def __getitem__(self, index: SupportsIndex, /) -> Row: ...
    @overload
    def __getitem__(self, index: slice, /) -> Rows[Row]: ...
    def __getitem__(self, index: SupportsIndex | slice, /) -> Row | Rows[Row]:
        if isinstance(index, slice):
            return Rows(tuple.__getitem__(self, index), self.columns)
        return tuple.__getitem__(self, index)

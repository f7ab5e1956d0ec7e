"""Pages of a list."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Generic, TypeVar

from .rows import Table

__all__ = ["Page"]

Row = TypeVar("Row", covariant=True)


@dataclass(frozen=True, repr=False)
class Page(Table, Generic[Row]):
    """One page of a list: `for summary in page`. `next` goes into `list(…, after=page.next)`."""

    items: tuple[Row, ...]
    """The rows, in the order asked for."""
    next: str | None
    """What to ask the next page with; `None` when this is the last."""
    columns: tuple[str, ...] = field(default=(), compare=False)
    """What a table of it has for columns, even without rows."""

    def __iter__(self) -> Iterator[Row]:
        return iter(self.items)

    def __len__(self) -> int:
        return len(self.items)

    def __getitem__(self, index: int) -> Row:
        return self.items[index]

    def __repr__(self) -> str:
        return f"Page({len(self)} items, next={self.next!r})"

"""Pages of a list."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Generic, TypeVar

__all__ = ["Page"]

Row = TypeVar("Row", covariant=True)


@dataclass(frozen=True, repr=False)
class Page(Generic[Row]):
    """One page of a list: `for summary in page`. `next` goes into `list(…, after=page.next)`."""

    items: tuple[Row, ...]
    """The rows, in the order asked for."""
    next: str | None
    """What to ask the next page with; `None` when this is the last."""

    def __iter__(self) -> Iterator[Row]:
        return iter(self.items)

    def __len__(self) -> int:
        return len(self.items)

    def __repr__(self) -> str:
        return f"Page({len(self)} items, next={self.next!r})"

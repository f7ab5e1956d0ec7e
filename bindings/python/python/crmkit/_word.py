"""What the enums are made of."""

from __future__ import annotations

from enum import Enum
from typing import Literal


class Word(str, Enum):
    """A member is its code, and has a label for people."""

    def label(self, language: Literal["zh", "en"] = "zh") -> str:
        """What a person reads, in Chinese unless told "en"; `me.language` is what the database was opened with."""
        zh, en = _LABELS[type(self), str(self)]
        if language not in ("zh", "en"):
            from .errors import InvalidError

            raise InvalidError('language: "zh" or "en"', code="setting.invalid", fields=("language",))
        return zh if language == "zh" else en

    def __str__(self) -> str:
        return str(self.value)


_LABELS: dict[tuple[type[Word], str], tuple[str, str]] = {}


def labelled(enum: type[Word], labels: dict[str, tuple[str, str]]) -> None:
    """Says what people read, in Chinese and English, for the codes of an enum."""
    _LABELS.update({(enum, code): label for code, label in labels.items()})

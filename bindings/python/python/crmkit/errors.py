"""What goes wrong: one class per kind, each with a stable code, the fields at fault, and a message for people."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from .enums import ErrorKind

if TYPE_CHECKING:
    from ._crmkit import DuplicateMatch, Problem

__all__ = [
    "ConflictError",
    "CrmError",
    "DeniedError",
    "DuplicateError",
    "InternalError",
    "InvalidError",
    "NotFoundError",
    "RuleError",
    "StorageError",
]


class CrmError(Exception):
    """Anything that crmkit raises. Nothing was stored, but for `storage.replaced`, where that cannot be told. `str(error)` is its code and `detail`, which are fit for a log."""

    kind: ClassVar[ErrorKind] = ErrorKind.INTERNAL

    #: What a person reads, in the language that the database was opened with. An ellipsis stands for what was typed, and
    #: customers are named by their numbers; what was typed is in a problem's `message()`.
    detail: str
    #: The stable code, as in `phone.invalid`; of invalid input, the first problem's.
    code: str
    #: The fields at fault, each once.
    fields: tuple[str, ...]
    #: What is wrong, field by field; empty for kinds that are not about fields.
    problems: tuple[Problem, ...]
    #: Whether the same call may succeed later.
    retryable: bool

    def __init__(
        self,
        detail: str,
        *,
        code: str = "internal",
        fields: tuple[str, ...] = (),
        problems: tuple[Problem, ...] = (),
        retryable: bool = False,
    ) -> None:
        super().__init__(detail)
        self.detail = detail
        self.code = code
        self.fields = fields
        self.problems = problems
        self.retryable = retryable

    def __str__(self) -> str:
        return f"{self.code}: {self.detail}"


class InvalidError(CrmError, ValueError):
    """The input is wrong: `problems` has every field at fault at once."""

    kind = ErrorKind.INVALID


class NotFoundError(CrmError, LookupError):
    """There is no such thing, or the caller may not see it, which is the same."""

    kind = ErrorKind.NOT_FOUND

    #: What was asked for, as it was typed.
    key: str

    def __init__(
        self,
        detail: str,
        *,
        code: str = "not_found",
        fields: tuple[str, ...] = (),
        key: str = "",
    ) -> None:
        super().__init__(detail, code=code, fields=fields)
        self.key = key


class DuplicateError(CrmError):
    """The customer may be there already."""

    kind = ErrorKind.DUPLICATE

    #: The likely ones that the caller may see, best first.
    matches: tuple[DuplicateMatch, ...]
    #: The owners' names of likely ones that the caller may not see.
    hidden_owners: tuple[str, ...]

    def __init__(
        self,
        detail: str,
        *,
        code: str = "customer.duplicate",
        fields: tuple[str, ...] = (),
        matches: tuple[DuplicateMatch, ...] = (),
        hidden_owners: tuple[str, ...] = (),
    ) -> None:
        super().__init__(detail, code=code, fields=fields)
        self.matches = matches
        self.hidden_owners = hidden_owners


class ConflictError(CrmError):
    """The record has been changed since the caller saw it: `fields` names what changed."""

    kind = ErrorKind.CONFLICT

    #: The revision that the record has now.
    revision: int

    def __init__(
        self,
        detail: str,
        *,
        code: str = "revision.stale",
        fields: tuple[str, ...] = (),
        revision: int = 0,
    ) -> None:
        super().__init__(detail, code=code, fields=fields)
        self.revision = revision


class RuleError(CrmError):
    """A rule forbids it, though the input is well formed."""

    kind = ErrorKind.RULE


class DeniedError(CrmError, PermissionError):
    """The caller may not do this."""

    kind = ErrorKind.DENIED


class StorageError(CrmError):
    """The store failed; `retryable` says whether the same call may succeed later."""

    kind = ErrorKind.STORAGE


class InternalError(CrmError):
    """A defect of the library."""

    kind = ErrorKind.INTERNAL

"""The four error families. Every error of tutela belongs to exactly one.

A parser raises ``ValueError``; the edge turns it into ``Invalid(...) from`` that error.
Messages are shown to people: they name the place and what would be right, never a hash of
unknown material, a reported address or bytes.
"""

from __future__ import annotations

from typing import ClassVar


class TutelaError(Exception):
    """Base of the four families. ``code`` is a stable slug, ``http_status`` its HTTP face."""

    code: ClassVar[str] = "error"
    http_status: ClassVar[int] = 500

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message

    def public_message(self) -> str:
        """The sentence that may be shown to the caller."""
        return self.message


class Invalid(TutelaError):  # noqa: N818 - the family's name is the noun of the style guide
    """The input is wrong: says where (``field``) and what would be right (``message``)."""

    code = "invalid"
    http_status = 422

    def __init__(self, message: str, *, field: str = "") -> None:
        super().__init__(message)
        self.field = field

    def public_message(self) -> str:
        """``field: message``, or the message alone."""
        return f"{self.field}: {self.message}" if self.field else self.message


class Refused(TutelaError):  # noqa: N818 - see Invalid
    """Not allowed, or does not exist: both have the same face. Says why."""

    code = "refused"
    http_status = 404


class Conflict(TutelaError):  # noqa: N818 - see Invalid
    """Somebody was faster: says what moved, so that the caller can look again."""

    code = "conflict"
    http_status = 409


class Unavailable(TutelaError):  # noqa: N818 - see Invalid
    """A partner, disk, device or optional part is not there: says when to try again."""

    code = "unavailable"
    http_status = 503

    def __init__(self, message: str, *, retry_after_seconds: float | None = None) -> None:
        super().__init__(message)
        self.retry_after_seconds = retry_after_seconds

"""An error of the four families as a message, and back: a refusal arrives as a refusal."""

from __future__ import annotations

from typing import Any

from tutela.kernel.errors import Conflict, Invalid, Refused, TutelaError, Unavailable

#: Fixed words, so that a family keeps its word when a class is renamed.
_FAMILIES: dict[str, type[TutelaError]] = {
    "invalid": Invalid,
    "refused": Refused,
    "conflict": Conflict,
    "unavailable": Unavailable,
}
#: Seconds after which somebody is told to come back at the latest (our own: a day).
RETRY_SECONDS_MAX = 86_400.0


def render(error: TutelaError) -> dict[str, Any]:
    """The error as a message."""
    family = next((word for word, one in _FAMILIES.items() if isinstance(error, one)), "unavailable")
    told: dict[str, Any] = {"error": family, "message": error.message}
    if isinstance(error, Invalid):
        told["field"] = error.field
    if isinstance(error, Unavailable):
        told["retry_after_seconds"] = error.retry_after_seconds
    return told


def check(untrusted_message: dict[str, Any]) -> dict[str, Any]:
    """The message, if it is no error. Raises the error that it is; an unknown one is Unavailable."""
    word = untrusted_message.get("error")
    if word is None:
        return untrusted_message
    sentence = str(untrusted_message.get("message", "the other process failed"))
    if word == "invalid":
        raise Invalid(sentence, field=str(untrusted_message.get("field", "")))
    if word in ("refused", "conflict"):
        raise _FAMILIES[word](sentence)
    raise Unavailable(sentence, retry_after_seconds=_seconds(untrusted_message.get("retry_after_seconds")))


def _seconds(untrusted: Any) -> float | None:
    """A time to come back at, none for what is no such time."""
    is_number = isinstance(untrusted, int | float) and not isinstance(untrusted, bool)
    return untrusted if is_number and 0 <= untrusted <= RETRY_SECONDS_MAX else None

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
    seconds = untrusted_message.get("retry_after_seconds")
    raise Unavailable(sentence, retry_after_seconds=seconds if isinstance(seconds, int | float) else None)

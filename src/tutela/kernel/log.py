"""The log: structured lines that say what happened to which id, and never what was in it.

The first processor keeps only what an allow-list knows: numbers, ids of our own, and words that the
code declared. A path, an address, a hash value, bytes or an exception's message becomes ``[redacted]``
before anything else sees it (threat model ST-07 and ST-17). structlog is imported with the first line.
"""

from __future__ import annotations

import logging
import re
import sys
from collections.abc import Mapping, MutableMapping
from types import TracebackType
from typing import Any, TextIO

from tutela.kernel.clock import Clock, SystemClock, iso_utc
from tutela.kernel.ids import is_id

#: What stands where a value was taken out.
REDACTED = "[redacted]"
#: The names that ``--log-level`` takes, with the number of the standard library.
LEVELS: Mapping[str, int] = {"debug": 10, "info": 20, "warning": 30, "error": 40}
#: Largest integer that passes: 2**53, so that no 64-bit word of a hash does.
NUMBER_MAX = 1 << 53
#: Longest list of ids or words in one field.
LIST_MAX = 20
#: Libraries whose loggers are named in ``library_spoke``; every other one is ``other``.
LIBRARIES = frozenset({"pil", "libav", "py7zr", "obstore", "fsspec", "asyncio", "concurrent"})

_SLUG = re.compile(r"[a-z]{2,}(_[a-z]{1,20}){0,6}")
_HEX_ID = re.compile(r"[a-z]{3}_[0-9a-f]+")
_HEX_RUN = re.compile(r"[0-9a-f]{9,}")
_words: set[str] = {"other", *LIBRARIES}
_state: dict[str, Any] = {"configured": False}


def declare_words(*words: str) -> None:
    """Let these fixed words pass as values. Call it at import time, with literals only.

    Raises ValueError for anything that is not a short slug of letters and underscores.
    """
    for word in words:
        if not _SLUG.fullmatch(word) or len(word) > 40:
            raise ValueError("a log word is a slug of lower-case letters and underscores, at most 40 long")
    _words.update(words)


def is_declared(word: str) -> bool:
    """True when ``word`` may pass as a value."""
    return word in _words


def is_written(level: str) -> bool:
    """True when lines of this level are written at present."""
    lowest: int = _state.get("level", LEVELS["warning"])
    return LEVELS[level] >= lowest


class Logger:
    """Writes lines for one room. The event is a slug from the manual, a field a number, an id or a word."""

    __slots__ = ("_room",)

    def __init__(self, room: str) -> None:
        self._room = room

    def debug(self, event: str, **fields: object) -> None:
        """A line for developers."""
        self._write("debug", event, fields)

    def info(self, event: str, **fields: object) -> None:
        """A line about ordinary work."""
        self._write("info", event, fields)

    def warning(self, event: str, **fields: object) -> None:
        """A line about something that somebody should look at."""
        self._write("warning", event, fields)

    def error(self, event: str, **fields: object) -> None:
        """A line about work that was not done."""
        self._write("error", event, fields)

    def exception(self, event: str, **fields: object) -> None:
        """As ``error``, with type and place of the exception being handled; never its message."""
        self._write("error", event, {**fields, "exc_info": True})

    def _write(self, level: str, event: str, fields: Mapping[str, object]) -> None:
        _bound(self._room, level, event, fields)


def get_logger(room: str) -> Logger:
    """The logger of a room, for example ``get_logger("detect.media")``; free until a line is written."""
    return Logger(room)


def configure(*, level: str = "warning", stream: TextIO | None = None, clock: Clock | None = None) -> None:
    """Choose the lowest level, the stream (standard error) and the clock; silence foreign loggers' texts.

    Raises ValueError for an unknown level. May be called again.
    """
    if level not in LEVELS:
        raise ValueError(f"a log level is one of {', '.join(LEVELS)}")
    _state.update(configured=True, level=LEVELS[level], stream=stream, clock=clock or SystemClock())
    _state.pop("logger", None)
    root = logging.getLogger()
    root.handlers = [ForeignHandler()]
    root.setLevel(logging.WARNING)


class ForeignHandler(logging.Handler):
    """Turns a line of somebody else's library into one that says only which library spoke, and how loud.

    Its text may quote a file name or bytes, so it is dropped.
    """

    def emit(self, record: logging.LogRecord) -> None:
        """Write ``library_spoke`` for the record."""
        level = next((name for name in ("error", "warning") if record.levelno >= LEVELS[name]), "info")
        library = record.name.partition(".")[0].lower()
        _bound("library", level, "library_spoke", {"library": library if library in LIBRARIES else "other"})


def redact(fields: Mapping[str, object]) -> dict[str, object]:
    """``fields`` with every value replaced by ``[redacted]`` that the allow-list does not know.

    Pass: None, booleans, finite numbers up to 2**53, ids of ``new_id``, declared words, and short lists of
    ids and words (not of numbers: sixteen small numbers are an MD5).
    A field whose name is no slug is dropped altogether.
    """
    kept: dict[str, object] = {}
    for name, value in fields.items():
        if _is_slug(name):
            kept[name] = _safe(value)
    return kept


def _safe(value: object) -> object:
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, (int, float)):
        return value if abs(value) <= NUMBER_MAX else REDACTED
    if isinstance(value, str):
        return value if _is_own_id(value) or value in _words else REDACTED
    if (
        isinstance(value, (list, tuple))
        and len(value) <= LIST_MAX
        and all(isinstance(one, str) for one in value)
    ):
        return [_safe(one) for one in value]
    return REDACTED


def _is_own_id(text: str) -> bool:
    """An id of ``new_id``, and not a prefix before an MD5: 32 random characters are never all hexadecimal."""
    return is_id(text) and not _HEX_ID.fullmatch(text)


def _is_slug(text: str) -> bool:
    return _SLUG.fullmatch(text) is not None and not _HEX_RUN.search(text)


def _redact_processor(
    _logger: object, _method: str, line: MutableMapping[str, Any]
) -> MutableMapping[str, Any]:
    """structlog's first processor: event and room are slugs of our own, the rest goes through ``redact``."""
    event, room = str(line.pop("event", "")), str(line.pop("room", ""))
    error = line.pop("exc_info", None)
    safe = redact(line)
    safe["event"] = event if _is_slug(event) else REDACTED
    safe["room"] = room if all(_is_slug(part) for part in room.split(".")) else REDACTED
    if error:
        safe.update(_exception_facts(sys.exc_info() if error is True else error))
    return safe


def _exception_facts(info: object) -> dict[str, object]:
    """Type and innermost place in our own code of an exception; its message may quote what it met."""
    if isinstance(info, BaseException):
        info = (type(info), info, info.__traceback__)
    if not isinstance(info, tuple) or info[0] is None:
        return {}
    return {"exception": info[0].__name__, "place": _place(info[2])}


def _place(traceback: TracebackType | None) -> str:
    """``module:line`` of the innermost frame inside tutela, or ``outside``."""
    place = "outside"
    while traceback is not None:
        module = traceback.tb_frame.f_globals.get("__name__", "")
        if module.startswith("tutela."):
            place = f"{module}:{traceback.tb_lineno}"
        traceback = traceback.tb_next
    return place


def _bound(room: str, level: str, event: str, fields: Mapping[str, object]) -> None:
    if is_written(level):
        getattr(_structlog(), level)(event, room=room, **fields)


def _structlog() -> Any:
    """The configured structlog logger, made with the first line and where standard error was replaced."""
    stream = _state.get("stream") or sys.stderr
    if _state.get("bound") is not stream or "logger" not in _state:
        import structlog

        clock: Clock = _state.get("clock") or SystemClock()

        def stamp(_logger: object, _method: str, line: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
            return {"time": iso_utc(clock.now()), **line}

        _state["logger"] = structlog.wrap_logger(
            structlog.WriteLogger(stream),
            processors=[
                _redact_processor,
                structlog.processors.add_log_level,
                stamp,
                structlog.processors.JSONRenderer(),
            ],
            wrapper_class=structlog.BoundLogger,
        )
        _state["bound"] = stream
    return _state["logger"]

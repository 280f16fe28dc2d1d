"""mitmproxy without a voice: no log line, no page that names a host or itself, no file of session keys."""

from __future__ import annotations

import importlib
import logging
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import Any, Final

#: Loggers of mitmproxy and of what it speaks HTTP with: their lines hold addresses and header fields.
LOGGERS: Final = (
    "mitmproxy",
    "mitmproxy_rs",
    "hpack",
    "h2",
    "hyperframe",
    "wsproto",
    "aioquic",
    "quic",
    "asyncio",
)
#: Modules that make pages out of errors (mitmproxy 11.0 to 12.2).
_PAGES: Final = tuple(f"mitmproxy.proxy.layers.http._http{number}" for number in (1, 2, 3))
_ABOVE_ALL: Final = logging.CRITICAL + 1


def page(status_code: int, message: str) -> bytes:
    """What a browser shows when a site could not be reached: the status, without the reason."""
    return (
        f"<html><head><title>{status_code}</title></head><body><h1>{status_code}</h1></body></html>".encode()
    )


@contextmanager
def quiet() -> Iterator[None]:
    """Silence while the block runs; afterwards all is as it was."""
    with ExitStack() as stack:
        for name in LOGGERS:
            stack.enter_context(_silenced(logging.getLogger(name)))
        for module in _PAGES:
            stack.enter_context(_changed(module, "format_error", page))
        stack.enter_context(_changed("mitmproxy.version", "MITMPROXY", "proxy"))
        # SSLKEYLOGFILE would have every session's keys written to a file
        stack.enter_context(_changed("mitmproxy.net.tls", "log_master_secret", None))
        yield


@contextmanager
def _silenced(logger: logging.Logger) -> Iterator[None]:
    level, propagates, nowhere = logger.level, logger.propagate, logging.NullHandler()
    logger.setLevel(_ABOVE_ALL)
    logger.propagate = False
    logger.addHandler(nowhere)
    try:
        yield
    finally:
        logger.setLevel(level)
        logger.propagate = propagates
        logger.removeHandler(nowhere)


@contextmanager
def _changed(module_name: str, name: str, value: Any) -> Iterator[None]:
    """One name of a module with another value; a version that lacks it is refused by the import."""
    module = importlib.import_module(module_name)
    before = getattr(module, name)
    setattr(module, name, value)
    try:
        yield
    finally:
        setattr(module, name, before)

"""How much of one answer mitmproxy keeps together: its one limit, or the answer's own.

mitmproxy has one limit for all answers, and a film is longer than anything else that is kept.
"""

from __future__ import annotations

import importlib
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final

from mitmproxy.proxy.layer import CommandGenerator
from mitmproxy.proxy.layers.http import HttpStream

from tutela.prevent.guard.proxy.streaming import Bounded

_MODULE: Final = "mitmproxy.proxy.layers.http"


class OwnLimit(HttpStream):
    """One request and its answer; an answer with ``bytes_max`` is kept up to that."""

    def check_body_size(self, request: bool) -> CommandGenerator[bool]:  # noqa: FBT001 - its name there
        """Whether a limit ends the exchange; beyond the limit of one answer it becomes a stream."""
        flow: Any = getattr(self, "flow", None)
        answer = None if request or flow is None else flow.response
        if isinstance(answer, Bounded) and len(self.response_body_buf) <= answer.bytes_max:
            return False
        return (yield from super().check_body_size(request))


@contextmanager
def own_limits() -> Iterator[None]:
    """Limits of single answers while the block runs; afterwards all is as it was."""
    module: Any = importlib.import_module(_MODULE)
    before = module.HttpStream
    module.HttpStream = OwnLimit
    try:
        yield
    finally:
        module.HttpStream = before

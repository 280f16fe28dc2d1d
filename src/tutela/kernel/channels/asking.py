"""Asking another process of tutela: one question, one answer."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from tutela.kernel.channels import errors_json
from tutela.kernel.channels.frames import Message, close_all, receive, send
from tutela.kernel.channels.places import connected
from tutela.kernel.errors import Unavailable

#: Seconds after which a process that was not there is asked again: it starts in two (our own).
RETRY_SECONDS = 5.0


def ask(path: Path, message: Message, descriptors: Sequence[int] = (), *, seconds: float) -> dict[str, Any]:
    """The answer of whoever listens at ``path``; what it says is untrusted.

    Raises the error that it answered with; Unavailable where nobody listens or no answer comes in time.
    """
    try:
        with connected(path, seconds) as connection:
            send(connection, message, descriptors)
            answer, handed = receive(connection)
    except (OSError, EOFError, ValueError) as error:
        said = f"the process at the socket {path.name} does not answer"
        raise Unavailable(said, retry_after_seconds=RETRY_SECONDS) from error
    if handed:
        close_all(handed)
        raise Unavailable(f"the process at the socket {path.name} answered with a descriptor")
    return errors_json.check(answer)

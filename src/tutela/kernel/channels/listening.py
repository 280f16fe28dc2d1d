"""Answering other processes of tutela on a Unix socket that only this user may open.

One connection is one question. Each is answered in a thread of its own, a few at once; what goes wrong in one
is that one's answer. Who asks must run under a user that may: the socket's mode says so, and the credentials
that the kernel gives are looked at again.
"""

from __future__ import annotations

import os
import socket
import struct
import sys
import threading
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from tutela.kernel.channels import errors_json
from tutela.kernel.channels.frames import Message, close_all, receive, send
from tutela.kernel.channels.places import connected, short_name
from tutela.kernel.errors import Conflict, Refused, TutelaError, Unavailable
from tutela.kernel.log import declare_words, get_logger

#: What answers a question: a message and descriptors, which stay the listener's, in; a message out.
Handle = Callable[[dict[str, Any], Sequence[int]], Message]

#: Connections that wait in the kernel (our own).
_BACKLOG = 64
#: Seconds between looks whether to end.
_LOOK_SECONDS = 0.25
#: Seconds in which somebody who connected has asked.
_ASKING_SECONDS = 10.0
#: Seconds for a look whether somebody else listens here already.
_PROBE_SECONDS = 1.0
#: Permissions: the user of the process and nobody else (decisions.md section 4).
_MODE, _FOLDER_MODE = 0o600, 0o700
#: struct ucred of unix(7): process, user, group.
_CREDENTIALS = struct.Struct("3i")

declare_words("question_malformed", "question_failed", "question_of_other_user", "listener_crowded")
_log = get_logger("channels")


class Listener:
    """Listens at ``path``; ``run`` answers until it is told to stop. A context manager.

    Raises Conflict where another process listens there, Unavailable where the socket cannot be made.
    """

    def __init__(self, path: Path, handle: Handle, *, at_once: int = 16, seconds: float = 600.0) -> None:
        self._path, self._handle, self._seconds = path, handle, seconds
        self._turns = threading.BoundedSemaphore(at_once)
        self._socket = _listening(path)

    def run(self, stop: threading.Event) -> None:
        """Answers until ``stop`` is set; what is being answered then ends with the process."""
        self._socket.settimeout(_LOOK_SECONDS)
        while not stop.is_set():
            try:
                connection, _ = self._socket.accept()
            except TimeoutError:
                continue
            self._begin(connection)

    def close(self) -> None:
        """Stops listening and takes the socket away. Safe to call twice."""
        if self._socket.fileno() >= 0:
            self._socket.close()
            self._path.unlink(missing_ok=True)

    def __enter__(self) -> Listener:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _begin(self, connection: socket.socket) -> None:
        if not self._turns.acquire(blocking=False):
            _log.warning("listener_crowded")
            connection.close()
            return
        threading.Thread(target=self._serve, args=(connection,), daemon=True).start()

    def _serve(self, connection: socket.socket) -> None:
        try:
            with connection:
                connection.settimeout(_ASKING_SECONDS)
                self._answer(connection)
        except (OSError, EOFError):
            return  # the asker is gone; it asks again
        except ValueError:
            _log.error("question_malformed")
        finally:
            self._turns.release()

    def _answer(self, connection: socket.socket) -> None:
        if not _is_ours(connection):
            _log.error("question_of_other_user")
            return
        message, descriptors = receive(connection)
        try:
            answer = self._handled(message, descriptors)
        finally:
            close_all(descriptors)
        connection.settimeout(self._seconds)
        send(connection, answer)

    def _handled(self, message: dict[str, Any], descriptors: Sequence[int]) -> Message:
        try:
            return self._handle(message, descriptors)
        except TutelaError as error:
            return errors_json.render(error)
        except (KeyError, TypeError, ValueError):
            _log.error("question_malformed")
            return errors_json.render(Refused("this question is not understood"))
        except Exception:  # noqa: BLE001 - the last resort of this thread: the asker hears of it
            _log.exception("question_failed")
            return errors_json.render(Unavailable("the process failed"))


def _listening(path: Path) -> socket.socket:
    try:
        path.parent.mkdir(mode=_FOLDER_MODE, parents=True, exist_ok=True)
        _take_stale_away(path)
        return _bound(path)
    except OSError as error:
        raise Unavailable(f"the socket {path} cannot be made: {error.strerror}") from error


def _take_stale_away(path: Path) -> None:
    """Unlinks the socket of a process that died. Raises Conflict where one lives."""
    if not path.is_socket():
        return
    try:
        connected(path, _PROBE_SECONDS).close()
    except ConnectionRefusedError:
        path.unlink(missing_ok=True)
        return
    raise Conflict(f"another process listens at {path}")


def _bound(path: Path) -> socket.socket:
    """Nobody but this user can connect at any moment: it listens only once its mode is set."""
    opened = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    try:
        with short_name(path) as name:
            opened.bind(name)
        path.chmod(_MODE)
        opened.listen(_BACKLOG)
    except BaseException:
        opened.close()
        raise
    return opened


def _is_ours(connection: socket.socket) -> bool:
    """Whether the other side runs under this user, or root; elsewhere than on Linux the mode has to do."""
    if sys.platform != "linux":
        return True
    given = connection.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, _CREDENTIALS.size)
    return _CREDENTIALS.unpack(given)[1] in (0, os.geteuid())

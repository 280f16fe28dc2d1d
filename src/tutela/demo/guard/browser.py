"""Chromium driven over a pipe (Chrome DevTools Protocol), without a package and without a port."""

from __future__ import annotations

import fcntl
import json
import os
import select
import shutil
import signal
import time
from base64 import b64decode
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Any, Final, Self

from tutela.kernel.errors import Unavailable

#: Names of the program, the first that is there is taken.
NAMES: Final = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
#: Seconds in which the browser has to answer anything.
_ANSWER_SECONDS: Final = 30.0
_PIECE_BYTES: Final = 1 << 16
#: Seconds in which it has to end once nobody holds its pipe.
_ENDING_SECONDS: Final = 5.0
#: Where it reads and writes with ``--remote-debugging-pipe``.
_READS_AT, _WRITES_AT = 3, 4
#: What every browser of the demonstration is told: nothing of its own on the network, nothing asked.
_PLAIN: Final = (
    "--remote-debugging-pipe",
    "--no-first-run",
    "--no-default-browser-check",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-default-apps",
    "--disable-sync",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-features=Translate,OptimizationHints,MediaRouter,DialMediaRouteProvider",
    "--autoplay-policy=no-user-gesture-required",
    "--hide-scrollbars",
    "--test-type",
    "--password-store=basic",
    "--window-position=0,0",
)


def program() -> str:
    """Where Chromium is. Raises Unavailable where there is none."""
    for name in NAMES:
        found = shutil.which(name)
        if found is not None:
            return found
    raise Unavailable("this needs Chromium (apt-get install chromium), and nothing else that is not here")


class Browser:
    """Chromium with a profile of its own below ``home``, while the block runs.

    ``display``: a screen of X, or empty for none. ``more``: further arguments.
    """

    def __init__(self, home: Path, *, display: str, size: tuple[int, int], more: Sequence[str] = ()) -> None:
        self._home, self._display, self._size = home, display, size
        self._more = [f"--window-size={size[0]},{size[1]}", *more]
        self._more.append("--kiosk" if display else "--headless=new")
        if os.geteuid() == 0:
            self._more.append("--no-sandbox")  # Chromium's own sandbox refuses root

    def __enter__(self) -> Self:
        theirs_in, self._out = _pipe()
        self._in, theirs_out = _pipe()
        try:
            self._process = _started(self._command(), theirs_in, theirs_out, self._environment())
        finally:
            os.close(theirs_in)
            os.close(theirs_out)
        self._received, self._number = b"", 0
        try:
            self._session = self._attached()
        except BaseException:
            self.__exit__(None, None, None)
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        os.close(self._out)
        os.close(self._in)
        _end(self._process)

    def go(self, url: str) -> None:
        """Return once the page's document comes. Raises Unavailable where it does not."""
        answer = self._ask("Page.navigate", {"url": url})
        if answer.get("errorText"):
            raise Unavailable(f"the page could not be opened: {answer['errorText']}")

    def evaluate(self, script: str) -> Any:
        """The value of an expression on the page, awaited where it is a promise."""
        asked = {"expression": script, "awaitPromise": True, "returnByValue": True}
        answer = self._ask("Runtime.evaluate", asked)
        return answer.get("result", {}).get("value")

    def screenshot(self) -> bytes:
        """The page as a PNG of the window's size."""
        width, height = self._size
        clip = {"x": 0, "y": 0, "width": width, "height": height, "scale": 1}
        asked = {"format": "png", "captureBeyondViewport": True, "clip": clip}
        return b64decode(self._ask("Page.captureScreenshot", asked)["data"])

    def _command(self) -> list[str]:
        return [program(), *_PLAIN, f"--user-data-dir={self._home / 'profile'}", *self._more, "about:blank"]

    def _environment(self) -> Mapping[str, str]:
        shown = {"DISPLAY": self._display} if self._display else {}
        kept = {name: value for name, value in os.environ.items() if not _is_of_a_session(name)}
        return {**kept, **shown, "HOME": str(self._home)}

    def _attached(self) -> str:
        targets = self._ask("Target.getTargets", {}, session="")["targetInfos"]
        page = next(one["targetId"] for one in targets if one["type"] == "page")
        asked = {"targetId": page, "flatten": True}
        return str(self._ask("Target.attachToTarget", asked, session="")["sessionId"])

    def _ask(self, method: str, parameters: Mapping[str, Any], session: str | None = None) -> dict[str, Any]:
        self._number += 1
        said: dict[str, Any] = {"id": self._number, "method": method, "params": parameters}
        if session != "":
            said["sessionId"] = self._session
        os.write(self._out, json.dumps(said).encode() + b"\0")
        while True:
            heard = self._heard()
            if heard.get("id") == self._number:
                if "error" in heard:
                    raise Unavailable(f"the browser refused {method}: {heard['error'].get('message', '')}")
                result: dict[str, Any] = heard["result"]
                return result

    def _heard(self) -> dict[str, Any]:
        """The next message of the browser. Raises Unavailable where none comes."""
        deadline = time.monotonic() + _ANSWER_SECONDS
        while b"\0" not in self._received:
            ready, _, _ = select.select([self._in], [], [], max(0.0, deadline - time.monotonic()))
            piece = os.read(self._in, _PIECE_BYTES) if ready else b""
            if not piece:
                raise Unavailable("the browser does not answer")
            self._received += piece
        line, _, self._received = self._received.partition(b"\0")
        heard: dict[str, Any] = json.loads(line)
        return heard


def _is_of_a_session(name: str) -> bool:
    """Whether a variable would lead the browser to the person's own screen, settings or proxy."""
    own = ("DISPLAY", "WAYLAND_DISPLAY", "DBUS_SESSION_BUS_ADDRESS", "HOME")
    return name in own or name.startswith("XDG_") or name.lower().endswith("_proxy")


def _started(command: list[str], reads: int, writes: int, environment: Mapping[str, str]) -> int:
    """The process id. Its pipes are at 3 and 4, where Chromium looks for them, and nothing is written to."""
    actions = [
        (os.POSIX_SPAWN_OPEN, 0, os.devnull, os.O_RDWR, 0),
        (os.POSIX_SPAWN_DUP2, 0, 1),
        (os.POSIX_SPAWN_DUP2, 0, 2),
        (os.POSIX_SPAWN_DUP2, reads, _READS_AT),
        (os.POSIX_SPAWN_DUP2, writes, _WRITES_AT),
    ]
    return os.posix_spawn(command[0], command, environment, file_actions=actions)


def _pipe() -> tuple[int, int]:
    """A pipe whose two ends lie above those places."""
    low = os.pipe()
    high = tuple(fcntl.fcntl(one, fcntl.F_DUPFD_CLOEXEC, _WRITES_AT + 1) for one in low)
    for one in low:
        os.close(one)
    return high[0], high[1]


def _end(process: int) -> None:
    """Return once the process has ended; it is killed where it takes too long."""
    deadline = time.monotonic() + _ENDING_SECONDS
    while os.waitpid(process, os.WNOHANG) == (0, 0):
        if time.monotonic() > deadline:
            os.kill(process, signal.SIGKILL)
            os.waitpid(process, 0)
            return
        time.sleep(0.02)

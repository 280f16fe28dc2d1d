"""The page in a thread of its own, on a loopback port, without a line in any log."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from tornado.httpserver import HTTPServer
from tornado.ioloop import PeriodicCallback
from tornado.web import Application, RequestHandler

from tutela.kernel.clock import Clock, SystemClock
from tutela.kernel.errors import Unavailable
from tutela.prevent.guard.page import choice_pages, open_pages, own_pages, record_pages
from tutela.prevent.guard.page.answering import Answer, Nothing
from tutela.prevent.guard.page.shapes import Running
from tutela.prevent.guard.page.site import IsOwnAccount, Site
from tutela.prevent.guard.person.device_time import DeviceClock, SystemDeviceClock
from tutela.prevent.guard.person.folder import Folder
from tutela.prevent.guard.system.accounts import is_own_account
from tutela.prevent.guard.system.ports import LOOPBACK, PAGE

#: Seconds that starting and stopping may take.
STARTING_SECONDS_MAX: Final = 10.0
STOPPING_SECONDS_MAX: Final = 10.0
#: Bytes of a request's body at most: a list of hosts, a page of a diary (our own).
BODY_BYTES_MAX: Final = 128 * 1024
#: Seconds that a connection may be silent, and milliseconds between two looks for idle sessions (our own).
SILENT_SECONDS_MAX: Final = 60
PURGE_MILLISECONDS: Final = 30_000
#: Loggers of what serves; their lines hold addresses.
LOGGERS: Final = ("tornado.access", "tornado.application", "tornado.general", "asyncio")

ROUTES: Final[dict[str, type[Answer]]] = {
    "/": open_pages.Front,
    "/open": open_pages.SignIn,
    "/lock": open_pages.Lock,
    "/stop": open_pages.Stop,
    "/start": open_pages.Start,
    "/after": open_pages.After,
    "/language": open_pages.Language,
    "/page.css": open_pages.Sheet,
    "/favicon.ico": open_pages.Icon,
    "/choices": choice_pages.Choices,
    "/choices/save": choice_pages.Save,
    "/take-back": choice_pages.TakeBack,
    "/pause": choice_pages.Pause,
    "/leaving": choice_pages.Leaving,
    "/counts": record_pages.Counts,
    "/diary": record_pages.Diary,
    "/diary/forget": record_pages.ForgetDiary,
    "/help": own_pages.Help,
    "/exercise": own_pages.Exercise,
    "/self-help": own_pages.SelfHelp,
    "/coverage": own_pages.Coverage,
    "/report": own_pages.Report,
    "/report/save": own_pages.SaveReport,
    "/lists": own_pages.Lists,
    "/about": own_pages.About,
}


class PageServer:
    """The page of one folder. ``port``: 0 takes a free one; the property has the one that was taken."""

    def __init__(
        self,
        folder: Folder,
        running: Running,
        *,
        port: int = PAGE,
        clock: Clock | None = None,
        device_clock: DeviceClock | None = None,
        is_own_account: IsOwnAccount = is_own_account,
    ) -> None:
        self.site = Site(
            folder=folder,
            running=running,
            clock=clock or SystemClock(),
            device_clock=device_clock or SystemDeviceClock(),
            is_own_account=is_own_account,
        )
        self._wanted, self._started = port, threading.Event()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._ending: asyncio.Event | None = None
        self._thread = threading.Thread(target=self._run, daemon=True)

    @property
    def port(self) -> int:
        """Where it listens; 0 before it does."""
        return self.site.port

    @property
    def alive(self) -> bool:
        """Whether it still serves."""
        return self._thread.is_alive()

    def start(self) -> PageServer:
        """Itself, once it listens. Raises Unavailable where it cannot."""
        self._thread.start()
        if not self._started.wait(STARTING_SECONDS_MAX) or not self.port:
            self.stop()
            raise Unavailable("the page could not be started: is its port taken?")
        return self

    def stop(self) -> None:
        """Ends it with every connection and session. Safe to call twice."""
        if self._loop is not None and self._ending is not None:
            with contextlib.suppress(RuntimeError):  # the loop is closed already
                self._loop.call_soon_threadsafe(self._ending.set)
        self._thread.join(STOPPING_SECONDS_MAX)

    def __enter__(self) -> PageServer:
        return self.start()

    def __exit__(self, *_: object) -> None:
        self.stop()

    def _run(self) -> None:
        try:
            with silent(), contextlib.suppress(OSError):
                asyncio.run(self._serve())
        finally:
            self._started.set()

    async def _serve(self) -> None:
        self._loop, self._ending = asyncio.get_running_loop(), asyncio.Event()
        listening = socket.create_server((LOOPBACK, self._wanted))
        listening.setblocking(False)
        self.site.port = listening.getsockname()[1]
        server = HTTPServer(
            application(self.site), max_body_size=BODY_BYTES_MAX, idle_connection_timeout=SILENT_SECONDS_MAX
        )
        server.add_socket(listening)
        purging = PeriodicCallback(self.site.purge, PURGE_MILLISECONDS)
        purging.start()
        self._started.set()
        await self._ending.wait()
        purging.stop()
        server.stop()
        await server.close_all_connections()


def application(site: Site) -> Application:
    """Every address of the page; any other says that nothing is there."""
    return Application(
        [(path, handler, {"site": site}) for path, handler in ROUTES.items()],
        default_handler_class=Nothing,
        default_handler_args={"site": site},
        log_function=lambda _handler: None,
        paths=frozenset(path for path, handler in ROUTES.items() if handler.get is not RequestHandler.get),
    )


@contextmanager
def silent() -> Iterator[None]:
    """Silence of ``LOGGERS`` while the block runs. Others who silence the same ones are not disturbed."""

    def nothing(_record: logging.LogRecord) -> bool:
        return False

    loggers = [logging.getLogger(name) for name in LOGGERS]
    for one in loggers:
        one.addFilter(nothing)
    try:
        yield
    finally:
        for one in loggers:
            one.removeFilter(nothing)

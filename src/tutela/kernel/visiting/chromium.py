"""Chromium as the browser of one visit: one way to the network, a profile in memory, nothing in its hands.

It inherits no variable and no descriptor of ours but its pipe, and reaches what its proxy lets it reach.
When the visit ends, it is killed with all that it started, and its profile is taken away.
"""

from __future__ import annotations

import base64
import binascii
import fcntl
import os
import shutil
import signal
import tempfile
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tutela.kernel.clock import Clock, SystemClock
from tutela.kernel.egress.browser_proxy import BrowserProxy, ProxyBounds, browser_arguments
from tutela.kernel.egress.guarding import Guard
from tutela.kernel.egress.urls import Url, UrlError, parse_url
from tutela.kernel.errors import Conflict, Refused, Unavailable
from tutela.kernel.visiting.browsers import Reading, VisitRules
from tutela.kernel.visiting.devtools import Devtools
from tutela.kernel.visiting.outline import PARTS_MAX, bounded, clean, number, part_of
from tutela.kernel.visiting.page_script import AIM, READ
from tutela.kernel.visiting.quieting import QuietGuard

#: Names under which systems install it.
PROGRAMS = ("chromium", "chromium-browser", "google-chrome")
#: Where the profile stands: memory, of which no disk keeps anything.
MEMORY = Path("/dev/shm")  # noqa: S108 - a folder of a random name is made in it
#: How its folder is called: with the process that made it, so that what a dead one left can be taken away.
_PREFIX = "tutela-visit-"
#: Tries to take a folder away in which processes that end just now may still write (our own).
_TRIES = 20
#: Seconds for a start, for one question, between two looks whether a page has come, and for its last words.
_START_SECONDS, _ASK_SECONDS, _LOOK_SECONDS, _SETTLE_SECONDS = 30.0, 20.0, 0.25, 1.0
#: Pixels of the window, and of the longest page that is pictured as a whole (our own).
_WIDTH, _HEIGHT, _LONGEST = 1_280, 900, 8_000
#: What it is started with beside the way to its proxy: no window is opened, nothing is remembered.
_ARGUMENTS = (
    "--headless=new",
    "--enable-automation",
    "--remote-debugging-pipe",
    "--incognito",
    "--block-new-web-contents",
    "--deny-permission-prompts",
    "--disable-breakpad",
    "--disable-client-side-phishing-detection",
    "--disable-component-extensions-with-background-pages",
    "--disable-crash-reporter",
    "--disable-default-apps",
    "--disable-dev-shm-usage",
    "--disable-extensions",
    "--disable-features=NetworkTimeServiceQuerying,OptimizationHints,MediaRouter,Translate,"
    "AutofillServerCommunication,InterestFeedContentSuggestions,CertificateTransparencyComponentUpdater",
    "--disable-field-trial-config",
    "--disable-file-system",
    "--disable-gpu",
    "--disable-notifications",
    "--disable-speech-api",
    "--disable-3d-apis",
    "--js-flags=--max-old-space-size=512",
    "--mute-audio",
    "--no-default-browser-check",
    "--password-store=basic",
    "--renderer-process-limit=4",
    f"--window-size={_WIDTH},{_HEIGHT}",
)


def program() -> str:
    """The path of Chromium on this machine. Raises Unavailable where none is installed."""
    for name in PROGRAMS:
        if found := shutil.which(name):
            return found
    raise Unavailable("no Chromium is installed here (apt-get install chromium)")


@dataclass(kw_only=True, slots=True)
class _Process:
    """Chromium and where its profile stands."""

    pid: int
    profile: Path = field(repr=False)

    def end(self) -> None:
        """Kills it and what it started; its profile is gone."""
        with suppress(ProcessLookupError):
            os.killpg(self.pid, signal.SIGKILL)
        with suppress(ChildProcessError):
            os.waitpid(self.pid, 0)
        _take_away(self.profile)


class Chromium:
    """One Chromium behind a proxy of its own that asks ``guard``. Raises Unavailable where it does not start.

    ``sandboxed`` is for tests that run as root, which Chromium's own sandbox refuses; no setting says it.
    """

    def __init__(
        self,
        guard: Guard,
        rules: VisitRules | None = None,
        *,
        path: str = "",
        sandboxed: bool = True,
        clock: Clock | None = None,
    ) -> None:
        self._rules, self._clock = rules or VisitRules(), clock or SystemClock()
        bounds = ProxyBounds(received_bytes_max=self._rules.received_mib << 20)
        self._proxy = BrowserProxy(QuietGuard(guard), bounds)
        self._world: int | None = None
        self._process: _Process | None = None
        self._tools: Devtools | None = None
        try:
            arguments = (*_ARGUMENTS, *browser_arguments(self._proxy.port))
            own = () if sandboxed else ("--no-sandbox",)
            self._process, self._tools = _started(path or program(), (*arguments, *own), self._clock)
            self._session, self.name = self._attached()
        except BaseException:
            self.close()
            raise

    def open(self, url: Url, referrer: Url | None) -> None:
        """Return once the page is there. Raises Refused where no page comes, Unavailable."""
        params = {"url": url.canonical}
        if referrer is not None:
            params |= {"referrer": referrer.canonical, "referrerPolicy": "unsafeUrl"}
        answer = self._ask("Page.navigate", params, seconds=self._rules.step_seconds)
        if answer.get("errorText"):
            raise Refused("no page came from there: the network door refused it, or nobody answered")
        self._settle()

    def press(self, key: int) -> None:
        """Return once what follows has come. Raises Conflict where the number is gone, Unavailable."""
        aim = self._run(AIM, key)
        if aim is None:
            raise Conflict("this is no longer on the page: read it again")
        if isinstance(aim, Mapping) and aim.get("x") is not None:
            for kind in ("mousePressed", "mouseReleased"):
                place = {"x": float(aim["x"]), "y": float(aim["y"]), "button": "left", "clickCount": 1}
                self._ask("Input.dispatchMouseEvent", {"type": kind, **place})
        self._settle()

    def read(self) -> Reading:
        """The page as it stands now. Raises Refused where none is, Unavailable."""
        tree = self._ask("Page.getFrameTree")
        world = {"frameId": tree["frameTree"]["frame"]["id"], "worldName": "tutela"}
        self._world = number(self._ask("Page.createIsolatedWorld", world).get("executionContextId"))
        told = self._run(READ, PARTS_MAX)
        try:
            return self._reading(told)
        except (ValueError, KeyError, TypeError) as error:
            raise Refused("what stands in the browser is no page that can be read") from error

    def close(self) -> None:
        """Ends it, and nothing of it is left. Safe to call twice."""
        if self._tools is not None:
            self._tools.close()
        if self._process is not None:
            self._process.end()
        self._tools = self._process = None
        self._proxy.close()

    def _reading(self, told: Any) -> Reading:
        parts, addresses = [], {}
        for row in told["parts"]:
            address = _address(row.pop("address", ""))
            part = part_of({**row, "has_address": address is not None})
            parts.append(part)
            if part.key and address is not None:
                addresses[part.key] = address
        outline = bounded(clean(told["title"], 200), parts, left_out=number(told["left_out"]))
        return Reading(
            here=parse_url(told["here"]), outline=outline, addresses=addresses, picture=self._picture()
        )

    def _picture(self) -> bytes:
        """The whole page as a PNG file, so far as it is not endless."""
        size = self._ask("Page.getLayoutMetrics")["cssContentSize"]
        height = min(max(float(size["height"]), 1.0), _LONGEST)
        clip = {"x": 0, "y": 0, "width": _WIDTH, "height": height, "scale": 1}
        params = {"format": "png", "captureBeyondViewport": True, "clip": clip}
        try:
            return base64.b64decode(self._ask("Page.captureScreenshot", params)["data"], validate=True)
        except (KeyError, TypeError, binascii.Error) as error:
            raise Unavailable("the browser pictures nothing") from error

    def _settle(self) -> None:
        """Return once the page has come whole, or its time is over: what is there then is read."""
        until = self._clock.monotonic_seconds() + self._rules.step_seconds
        self._pipe().wait(_SETTLE_SECONDS)
        while self._clock.monotonic_seconds() < until:
            told = self._ask("Runtime.evaluate", {"expression": "document.readyState", "returnByValue": True})
            if told.get("result", {}).get("value") == "complete":
                return
            self._pipe().wait(_LOOK_SECONDS)

    def _run(self, script: str, argument: int) -> Any:
        """What a script of ours gives, in its own world. Raises Conflict where that world is gone."""
        params = {
            "expression": f"({script.strip()})({argument})",
            "contextId": self._world,
            "returnByValue": True,
            "userGesture": True,
        }
        if self._world is None:
            raise Conflict("no page was read yet")
        try:
            told = self._ask("Runtime.evaluate", params)
        except Unavailable as error:
            raise Conflict("the page went on by itself meanwhile: read it again") from error
        return told.get("result", {}).get("value")

    def _attached(self) -> tuple[str, str]:
        """(session of the one page, program and version). The page is told to take no file."""
        tools = self._pipe()
        version = tools.ask("Browser.getVersion", seconds=_START_SECONDS)
        tools.ask("Browser.setDownloadBehavior", {"behavior": "deny"}, seconds=_ASK_SECONDS)
        targets = tools.ask("Target.getTargets", seconds=_ASK_SECONDS)["targetInfos"]
        page = next((one["targetId"] for one in targets if one.get("type") == "page"), None)
        if page is None:
            page = tools.ask("Target.createTarget", {"url": "about:blank"}, seconds=_ASK_SECONDS)["targetId"]
        session = tools.ask(
            "Target.attachToTarget", {"targetId": page, "flatten": True}, seconds=_ASK_SECONDS
        )["sessionId"]
        tools.ask("Page.enable", session=session, seconds=_ASK_SECONDS)
        agent = str(version.get("userAgent", "")).replace("HeadlessChrome", "Chrome")
        params = {"userAgent": agent, "acceptLanguage": "en"}
        tools.ask("Emulation.setUserAgentOverride", params, session=session, seconds=_ASK_SECONDS)
        return str(session), clean(str(version.get("product", "")).replace("Headless", ""), 80)

    def _ask(
        self, method: str, params: dict[str, Any] | None = None, *, seconds: float = _ASK_SECONDS
    ) -> dict[str, Any]:
        return self._pipe().ask(method, params, session=self._session, seconds=seconds)

    def _pipe(self) -> Devtools:
        if self._tools is None:
            raise Unavailable("the browser has ended")
        return self._tools


def sweep_profiles(folder: Path = MEMORY) -> int:
    """How many profiles were taken away that a visitor of this user left when it was killed."""
    left = [path for path in folder.glob(f"{_PREFIX}*") if _is_left(path)]
    for path in left:
        _take_away(path)
    return len(left)


def _is_left(profile: Path) -> bool:
    """Whether the process that made it is no more."""
    maker = profile.name.removeprefix(_PREFIX).partition("-")[0]
    try:
        return maker.isdigit() and profile.stat().st_uid == os.geteuid() and not Path("/proc", maker).exists()
    except FileNotFoundError:
        return False


def _take_away(profile: Path) -> None:
    for _ in range(_TRIES):
        shutil.rmtree(profile, ignore_errors=True)
        if not profile.exists():
            return


def _address(untrusted: Any) -> Url | None:
    """The address, where it is one that would be fetched."""
    try:
        return parse_url(untrusted) if isinstance(untrusted, str) and untrusted else None
    except UrlError:
        return None


def _started(path: str, arguments: tuple[str, ...], clock: Clock) -> tuple[_Process, Devtools]:
    """Chromium in a session and a folder of its own, and its pipe. Raises Unavailable."""
    prefix = f"{_PREFIX}{os.getpid()}-"
    profile = Path(tempfile.mkdtemp(prefix=prefix, dir=MEMORY if MEMORY.is_dir() else None))
    told, heard, own = [], [], []
    try:
        told, heard = list(map(_high, os.pipe())), list(map(_high, os.pipe()))
        command = (path, *arguments, f"--user-data-dir={profile}", "about:blank")
        own = [os.open(os.devnull, os.O_RDWR | os.O_CLOEXEC)]
        actions = [(os.POSIX_SPAWN_DUP2, own[0], number) for number in (0, 1, 2)]
        actions += [(os.POSIX_SPAWN_DUP2, told[0], 3), (os.POSIX_SPAWN_DUP2, heard[1], 4)]
        pid = os.posix_spawn(path, command, _environment(profile), file_actions=actions, setsid=True)
    except OSError as error:
        for descriptor in (*told[1:], *heard[:1]):
            os.close(descriptor)
        shutil.rmtree(profile, ignore_errors=True)
        raise Unavailable(f"Chromium cannot be started: {error.strerror}") from error
    finally:
        for descriptor in (*told[:1], *heard[1:], *own):
            os.close(descriptor)
    return _Process(pid=pid, profile=profile), Devtools(heard[0], told[1], clock=clock)


def _high(descriptor: int) -> int:
    """The same with a number above those that the browser is given."""
    high = fcntl.fcntl(descriptor, fcntl.F_DUPFD_CLOEXEC, 10)
    os.close(descriptor)
    return high


def _environment(profile: Path) -> dict[str, str]:
    """All that Chromium is told: where programs are, and that its home is its profile."""
    folders = ("HOME", "TMPDIR", "XDG_CONFIG_HOME", "XDG_CACHE_HOME", "XDG_DATA_HOME", "XDG_RUNTIME_DIR")
    return {"PATH": os.defpath, "LANG": "C.UTF-8", **dict.fromkeys(folders, str(profile))}

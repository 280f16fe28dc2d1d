"""What the demonstration stands on: the site, the device with its list, browsers with their trust."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from tutela.demo.guard.behind import GuardBehind
from tutela.demo.guard.browser import Browser
from tutela.demo.guard.device import OwnDevice, set_up_device
from tutela.demo.guard.lists import seal_list
from tutela.demo.guard.pages import KNOWN_NUMBERS
from tutela.demo.guard.site import Site
from tutela.kernel.clock import Clock, SystemClock
from tutela.prevent.guard.system.authority import Authority, browser_pin

#: Where a browser without the guard finds the site: the guard looks names up itself.
_NAMES_HERE: Final = "--host-resolver-rules=MAP *.test 127.0.0.1"


@dataclass(frozen=True, kw_only=True, slots=True)
class Stage:
    """What stands. ``folder`` is empty but for it."""

    folder: Path
    site: Site
    device: OwnDevice

    @property
    def trust(self) -> str:
        """How the browser behind the guard comes to trust the device's authority, in words."""
        if self.device.trusted:
            return "the set-up put the device's certificate into the browser's own database (certutil)"
        return "the browser was started with the key of the device's certificate (there is no certutil)"

    def guard(self) -> GuardBehind:
        """The guard, to be started."""
        return GuardBehind(self.device, self.site.authority_file)

    def browser(self, guard: GuardBehind | None, *, display: str, size: tuple[int, int]) -> Browser:
        """A browser behind the guard, or without it, to be started."""
        if guard is None:
            more = [_pinned(self.site.authority.certificate_pem), _NAMES_HERE]
            return Browser(self.folder / "without", display=display, size=size, more=more)
        more = [f"--proxy-server={guard.proxy}"]
        if not self.device.trusted:
            more.append(_pinned(self.device.certificate_pem))
        return Browser(self.device.home, display=display, size=size, more=more)


@contextmanager
def open_stage(folder: Path, clock: Clock | None = None) -> Iterator[Stage]:
    """The stage while the block runs. ``folder``: an empty one. Raises Unavailable, Conflict."""
    clock = clock or SystemClock()
    for name in ("site", "known", "home", "without"):
        (folder / name).mkdir()
    known = seal_list(KNOWN_NUMBERS, folder / "known", clock)
    device = set_up_device(folder / "home", known, clock)
    with Site(folder / "site") as site:
        yield Stage(folder=folder, site=site, device=device)


def _pinned(certificate_pem: bytes) -> str:
    """The argument by which one browser takes this authority for its own."""
    pin = browser_pin(Authority(certificate_pem=certificate_pem, bundle_pem=b""))
    return f"--ignore-certificate-errors-spki-list={pin}"

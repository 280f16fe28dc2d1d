"""What the demonstration stands on: the site, the device with its list, browsers with their trust."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
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

#: Where a browser finds the site by itself; the guard looks names up on its own.
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
        own = [self.site.authority.certificate_pem]
        if guard is None:
            return Browser(self.folder / "without", display=display, size=size, more=self._told(own))
        if not self.device.trusted:
            own.append(self.device.certificate_pem)
        more = [*self._told(own), f"--proxy-server={guard.proxy}"]
        return Browser(self.device.home, display=display, size=size, more=more)

    def _told(self, certificates: Sequence[bytes]) -> list[str]:
        """What every browser is told: whom it trusts, where the site is, and that it may use HTTP/3.

        Behind the guard too: if a way led past it, the picture would come and be seen.
        """
        pins = ",".join(_pin(one) for one in certificates)
        over_udp = self.site.places.http3.removeprefix("https://")
        return [
            f"--ignore-certificate-errors-spki-list={pins}",
            _NAMES_HERE,
            "--enable-quic",
            f"--origin-to-force-quic-on={over_udp}",
        ]


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


def _pin(certificate_pem: bytes) -> str:
    """By what one browser knows this authority for its own."""
    return browser_pin(Authority(certificate_pem=certificate_pem, bundle_pem=b""))

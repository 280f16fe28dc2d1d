"""Calls ``tutela guard`` on a home of its own, where no program of the device is found."""

from __future__ import annotations

import io
import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.detect.matching.bundles.making import TRUST, draft, sealed
from tests.detect.matching.making import entry
from tests.pictures import jpeg, landscape
from tutela.cli import run
from tutela.detect.matching.bundles.trust import render_trust
from tutela.kernel.clock import SystemClock
from tutela.prevent.guard.judging.shapes import digests_of
from tutela.prevent.guard.person.folder import Folder, find
from tutela.prevent.guard.system.searching import places_of

PASSPHRASE = "four calm words here"
KNOWN = jpeg(landscape(1, 96, 64), quality=80)


class Person:
    """Somebody with a device; ``out`` and ``err`` hold what the last command printed."""

    def __init__(self, capture: pytest.CaptureFixture[str], patch: pytest.MonkeyPatch, place: Path) -> None:
        self._capture, self._patch, self.home = capture, patch, place / "home"
        self.out = self.err = ""
        self.home.mkdir()
        for name in ("XDG_DATA_HOME", "http_proxy", "https_proxy", "all_proxy"):
            patch.delenv(name, raising=False)
            patch.delenv(name.upper(), raising=False)
        patch.setattr("click.termui.hidden_prompt_func", lambda _prompt: input())
        #: Whether the package of the adult-content model is there.
        self.adult_is_there = True
        patch.setattr("tutela.prevent.guard.page.models.adult_installed", lambda: self.adult_is_there)
        #: Ports at which somebody else on the device listens.
        self.taken: set[int] = set()
        patch.setattr("tutela.prevent.guard.system.proxies.is_free", lambda port: port not in self.taken)
        patch.setenv("HOME", str(self.home))
        patch.setenv("PATH", str(place / "no-programs"))
        patch.setattr("tutela.prevent.guard.system.programs._BESIDES", str(place / "none"))
        self.list, self.trust = place / "devices.tdevice", place / "devices.trust"
        self.list.write_bytes(self.listing())
        self.trust.write_bytes(render_trust(TRUST))

    def __call__(self, *words: str, stdin: str = "") -> int:
        self._patch.setattr("sys.stdin", io.StringIO(stdin))
        self._capture.readouterr()
        code = run(["guard", *words])
        self.out, self.err = self._capture.readouterr()
        return code

    def listing(self, *, number: int = 1, name: str = "sample for devices") -> bytes:
        """A list of one picture that is valid now."""
        entries = [entry("e1", "sha256", digests_of(KNOWN).sha256)]
        created = SystemClock().now().replace(microsecond=0) - timedelta(days=1)
        terms = {"created": created, "expires": created + timedelta(days=30), "number": number, "name": name}
        return sealed(draft(entries, perceptual=False, kinds=("sha256",), **terms))

    def set_up(self, *words: str, answers: str = f"1\n{PASSPHRASE}\n{PASSPHRASE}\n") -> int:
        """The set-up with a list, as the person types it."""
        lists = ("--list", str(self.list), "--trust", str(self.trust))
        return self("setup", "--language", "en", *lists, *words, stdin=answers)

    @property
    def folder(self) -> Folder:
        """What was set up."""
        found = find(self.home / ".local" / "share")
        assert found is not None
        return found

    def status(self) -> Any:
        """What ``status`` says to programs."""
        assert self("status", "--json") == 0, self.err
        return json.loads(self.out)

    def left(self) -> list[Path]:
        """What lies in the home."""
        return sorted(self.home.rglob("*"))

    def found(self, *words: str) -> list[Path]:
        """Where one of these words is left."""
        return places_of(words, [self.home])

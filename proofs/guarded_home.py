"""A person's home with browsers, on which the guard is set up, used and left by its own commands.

Everything in it is made for the proof: databases of certificates by the real ``certutil``, preferences,
settings, links, modes and times of files. Programs are found in a folder that holds ``certutil`` alone.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

from proofs.machine import ROOT
from tests.detect.matching.bundles.making import TRUST, draft, sealed
from tests.detect.matching.making import entry
from tests.pictures import jpeg, landscape
from tutela.detect.matching.bundles.trust import render_trust
from tutela.kernel.clock import SystemClock
from tutela.prevent.guard.judging.shapes import digests_of
from tutela.prevent.guard.person.folder import Folder, find
from tutela.prevent.guard.system.authority import new_authority

GUARD_PYTHON = Path(os.environ.get("GUARD_PYTHON", ROOT / ".venv-guard" / "bin" / "python"))
PASSPHRASE = "four calm words here"
KNOWN, OTHER = jpeg(landscape(1, 96, 64), quality=80), jpeg(landscape(2, 96, 64), quality=80)
#: Seconds that a command may take on a loaded machine.
SECONDS_MAX = 120
PREFERENCES = (
    "// Mozilla User Preferences\n"
    'user_pref("browser.startup.page", 3);\n'
    'user_pref("network.proxy.type", 5);\n'
)


@dataclass
class Clocks:
    """The clocks of the device, in a file."""

    path: Path
    boot: int = 1
    boot_seconds: float = 100.0
    wall_seconds: float = 1_790_000_000.0

    def __post_init__(self) -> None:
        self._write()

    def _write(self) -> None:
        told = {
            "boot": f"boot-{self.boot}",
            "boot_seconds": self.boot_seconds,
            "wall_seconds": self.wall_seconds,
        }
        draft_path = self.path.with_suffix(".new")
        draft_path.write_text(json.dumps(told), encoding="ascii")
        draft_path.replace(self.path)

    def run(self, seconds: float) -> None:
        """The device runs, or sleeps."""
        self.boot_seconds += seconds
        self.wall_seconds += seconds
        self._write()

    def turn(self, seconds: float) -> None:
        """Somebody turns the clock on the wall."""
        self.wall_seconds += seconds
        self._write()

    def restart(self, *, off_seconds: float) -> None:
        """It is off for a while, by the clock on the wall, and on again."""
        self.boot, self.boot_seconds = self.boot + 1, 0.0
        self.wall_seconds += off_seconds
        self._write()


@dataclass
class Home:
    """A home and the device it is on. ``said`` is what the last command printed."""

    place: Path
    clocks: Clocks = field(init=False)
    said: str = ""

    def __post_init__(self) -> None:
        self.clocks = Clocks(self.place / "clocks.json")
        self.path, self._programs = self.place / "home", self.place / "programs"
        self._programs.mkdir()
        certutil = shutil.which("certutil")
        if certutil is None:
            raise FileNotFoundError("certutil (apt-get install libnss3-tools)")
        (self._programs / "certutil").symlink_to(certutil)
        (self._programs / "chromium").symlink_to("/bin/true")
        self._furnish()

    # What is there before

    def _furnish(self) -> None:
        profile = self.path / ".mozilla" / "firefox" / "abc.default"
        profile.mkdir(parents=True)
        (profile.parent / "profiles.ini").write_text(
            "[Profile0]\nName=default\nIsRelative=1\nPath=abc.default\n"
        )
        (profile / "prefs.js").write_text(PREFERENCES)
        (profile / "prefs.js").chmod(0o640)
        for folder, name in ((profile, "Own Choice"), (self.path / ".pki" / "nssdb", "Firm Root")):
            self.trust(folder, name)
        config = self.path / ".config" / "environment.d"
        config.mkdir(parents=True)
        (config / "10-own.conf").write_text("EDITOR=ed\n")
        (self.path / "link").symlink_to(".config")

    def trust(self, folder: Path, name: str) -> None:
        """A certificate of somebody else in a browser's database, by ``certutil``."""
        folder.mkdir(parents=True, exist_ok=True)
        if not (folder / "cert9.db").exists():
            self._certutil("-N", "-d", f"sql:{folder}", "--empty-password")
        pem = self.place / "other.pem"
        pem.write_bytes(new_authority(name, SystemClock()).certificate_pem)
        self._certutil("-A", "-d", f"sql:{folder}", "-n", name, "-t", "C,,", "-i", str(pem))

    def trusted(self, folder: Path) -> str:
        """The names in a browser's database."""
        return self._certutil("-L", "-d", f"sql:{folder}")

    def _certutil(self, *words: str) -> str:
        done = subprocess.run(
            ["certutil", *words], check=True, capture_output=True, text=True, timeout=SECONDS_MAX
        )
        return done.stdout

    @property
    def stores(self) -> tuple[Path, Path]:
        """The databases of Firefox and Chromium."""
        return self.path / ".mozilla" / "firefox" / "abc.default", self.path / ".pki" / "nssdb"

    def state(self) -> dict[str, tuple[int, int, object]]:
        """Every path of the home: mode, time of the last change in ns, content or target."""
        return {str(path.relative_to(self.path)): _state(path) for path in sorted(self.path.rglob("*"))}

    # Commands

    @property
    def environment(self) -> Mapping[str, str]:
        """The variables of this person's session."""
        return {
            "HOME": str(self.path),
            "PATH": str(self._programs),
            "PYTHONPATH": f"{ROOT / 'src'}:{ROOT}",
            "PYTHONDONTWRITEBYTECODE": "1",
        }

    def guard(self, *words: str, given: str = "", offline: bool = False) -> int:
        """The exit code of ``tutela guard ...``; ``offline``: in a network namespace without any network."""
        ahead = ["/usr/bin/unshare", "--net"] if offline else []
        done = subprocess.run(
            [
                *ahead,
                sys.executable,
                "-W",
                "ignore",
                "-m",
                "proofs.turned_clock",
                str(self.clocks.path),
                "guard",
                *words,
            ],
            input=given,
            env=self.environment,
            cwd=self.place,
            capture_output=True,
            text=True,
            timeout=SECONDS_MAX,
        )
        self.said = done.stdout + done.stderr
        return done.returncode

    def set_up(self, *, delay_hours: int, port: int) -> int:
        """The set-up with a list of one picture, as a person answers it."""
        bundle, trust = self.place / "known.tdevice", self.place / "known.trust"
        created = SystemClock().now().replace(microsecond=0) - timedelta(days=1)
        terms = {"created": created, "expires": created + timedelta(days=30), "number": 1}
        listed = [entry("e1", "sha256", digests_of(KNOWN).sha256)]
        bundle.write_bytes(sealed(draft(listed, perceptual=False, kinds=("sha256",), **terms)))
        trust.write_bytes(render_trust(TRUST))
        words = ["--language", "en", "--list", str(bundle), "--trust", str(trust), "--port", str(port)]
        return self.guard(
            "setup", *words, "--delay", str(delay_hours), given=f"1\n{PASSPHRASE}\n{PASSPHRASE}\n"
        )

    @property
    def folder(self) -> Folder | None:
        """The guard's folder, while it is there."""
        return find(self.path / ".local" / "share")

    def running(self) -> subprocess.Popen[str]:
        """The guard as its own starter starts it, in its own environment, under the device's clocks."""
        process = subprocess.Popen(
            [str(GUARD_PYTHON), "-m", "proofs.turned_clock", str(self.clocks.path), "guard", "run"],
            env=self.environment,
            cwd=self.place,
            stdout=subprocess.PIPE,
            text=True,
        )
        if process.stdout is None or not process.stdout.readline().startswith("it runs"):
            process.kill()
            raise RuntimeError("the guard did not start")
        return process


def _state(path: Path) -> tuple[int, int, object]:
    facts = path.lstat()
    if path.is_symlink():
        return facts.st_mode, 0, os.readlink(path)
    if path.is_file():
        return facts.st_mode, facts.st_mtime_ns, path.read_bytes()
    return facts.st_mode, 0, None


def waited(condition_seconds: float = 3.0) -> Iterator[None]:
    """Turns of a loop for so many seconds."""
    end = time.monotonic() + condition_seconds
    while time.monotonic() < end:
        yield
        time.sleep(0.1)

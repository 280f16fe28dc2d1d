"""The folder in which the examples of ``--help`` and of the manual run: harmless pictures under their names.

``originals`` holds five pictures that are declared known; ``known.tlist`` is the list built from them;
``photo.jpg``, ``Pictures``, ``uploads`` and ``holiday.zip`` hold altered copies of some of them among others.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import zipfile
from pathlib import Path

import pytest

from tests.detect.service.hma.exports import dump
from tests.house.console import environment
from tests.needs import skip_without
from tutela.demo.copies import jpeg, mirrored, reencoded
from tutela.demo.pictures import landscape
from tutela.detect.service.canary import KINDS, Canaries, open_key
from tutela.detect.service.deliveries import FOLDER, Deliveries, Delivery

KNOWN_SEEDS = (101, 102, 103, 104, 105)
OTHER_SEEDS = (201, 202, 203, 204)
SIZE = (480, 360)
#: An hour in seconds: how much older ``stamp`` is than the pictures.
OLDER_SECONDS = 3_600


def build(folder: Path) -> Path:
    """``folder`` with everything an example names, except the disk image."""
    _originals(folder / "originals")
    known, other = landscape(KNOWN_SEEDS[0], *SIZE), landscape(OTHER_SEEDS[0], *SIZE)
    (folder / "photo.jpg").write_bytes(reencoded(known))
    (folder / "harmless.jpg").write_bytes(jpeg(other))
    _collection(folder / "Pictures")
    _collection(folder / "uploads")
    with zipfile.ZipFile(folder / "holiday.zip", "w") as archive:
        archive.writestr("day1/beach.jpg", (folder / "originals" / "known-2.jpg").read_bytes())
        archive.writestr("day2/hill.jpg", jpeg(landscape(OTHER_SEEDS[1], *SIZE)))
    (folder / "stamp").touch()
    os.utime(folder / "stamp", (1, 1))
    (folder / "keywords.txt").write_text("example-keyword\nblue lantern test\n", encoding="utf-8")
    _lists(folder)
    _token(folder)
    _leak(folder)
    (folder / "dump.sql").write_text(dump(), encoding="utf-8")
    return folder


def _token(folder: Path) -> None:
    """A token that the examples show, lift and revoke."""
    wish = ("--role", "match", "--purpose", "uploads of a forum", "--days", "30")
    call(folder, "tutela", "service", "token", "add", "forum", *wish)


def _leak(folder: Path) -> None:
    """A list that was given to somebody named partner, as it turned up somewhere."""
    data = folder / "var" / "match"
    canaries = Canaries(key=open_key(data))
    (data / FOLDER).mkdir(mode=0o700)
    given = Delivery(
        time="2026-05-01T12:00:00Z",
        recipient="partner",
        token="cal_example",
        purpose="exchange with our partner",
        lists=("known",),
        values=36,
        withdrawn=0,
        start=10,
        last=True,
    )
    Deliveries(data / FOLDER).record(given)
    values = [value.hex() for kind in KINDS for value in canaries.values("partner", "known", kind)]
    values += [f"{number:032x}" for number in range(4)]
    (folder / "leaked.csv").write_text("hash\n" + "\n".join(sorted(values)) + "\n", encoding="utf-8")


def _originals(folder: Path) -> None:
    folder.mkdir()
    for number, seed in enumerate(KNOWN_SEEDS, 1):
        (folder / f"known-{number}.jpg").write_bytes(original(seed))


def original(seed: int) -> bytes:
    """A JPEG of quality 92: better than every copy that is made of it."""
    return jpeg(landscape(seed, *SIZE), quality=92)


def _collection(folder: Path) -> None:
    (folder / "2024").mkdir(parents=True)
    (folder / "2024" / "copy.jpg").write_bytes(mirrored(landscape(KNOWN_SEEDS[2], *SIZE)))
    (folder / "2024" / "exact.jpg").write_bytes(original(KNOWN_SEEDS[3]))
    for seed in OTHER_SEEDS:
        (folder / f"holiday-{seed}.jpg").write_bytes(jpeg(landscape(seed, *SIZE)))
    (folder / "notes.txt").write_text("no picture\n", encoding="utf-8")
    (folder / "broken.jpg").write_bytes(jpeg(landscape(OTHER_SEEDS[0], *SIZE))[:400])


def _lists(folder: Path) -> None:
    call(folder, "tutela", "list", "build", "example", "originals", "-o", "known.tlist")
    printed = call(folder, "tutela", "hash", "--json", "originals/known-1.jpg", "originals/known-2.jpg")
    lines = ["kind,value,entry"]
    for number, line in enumerate(printed.splitlines(), 1):
        value = line.partition('"sha256": "')[2][:64]
        lines.append(f"sha256,{value},example-{number}")
    (folder / "partner.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")


def call(folder: Path, *command: str) -> str:
    """What a command printed; fails the test with its messages when it did not end with 0."""
    done = subprocess.run(command, cwd=folder, env=environment(), capture_output=True, text=True, timeout=120)
    if done.returncode:
        pytest.fail(f"{' '.join(command)} ended with {done.returncode}: {done.stderr}")
    return done.stdout


def add_disk_image(folder: Path) -> None:
    """``evidence.dd`` and ``evidence.E01``: an ext4 file system with ``Pictures``. May skip."""
    skip_without("e2fsprogs", "ewf", "pytsk3", "pyewf")
    path = os.environ["PATH"] + ":/usr/sbin:/sbin"
    mke2fs = shutil.which("mke2fs", path=path) or "mke2fs"
    call(folder, mke2fs, "-q", "-t", "ext4", "-d", "Pictures", "evidence.dd", "16M")
    call(folder, "ewfacquire", "-u", "-q", "-t", "evidence", "evidence.dd")

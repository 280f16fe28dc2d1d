"""Bar 3: a mark in six media types and an address, through the chain with crashes: nowhere in the clear."""

from __future__ import annotations

import io
import os
import signal
import sqlite3
import subprocess
import tempfile
import zipfile
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

from proofs import machine
from proofs.disk_search import cannot_mount, make_image, mounted
from proofs.faults.canary import Canary, files_below
from proofs.faults.flow import Place, Ran, python, ran
from proofs.faults.injector import KILLED, Fault
from proofs.faults.real_flow import STAGES
from proofs.faults.real_world import RealFlow
from proofs.figure import Figure, Progress, Tier, script
from proofs.i3_01 import databases_of
from tests.needs import missing
from tests.pictures import EVERY_FORMAT, film, landscape
from tests.smtp_sink import running_sink
from tutela.hotline.databases import FILE_NAME
from tutela.kernel.custody import age

BAR, REPLAY = "i3-3", "make proofs BAR=i3-3"
DATABASES = {"full": ("sqlite", "postgres"), "ci": ("sqlite",)}
#: Bytes of the disk, which holds the whole hotline (and PostgreSQL's folder).
DISK_BYTES = {"sqlite": 96 << 20, "postgres": 256 << 20}
#: Calls at which each stage is killed before it runs to its end, by tier; then by SIGABRT, which dumps core.
KILLS = {"full": (5, 20, 45, 80, 120, 180), "ci": (20, 80)}
ABORTS = {"worker": 150, "sender": 30, "checker": 30}
#: Exit code of a command that died so.
ABORTED = 128 + signal.SIGABRT
#: Formats of four of the media; the others are a film and an archive.
STILL = ("jpeg", "png-rgb", "gif", "webp")


def media(canary: Canary) -> dict[str, bytes]:
    """A real file of each of six types, with the mark in it, by the name under which it is met."""
    picture = landscape(7, 320, 240)
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("inside.txt", canary.media)
    made = {kind.partition("-")[0]: EVERY_FORMAT[kind](picture) for kind in STILL}
    with tempfile.TemporaryDirectory() as place:
        made["mp4"] = film(Path(place, "one.mp4")).read_bytes()
    made["zip"] = packed.getvalue()
    return {f"{canary.address}.{kind}": data + canary.media for kind, data in made.items()}


@dataclass(frozen=True, kw_only=True)
class Chain:
    """The hotline on one disk, met with every medium; what its processes said is kept as a log beside it."""

    place: Place
    canary: Canary
    shelf: Path
    said: list[Ran] = field(default_factory=list)

    def run(self, stage: str, *before: str, name: str = "") -> Ran:
        """One stage, with ``before`` in front of its command."""
        address = f"http://host.test/pictures/{name or 'none'}"
        words = ["--address", address, "--media", str(self.shelf)]
        done = ran([*before, *python("proofs.faults.real_flow", stage, *words)], self.place, seconds=120)
        self.said.append(done)
        return done

    def killed(self, stage: str, when: int, kind: str = "kill", name: str = "") -> Ran:
        """The stage, dead at its n-th call, with cores allowed and the disk as its folder."""
        fault = Fault(kind=kind, when=when)
        here = ["prlimit", "--core=unlimited", "env", "-C", str(self.place.home)]
        return self.run(stage, *here, *python("proofs.faults.injector", *fault.words(), "--"), name=name)

    def whole(self, kills: tuple[int, ...]) -> int:
        """How many processes died; at the end each medium was reported, fetched, told of and checked.

        Worker and sender die over the first medium alone: the letter that a sender died over stays in doubt,
        and what waits together goes in one letter.
        """
        dead = 0
        for place, name in enumerate(sorted(path.name for path in self.shelf.iterdir())):
            dead += self.killed("intake", kills[0], name=name).exit == KILLED
            if self.run("intake", name=name).exit:
                raise RuntimeError(f"intake failed: {self.said[-1].complained}")
            for stage in STAGES[1:3]:
                dead += self.dying(stage, kills) if not place else 0
                self.run(stage)
        for stage in STAGES[3:]:
            dead += self.dying(stage, kills)
            self.run(stage)
        if self.run("all").exit:
            raise RuntimeError(f"recovery failed: {self.said[-1].complained}")
        return dead

    def dying(self, stage: str, kills: tuple[int, ...]) -> int:
        """How many processes of the stage died of these kills, and of one that leaves a core."""
        dead = sum(self.killed(stage, when).exit == KILLED for when in kills)
        return dead + (self.killed(stage, ABORTS[stage], "abort").exit == ABORTED)


@contextmanager
def chain_on(disk: Path, kind: str, canary: Canary, shelf: Path) -> Iterator[Chain]:
    """A new hotline on the disk, with temporary files there as well, and PostgreSQL's with its log."""
    (disk / "tmp").mkdir()
    with databases_of(kind, disk) as databases, running_sink() as sink:
        place = Place(
            home=disk / "home",
            database=databases.make("canary") if databases else "",
            sink=sink,
            extra={"TMPDIR": str(disk / "tmp"), "HOME": str(disk)},
        )
        RealFlow().prepare(place)
        yield Chain(place=place, canary=canary, shelf=shelf)


def dumped(chain: Chain, folder: Path) -> list[Path]:
    """What a person would take away: a dump of the database, what was said, a backup."""
    folder.mkdir()
    log = folder / "log"
    log.write_text("".join(one.said + one.complained for one in chain.said), encoding="utf-8")
    dump = folder / "dump"
    if chain.place.database:
        done = subprocess.run(["pg_dump", chain.place.database], capture_output=True, check=True)
        dump.write_bytes(done.stdout)
    else:
        with closing(sqlite3.connect(chain.place.home / FILE_NAME)) as file:
            dump.write_text("\n".join(file.iterdump()), encoding="utf-8")
    return [log, dump, *_backup(chain, folder / "backup")]


def _backup(chain: Chain, target: Path) -> list[Path]:
    """The files of ``tutela backup``; none where that command is not there."""
    if not (machine.ROOT / "src/tutela/commands/backup.py").exists():
        return []
    _, recipient = age.new_key()
    done = ran(python("tutela", "backup", str(target), "--to", recipient), chain.place)
    if done.exit:
        raise RuntimeError(f"tutela backup ended with {done.exit}: {done.complained}")
    return [target] if target.is_file() else list(files_below(target))


def one(kind: str, tier: Tier) -> dict[str, Any]:
    """One database: the chain on its disk, and every place that holds a mark."""
    canary = Canary()
    with tempfile.TemporaryDirectory(prefix="tutela-canary-") as place:
        folder = Path(place)
        shelf = folder / "shelf"
        shelf.mkdir()
        for name, data in media(canary).items():
            (shelf / name).write_bytes(data)
        folder.chmod(0o711)  # PostgreSQL runs as a user of its own
        image = folder / "disk.img"
        make_image(image, DISK_BYTES[kind])
        with mounted(image, folder / "disk") as disk, chain_on(disk, kind, canary, shelf) as chain:
            dead = chain.whole(KILLS[tier])
            taken = dumped(chain, folder / "taken")
            live = canary.places(files_below(disk))
            bodies, in_mail = canary.in_mail([message.content for message in chain.place.sink.delivered])
            facts = {
                "dead": dead,
                "delivered": len(chain.place.sink.delivered),
                "bodies": bodies,
                "in_mail": list(in_mail),
                "recipients": sorted({to for one in chain.place.sink.delivered for to in one.recipients}),
                "taken": list(canary.places(taken)),
                "files_taken": len(taken),
                "cores": sum(path.name.startswith("core") for path in files_below(disk)),
                "live": list(live),
                "database": sum(path.stat().st_size for path in database_files(disk)),
            }
        facts["image"] = list(canary.places([image]))
        return {**facts, "searched_bytes": image.stat().st_size, **_control(image, folder, canary)}


def database_files(disk: Path) -> Iterator[Path]:
    """The files of the database on the disk, its write-ahead log among them."""
    for path in files_below(disk):
        if path.name.startswith(FILE_NAME) or "tutela-pg-" in str(path):
            yield path


def _control(image: Path, folder: Path, canary: Canary) -> dict[str, Any]:
    """What a careless program leaves is found: the search can fail."""
    with mounted(image, folder / "disk") as disk:
        (disk / "careless").write_bytes(canary.medium("png") + canary.url().encode())
        os.sync()
        (disk / "careless").unlink()
    return {"control": len(canary.places([image]))}


def main(tier: Tier) -> int:
    """0 when no mark is anywhere in the clear, and the address in the notices' bodies alone."""
    figure, progress = Figure(bar=BAR, tier=tier), Progress(BAR, tier)
    if cannot_mount():
        if tier == "full":
            figure.failure(REPLAY, f"no disk image could be searched: {cannot_mount()}")
        figure.note(f"nothing was searched here: {cannot_mount()}")
        figure.record("disks that could not be searched", 1, "disks")
        return figure.save()
    for kind in DATABASES[tier]:
        if kind == "postgres" and missing("postgres"):
            figure.failure(REPLAY, f"PostgreSQL is missing: {missing('postgres')}")
            continue
        _record(figure, kind, progress.step(kind, partial(one, kind, tier)))
    code = figure.save()
    progress.finish()
    return code


def _record(figure: Figure, kind: str, facts: Mapping[str, Any]) -> None:
    figure.count(f"{kind}: bytes of the disk searched", facts["searched_bytes"])
    figure.record(f"{kind}: bytes of the database's files on it", facts["database"], "bytes", "> 0")
    figure.record(f"{kind}: processes that died on the way", facts["dead"], "processes", ">= 6")
    figure.record(f"{kind}: media whose notice was delivered", facts["delivered"], "notices", ">= 4")
    for name, what in (
        ("image", "marks on the disk image"),
        ("live", "marks in files: database, write-ahead log, vault, temporary files, cores"),
        ("taken", "marks in dump, logs and backup"),
        ("in_mail", "marks in mail outside of a notice's body"),
    ):
        figure.record(f"{kind}: {what}", len(facts[name]), "places", "== 0")
        for place in facts[name]:
            figure.failure(REPLAY, f"{kind}: {place}")
    figure.record(
        f"{kind}: notices with the address in their body",
        facts["bodies"],
        "notices",
        f"== {facts['delivered']}",
    )
    figure.record(f"{kind}: recipients of the address", len(facts["recipients"]), "recipients", "== 1")
    figure.record(f"{kind}: core files", facts["cores"], "files", "== 0")
    figure.record(f"{kind}: control, both marks left and unlinked: found", facts["control"], "marks", "== 2")
    figure.record(f"{kind}: files of dump, logs and backup", facts["files_taken"], "files", ">= 2")


if __name__ == "__main__":
    script(main)

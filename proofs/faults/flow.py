"""A flow as the harness sees it: stages that are commands on one place, and how they are put back."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Protocol

from proofs import machine
from proofs.faults.world import World
from tests.smtp_sink import Sink

#: Seconds after which a stage hangs: it does one unit of work, a second or two where nothing else runs.
STAGE_SECONDS = 120
#: Exit code of a command that hung, as timeout(1) has it.
HUNG = 124


@dataclass(frozen=True, kw_only=True, slots=True)
class Place:
    """Where one run happens: a home folder, a database (empty: SQLite in the folder), a mail server."""

    home: Path
    database: str
    sink: Sink
    #: What the mail server had taken when the place was copied.
    before: Mapping[str, int] = field(default_factory=dict)
    #: What its processes have in their environment besides.
    extra: Mapping[str, str] = field(default_factory=dict)

    def delivered(self) -> Counter[str]:
        """How often the mail server has taken each message, by Message-ID."""
        return self.sink.counts() + Counter(self.before)

    def environment(self) -> dict[str, str]:
        """The environment of a stage: nothing of the caller's settings gets in."""
        outer = {name: value for name, value in os.environ.items() if not name.startswith("TUTELA_")}
        paths = os.pathsep.join([str(machine.ROOT / "src"), str(machine.ROOT)])
        own = {
            "TUTELA_HOME": str(self.home),
            "TUTELA_NOTICES__PORT": str(self.sink.port),
            "TUTELA_NOTICES__GATHER_SECONDS": "0",
            "PYTHONPATH": paths,
        }
        named = {"TUTELA_HOTLINE__DATABASE": self.database} if self.database else {}
        return {**outer, **own, **named, "PYTHONDONTWRITEBYTECODE": "1", **self.extra}


@dataclass(frozen=True, kw_only=True, slots=True)
class Ran:
    """How a command ended, and the reports that its client saw acknowledged (lines ``ACK <id>``)."""

    exit: int
    said: str
    complained: str
    acknowledged: frozenset[str] = frozenset()


class Flow(Protocol):
    """What the sweep needs of a flow."""

    @property
    def stages(self) -> Sequence[str]:
        """Names of the stages, in their order."""
        ...

    def command(self, stage: str) -> list[str]:
        """The command that does one unit of a stage's work on ``TUTELA_HOME``."""
        ...

    def prepare(self, place: Place) -> None:
        """An empty place becomes one that the first stage can begin on."""
        ...

    def recover(self, place: Place) -> Ran:
        """What a restart does, and all stages to their end. Raises RuntimeError where it fails."""
        ...

    def world(self, place: Place, acknowledged: frozenset[str], recovered: Ran) -> World:
        """What a fresh process sees, after a recovery that said this."""
        ...

    def dates(self, place: Place) -> Mapping[str, datetime]:
        """The dates that no fault may move, by what they belong to."""
        ...


def ran(command: Sequence[str], place: Place, *, seconds: float = STAGE_SECONDS) -> Ran:
    """How ``command`` ended on ``place``; one that hangs is killed and ends with ``HUNG``."""
    try:
        done = subprocess.run(
            list(command),
            cwd=machine.ROOT,
            env=place.environment(),
            capture_output=True,
            text=True,
            timeout=seconds,
        )
    except subprocess.TimeoutExpired as error:
        said = (error.stdout or b"").decode("utf-8", "replace")
        return Ran(exit=HUNG, said=said, complained=f"it hung for {seconds:g} s", acknowledged=_acks(said))
    return Ran(
        exit=done.returncode,
        said=done.stdout,
        complained=done.stderr[-2_000:],
        acknowledged=_acks(done.stdout),
    )


def _acks(said: str) -> frozenset[str]:
    return frozenset(re.findall(r"^ACK (\S+)$", said, re.MULTILINE))


def must_run(command: Sequence[str], place: Place) -> Ran:
    """The same, of a command that nothing was done to. Raises RuntimeError where it fails all the same."""
    done = ran(command, place)
    if done.exit:
        raise RuntimeError(f"{' '.join(command)} ended with {done.exit}: {done.complained}")
    return done


def python(module: str, *words: str) -> list[str]:
    """A command that runs one module: the interpreter itself, no shim of a version manager's."""
    return [
        os.path.realpath(sys.executable) if sys.prefix == sys.base_prefix else sys.executable,
        "-m",
        module,
        *words,
    ]


@dataclass(frozen=True, kw_only=True, slots=True)
class Template:
    """A place as it was at one moment, to be copied as often as wanted."""

    home: Path
    database: str = ""
    delivered: Mapping[str, int] = field(default_factory=dict)
    dates: Mapping[str, datetime] = field(default_factory=dict)
    acknowledged: frozenset[str] = frozenset()

    def copy_to(self, home: Path) -> None:
        """The folder becomes the template's."""
        shutil.rmtree(home, ignore_errors=True)
        shutil.copytree(self.home, home, symlinks=True)

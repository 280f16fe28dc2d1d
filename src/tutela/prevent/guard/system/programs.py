"""The one place that runs programs of the device: ``certutil``, ``gsettings`` and the like. Never a shell."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from tutela.kernel.errors import Unavailable

#: Seconds that a program may take (our own: update-ca-certificates takes some seconds on a slow disk).
TIMEOUT_SECONDS = 60.0
#: Where system programs are besides the person's own path: a plain user's PATH lacks them on Debian.
_BESIDES = "/usr/sbin:/sbin"


@dataclass(frozen=True, kw_only=True, slots=True)
class Answer:
    """What a program said, and its exit code."""

    code: int
    said: bytes = b""


class Programs(Protocol):
    """Asks programs of the device."""

    def has(self, name: str) -> bool:
        """Whether there is such a program."""
        ...

    def run(self, arguments: Sequence[str], *, given: bytes = b"") -> Answer:
        """What the program answers to what it is given. Raises Unavailable where it is not there or hangs."""
        ...


class SystemPrograms:
    """The programs of this device, with these variables and no others; ``environment`` has a ``PATH``."""

    def __init__(self, environment: Mapping[str, str] = os.environ) -> None:
        self._environment = {**environment, "LC_ALL": "C"}

    def has(self, name: str) -> bool:
        """Whether there is such a program."""
        return self._find(name) is not None

    def run(self, arguments: Sequence[str], *, given: bytes = b"") -> Answer:
        """What the program answers. Raises Unavailable where it is not there or hangs."""
        program = self._find(arguments[0])
        if program is None:
            raise Unavailable(f"this needs the program {arguments[0]}, which is not installed")
        try:
            done = subprocess.run(
                [program, *arguments[1:]],
                input=given,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                env=self._environment,
                timeout=TIMEOUT_SECONDS,
            )
        except (OSError, subprocess.TimeoutExpired) as error:
            raise Unavailable(f"the program {arguments[0]} does not answer") from error
        return Answer(code=done.returncode, said=done.stdout)

    def _find(self, name: str) -> str | None:
        return shutil.which(name, path=f"{self._environment.get('PATH', '')}:{_BESIDES}")


class FakePrograms:
    """Programs that a test makes: name -> what it answers to its arguments and what it is given."""

    def __init__(self, **programs: Callable[[Sequence[str], bytes], Answer]) -> None:
        self._programs = {name.replace("_", "-"): program for name, program in programs.items()}
        self.asked: list[tuple[str, ...]] = []

    def has(self, name: str) -> bool:
        """Whether the test made such a program."""
        return name in self._programs

    def run(self, arguments: Sequence[str], *, given: bytes = b"") -> Answer:
        """What the test's program answers. Raises Unavailable where there is none."""
        self.asked.append(tuple(arguments))
        if not self.has(arguments[0]):
            raise Unavailable(f"this needs the program {arguments[0]}, which is not installed")
        return self._programs[arguments[0]](arguments[1:], given)

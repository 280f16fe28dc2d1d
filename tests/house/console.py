"""Console blocks of the manual as tests: ``$ command`` lines, the output they show, the exit code they say.

A block of the manual reads

    ```console
    $ tutela match photo.jpg --list known.tlist    # exits 1
    known      photo.jpg ...
    ```

Commands run one after another in the page's own folder. Shown output must occur in the real output line by
line and in order; ``...`` stands for anything within a line, a line of its own for any lines. No shown
output means: anything may be printed. Blocks of another language (``text``, ``bash``) are not run.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

EXITS = re.compile(r"\s+# exits (\d+)$")


@dataclass(frozen=True, kw_only=True)
class Step:
    """One command of a page: what is typed, the exit code it shall have, and the output it shows."""

    line: int
    command: str
    exit_code: int
    shown: tuple[str, ...]


def steps(markdown: str) -> Iterator[Step]:
    """Every step of every ``console`` block, in order. Continued lines end in a backslash."""
    inside = False
    gathered: list[str] = []
    start = 0
    for number, line in enumerate(markdown.splitlines(), 1):
        if line.startswith("```"):
            if inside:
                yield from _block(gathered, start)
            inside, gathered, start = line.strip() == "```console", [], number + 1
        elif inside:
            gathered.append(line)


def _block(lines: list[str], start: int) -> Iterator[Step]:
    at = 0
    while at < len(lines):
        first = at
        typed = lines[at].removeprefix("$ ")
        at += 1
        while typed.endswith("\\"):
            typed = typed[:-1] + lines[at].strip()
            at += 1
        shown = []
        while at < len(lines) and not lines[at].startswith("$ "):
            shown.append(lines[at])
            at += 1
        found = EXITS.search(typed)
        yield Step(
            line=start + first,
            command=EXITS.sub("", typed),
            exit_code=int(found[1]) if found else 0,
            shown=tuple(line for line in shown if line.strip()),
        )


def environment() -> Mapping[str, str]:
    """The environment of a reader: the commands of this Python first on the path, no settings of tutela."""
    kept = {name: text for name, text in os.environ.items() if not name.startswith("TUTELA_")}
    kept["PATH"] = os.pathsep.join([str(Path(sys.executable).parent), kept.get("PATH", "")])
    return kept | {"COLUMNS": "100", "NO_COLOR": "1", "LC_ALL": "C.UTF-8"}


def run(step: Step, folder: Path) -> str:
    """An empty string when the step does what the page says, else what differs."""
    done = subprocess.run(
        ["bash", "-c", step.command],
        cwd=folder,
        env=environment(),
        text=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        timeout=120,
    )
    if done.returncode != step.exit_code:
        return f"exit code {done.returncode}, the page says {step.exit_code}:\n{done.stdout}"
    if not shows(done.stdout, step.shown):
        return f"the page shows\n{chr(10).join(step.shown)}\nbut it printed\n{done.stdout}"
    return ""


def shows(printed: str, shown: tuple[str, ...]) -> bool:
    """True when the shown lines occur in ``printed`` in this order; ``...`` stands for anything."""
    pattern = r"(?:.*\n)*?".join(_line_pattern(line) for line in shown if line.strip() != "...")
    return re.search(pattern, printed + "\n") is not None


def _line_pattern(line: str) -> str:
    parts = (re.escape(" ".join(part.split())) for part in line.split("..."))
    loose = ".*".join(part.replace(r"\ ", r"\s+") for part in parts)
    return rf"[^\n]*{loose}[^\n]*\n"

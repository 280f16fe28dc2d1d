"""How the guard starts with the person's session: a systemd user unit, or a desktop entry.

Both carry the name that was chosen and start one file in the guard's folder, so that neither tells what it
is. Neither restarts a guard that was stopped on purpose.
"""

from __future__ import annotations

import sys
from contextlib import suppress
from pathlib import Path

from tutela.kernel.errors import Unavailable
from tutela.prevent.guard.person.discretion import Discretion
from tutela.prevent.guard.person.folder import START, Folder
from tutela.prevent.guard.system.journal import Journal
from tutela.prevent.guard.system.programs import Programs

#: What the starter hands to Python; it stands in the guard's folder alone.
_LAUNCH = "launch.py"


def write_starter(folder: Folder, *, python: Path = Path(sys.executable)) -> Path:
    """The file that starts the guard. The list of processes then shows Python, the folder and no more."""
    launch = folder.path / _LAUNCH
    arguments = ["guard", "run", "--folder", str(folder.path)]
    code = f"import sys\n\nfrom tutela.cli import main\n\nmain({arguments!r} + sys.argv[1:])\n"
    folder.write(_LAUNCH, code.encode("utf-8"))
    shell = f'#!/bin/sh\nexec {_for_shell(python)} {_for_shell(launch)} "$@"\n'
    folder.write(START, shell.encode("utf-8"), mode=0o700)
    return folder.path / START


def _for_shell(path: Path) -> str:
    return "'" + str(path).replace("'", "'\\''") + "'"


def unit_text(names: Discretion, start: Path) -> str:
    """The unit (systemd.unit(5)). A guard that fails comes back at once: until then no page opens. However
    often it failed: a store of keys that is locked at first, or a port, may be free a minute later.

    The shell is named because systemd takes no name of a program with quotes in it; it hands on at once.
    """
    return (
        "[Unit]\n"
        f"Description={names.name}\n"
        "StartLimitIntervalSec=0\n"
        "\n"
        "[Service]\n"
        f"ExecStart=/bin/sh {for_unit(start)}\n"
        "Restart=on-failure\n"
        "RestartSec=1\n"
        "NoNewPrivileges=yes\n"
        "UMask=0077\n"
        "LimitCORE=0\n"
        "StandardOutput=null\n"
        "StandardError=null\n"
        "\n"
        "[Install]\n"
        "WantedBy=default.target\n"
    )


def for_unit(path: Path) -> str:
    """A path as one word of ``ExecStart`` (systemd.service(5)): quoted, with nothing that is filled in."""
    text = str(path).replace("\\", "\\\\").replace('"', '\\"').replace("%", "%%").replace("$", "$$")
    return f'"{text}"'


def desktop_text(names: Discretion, start: Path) -> str:
    """The desktop entry (Desktop Entry Specification 1.5), for sessions without systemd."""
    text = (
        str(start).replace("\\", "\\\\\\\\").replace('"', '\\\\"').replace("`", "\\\\`").replace("$", "\\\\$")
    )
    return (
        "[Desktop Entry]\n"
        "Type=Application\n"
        f"Name={names.name}\n"
        f'Exec="{text.replace("%", "%%")}"\n'
        "Terminal=false\n"
        "NoDisplay=true\n"
    )


def start_with_session(
    journal: Journal, home: Path, names: Discretion, start: Path, *, programs: Programs
) -> None:
    """Return once the guard starts with the next session. Raises Conflict where the name is taken."""
    config = home / ".config"
    if not programs.has("systemctl"):
        path = config / "autostart" / f"{names.service}.desktop"
        journal.write_new(path, desktop_text(names, start).encode("utf-8"), mode=0o644)
        return
    units, unit = config / "systemd" / "user", f"{names.service}.service"
    journal.write_new(units / unit, unit_text(names, start).encode("utf-8"), mode=0o644)
    journal.link(units / "default.target.wants" / unit, f"../{unit}")


def begin(programs: Programs, names: Discretion) -> None:
    """Start it now, without waiting for the next session, where systemd is there. A failure is not told."""
    _ask(programs, "daemon-reload")
    _ask(programs, "start", f"{names.service}.service")


def end(programs: Programs, names: Discretion) -> None:
    """Stop it and have systemd forget the unit, where systemd is there. A failure is not told."""
    _ask(programs, "stop", f"{names.service}.service")
    _ask(programs, "daemon-reload")


def _ask(programs: Programs, *words: str) -> None:
    if programs.has("systemctl"):
        with suppress(Unavailable):  # it does not answer: nobody is kept from leaving by that
            programs.run(["systemctl", "--user", *words])

from __future__ import annotations

import shlex
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from tests.prevent.guard.system.homes import state
from tutela.kernel.errors import Conflict
from tutela.prevent.guard.person.discretion import offered
from tutela.prevent.guard.person.folder import Folder
from tutela.prevent.guard.system.journal import Journal
from tutela.prevent.guard.system.programs import Answer, FakePrograms
from tutela.prevent.guard.system.service import (
    begin,
    desktop_text,
    end,
    for_unit,
    start_with_session,
    unit_text,
    write_starter,
)

NAMES = offered()[0]
SYSTEMD = FakePrograms(systemctl=lambda words, given: Answer(code=0))


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    made = Folder(tmp_path / "quiet 'pages'")
    made.make()
    return made


@pytest.fixture
def home(tmp_path: Path) -> Path:
    (tmp_path / "home").mkdir()
    return tmp_path / "home"


def test_the_starter_hands_on_to_python_with_the_folder(folder: Folder, tmp_path: Path) -> None:
    python = tmp_path / "my python"
    python.write_text('#!/bin/sh\nprintf "%s\\n" "$@"\n')
    python.chmod(0o755)
    start = write_starter(folder, python=python)
    done = subprocess.run([str(start), "a b"], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines() == [str(folder.path / "launch.py"), "a b"]
    code = (folder.path / "launch.py").read_text()
    compile(code, "launch.py", "exec")
    assert repr(str(folder.path)) in code and start.stat().st_mode & 0o777 == 0o700


def test_the_starter_starts_the_command(folder: Folder) -> None:
    write_starter(folder)
    code = (folder.path / "launch.py").read_text().replace("import main", "import main as _\n\nmain = print")
    done = subprocess.run([sys.executable, "-c", code, "--x"], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == str(["guard", "run", "--folder", str(folder.path), "--x"])


@pytest.mark.needs("systemd")
@pytest.mark.parametrize("odd", ["plain", "a b", "100% $HOME 'q' \"d\" \\b"])
def test_systemd_accepts_the_unit(tmp_path: Path, odd: str) -> None:
    place = tmp_path / odd
    place.mkdir()
    start = place / "start"
    start.write_text("#!/bin/sh\n")
    start.chmod(0o700)
    unit = tmp_path / "quiet-pages.service"
    unit.write_text(unit_text(NAMES, start))
    done = subprocess.run(
        ["systemd-analyze", "verify", "--man=no", str(unit)], capture_output=True, text=True
    )
    assert done.returncode == 0 and "quiet-pages" not in done.stderr, done.stderr
    unit.write_text(unit_text(NAMES, start).replace("on-failure", "perhaps"))
    done = subprocess.run(
        ["systemd-analyze", "verify", "--man=no", str(unit)], capture_output=True, text=True
    )
    assert "perhaps" in done.stderr, "it would tell of a mistake"


def test_a_guard_that_fails_is_started_again_however_often_it_did() -> None:
    head, _, rest = unit_text(NAMES, Path("/s")).partition("[Service]\n")
    assert "StartLimitIntervalSec=0\n" in head, "systemd reads it in this section alone (systemd.unit(5))"
    assert "Restart=on-failure\n" in rest


def test_a_path_is_one_word_of_a_unit() -> None:
    assert for_unit(Path("/a b/%h$x")) == '"/a b/%%h$$x"'
    assert for_unit(Path('/"\\')) == '"/\\"\\\\"'


def test_neither_text_tells_what_it_is() -> None:
    start = Path("/somewhere/share/quiet-pages/start")
    for text in (unit_text(NAMES, start), desktop_text(NAMES, start)):
        assert "Quiet Pages" in text and str(start) in text
        assert not any(word in text.lower() for word in ("tutela", "guard", "proxy"))


def test_a_desktop_entry_starts_the_file() -> None:
    line = next(one for one in desktop_text(NAMES, Path("/a b/s")).splitlines() if one.startswith("Exec="))
    assert shlex.split(line.removeprefix("Exec=")) == ["/a b/s"]
    assert "Type=Application\nName=Quiet Pages\n" in desktop_text(NAMES, Path("/s"))


@pytest.mark.parametrize("programs", [SYSTEMD, FakePrograms()])
def test_it_starts_with_the_session_and_no_longer(folder: Folder, home: Path, programs: FakePrograms) -> None:
    before, journal = state(home), Journal(folder, programs)
    start_with_session(journal, home, NAMES, Path("/s"), programs=programs)
    found = {name for name in state(home) if "quiet-pages" in name}
    assert found == (
        {
            ".config/systemd/user/quiet-pages.service",
            ".config/systemd/user/default.target.wants/quiet-pages.service",
        }
        if programs is SYSTEMD
        else {".config/autostart/quiet-pages.desktop"}
    )
    link = home / ".config/systemd/user/default.target.wants/quiet-pages.service"
    assert programs is not SYSTEMD or link.read_text() == unit_text(NAMES, Path("/s"))
    assert journal.undo() == () and state(home) == before


def test_a_name_that_is_taken_is_refused(folder: Folder, home: Path) -> None:
    taken = home / ".config" / "systemd" / "user" / "quiet-pages.service"
    taken.parent.mkdir(parents=True)
    taken.write_text("theirs")
    with pytest.raises(Conflict, match="another name"):
        start_with_session(Journal(folder, SYSTEMD), home, NAMES, Path("/s"), programs=SYSTEMD)
    start_with_session(
        Journal(folder, SYSTEMD), home, replace(NAMES, service="other"), Path("/s"), programs=SYSTEMD
    )


def test_it_is_begun_and_ended_where_systemd_is() -> None:
    programs = FakePrograms(systemctl=lambda words, given: Answer(code=1))
    begin(programs, NAMES)
    end(programs, NAMES)
    assert [words[2] for words in programs.asked] == ["daemon-reload", "start", "stop", "daemon-reload"]
    begin(FakePrograms(), NAMES)
    end(FakePrograms(), NAMES)

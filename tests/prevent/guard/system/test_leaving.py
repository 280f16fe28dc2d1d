from __future__ import annotations

import shutil
from collections.abc import Sequence
from pathlib import Path

import pytest

from tutela.kernel.errors import Conflict, Refused, Unavailable
from tutela.prevent.guard.person.choices import Choices
from tutela.prevent.guard.person.device_time import FixedDeviceClock
from tutela.prevent.guard.person.discretion import offered, render_discretion
from tutela.prevent.guard.person.folder import DISCRETION, FINISHED, GOING, KEY_PLACE, POLICY, Folder
from tutela.prevent.guard.person.policy import Policy, render_policy
from tutela.prevent.guard.person.waits import LEAVING
from tutela.prevent.guard.system.key_places import FileKeyPlace, SecretToolKeyPlace
from tutela.prevent.guard.system.leaving import (
    DESKTOP,
    check_browsers,
    journal_of,
    key_place_of,
    leave,
    names_of,
)
from tutela.prevent.guard.system.programs import Answer, FakePrograms
from tutela.prevent.guard.system.proxy_ways import OurProxy, set_in_firefox

NONE = FakePrograms()


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    made = Folder(tmp_path / "share" / "quiet-pages")
    made.make()
    made.write(POLICY, render_policy(Policy(delay_hours=1)).encode())
    made.write(FINISHED, b"")
    return made


def test_leaving_waits_for_the_delay_and_then_takes_everything(folder: Folder, tmp_path: Path) -> None:
    device = FixedDeviceClock()
    journal_of(folder, NONE).write_files({tmp_path / "outside": b"x"})
    with pytest.raises(Refused, match="ask for it first"):
        leave(folder, NONE, device)
    Choices(folder, device).ask_leaving()
    device.run(3599)
    with pytest.raises(Refused, match="1 more minutes"):
        leave(folder, NONE, device)
    assert (tmp_path / "outside").exists()
    device.run(1)
    assert leave(folder, NONE, device) == () and list(tmp_path.iterdir()) == []


def test_leaving_that_was_begun_or_a_set_up_that_was_not_finished_waits_for_nothing(folder: Folder) -> None:
    folder.write(GOING, b"")
    assert not folder.finished and leave(folder, NONE, FixedDeviceClock()) == ()
    folder.make()
    assert leave(folder, NONE, FixedDeviceClock()) == () and not folder.path.exists()


def test_leaving_that_failed_is_taken_up_again_without_a_new_delay(folder: Folder, tmp_path: Path) -> None:
    device, outside = FixedDeviceClock(), tmp_path / "outside"
    journal_of(folder, NONE).write_files({outside: b"x"})
    Choices(folder, device).ask_leaving()
    device.run(3600)
    outside.unlink()
    outside.mkdir()
    with pytest.raises(Unavailable):
        leave(folder, NONE, device)
    assert not folder.finished
    Choices(folder, device).take_back((LEAVING, ""))
    outside.rmdir()
    assert leave(folder, NONE, device) == () and list(tmp_path.iterdir()) == []


def test_nothing_is_undone_while_a_browser_is_open(folder: Folder, tmp_path: Path) -> None:
    folder.remove(FINISHED)
    database = tmp_path / "cert9.db"
    journal_of(folder, NONE).write_files({database: b"x"}, unpick="certificate", ours=b"Q")
    with database.open("rb"), pytest.raises(Conflict, match="close your browser first"):
        leave(folder, NONE, FixedDeviceClock())
    assert database.exists() and folder.read(GOING) is None
    check_browsers(folder, NONE)
    assert leave(folder, NONE, FixedDeviceClock()) == () and not database.exists()


def test_a_profile_that_was_deleted_since_keeps_nobody_from_leaving(folder: Folder, tmp_path: Path) -> None:
    folder.remove(FINISHED)
    profile = tmp_path / "profile"
    profile.mkdir()
    (profile / "prefs.js").write_bytes(b'user_pref("a", 1);\n')
    set_in_firefox(journal_of(folder, NONE), profile, OurProxy())
    shutil.rmtree(profile)
    assert leave(folder, NONE, FixedDeviceClock()) == ()
    assert not profile.exists() and not folder.path.exists()


def test_a_service_that_does_not_answer_keeps_nobody_from_leaving(folder: Folder) -> None:
    def hanging(_words: Sequence[str], _given: bytes) -> Answer:
        raise Unavailable("the program systemctl does not answer")

    folder.remove(FINISHED)
    folder.write(DISCRETION, render_discretion(offered()[0]).encode())
    programs = FakePrograms(systemctl=hanging)
    assert leave(folder, programs, FixedDeviceClock()) == () and not folder.path.exists()
    assert [words[2] for words in programs.asked] == ["stop", "daemon-reload"]


def test_the_service_is_ended_and_the_desktops_store_emptied(folder: Folder) -> None:
    folder.remove(FINISHED)
    folder.write(DISCRETION, render_discretion(offered()[0]).encode())
    folder.write(KEY_PLACE, DESKTOP + b"quiet-pages")

    def done(words: Sequence[str], given: bytes) -> Answer:
        return Answer(code=0)

    programs = FakePrograms(secret_tool=done, systemctl=done)
    assert isinstance(key_place_of(folder, programs), SecretToolKeyPlace)
    assert leave(folder, programs, FixedDeviceClock()) == ()
    assert ("secret-tool", "clear", "service", "quiet-pages") in programs.asked
    assert ("systemctl", "--user", "stop", "quiet-pages.service") in programs.asked


def test_a_store_that_is_gone_is_told_and_keeps_nobody_from_leaving(folder: Folder) -> None:
    folder.remove(FINISHED)
    folder.write(KEY_PLACE, DESKTOP + b"quiet-pages")
    (left,) = leave(folder, NONE, FixedDeviceClock())
    assert "store of your desktop" in left.what and not folder.path.exists()


def test_the_key_is_in_the_folder_where_nothing_else_is_said_and_damaged_names_are_none(
    folder: Folder,
) -> None:
    assert isinstance(key_place_of(folder, NONE), FileKeyPlace)
    assert names_of(folder) is None
    folder.write(DISCRETION, b"{}")
    assert names_of(folder) is None

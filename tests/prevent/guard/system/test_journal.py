from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.prevent.guard.system.homes import Gnome, state
from tests.prevent.guard.system.killing import killed_at, points
from tutela.kernel.errors import Conflict, Unavailable
from tutela.prevent.guard.person.folder import JOURNAL, Folder
from tutela.prevent.guard.system.journal import Journal, Left
from tutela.prevent.guard.system.programs import Answer, FakePrograms


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    made = Folder(tmp_path / "guard")
    made.make()
    return made


@pytest.fixture
def home(tmp_path: Path) -> Path:
    made = tmp_path / "home"
    (made / "kept").mkdir(parents=True)
    (made / "kept" / "settings").write_bytes(b"one\ntwo\n")
    (made / "kept" / "settings").chmod(0o644)
    (made / "kept" / "linked").symlink_to("settings")
    return made


def journal(folder: Folder, **programs: Callable[..., Answer]) -> Journal:
    return Journal(folder, FakePrograms(**programs))


def change_much(folder: Folder, home: Path) -> None:
    ours = journal(folder)
    ours.write_files({home / "kept" / "settings": b"one\ntwo\nthree\n", home / "new" / "deep" / "file": b"x"})
    ours.write_files({home / "kept" / "settings": b"", home / "kept" / "more": b"y"}, mode=0o640)
    ours.link(home / "new" / "link", "../kept")


def test_everything_is_put_back_bit_for_bit_in_reverse_order(folder: Folder, home: Path) -> None:
    before = state(home)
    change_much(folder, home)
    assert (home / "kept" / "settings").read_bytes() == b"" and (home / "new" / "link").is_symlink()
    assert (home / "kept" / "more").stat().st_mode & 0o777 == 0o640
    assert (home / "kept" / "settings").stat().st_mode & 0o777 == 0o644, (
        "a file that was there keeps its mode"
    )
    assert journal(folder).undo() == () and state(home) == before
    assert journal(folder).undo() == () and state(home) == before, "and again"
    assert journal(folder).changes() == ()


def test_killed_at_every_step_everything_can_be_put_back(folder: Folder, home: Path) -> None:
    before, steps = state(home), 0
    for steps in points(lambda: change_much(folder, home)):
        assert journal(folder).undo() == ()
        assert state(home) == before, f"killed before step {steps}"
    assert steps > 20
    journal(folder).undo()
    assert state(home) == before


def test_killed_at_every_step_of_putting_back_it_can_be_taken_up_again(folder: Folder, home: Path) -> None:
    before, point, killed = state(home), 0, True
    while killed:
        change_much(folder, home)
        killed = killed_at(point, journal(folder).undo)
        assert journal(folder).undo() == () and state(home) == before, f"killed before step {point}"
        point += 1
    assert point > 15


@given(
    st.lists(
        st.tuples(st.sampled_from(["a", "b", "c/d", "c/e"]), st.binary(max_size=20)), min_size=1, max_size=12
    ),
    st.dictionaries(st.sampled_from(["a", "b"]), st.binary(max_size=20)),
)
@settings(max_examples=25, deadline=None)
def test_any_changes_are_put_back(
    tmp_path_factory: pytest.TempPathFactory, steps: list[tuple[str, bytes]], there: dict[str, bytes]
) -> None:
    root = tmp_path_factory.mktemp("any")
    folder, home = Folder(root / "guard"), root / "home"
    folder.make()
    home.mkdir()
    for name, data in there.items():
        (home / name).write_bytes(data)
    before = state(home)
    for name, data in steps:
        journal(folder).write_files({home / name: data})
    for name, data in dict(steps).items():
        assert (home / name).read_bytes() == data
    assert journal(folder).undo() == () and state(home) == before
    shutil.rmtree(root)


def test_the_way_back_stands_before_anything_is_changed(folder: Folder, home: Path) -> None:
    with pytest.raises(Unavailable):
        journal(folder).write_files(
            {home / "kept" / "settings": b"x", home / "kept" / "settings" / "y": b"z"}
        )
    assert journal(folder).undo() == () and (home / "kept" / "settings").read_bytes() == b"one\ntwo\n"


def test_nothing_is_written_where_nothing_changes(folder: Folder, home: Path) -> None:
    journal(folder).write_files({home / "kept" / "settings": b"one\ntwo\n"})
    assert journal(folder).changes() == ()


def test_whoever_may_read_a_file_may_look_into_the_folders_made_for_it(folder: Folder, home: Path) -> None:
    journal(folder).write_files({home / "all" / "x": b"x"}, mode=0o644)
    journal(folder).write_files({home / "own" / "x": b"x"})
    assert [(home / name).stat().st_mode & 0o777 for name in ("all", "own")] == [0o755, 0o700]


def test_a_link_is_followed_and_stays(folder: Folder, home: Path) -> None:
    before = state(home)
    journal(folder).write_files({home / "kept" / "linked": b"new"})
    assert (home / "kept" / "linked").is_symlink() and (home / "kept" / "settings").read_bytes() == b"new"
    assert journal(folder).undo() == () and state(home) == before


def test_what_others_changed_since_is_left_and_told(folder: Folder, home: Path) -> None:
    journal(folder).write_files({home / "kept" / "settings": b"ours"})
    (home / "kept" / "settings").write_bytes(b"theirs")
    assert journal(folder).undo() == (
        Left(what=str(home / "kept" / "settings"), why="it was changed since by others"),
    )
    assert (home / "kept" / "settings").read_bytes() == b"theirs" and journal(folder).changes() == ()


def test_our_block_is_taken_out_of_what_others_changed_since(folder: Folder, home: Path) -> None:
    path = home / "kept" / "settings"
    journal(folder).write_files({path: b"one\ntwo\nours\n"}, unpick="block", ours=b"ours\n")
    path.write_bytes(b"one\nours\nthree\n")
    assert journal(folder).undo() == () and path.read_bytes() == b"one\nthree\n"
    assert path.stat().st_mode & 0o777 == 0o644


def test_a_file_in_which_nothing_but_our_block_is_left_goes_where_none_was(
    folder: Folder, home: Path
) -> None:
    path = home / "kept" / "new"
    journal(folder).write_files({path: b"head\nours\n"}, unpick="block", ours=b"ours\n")
    path.write_bytes(b"ours\n")
    assert journal(folder).undo() == () and not path.exists()


def test_a_file_that_others_took_away_is_told_where_one_was_before(folder: Folder, home: Path) -> None:
    journal(folder).write_files({home / "kept" / "settings": b"ours", home / "kept" / "new": b"ours"})
    (home / "kept" / "new").unlink()
    assert journal(folder).undo() == (), "none was there before"
    journal(folder).write_files({home / "kept" / "settings": b"ours"})
    (home / "kept" / "settings").unlink()
    assert len(journal(folder).undo()) == 1


def test_a_folder_in_which_others_keep_something_stays(folder: Folder, home: Path) -> None:
    journal(folder).make_folders(home / "new" / "deep")
    (home / "new" / "theirs").write_bytes(b"x")
    assert journal(folder).undo() == ()
    assert [one.name for one in (home / "new").iterdir()] == ["theirs"]


def test_what_is_there_is_never_replaced_by_a_link_or_a_new_file(folder: Folder, home: Path) -> None:
    ours = journal(folder)
    for name in ("settings", "linked"):
        with pytest.raises(Conflict, match="there already"):
            ours.link(home / "kept" / name, "x")
        with pytest.raises(Conflict, match="there already"):
            ours.write_new(home / "kept" / name, b"x")
    ours.link(home / "kept" / "linked", "settings")
    assert ours.changes() == ()


def test_a_link_that_others_turned_stays(folder: Folder, home: Path) -> None:
    journal(folder).link(home / "kept" / "ours", "settings")
    (home / "kept" / "ours").unlink()
    (home / "kept" / "ours").symlink_to("elsewhere")
    assert journal(folder).undo() == () and (home / "kept" / "ours").is_symlink()


def test_a_setting_is_set_and_put_back(folder: Folder) -> None:
    gnome = Gnome()
    ours = journal(folder, gsettings=gnome.gsettings, dconf=gnome.dconf)
    gnome.own["/system/proxy/http/host"] = "'old'"
    ours.set_setting("org.gnome.system.proxy.http", "host", "'127.0.0.1'")
    ours.set_setting("org.gnome.system.proxy", "mode", "'manual'")
    assert gnome.own == {"/system/proxy/http/host": "'127.0.0.1'", "/system/proxy/mode": "'manual'"}
    assert ours.undo() == () and gnome.own == {"/system/proxy/http/host": "'old'"}


def test_a_setting_that_others_changed_since_is_left_and_told(folder: Folder) -> None:
    gnome = Gnome()
    ours = journal(folder, gsettings=gnome.gsettings, dconf=gnome.dconf)
    ours.set_setting("org.gnome.system.proxy", "mode", "'manual'")
    gnome.own["/system/proxy/mode"] = "'auto'"
    assert [left.what for left in ours.undo()] == ["org.gnome.system.proxy mode"]
    assert gnome.own == {"/system/proxy/mode": "'auto'"}


def test_a_setting_whose_program_is_gone_keeps_nobody_from_leaving(folder: Folder, home: Path) -> None:
    gnome, before = Gnome(), state(home)
    journal(folder).write_files({home / "a": b"x"})
    journal(folder, gsettings=gnome.gsettings, dconf=gnome.dconf).set_setting(
        "org.gnome.system.proxy", "mode", "'manual'"
    )
    (left,) = journal(folder).undo()
    assert "gsettings, which is not installed" in left.why and state(home) == before


def test_a_program_runs_once_what_came_after_it_is_undone(folder: Folder, home: Path) -> None:
    seen: list[bool] = []

    def program(words: object, given: bytes) -> Answer:
        seen.append((home / "a").exists())
        return Answer(code=1)

    ours = journal(folder, update=program)
    ours.run_on_the_way_back("update", "--fresh")
    ours.write_files({home / "a": b"x"})
    assert ours.undo() == (Left(what="update --fresh", why="the program failed"),) and seen == [False]


def test_a_damaged_row_is_told_and_keeps_nobody_from_leaving(folder: Folder, home: Path) -> None:
    journal(folder).write_files({home / "a": b"x"})
    journal(folder).write_files({home / "b": b"x"})
    folder.write(f"{JOURNAL}/000002", b"{")
    assert len(journal(folder).changes()) == 1
    (left,) = journal(folder).undo()
    assert "damaged" in left.why and not (home / "a").exists() and (home / "b").exists()

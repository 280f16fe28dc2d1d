from __future__ import annotations

from pathlib import Path

import pytest

from tests.prevent.guard.system.homes import certutil, state
from tutela.kernel.errors import Refused, Unavailable
from tutela.prevent.guard.person.folder import Folder
from tutela.prevent.guard.system.journal import Journal
from tutela.prevent.guard.system.nss import NssStore
from tutela.prevent.guard.system.programs import Answer, FakePrograms
from tutela.prevent.guard.system.trust import (
    by_hand,
    check_possible,
    trust_in_browser,
    trust_in_system,
    unpick_certificates,
)

PEM, NAME = b"-----BEGIN CERTIFICATE-----\n", "Quiet Pages Local"


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    made = Folder(tmp_path / "guard")
    made.make()
    return made


@pytest.fixture
def store(tmp_path: Path) -> NssStore:
    (tmp_path / "home").mkdir()
    return NssStore(browser="Chromium", folder=tmp_path / "home" / "nssdb")


def trusting(folder: Folder, store: NssStore) -> Journal:
    programs = FakePrograms(certutil=certutil)
    journal = Journal(folder, programs, {"certificate": unpick_certificates(programs, folder)})
    trust_in_browser(journal, store, PEM, NAME, programs=programs, work=folder.path / "work")
    return journal


def test_a_database_that_was_not_there_is_gone_again(folder: Folder, store: NssStore) -> None:
    before = state(store.folder.parent)
    journal = trusting(folder, store)
    assert NAME in (store.folder / "cert9.db").read_text()
    assert journal.undo() == () and state(store.folder.parent) == before


def test_a_database_that_was_there_comes_back_bit_for_bit(folder: Folder, store: NssStore) -> None:
    store.folder.mkdir()
    for path in store.files:
        path.write_bytes(b"database\n" + path.name.encode() + b"\n")
    before = state(store.folder.parent)
    assert trusting(folder, store).undo() == () and state(store.folder.parent) == before


def test_what_the_browser_changed_since_stays_and_ours_goes(
    folder: Folder, store: NssStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    swept: list[bool] = []
    monkeypatch.setattr("tutela.prevent.guard.system.nss._Copy.sweep", lambda self: swept.append(True))
    journal = trusting(folder, store)
    with (store.folder / "cert9.db").open("a") as file:
        file.write("Theirs\n")
    assert journal.undo() == () and swept == [True]
    assert (store.folder / "cert9.db").read_text() == "database\nTheirs\n"


def test_a_database_that_the_browser_took_away_is_nothing_to_undo(folder: Folder, store: NssStore) -> None:
    journal = trusting(folder, store)
    (store.folder / "cert9.db").unlink()
    (store.folder / "key4.db").write_bytes(b"theirs")
    assert journal.undo() == () and (store.folder / "key4.db").read_bytes() == b"theirs"


def test_without_the_program_somebody_who_leaves_is_told_what_is_left(
    folder: Folder, store: NssStore
) -> None:
    trusting(folder, store)
    with (store.folder / "cert9.db").open("a") as file:
        file.write("Theirs\n")
    programs = FakePrograms()
    left = Journal(folder, programs, {"certificate": unpick_certificates(programs, folder)}).undo()
    assert [Path(one.what).name for one in left] == ["cert9.db", "key4.db", "pkcs11.txt"]


def test_where_the_program_is_missing_the_way_by_hand_is_told() -> None:
    check_possible(FakePrograms(certutil=certutil), Path("/x"))
    with pytest.raises(Unavailable, match="apt-get install libnss3-tools") as told:
        check_possible(FakePrograms(), Path("/x"))
    assert by_hand(Path("/x")) in told.value.message and "Authorities, Import /x" in told.value.message


def test_the_whole_device_trusts_it_for_root_alone_and_no_longer(folder: Folder, tmp_path: Path) -> None:
    root = tmp_path / "root"
    (root / "usr").mkdir(parents=True)
    before, seen = state(root), []

    def update(words: object, given: bytes) -> Answer:
        seen.append(sorted(one.name for one in (root / "usr").rglob("*.crt")))
        return Answer(code=0)

    programs = FakePrograms(update_ca_certificates=update)
    journal = Journal(folder, programs)
    with pytest.raises(Refused, match="only root"):
        trust_in_system(journal, PEM, "quiet-pages", programs=programs, root=root, is_root=False)
    assert seen == [] and state(root) == before
    trust_in_system(journal, PEM, "quiet-pages", programs=programs, root=root, is_root=True)
    assert (root / "usr/local/share/ca-certificates/quiet-pages.crt").read_bytes() == PEM
    assert journal.undo() == () and state(root) == before and seen == [["quiet-pages.crt"], []]


def test_a_program_that_fails_or_lacks_is_told(folder: Folder, tmp_path: Path) -> None:
    for programs in (
        FakePrograms(),
        FakePrograms(update_ca_certificates=lambda words, given: Answer(code=1)),
    ):
        with pytest.raises(Unavailable, match="update-ca-certificates"):
            trust_in_system(
                Journal(folder, programs), PEM, "quiet-pages", programs=programs, root=tmp_path, is_root=True
            )

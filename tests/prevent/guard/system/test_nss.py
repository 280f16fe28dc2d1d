from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

from tests.prevent.guard.system.homes import certutil, firefox
from tutela.kernel.clock import SystemClock
from tutela.kernel.errors import Conflict, Unavailable
from tutela.prevent.guard.system.authority import new_authority
from tutela.prevent.guard.system.nss import (
    FILES,
    NssStore,
    check_closed,
    firefox_profiles,
    stores,
    with_certificate,
    without_certificate,
)
from tutela.prevent.guard.system.programs import Answer, FakePrograms, Programs, SystemPrograms

NAME = "Quiet Pages Local"
PEM = new_authority(NAME, SystemClock()).certificate_pem


@pytest.fixture
def store(tmp_path: Path) -> NssStore:
    folder = tmp_path / "home" / "nssdb"
    folder.mkdir(parents=True)
    return NssStore(browser="Chromium", folder=folder)


@pytest.fixture
def work(tmp_path: Path) -> Path:
    (tmp_path / "guard").mkdir()
    return tmp_path / "guard" / "work"


def listed(programs: Programs, store: NssStore) -> str:
    return programs.run(["certutil", "-L", "-d", f"sql:{store.folder}"]).said.decode()


def test_the_databases_of_a_persons_browsers_are_found(tmp_path: Path) -> None:
    assert stores(tmp_path, FakePrograms()) == ()
    profile = firefox(tmp_path)
    with (tmp_path / ".mozilla" / "firefox" / "profiles.ini").open("a") as file:
        file.write(f"[Profile1]\nPath={profile}\n[Profile2]\nPath=gone\n[Install1]\nDefault=x\n[ProfileX]\n")
    assert firefox_profiles(tmp_path) == (profile,)
    snap = tmp_path / "snap/chromium/current/.pki/nssdb"
    snap.mkdir(parents=True)
    found = stores(tmp_path, FakePrograms(chromium=lambda words, given: Answer(code=0)))
    assert [(one.browser, one.folder) for one in found] == [
        ("Firefox", profile),
        ("Chromium", tmp_path / ".pki/nssdb"),
        ("Chromium", snap),
    ]


def test_a_damaged_list_of_profiles_names_none(tmp_path: Path) -> None:
    firefox(tmp_path)
    for text in (b"Path=x\n", b"\xff[", b"[Profile0]\nPath=%(x)s\n"):
        (tmp_path / ".mozilla" / "firefox" / "profiles.ini").write_bytes(text)
        assert firefox_profiles(tmp_path) == ()


def test_the_program_works_on_a_copy_that_is_gone_afterwards(store: NssStore, work: Path) -> None:
    programs = FakePrograms(certutil=certutil)
    files = with_certificate(store, PEM, NAME, programs, work)
    assert sorted(path.name for path in files) == sorted(FILES) and not any(store.folder.iterdir())
    assert files[store.folder / "pkcs11.txt"] == f"configdir='sql:{store.folder}'\n".encode()
    assert not work.exists()
    failing = FakePrograms(certutil=lambda words, given: Answer(code=1))
    with pytest.raises(Unavailable, match="by hand"):
        with_certificate(store, PEM, NAME, failing, work)
    assert not work.exists()


def test_a_browser_that_is_open_is_told(store: NssStore, work: Path, tmp_path: Path) -> None:
    database = store.folder / "cert9.db"
    database.write_bytes(b"x")
    check_closed(store)
    with database.open("rb"), pytest.raises(Conflict, match="close Chromium first"):
        check_closed(store)
    (store.folder / "key4.db-wal").touch()
    with pytest.raises(Conflict):
        with_certificate(store, PEM, NAME, FakePrograms(certutil=certutil), work)
    (tmp_path / "1" / "fd").mkdir(parents=True)
    (tmp_path / "1" / "fd" / "3").write_bytes(b"no link")
    (store.folder / "key4.db-wal").unlink()
    check_closed(store, processes=tmp_path)


@pytest.mark.needs("certutil")
def test_the_real_program_adds_it_trusted_and_takes_it_out_without_a_trace(
    store: NssStore, work: Path
) -> None:
    programs = SystemPrograms(os.environ)
    for path, data in with_certificate(store, PEM, NAME, programs, work).items():
        path.write_bytes(data)
    assert f"{NAME}" in listed(programs, store) and "C,," in listed(programs, store)
    assert str(work).encode() not in b"".join(path.read_bytes() for path in store.files)
    other = new_authority("Of somebody else", SystemClock()).certificate_pem
    words = ["certutil", "-A", "-n", "Theirs", "-t", "C,,", "-d", f"sql:{store.folder}"]
    subprocess.run(words, input=other, check=True)
    for path, data in without_certificate(store, NAME, programs, work).items():
        path.write_bytes(data)
    assert NAME not in listed(programs, store) and "Theirs" in listed(programs, store)
    assert NAME.encode() not in (store.folder / "cert9.db").read_bytes()
    before = {path: path.read_bytes() for path in store.files}
    assert without_certificate(store, NAME, programs, work) == before, "once more changes nothing"

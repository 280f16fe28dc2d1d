from __future__ import annotations

import json
import os
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from tutela.kernel.clock import FixedClock
from tutela.kernel.custody import age, durable
from tutela.kernel.custody.age import Damaged
from tutela.kernel.custody.key_files import FileKeyStore, FilePublicKeys
from tutela.kernel.custody.keys import PrivateKey, Split
from tutela.kernel.errors import Conflict, Refused, Unavailable

CLOCK = FixedClock(datetime(2026, 1, 1, 12, tzinfo=UTC))


@pytest.fixture
def store(tmp_path: Path) -> FileKeyStore:
    return FileKeyStore(tmp_path / "public", tmp_path / "private", CLOCK)


def quick_seal(data: bytes, passphrase: str) -> bytes:
    """In place of a second's work; ``test_age`` tries the real one."""
    return passphrase.encode() + data[::-1]


def quick_unseal(sealed: bytes, passphrase: str) -> bytes:
    if not sealed.startswith(passphrase.encode()):
        raise Refused("this passphrase does not open the key")
    return sealed.removeprefix(passphrase.encode())[::-1]


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_both_halves_stand_in_folders_of_their_own(store: FileKeyStore, tmp_path: Path) -> None:
    epoch = store.rotate()
    assert names(tmp_path / "public") == [f"{epoch.id}.json"]
    assert names(tmp_path / "private") == [f"{epoch.id}.key"]
    for path in (tmp_path / "private", *(tmp_path / "private").iterdir()):
        assert path.stat().st_mode & 0o077 == 0
    again = FileKeyStore(tmp_path / "public", tmp_path / "private", CLOCK)
    assert again.current() == epoch and again.private(epoch.id).recipient() == epoch.recipient


def test_the_fetchers_half_holds_nothing_that_opens(store: FileKeyStore, tmp_path: Path) -> None:
    epoch = store.rotate()
    public = FilePublicKeys(tmp_path / "public")
    assert public.current() == epoch and not hasattr(public, "private")
    assert "SECRET" not in (tmp_path / "public" / f"{epoch.id}.json").read_text()
    assert FilePublicKeys(tmp_path / "nowhere").epochs() == ()
    with pytest.raises(Unavailable, match="keys init"):
        FilePublicKeys(tmp_path / "nowhere").current()


def test_epochs_come_in_their_order(store: FileKeyStore) -> None:
    made = [store.rotate() for _ in range(5)]
    assert list(store.epochs()) == made and store.current() == made[-1]


def test_a_retired_key_is_overwritten_gone_and_never_comes_back(
    store: FileKeyStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = store.rotate()
    key = store.private(first.id)
    with pytest.raises(Conflict):
        store.retire(first.id)
    store.rotate()
    (tmp_path / "private" / f"{first.id}.key.old").write_text(key.text())
    erased: list[str] = []
    erase = durable.erase

    def noted(path: Path) -> None:
        erased.append(path.name)
        erase(path)

    monkeypatch.setattr(durable, "erase", noted)
    store.retire(first.id)
    store.retire(first.id)
    assert erased == [f"{first.id}.key", f"{first.id}.key.old"]
    assert len(names(tmp_path / "private")) == 1
    with pytest.raises(Refused):
        store.restore(key)
    with pytest.raises(Refused):
        store.retire("epo_none")


def test_a_lost_key_says_so_and_comes_back(store: FileKeyStore, tmp_path: Path) -> None:
    epoch = store.rotate()
    key = store.private(epoch.id)
    (tmp_path / "private" / f"{epoch.id}.key").unlink()
    assert not store.has_private(epoch.id)
    with pytest.raises(Unavailable, match="restore"):
        store.private(epoch.id)
    assert store.restore(key) == epoch and store.private(epoch.id) == key
    elsewhere = FileKeyStore(tmp_path / "p2", tmp_path / "k2", CLOCK)  # even the public half is lost
    assert elsewhere.restore(key).id == epoch.id and elsewhere.private(epoch.id) == key


def test_restoring_takes_the_place_of_a_damaged_file(store: FileKeyStore, tmp_path: Path) -> None:
    epoch, other = store.rotate(), PrivateKey.new()
    key, path = store.private(epoch.id), tmp_path / "private" / f"{epoch.id}.key"
    path.write_text("AGE-SECRET-KEY-1NOTHING")
    with pytest.raises(Damaged, match="damaged"):
        store.private(epoch.id)
    path.write_text(other.text())
    with pytest.raises(Damaged, match="another one"):
        store.private(epoch.id)
    store.restore(key)
    assert store.private(epoch.id) == key and names(tmp_path / "private") == [path.name]


@pytest.mark.parametrize("what", ["folder", "file"])
def test_a_key_that_others_may_read_is_refused(store: FileKeyStore, tmp_path: Path, what: str) -> None:
    epoch = store.rotate()
    folder = tmp_path / "private"
    (folder if what == "folder" else folder / f"{epoch.id}.key").chmod(0o744)
    with pytest.raises(Refused, match="open to other users"):
        store.private(epoch.id)


def test_a_passphrase_closes_the_key(
    store: FileKeyStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(age, "seal_with_passphrase", quick_seal)
    monkeypatch.setattr(age, "unseal_with_passphrase", quick_unseal)
    epoch = store.rotate()
    key = store.private(epoch.id)
    closed = FileKeyStore(tmp_path / "public", tmp_path / "private", CLOCK, lambda: "correct horse")
    closed.restore(key)
    assert names(tmp_path / "private") == [f"{epoch.id}.key.age"]
    assert key.text() not in (tmp_path / "private" / f"{epoch.id}.key.age").read_text("latin-1")
    assert closed.private(epoch.id) == key
    with pytest.raises(Unavailable, match="passphrase"):
        store.private(epoch.id)
    wrong = FileKeyStore(tmp_path / "public", tmp_path / "private", CLOCK, lambda: "wrong")
    with pytest.raises(Refused):
        wrong.private(epoch.id)


def test_that_shares_were_given_out_is_kept_and_the_last_word_counts(store: FileKeyStore) -> None:
    epoch = store.rotate()
    store.record_split(epoch.id, Split(need=2, of=3))
    store.record_split(epoch.id, Split(need=3, of=5))
    assert store.current().split == Split(need=3, of=5)
    with pytest.raises(Refused):
        store.record_split("epo_none", Split(need=2, of=3))


@pytest.mark.parametrize(
    "changed",
    [
        {"recipient": age.new_key()[1]},
        {"recipient": 7},
        {"number": "x"},
        {"made": "now"},
        {"v": 2},
        {"v": 0},
        None,
    ],
)
def test_an_altered_public_key_is_not_sealed_to(
    store: FileKeyStore, tmp_path: Path, changed: dict[str, Any] | None
) -> None:
    epoch = store.rotate()
    path = tmp_path / "public" / f"{epoch.id}.json"
    row = json.loads(path.read_text())
    path.write_text("[" if changed is None else json.dumps(row | changed))
    with pytest.raises(Unavailable):
        store.current()


@pytest.mark.parametrize("at", range(1, 9))
def test_a_rotation_that_is_killed_leaves_the_old_epoch_or_a_whole_new_one(
    store: FileKeyStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, at: int
) -> None:
    first = store.rotate()
    calls, sync = [0], os.fsync

    def dying(descriptor: int) -> None:
        calls[0] += 1
        if calls[0] == at:
            raise SystemExit(9)
        sync(descriptor)

    with monkeypatch.context() as killing:
        killing.setattr(os, "fsync", dying)
        try:
            store.rotate()
        except SystemExit:
            pass
    found = FileKeyStore(tmp_path / "public", tmp_path / "private", CLOCK)
    assert found.private(found.current().id).recipient() == found.current().recipient
    assert found.private(first.id).recipient() == first.recipient
    found.rotate()
    assert found.private(found.current().id).recipient() == found.current().recipient


@pytest.mark.parametrize("call", ["fsync", "pwrite", "unlink", "rename", "open"])
def test_a_retirement_that_is_killed_is_finished_later_and_never_undone(
    store: FileKeyStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, call: str
) -> None:
    first = store.rotate()
    key = store.private(first.id)
    store.rotate()
    for at in range(1, 20):
        calls, real = [0], getattr(os, call)

        def dying(
            *arguments: Any, calls: list[int] = calls, at: int = at, real: Any = real, **more: Any
        ) -> Any:
            calls[0] += 1
            if calls[0] == at:
                raise SystemExit(9)
            return real(*arguments, **more)

        with monkeypatch.context() as killing:
            killing.setattr(os, call, dying)
            try:
                store.retire(first.id)
            except SystemExit:
                pass
    store.rotate()
    assert not any(first.id in name for name in names(tmp_path / "private"))
    with pytest.raises(Refused):
        store.restore(key)

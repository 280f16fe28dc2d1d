from __future__ import annotations

import io
import json
import tarfile
from collections.abc import Callable
from pathlib import Path, PurePosixPath
from typing import Any

import pytest

from tutela.hotline.backups.archives import FILES, MANIFEST, check_name, packing, unpack
from tutela.hotline.backups.streams import sealing, unsealing
from tutela.kernel.custody import age
from tutela.kernel.custody.note_keys import SigningKey
from tutela.kernel.errors import Invalid, Refused, Unavailable
from tutela.kernel.formats import NewerFormatError

SECRET, PUBLIC = age.new_key()
KEY = SigningKey.new("hotline.test/log")


def backup(folder: Path, *, key: SigningKey = KEY, **facts: Any) -> bytes:
    """A backup of two files."""
    (folder / "a").write_bytes(b"first")
    (folder / "b").write_bytes(b"second" * 50_000)
    target = io.BytesIO()
    with packing(target, PUBLIC, key, {"entries": 3, **facts}) as packer:
        assert packer.add(PurePosixPath("index.key"), folder / "a")
        assert packer.add(PurePosixPath("vault/objects/ab/blb.age"), folder / "b")
        assert not packer.add(PurePosixPath("gone"), folder / "gone")
    return target.getvalue()


def changed(sealed: bytes, change: Callable[[dict[str, bytes]], None]) -> bytes:
    """The same backup, sealed anew by somebody who knows both keys of the seal but not the log's."""
    with unsealing(io.BytesIO(sealed), SECRET) as stream:
        packed = io.BytesIO(stream.read())
    with tarfile.open(fileobj=packed) as tar:
        files = {entry.name: tar.extractfile(entry).read() for entry in tar}  # type: ignore[union-attr]  # files
    change(files)
    target = io.BytesIO()
    with sealing(target, PUBLIC) as stream, tarfile.open(fileobj=stream, mode="w|") as tar:
        for name, data in files.items():
            entry = tarfile.TarInfo(name)
            entry.size = len(data)
            tar.addfile(entry, io.BytesIO(data))
    return target.getvalue()


def restored(sealed: bytes, folder: Path) -> dict[str, Any]:
    return unpack(io.BytesIO(sealed), SECRET, folder, KEY.note_key)


def test_what_was_packed_is_there_again_and_nothing_else(tmp_path: Path) -> None:
    facts = restored(backup(tmp_path), tmp_path / "new")
    assert facts["entries"] == 3
    assert (tmp_path / "new/index.key").read_bytes() == b"first"
    assert (tmp_path / "new/vault/objects/ab/blb.age").read_bytes() == b"second" * 50_000
    assert {path.name for path in (tmp_path / "new").rglob("*") if path.is_file()} == {"index.key", "blb.age"}
    assert (tmp_path / "new/index.key").stat().st_mode & 0o777 == 0o600


def test_nothing_of_it_can_be_read_without_the_key(tmp_path: Path) -> None:
    sealed = backup(tmp_path)
    assert b"first" not in sealed and b"index.key" not in sealed and b"hotline.test" not in sealed


@pytest.mark.parametrize(
    "change",
    [
        pytest.param(lambda files: files.update({"index.key": b"other"}), id="other bytes"),
        pytest.param(lambda files: files.pop("index.key"), id="one file less"),
        pytest.param(lambda files: files.update({"login.key": b"more"}), id="one file more"),
        pytest.param(lambda files: files.pop(MANIFEST), id="no signed list"),
        pytest.param(lambda files: files.pop(FILES), id="no list"),
        pytest.param(lambda files: files.update({FILES: b"{}"}), id="an empty list"),
    ],
)
def test_what_is_not_as_it_was_signed_is_refused(tmp_path: Path, change: Callable[[Any], None]) -> None:
    with pytest.raises(Refused):
        restored(changed(backup(tmp_path), change), tmp_path / "new")


def test_a_list_with_changed_digests_needs_the_logs_key(tmp_path: Path) -> None:
    def forge(files: dict[str, bytes]) -> None:
        listed = json.loads(files[FILES])
        listed.pop("index.key")
        files.pop("index.key")
        files[FILES] = json.dumps(listed, sort_keys=True, indent=0).encode()

    with pytest.raises(Refused):
        restored(changed(backup(tmp_path), forge), tmp_path / "new")


def test_a_backup_of_another_house_is_refused(tmp_path: Path) -> None:
    with pytest.raises(Refused, match="not signed"):
        restored(backup(tmp_path, key=SigningKey.new("hotline.test/log")), tmp_path / "new")


def test_one_of_a_newer_release_says_so(tmp_path: Path) -> None:
    sealed = backup(tmp_path)

    def newer(files: dict[str, bytes]) -> None:
        from tutela.kernel.custody.notes import parse, sign

        facts = json.loads(parse(files[MANIFEST].decode()).text)
        text = json.dumps(facts | {"version": 2}) + "\n"
        files[MANIFEST] = str(sign(text, KEY.name, KEY.private)).encode()

    with pytest.raises(NewerFormatError):
        restored(changed(sealed, newer), tmp_path / "new")


@pytest.mark.parametrize("cut", [0.0, 0.3, 0.99])
def test_a_backup_that_was_cut_off_is_no_backup(tmp_path: Path, cut: float) -> None:
    sealed = backup(tmp_path)
    with pytest.raises((Unavailable, Refused)):
        restored(sealed[: int(len(sealed) * cut)], tmp_path / "new")


def test_any_other_file_is_no_backup(tmp_path: Path) -> None:
    target = io.BytesIO()
    with sealing(target, PUBLIC) as stream:
        stream.write(b"not a tar archive" * 100)
    with pytest.raises(Invalid):
        restored(target.getvalue(), tmp_path / "new")


@pytest.mark.parametrize("kind", [tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.FIFOTYPE, tarfile.DIRTYPE])
def test_links_and_devices_are_refused(tmp_path: Path, kind: bytes) -> None:
    target = io.BytesIO()
    with sealing(target, PUBLIC) as stream, tarfile.open(fileobj=stream, mode="w|") as tar:
        entry = tarfile.TarInfo("index.key")
        entry.type, entry.linkname = kind, "/etc/passwd"
        tar.addfile(entry)
    with pytest.raises(Invalid):
        restored(target.getvalue(), tmp_path / "new")
    assert not (tmp_path / "new/index.key").exists()


@pytest.mark.parametrize(
    "name", ["../x", "/etc/x", "a/../../x", "", "a//b", ".", "..", "a\nb", "a/" * 9 + "b", "-x"]
)
def test_names_that_lead_out_are_refused(name: str) -> None:
    with pytest.raises(Invalid):
        check_name(name)


@pytest.mark.parametrize("name", ["index.key", "vault/objects/ab/blb_1.age", "checkpoints/17.note", "a/.b"])
def test_our_own_names_pass(name: str) -> None:
    check_name(name)


def test_a_file_that_shrinks_while_it_is_read_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "a").write_bytes(b"x" * 10)

    class Longer:
        st_size = 1_000

    monkeypatch.setattr("tutela.hotline.backups.archives.os.fstat", lambda fd: Longer())
    with pytest.raises(Unavailable, match="changed"), packing(io.BytesIO(), PUBLIC, KEY, {}) as packer:
        packer.add(PurePosixPath("a"), tmp_path / "a")

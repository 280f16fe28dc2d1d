"""Keys under a key of their own inside a backup: back with it, sealed without it."""

from __future__ import annotations

import io
import tarfile
from pathlib import Path

import pytest

from tests.hotline.backups.lived_in import PUBLIC, keep_keys
from tests.processes.founded import found_house, tutela
from tutela.hotline.backups.key_bundles import BUNDLE, KEYS, open_keys, seal_keys
from tutela.hotline.cases.index_key import FILE_NAME as INDEX_KEY
from tutela.hotline.ledger.log_keys import PRIVATE as LOG_KEY
from tutela.kernel.custody import age
from tutela.kernel.errors import Invalid
from tutela.web.login_key import FILE_NAME as LOGIN_KEY

SECOND_SECRET, SECOND_PUBLIC = age.new_key()


def bundled(folder: Path, data: bytes) -> None:
    with (folder / BUNDLE).open("wb") as file:
        age.seal(io.BytesIO(data), file, SECOND_PUBLIC)


def archive(name: str, data: bytes) -> bytes:
    made = io.BytesIO()
    with tarfile.open(fileobj=made, mode="w") as tar:
        entry = tarfile.TarInfo(name)
        entry.size = len(data)
        tar.addfile(entry, io.BytesIO(data))
    return made.getvalue()


def test_the_keys_are_those_of_the_house() -> None:
    assert set(KEYS) == {LOG_KEY, INDEX_KEY, LOGIN_KEY}


def test_what_was_sealed_comes_back_closed_to_others(tmp_path: Path) -> None:
    (tmp_path / "log.key").write_bytes(b"a line")
    (tmp_path / "index.key").write_bytes(b"another")
    (tmp_path / "new").mkdir()
    (tmp_path / "new" / BUNDLE).write_bytes(seal_keys(tmp_path, SECOND_PUBLIC))
    open_keys(tmp_path / "new", SECOND_SECRET)
    found = {path.name: path for path in (tmp_path / "new").iterdir()}
    assert {name: path.read_bytes() for name, path in found.items()} == {
        "log.key": b"a line",
        "index.key": b"another",
    }
    assert {path.stat().st_mode & 0o777 for path in found.values()} == {0o600}


@pytest.mark.parametrize(
    "data",
    [b"no archive", archive("../log.key", b"x"), archive("other", b"x"), archive("log.key", b"x" * 5_000)],
    ids=["none", "outside", "other", "large"],
)
def test_a_bundle_of_something_else_is_refused_and_writes_nothing(tmp_path: Path, data: bytes) -> None:
    bundled(tmp_path, data)
    with pytest.raises(Invalid):
        open_keys(tmp_path, SECOND_SECRET)
    assert [path.name for path in tmp_path.iterdir()] == [BUNDLE]


def test_another_key_opens_nothing_and_no_bundle_is_said(tmp_path: Path) -> None:
    with pytest.raises(Invalid, match="not sealed to another key"):
        open_keys(tmp_path, SECOND_SECRET)
    bundled(tmp_path, archive("log.key", b"x"))
    with pytest.raises(Invalid, match="does not open"):
        open_keys(tmp_path, age.new_key()[0])


@pytest.mark.slow
def test_whoever_opens_the_backup_has_no_key_without_the_other_one(tmp_path: Path) -> None:
    home = found_house(tmp_path / "home")
    done = tutela(home, "backup", str(tmp_path / "backup"), "--to", PUBLIC, "--keys-to", SECOND_PUBLIC)
    assert done.returncode == 0, done.stderr
    restore = ("restore", str(tmp_path / "backup"), *keep_keys(tmp_path, home))
    (tmp_path / "second.key").write_text(SECOND_SECRET)
    with_key = (*restore, "--keys-key", str(tmp_path / "second.key"))
    for new, words, sealed in (("one", restore, True), ("two", with_key, False)):
        done = tutela(tmp_path / new, *words)
        assert done.returncode == 0, done.stderr
        assert (tmp_path / new / BUNDLE).exists() is sealed
        assert ("still sealed" in done.stderr) is sealed
        for name in KEYS:
            kept = tmp_path / new / name
            assert kept.exists() is not sealed
            assert sealed or kept.read_bytes() == (home / name).read_bytes()
        assert (tutela(tmp_path / new, "hotline", "init").returncode == 2) is sealed
        assert (tmp_path / new / "index.key").exists() is not sealed
        raw = b"".join(path.read_bytes() for path in (tmp_path / new).rglob("*") if path.is_file())
        assert ((home / "index.key").read_bytes().strip() in raw) is not sealed

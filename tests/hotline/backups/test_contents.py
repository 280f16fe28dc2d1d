from __future__ import annotations

import socket
from dataclasses import replace
from pathlib import Path, PurePosixPath

import pytest

from tutela.hotline.backups.contents import Places, files_after, files_before, place_of


@pytest.fixture
def places(tmp_path: Path) -> Places:
    """A house with a file in every corner."""
    home = tmp_path / "home"
    for name in (
        "index.key", "login.key", "hotline.sqlite", "hotline.sqlite-wal", "match/changes.sqlite",
        "configuration/mandate.toml", "checkpoints/last.note", "spare/rep_1.report",
        "spare/rep_2.report.part", "vault/objects/ab/blb_1.age", "vault/epochs/epo_1.json",
        "envelopes/epo_1/blb_1.age", "keys/epo_1.key",
        "fetch/private/.nobackup", "fetch/private/epo_2.key", "fetch/public/epo_2.json",
    ):  # fmt: skip
        (home / name).parent.mkdir(parents=True, exist_ok=True)
        (home / name).write_text(name)
    (home / "link").symlink_to(home / "keys/epo_1.key")
    return Places(
        home=home, vault=home / "vault", spare=home / "spare", never=(home / "envelopes", home / "keys")
    )


def names(places: Places) -> set[str]:
    return {str(name) for name, _ in (*files_before(places), *files_after(places))}


def test_everything_is_kept_but_keys_envelopes_the_database_and_what_is_made_anew(places: Places) -> None:
    assert names(places) == {
        "index.key",
        "login.key",
        "configuration/mandate.toml",
        "checkpoints/last.note",
        "spare/rep_1.report",
        "vault/objects/ab/blb_1.age",
        "vault/epochs/epo_1.json",
        "fetch/public/epo_2.json",
    }


def test_sealed_objects_come_after_the_database(places: Places) -> None:
    assert {str(name) for name, _ in files_after(places)} == {"vault/objects/ab/blb_1.age"}


def test_a_vault_elsewhere_is_called_the_same(places: Places, tmp_path: Path) -> None:
    before = names(places)
    moved = Places(
        home=places.home,
        vault=(places.home / "vault").rename(tmp_path / "disk"),
        spare=(places.home / "spare").rename(tmp_path / "other"),
        never=places.never,
    )
    assert names(moved) == before
    assert place_of(PurePosixPath("vault/objects/ab/x.age"), moved) == tmp_path / "disk/objects/ab/x.age"
    assert place_of(PurePosixPath("index.key"), moved) == places.home / "index.key"


def test_keys_outside_of_the_house_are_never_reached_either(places: Places, tmp_path: Path) -> None:
    inside = replace(places, never=(places.home / "configuration",))
    assert not any(name.startswith("configuration") for name in names(inside))


def test_sockets_and_links_are_no_files(tmp_path: Path) -> None:
    with socket.socket(socket.AF_UNIX) as here:
        here.bind(str(tmp_path / "opener.sock"))
        (tmp_path / "link").symlink_to("/etc/passwd")
        assert (
            names(Places(home=tmp_path, vault=tmp_path / "vault", spare=tmp_path / "spare", never=()))
            == set()
        )

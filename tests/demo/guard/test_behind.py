"""The guard in its own process: what a client gets through it from the site."""

from __future__ import annotations

import os
import socket
import ssl
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.prevent.guard.proxy.origin import get
from tutela.demo.guard.behind import GuardBehind, leading_home, own_environment
from tutela.demo.guard.deliveries import Answer
from tutela.demo.guard.pictures import Picture
from tutela.kernel.errors import Unavailable
from tutela.prevent.guard.carriers import blanks
from tutela.prevent.guard.person.folder import Folder
from tutela.prevent.guard.shapes import Tier

if TYPE_CHECKING:
    from tutela.demo.guard.stage import Stage

KNOWN = Picture(kind="known", number=1)
OF_CLASS = Picture(kind="class", number=1)
BENIGN = Picture(kind="benign", number=5_000)
#: The tier that stops each file; none for those that come.
FILES = {
    "exact": (KNOWN.encoded("jpeg"), "exact"),
    "exact film": (KNOWN.encoded("moving gif"), "exact"),
    "mirrored": (replace(KNOWN, form="mirrored", turn=3).encoded("png"), "near"),
    "resized": (replace(KNOWN, form="resized", turn=5).encoded("jpeg"), "near"),
    "re-encoded": (replace(KNOWN, form="re-encoded", turn=9).encoded("webp"), "near"),
    "chart": (OF_CLASS.encoded("jpeg"), "class"),
    "small chart": (replace(OF_CLASS, form="resized", turn=0).encoded("avif"), "class"),
    "harmless": (BENIGN.encoded("jpeg"), ""),
    "harmless and moving": (BENIGN.encoded("moving gif"), ""),
    "harmless and new": (BENIGN.encoded("avif"), ""),
}


@dataclass(frozen=True)
class Came:
    """What came of each file, what was counted, and the port that was used."""

    bodies: dict[str, bytes]
    blocked: dict[Tier, int]
    port: int


@pytest.fixture(scope="module")
def came(stage: Stage) -> Came:
    before = stage.device.blocked()
    trust = ssl.create_default_context(cadata=stage.device.certificate_pem.decode())
    stage.site.put({f"/{name}".replace(" ", "-"): Answer(body=one) for name, (one, _) in FILES.items()})
    with stage.guard() as guard:
        urls = {name: f"{stage.site.url}/{name}".replace(" ", "-") for name in FILES}
        bodies = {name: get(guard.port, url, trust=trust).body for name, url in urls.items()}
    after = stage.device.blocked()
    return Came(bodies, {tier: after[tier] - before.get(tier, 0) for tier in after}, guard.port)


@pytest.mark.slow
@pytest.mark.parametrize("name", FILES)
def test_what_is_known_or_of_the_class_is_held_and_the_rest_comes(came: Came, name: str) -> None:
    content, tier = FILES[name]
    assert came.bodies[name] == (blanks.RASTER if tier else content)


@pytest.mark.slow
def test_counts_are_there_once_it_has_ended(came: Came) -> None:
    assert {tier: number for tier, number in came.blocked.items() if number} == {
        "exact": 2,
        "near": 3,
        "class": 2,
    }
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.1", came.port))


@pytest.mark.slow
def test_one_that_cannot_start_is_said(stage: Stage, tmp_path: Path) -> None:
    nowhere = replace(stage.device, folder=Folder(tmp_path))
    with pytest.raises(Unavailable, match="could not be started"):
        GuardBehind(nowhere, stage.site.authority_file).__enter__()


def test_names_that_nobody_has_are_here_and_others_where_they_are() -> None:
    def lookup(host: object, *rest: object) -> list[object]:
        return [host, *rest]

    looked_up = leading_home(lookup)
    assert looked_up("one.test", 443) == ["127.0.0.1", 443]
    assert looked_up("bank.example", 443) == ["bank.example", 443]
    assert looked_up(None, 443) == [None, 443]


def test_its_process_finds_the_same_product() -> None:
    assert str(Path(__file__).parents[3] / "src") in own_environment()["PYTHONPATH"].split(os.pathsep)

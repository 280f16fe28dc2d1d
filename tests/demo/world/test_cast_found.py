"""The pictures are what the truth table says of them: the product's own matcher is asked about each."""

from __future__ import annotations

import secrets
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.demo.world.worlds import START, StillWorld
from tutela.demo.world.contents import content
from tutela.detect.fingerprints.files import fingerprint_file
from tutela.detect.matching.build import build_files
from tutela.detect.matching.engine import MatchEngine
from tutela.detect.matching.shapes import ListEntry, ListHeader
from tutela.detect.matching.tlist import write_list
from tutela.detect.media.pool import MediaPool
from tutela.detect.media.shapes import Ask
from tutela.detect.scan.lists import open_lists
from tutela.kernel.clock import FixedClock

pytestmark = [pytest.mark.slow, pytest.mark.needs("linux")]


def declared_list(world: StillWorld, pool: MediaPool, folder: Path) -> Path:
    """A list of what the demonstration declares known."""
    salt = secrets.token_bytes(32)
    header = ListHeader(name="declared", version="1", created=START, approved=True, salt=salt)
    originals = folder / "declared"
    originals.mkdir()
    for number, (_, data) in enumerate(world.declared()):
        suffix = ".mp4" if data[4:8] == b"ftyp" else ".jpg"
        (originals / f"{number:04d}{suffix}").write_bytes(data)

    def entries() -> Iterator[ListEntry]:
        for built in build_files(pool, sorted(originals.iterdir()), salt, workers=1):
            yield from built.entries

    write_list(folder / "declared.tlist", header, entries())
    return folder / "declared.tlist"


def test_known_ones_are_known_copies_are_found_and_the_others_are_not(tmp_path: Path) -> None:
    found = defaultdict(set)
    with StillWorld() as world, MediaPool() as pool:
        lists = open_lists([declared_list(world, pool, tmp_path)])
        engine = MatchEngine(lists, clock=FixedClock(START))
        planted = tmp_path / "planted"
        for item in world.items:
            planted.write_bytes(content(item.making, item.seed))
            with planted.open("rb") as file:
                decision = engine.decide(fingerprint_file(pool, file.fileno(), Ask()))
            found[item.kind].add((decision.status, decision.confirmed == "sha256"))
    assert found["known"] == {("known", True)}
    assert found["unknown"] == found["harmless"] == {("unknown", False)}
    assert {status for status, exact in found["altered"] if not exact} == {"candidate"}

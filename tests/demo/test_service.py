"""The demonstration's service: a mirrored copy is found over HTTP; one that does not come up is said."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from PIL import ImageOps

from tests.detect.matching.making import header
from tutela.demo import service
from tutela.demo.copies import jpeg
from tutela.demo.pictures import landscape
from tutela.demo.service import show_service
from tutela.detect.fingerprints.files import fingerprint_file
from tutela.detect.matching.shapes import ListEntry
from tutela.detect.media.pool import MediaPool
from tutela.detect.media.shapes import Ask
from tutela.kernel.clock import SystemClock
from tutela.kernel.errors import Unavailable


def entries_of(path: Path) -> list[ListEntry]:
    with MediaPool() as pool, path.open("rb") as file:
        prints = fingerprint_file(pool, file.fileno(), Ask(), dihedral=False).prints
    return [
        ListEntry(entry="one", kind=one.kind, value=one.value, quality=one.quality)
        for one in prints
        if one.kind in ("pdq", "sha256")
    ]


@pytest.mark.slow
def test_a_mirrored_copy_is_found_in_the_shape_of_hma(tmp_path: Path) -> None:
    picture = landscape(5, 640, 480)
    original, mirrored = tmp_path / "original.jpg", tmp_path / "mirrored.jpg"
    original.write_bytes(jpeg(picture))
    mirrored.write_bytes(jpeg(ImageOps.mirror(picture), quality=60))
    said: list[str] = []
    shown = show_service(
        tmp_path / "home", header("shown"), entries_of(original), mirrored, said.append, clock=SystemClock()
    )
    assert shown.found
    (found,) = json.loads(shown.answer)["pdq"]["shown"]
    assert int(found["distance"]) <= 31
    assert any("curl -F photo=@" in line for line in said)
    assert not any("tut_" in line for line in said)  # the token is in no line


def test_a_service_that_does_not_come_up_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(service, "PORTS", ())
    with pytest.raises(Unavailable, match="did not come up"):
        show_service(tmp_path, header("l"), [], tmp_path / "none.jpg", print, clock=SystemClock())

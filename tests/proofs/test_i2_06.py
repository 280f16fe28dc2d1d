from __future__ import annotations

from collections import Counter

import pytest

from proofs.i2_06 import SHARES, Seen, fuzz, noise, send, uploads


def test_a_fault_is_wrong_and_a_declared_503_is_not() -> None:
    seen = Seen()
    for status in (200, 503, 500, 418):
        seen.note("GET /x", status, {"200", "503"}, "replay")
    seen.note("GET /y", 503, {"200"}, "replay")
    assert seen.wrong == ["GET /x: 500: replay", "GET /y: 503: replay"]
    assert seen.unnamed == ["GET /x: 418: replay"]
    assert seen.as_json()["statuses"]["GET /x"] == {"200": 1, "503": 1, "500": 1, "418": 1}


def test_the_malformed_uploads_are_of_every_kind_and_as_many_as_asked() -> None:
    found = Counter(name.split(" ")[0] for name, _, _, _ in uploads(100))
    assert found == SHARES


def test_noise_is_the_same_every_time() -> None:
    assert list(noise(20)) == list(noise(20))


@pytest.mark.slow
def test_a_short_run_finds_no_fault() -> None:
    sent = send(40)
    assert sent["answers_afterwards"]
    for row in (fuzz(1), sent):
        assert (row["wrong"], row["unnamed"], row["restarts"]) == ([], [], 0)

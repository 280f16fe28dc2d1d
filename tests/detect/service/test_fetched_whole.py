"""From an address to an answer: a host on loopback, the guarded fetcher, the real sandbox, a list."""

from __future__ import annotations

import base64
import hashlib

import pytest

from tests.detect.service import making
from tests.kernel.egress.speaking import fetcher, moved, ok, speaker
from tests.pictures import jpeg, landscape
from tutela.detect.matching.memory import MemoryList
from tutela.detect.matching.shapes import ListEntry
from tutela.detect.media.pool import MediaPool, PoolRules
from tutela.detect.service.fetched import Fetches
from tutela.detect.service.settings import ServiceSettings
from tutela.kernel.clock import SystemClock

BASIC = {"Authorization": "Basic " + base64.b64encode(b"detail:detail").decode()}


@pytest.mark.slow
def test_a_listed_picture_is_known_by_its_address_and_a_redirect_inside_is_not_followed() -> None:
    picture = jpeg(landscape(4_711, 640, 480), quality=90)
    listed = MemoryList(
        making.header("known"),
        [ListEntry(entry="e1", kind="sha256", value=hashlib.sha256(picture).digest())],
    )
    with (
        speaker(ok(picture)) as host,
        speaker(moved("http://169.254.169.254/latest/")) as trap,
        MediaPool(PoolRules(recheck_share_percent=0.0)) as pool,
    ):
        running = making.service(
            pool=pool,
            lists=making.shelf(known=listed),
            settings=ServiceSettings(arachnid_enabled=True, arachnid_urls=True),
            clock=SystemClock(),
            fetches=Fetches(fetcher(host.port, trap.port, 80)),
        )
        with making.client(running, token="") as client:
            known, refused = (
                client.post("/v1/url/", headers=BASIC, json={"url": f"http://127.0.0.1:{port}/a.jpg"})
                for port in (host.port, trap.port)
            )
    assert known.status_code == 200
    assert (known.json()["classification"], known.json()["match_type"]) == ("csam", "exact")
    assert known.json()["size_bytes"] == len(picture)
    assert refused.status_code == 422
    assert "may not be met" in refused.json()["detail"]
    assert running.admission.held_bytes == 0

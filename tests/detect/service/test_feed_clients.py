"""threatexchange's library and command line, as the registry has them, fetch from us and match with it."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

import pytest
from starlette.applications import Starlette

from tests.detect.matching.listings import OPTIONS
from tests.detect.service.feed_making import FolderShelf, md5_entry, pdq_entry, pdq_value, recipient
from tests.detect.service.making import service
from tests.pictures import encoded, landscape
from tests.serving import served
from tutela.detect.matching.live_writer import LiveWriter
from tutela.detect.matching.readers import read_entries
from tutela.detect.matching.readers.options import Tally
from tutela.detect.matching.shapes import ListEntry
from tutela.detect.service import feed
from tutela.detect.service.canary import PER_KIND
from tutela.detect.service.problems import HANDLERS
from tutela.detect.service.roles import Caller
from tutela.kernel.clock import SystemClock
from tutela.kernel.errors import Refused

pytestmark = pytest.mark.needs("threatexchange", "peers")
TOKEN = "tut_" + "5" * 64
LISTED = encoded(landscape(11, 320, 240), "JPEG", quality=90)
COPY = encoded(landscape(11, 320, 240).resize((200, 150)), "JPEG", quality=60)
OTHER = encoded(landscape(12, 320, 240), "JPEG", quality=90)


class OneToken:
    """Knows the recipient ``platform``, which has the list ``csam``."""

    def caller(self, untrusted_token: str) -> Caller:
        if untrusted_token != TOKEN:
            raise Refused("no valid token was given")
        return recipient("csam")


@dataclass(frozen=True, kw_only=True, slots=True)
class Running:
    """A service on loopback with one list of two hundred entries, and its writer."""

    address: str
    writer: LiveWriter

    @property
    def keys(self) -> str:
        """What a recipient puts into ``TX_STOPNCII_KEYS``."""
        return f"{TOKEN},platform,{self.address}/feed/v1"


@pytest.fixture
def running(tmp_path: Path) -> Iterator[Running]:
    from threatexchange.signal_type.pdq.signal import PdqSignal

    (tmp_path / "lists").mkdir()
    house = service(clock=SystemClock())
    shelf = FolderShelf(folder=tmp_path / "lists", clock=house.clock)
    house.shelf, house.folder, house.tokens = cast("Any", shelf), tmp_path, OneToken()
    listed = ListEntry(entry="ent-pic", kind="pdq", value=bytes.fromhex(PdqSignal.hash_from_bytes(LISTED)))
    entries = [listed, *map(pdq_entry, range(150)), *map(md5_entry, range(1000, 1050))]
    with (
        shelf.writer("csam", *entries, legal_class="csam") as writer,
        served(Starlette(routes=feed.routes(house), exception_handlers=HANDLERS)) as address,
    ):
        yield Running(address=address, writer=writer)


@pytest.mark.slow
def test_the_library_fetches_and_matches(running: Running) -> None:
    from threatexchange.exchanges.collab_config import CollaborationConfigBase
    from threatexchange.exchanges.impl.stop_ncii_api import (
        StopNCIICredentials,
        StopNCIISignalExchangeAPI,
    )
    from threatexchange.signal_type.md5 import VideoMD5Signal
    from threatexchange.signal_type.pdq.signal import PdqSignal

    collab = CollaborationConfigBase(name="tutela", api="stop_ncii", enabled=True)
    exchange = StopNCIISignalExchangeAPI.for_collab(collab, StopNCIICredentials._from_str(running.keys))
    held: dict[Any, Any] = {}
    checkpoint = None
    for delta in exchange.fetch_iter([], None):
        exchange.naive_fetch_merge(held, delta.updates)
        checkpoint = delta.checkpoint
    assert checkpoint is not None
    by_type = exchange.naive_convert_to_signal_type([PdqSignal, VideoMD5Signal], collab, held)
    assert len(by_type[PdqSignal]) == 151 + PER_KIND and len(by_type[VideoMD5Signal]) == 50 + PER_KIND

    index = PdqSignal.get_index_cls().build(by_type[PdqSignal].items())
    (found,) = index.query(PdqSignal.hash_from_bytes(COPY))
    opinion = found.metadata.get_as_aggregate_opinion()
    assert opinion.category.name == "POSITIVE_CLASS" and opinion.tags == {"csam"}
    assert not index.query(PdqSignal.hash_from_bytes(OTHER))

    assert [delta.updates for delta in exchange.fetch_iter([], checkpoint)] == [{}]
    running.writer.remove("ent-pic")
    running.writer.add([pdq_entry(999)])
    (delta,) = exchange.fetch_iter([], checkpoint)
    assert set(delta.updates) == {
        ("pdq", pdq_value(999).hex()),
        ("pdq", PdqSignal.hash_from_bytes(LISTED)),
    }
    # The client's release 1.2.17 takes no withdrawn value out; the vote against makes it disputed.
    withdrawn = delta.updates["pdq", PdqSignal.hash_from_bytes(LISTED)]
    assert withdrawn is not None
    assert withdrawn.get_as_aggregate_opinion().category.name == "DISPUTED"


@pytest.mark.slow
def test_the_library_gets_every_page_of_a_larger_list(running: Running) -> None:
    from threatexchange.exchanges.clients.stopncii.api import StopNCIIAPI

    running.writer.add(list(map(pdq_entry, range(2000, 4000))))
    api = StopNCIIAPI("platform", TOKEN, base_url_override=f"{running.address}/feed/v1")
    pages = list(api.fetch_hashes_iter())
    assert [page.count for page in pages] == [800, 800, 2201 + 2 * PER_KIND - 1600]
    assert len({record.hashValue for page in pages for record in page.hashRecords}) == 2201 + 2 * PER_KIND


@pytest.mark.slow
def test_the_command_line_fetches_and_matches(running: Running, tmp_path: Path) -> None:
    """Nothing is changed in it: a collaboration, its keys in the environment, a state folder of its own.

    And what it prints of its data is read back by us.
    """
    environment = {
        **os.environ,
        "HOME": str(tmp_path),
        "TX_STATEDIR": str(tmp_path / "state"),
        "TX_STOPNCII_KEYS": running.keys,
    }

    def tx(*arguments: str) -> str:
        command = [str(Path(sys.executable).with_name("tx")), *arguments]
        done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=50)
        assert done.returncode == 0, done.stderr
        return done.stdout

    for name, data in (("copy.jpg", COPY), ("other.jpg", OTHER)):
        (tmp_path / name).write_bytes(data)
    tx("config", "collab", "edit", "stop_ncii", "tutela", "--create")
    tx("fetch", "--only-collab", "tutela")
    counts = dict(line.split(": ") for line in tx("dataset").splitlines())
    assert counts == {"pdq": str(151 + PER_KIND), "video_md5": str(50 + PER_KIND)}
    (line,) = tx("match", "photo", str(tmp_path / "copy.jpg")).splitlines()
    assert line.startswith("pdq ") and "(tutela) POSITIVE_CLASS +1 +csam" in line
    assert tx("match", "photo", str(tmp_path / "other.jpg")) == ""
    for form in (["--csv"], ["--print-signals-only"], []):
        (tmp_path / "dump").write_text(tx("dataset", "--print-signals", *form))
        read_back = list(read_entries([tmp_path / "dump"], "threatexchange", OPTIONS, Tally()))
        assert len(read_back) == 201 + 2 * PER_KIND
        assert {entry.legal_class for entry in read_back} == ({"csam"} if form == ["--csv"] else {""})
    running.writer.remove("ent-pic")
    tx("fetch", "--only-collab", "tutela")
    assert "(tutela) DISPUTED -1 -tutela" in tx("match", "photo", str(tmp_path / "copy.jpg"))


@pytest.mark.slow
def test_a_wrong_token_is_refused_and_said(running: Running) -> None:
    from threatexchange.exchanges.clients.stopncii.api import StopNCIIAPI

    api = StopNCIIAPI("platform", "wrong", base_url_override=f"{running.address}/feed/v1")
    with pytest.raises(OSError, match="401"):  # requests.HTTPError is one
        api.fetch_hashes()

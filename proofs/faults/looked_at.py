"""A worker whose addresses lead to real media files, looked at by the product's sealed media workers."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from urllib.parse import urlsplit

from proofs.faults.toy_equipment import KnowsAll, toy_equipment
from tutela.config import load
from tutela.detect.media.pool import MediaPool
from tutela.detect.media.shapes import Ask
from tutela.hotline.cases.equipment import Equipment
from tutela.hotline.cases.file_looker import FileLooker
from tutela.hotline.cases.looking import Looked
from tutela.kernel.clock import Clock
from tutela.kernel.egress.reasons import Failure
from tutela.kernel.egress.replaying import Recorded, ReplayFetcher
from tutela.kernel.egress.shapes import FetchRequest, Response
from tutela.kernel.settings import home


class Shelf:
    """A fetcher for which an address leads to the file that is called as its path ends."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def fetch(self, request: FetchRequest) -> Response | Failure:
        """The file's bytes, or that there is none."""
        path = self._folder / urlsplit(request.untrusted_url).path.rpartition("/")[2]
        body = path.read_bytes() if path.is_file() else b""
        return ReplayFetcher({request.untrusted_url: Recorded(body=body)}).fetch(request)


class KnowsAllThatItSaw:
    """A looker that fingerprints each file in the sandbox, and then calls it known."""

    def __init__(self, looker: FileLooker) -> None:
        self._looker = looker

    def look(self, descriptor: int) -> Looked:
        """The file's own fingerprints, with one match that is approved."""
        looked, known = self._looker.look(descriptor), KnowsAll().look(descriptor)
        others = tuple(one for one in looked.prints if one.kind != "sha256")
        return replace(known, prints=(*known.prints, *others))


@contextmanager
def media_equipment(folder: Path, clock: Clock) -> Iterator[Equipment]:
    """A block in which media workers run, for files of this folder."""
    settings = load().media
    with MediaPool(settings.rules()) as pool:
        looker = FileLooker(pool, Ask(limits=settings.limits("web")), lambda: ())
        yield toy_equipment(home(), b"", clock, fetcher=Shelf(folder), looker=KnowsAllThatItSaw(looker))

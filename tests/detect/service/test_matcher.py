"""The blocking core: what is asked, what an answer claims about the lists, and when it stops looking."""

from __future__ import annotations

import io
import os
import zipfile
from collections.abc import Iterator
from datetime import timedelta

import pytest

from tests.detect.service import making
from tests.detect.service.making import LISTED_PDQ, FakeShelf
from tutela.detect.fingerprints.fakes import FakePool
from tutela.detect.fingerprints.shapes import Fingerprint
from tutela.detect.matching.memory import MemoryList
from tutela.detect.media.pool import MediaPool, PoolRules
from tutela.detect.scan.recipe import Recipe
from tutela.detect.service.matcher import Matcher
from tutela.kernel.clock import FixedClock
from tutela.kernel.errors import Invalid, Unavailable

PRINT = Fingerprint(kind="pdq", value=LISTED_PDQ, form="f0/r0")


def matcher(shelf: FakeShelf | None = None, **options: float) -> Matcher:
    lists = making.shelf() if shelf is None else shelf
    return Matcher(lists, Recipe(), FakePool(making.opened), clock=FixedClock(making.START), **options)


@pytest.fixture
def fd() -> Iterator[int]:
    descriptor = os.memfd_create("upload")
    os.write(descriptor, b"picture")
    yield descriptor
    os.close(descriptor)


def test_prints_give_their_matches() -> None:
    assert [match.entry for match in matcher().prints([PRINT])] == ["e1"]
    assert matcher().prints([]) == []


def test_a_match_names_the_class_of_its_entry_or_of_its_list() -> None:
    sha256 = Fingerprint(kind="sha256", value=making.LISTED_SHA256)
    classes = {match.entry: match.legal_class for match in matcher().prints([PRINT, sha256])}
    assert classes == {"e1": "csam", "e2": "generated_csam"}


def test_one_file_is_looked_at_and_what_came_as_fingerprints_is_marked(fd: int) -> None:
    looked = matcher().media(fd)
    assert (looked.decision.status, looked.loose, looked.member) == ("unknown", False, None)
    assert [one.loose for one in matcher().items([[PRINT], []])] == [True, True]


def test_pictures_that_were_examined_without_a_thread_get_the_same_answers(fd: int) -> None:
    one, pictures = matcher(), []
    for _ in range(3):
        collector = one.collector()
        pictures.append((collector, one.pool.examine(fd, one.ask, collector)))
    assert one.looked(pictures) == [one.media(fd)] * 3
    assert one.looked([]) == []
    one.check(())
    with pytest.raises(Invalid):
        one.check(("nothing",))


def test_the_engine_is_kept_until_the_lists_change() -> None:
    shelf = making.shelf()
    asked = matcher(shelf)
    first = asked._asked(()).engine
    assert asked._asked(()).engine is first
    shelf.kept["more"] = MemoryList(making.header("more"))
    assert asked._asked(()).engine is not first


def test_a_list_that_is_not_there_is_named_as_the_field_and_not_repeated() -> None:
    with pytest.raises(Invalid) as caught:
        matcher().prints([PRINT], lists=["nowhere"])
    assert caught.value.field == "list"
    assert "nowhere" not in caught.value.public_message()


def test_without_a_list_that_may_be_asked_there_is_no_answer() -> None:
    with pytest.raises(Unavailable, match="no list"):
        matcher(FakeShelf()).prints([PRINT])
    old = MemoryList(making.header("old", valid_to=making.START - timedelta(seconds=1)))
    with pytest.raises(Unavailable, match="expired"):
        matcher(making.shelf(old=old)).prints([PRINT])


def test_what_is_old_and_what_is_held_is_named() -> None:
    shelf = making.shelf()
    shelf.old, shelf.holds = ("z", "a"), ("held",)
    freshness = matcher(shelf).items([[PRINT]])[0].freshness
    assert (freshness.stale, freshness.held) == (("a", "z"), ("held",))


def test_after_the_time_for_one_upload_no_member_is_looked_at_and_the_answer_says_so() -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("one.txt", b"text")
    descriptor = os.memfd_create("upload")
    try:
        os.write(descriptor, packed.getvalue())
        with MediaPool(PoolRules(recheck_share_percent=0.0)) as pool:
            asked = Matcher(making.shelf(), Recipe(profile="web"), pool, look_seconds_max=-1.0)
            looked = list(asked.media_all(descriptor))
    finally:
        os.close(descriptor)
    assert [one.member for one in looked] == [None]
    assert looked[0].decision.status == "refused"


def test_a_pool_without_an_end_needs_none() -> None:
    asked = matcher()
    asked.close()
    assert asked.missing_layers() == ()

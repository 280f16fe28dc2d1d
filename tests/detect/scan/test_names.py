"""Keywords for file names: keyed digests of the lists that have them, nothing for the others."""

from __future__ import annotations

from datetime import UTC, datetime

from tutela.detect.matching.headers import new_salt
from tutela.detect.matching.keywords import keyword_print
from tutela.detect.matching.memory import MemoryList
from tutela.detect.matching.shapes import ListEntry, ListHeader
from tutela.detect.scan.names import NameLooker


def _list(*entries: ListEntry, salt: bytes) -> MemoryList:
    header = ListHeader(name="words", version="1", created=datetime(2026, 1, 1, tzinfo=UTC), salt=salt)
    return MemoryList(header, entries)


def test_a_name_meets_the_keyword_of_its_list() -> None:
    salt = new_salt()
    value = keyword_print("blue lantern", salt)
    names = NameLooker([_list(ListEntry(entry="e", kind="text", value=value), salt=salt)])
    assert names.needed
    assert value in [one.value for one in names.prints("IMG_Blue-Lantern_3.jpg")]
    assert value not in [one.value for one in names.prints("IMG_red_3.jpg")]
    assert {(one.kind, one.form) for one in names.prints("a b")} == {("text", "name")}


def test_a_list_without_keywords_is_never_asked_for_names() -> None:
    names = NameLooker([_list(ListEntry(entry="e", kind="md5", value=b"m" * 16), salt=new_salt())])
    assert not names.needed
    assert names.prints("blue lantern") == ()

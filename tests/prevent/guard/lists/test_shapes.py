"""What is asked about one picture."""

from __future__ import annotations

from tutela.prevent.guard.lists.shapes import Digests


def test_digests_that_are_not_there_are_not_asked() -> None:
    assert Digests().by_kind() == {}
    assert Digests(md5=b"m", sha256=b"s").by_kind() == {"sha256": b"s", "md5": b"m"}


def test_digests_do_not_show_in_a_log() -> None:
    assert "secret" not in repr(Digests(sha256=b"secret"))

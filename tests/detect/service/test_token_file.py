from __future__ import annotations

import json
import os
import stat
import threading
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tutela.detect.service import token_file
from tutela.detect.service.roles import ROLES, CallerLimits
from tutela.detect.service.token_file import (
    TOKENS_MAX,
    TokenRecord,
    Wanted,
    digest_of,
    issue,
    lift,
    parse,
    read_tokens,
    revoke,
    serialized,
)
from tutela.kernel.errors import Conflict, Invalid, Refused, Unavailable
from tutela.kernel.ids import new_id

NOW = datetime(2026, 5, 6, 7, 8, 9, tzinfo=UTC)


def wanted(name: str = "forum", **other: Any) -> Wanted:
    fields = {"roles": ["match"], "purpose": "uploads of a forum", "days": 90, "limits": CallerLimits()}
    return Wanted(name=name, **{**fields, **other})


def record(**other: Any) -> TokenRecord:
    fields: dict[str, Any] = {
        "name": "forum",
        "id": new_id("tok_"),
        "digest": digest_of("a token"),
        "roles": ("match",),
        "purpose": "uploads of a forum",
        "made": NOW,
        "expires": NOW + timedelta(days=400),
        "limits": CallerLimits(),
    }
    return TokenRecord(**{**fields, **other})


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "match" / "tokens.json"


def test_a_token_is_given_once_and_only_its_digest_is_kept(path: Path) -> None:
    token, made = issue(path, wanted(), NOW)
    assert token.startswith("tut_")
    assert len(token) == 4 + 64
    assert made.digest == digest_of(token)
    assert token[4:] not in path.read_text("utf-8")
    assert read_tokens(path) == (made,)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700


def test_a_name_is_taken_until_it_is_revoked_or_expired(path: Path) -> None:
    first, _ = issue(path, wanted(), NOW)
    with pytest.raises(Conflict, match="revoke it first"):
        issue(path, wanted(), NOW + timedelta(days=89))
    second, _ = issue(path, wanted(), NOW + timedelta(days=91))
    assert first != second
    assert revoke(path, "forum").digest == digest_of(second)
    assert read_tokens(path) == ()
    with pytest.raises(Refused, match="no token of this name"):
        revoke(path, "forum")


def test_a_cut_off_is_lifted_for_one_caller(path: Path) -> None:
    issue(path, wanted(), NOW)
    issue(path, wanted("other"), NOW)
    lift(path, "forum", NOW)
    forum, other = (one.caller() for one in read_tokens(path))
    assert forum.lifted_seconds >= NOW.timestamp()
    assert other.lifted_seconds == 0
    with pytest.raises(Refused):
        lift(path, "nobody", NOW)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("name", ""),
        ("name", "Forum"),
        ("name", "a/b"),
        ("name", "x" * 65),
        ("purpose", ""),
        ("purpose", "uploadsofaforum"),
        ("purpose", "too short"),
        ("purpose", "two\nlines of text"),
        ("roles", []),
        ("days", 0),
        ("days", 401),
    ],
)
def test_a_wrong_wish_is_told_and_nothing_is_written(path: Path, field: str, value: Any) -> None:
    with pytest.raises(Invalid):
        issue(path, wanted(**{field: value}), NOW)
    assert not path.exists()


def test_the_number_of_tokens_is_bounded(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(token_file, "TOKENS_MAX", 2)
    issue(path, wanted("one"), NOW)
    issue(path, wanted("two"), NOW)
    with pytest.raises(Conflict, match="2 tokens"):
        issue(path, wanted("three"), NOW)
    assert TOKENS_MAX > 2


def test_two_operators_at_once_lose_nothing(path: Path) -> None:
    threads = [
        threading.Thread(target=issue, args=(path, wanted(f"name-{number}"), NOW)) for number in range(8)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert {one.name for one in read_tokens(path)} == {f"name-{number}" for number in range(8)}


@given(
    st.lists(
        st.builds(
            record,
            name=st.from_regex(r"[a-z0-9][a-z0-9._-]{0,63}", fullmatch=True),
            id=st.builds(new_id, st.just("tok_")),
            digest=st.builds(digest_of, st.text()),
            roles=st.lists(st.sampled_from(ROLES), min_size=1, unique=True).map(tuple),
            lifted=st.none() | st.just(NOW),
            limits=st.builds(CallerLimits, queries_per_day=st.integers(1, 10**9), raised=st.just(value=True)),
        ),
        max_size=4,
        unique_by=(lambda one: one.name, lambda one: one.digest),
    )
)
def test_what_was_written_is_read_again(records: list[TokenRecord]) -> None:
    assert parse(serialized(records)) == tuple(records)


@given(st.binary(max_size=200))
def test_anything_else_is_no_token_file(untrusted: bytes) -> None:
    with pytest.raises(ValueError, match=r".+"):
        parse(untrusted)


def test_a_changed_file_is_damaged_never_half_read() -> None:
    tree = json.loads(serialized([record()]))

    def damaged(**other: Any) -> bytes:
        return json.dumps({**tree, "tokens": [{**tree["tokens"][0], **other}]}).encode()

    assert len(parse(damaged())) == 1
    wrong: list[dict[str, Any]] = [
        {"roles": []},
        {"roles": 7},
        {"roles": [7]},
        {"feeds": "hotline"},
        {"feeds": 5},
        {"limits": {"queries_per_day": 10**9}},
        {"limits": {"queries_per_day": "many"}},
        {"expires": "2036-01-01T00:00:00Z"},
        {"expires": "2026-06-01T00:00:00"},
        {"expires": None},
        {"made": 5},
        {"digest": "0"},
        {"id": "tok_1"},
        {"name": 5},
        {"purpose": None},
    ]
    for other in wrong:
        with pytest.raises(ValueError, match=r".+"):
            parse(damaged(**other))
    for text in [
        {**tree, "version": 2},
        {**tree, "tokens": {}},
        {},
        [],
        {"tokens": [1]},
    ]:
        with pytest.raises(ValueError, match=r".+"):
            parse(json.dumps(text).encode())
    with pytest.raises(ValueError, match="name: each occurs once"):
        parse(serialized([record(), record(digest=digest_of("b"))]))


def newer(tree: dict[str, Any]) -> bytes:
    """The file as a newer release may write it: more fields, one more role."""
    row = tree["tokens"][0]
    row |= {"colour": "blue", "roles": [*row["roles"], "publish"]}
    row["limits"]["queries_per_week"] = 7
    return json.dumps({**tree, "more": 1}).encode()


def test_what_a_newer_release_added_gives_no_right_and_is_kept(path: Path) -> None:
    _, made = issue(path, wanted(), NOW)
    path.write_bytes(newer(json.loads(path.read_bytes())))
    (read,) = read_tokens(path)
    assert read == made
    assert (read.roles, read.newer_roles) == (("match",), ("publish",))
    assert read.caller().roles == {"match"}
    issue(path, wanted("other"), NOW)
    lift(path, "forum", NOW)
    row = json.loads(path.read_bytes())["tokens"][0]
    assert row["colour"] == "blue"
    assert row["roles"] == ["match", "publish"]
    assert row["limits"]["queries_per_week"] == 7
    assert row["lifted"] is not None


def test_a_token_with_newer_roles_only_is_kept_and_may_do_nothing(path: Path) -> None:
    issue(path, wanted(), NOW)
    tree = json.loads(path.read_bytes())
    tree["tokens"][0]["roles"] = ["publish"]
    path.write_bytes(json.dumps(tree).encode())
    (read,) = read_tokens(path)
    assert not read.caller().roles
    assert json.loads(serialized([read]))["tokens"][0]["roles"] == ["publish"]


def test_a_file_of_a_newer_format_is_refused_with_its_version_and_left_alone(path: Path) -> None:
    issue(path, wanted(), NOW)
    path.write_bytes(path.read_bytes().replace(b'"version": 1', b'"version": 2'))
    before = path.read_bytes()
    with pytest.raises(Invalid, match="version 2 is needed"):
        read_tokens(path)
    with pytest.raises(Invalid, match="version 2 is needed"):
        issue(path, wanted("other"), NOW)
    assert path.read_bytes() == before


@pytest.mark.parametrize("damage", ["[" * 100_000, "", "{}", "\udcff"])
def test_a_damaged_file_is_unavailable(path: Path, damage: str) -> None:
    path.parent.mkdir()
    path.write_bytes(damage.encode("utf-8", "surrogateescape"))
    path.chmod(0o600)
    with pytest.raises(Unavailable, match="damaged"):
        read_tokens(path)
    with pytest.raises(Unavailable):
        issue(path, wanted(), NOW)
    assert path.read_bytes() == damage.encode("utf-8", "surrogateescape")


def test_a_file_that_others_may_write_is_not_believed(path: Path) -> None:
    issue(path, wanted(), NOW)
    path.chmod(0o660)
    with pytest.raises(Unavailable, match="others than its owner"):
        read_tokens(path)


def test_what_cannot_be_read_or_written_is_unavailable(path: Path) -> None:
    path.mkdir(parents=True)
    with pytest.raises(Unavailable, match="cannot be read"):
        read_tokens(path)
    blocked = path.parent / "file"
    blocked.write_text("")
    with pytest.raises(Unavailable, match="cannot be written"):
        issue(blocked / "tokens.json", wanted(), NOW)


def test_a_lift_keeps_everything_else() -> None:
    one = record()
    assert replace(replace(one, lifted=NOW), lifted=None) == one


def test_what_root_writes_belongs_to_the_owner_of_the_folder(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    given: list[tuple[int, int]] = []
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    monkeypatch.setattr(os, "fchown", lambda _, user, group: given.append((user, group)))
    issue(path, wanted(), NOW)
    owner = path.parent.stat()
    assert given == [(owner.st_uid, owner.st_gid)] * 2  # the lock and the file
    monkeypatch.setattr(os, "geteuid", lambda: 1_000)
    revoke(path, "forum")
    assert len(given) == 2

"""The shape of Arachnid Shield: what it says, in whose words, and what it refuses with its reason."""

from __future__ import annotations

import base64
import hashlib
from dataclasses import dataclass
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.detect.service import making, telling
from tests.detect.service.making import LISTED_PDQ, header, near
from tests.detect.service.telling import letters
from tutela.detect.fingerprints.shapes import FileFingerprints, Fingerprint
from tutela.detect.matching.memory import MemoryList
from tutela.detect.matching.shapes import Decision, ListEntry, Match
from tutela.detect.media.shapes import MediaFacts, Trouble
from tutela.detect.service import arachnid
from tutela.detect.service.arachnid import NOTHING, media_fields, parse_basic, pdq_fields
from tutela.detect.service.fetched import Fetches
from tutela.detect.service.hooks import Hooks
from tutela.detect.service.matcher import Freshness, Looked
from tutela.detect.service.problems import BadInput
from tutela.detect.service.settings import ServiceSettings

PICTURE = b"picture of a hill"
ON = ServiceSettings(arachnid_enabled=True)
#: A PDQ far from the listed one, of a picture of adults.
ADULTS = bytes(reversed(range(0, 256, 8)))
PLACES = ["/arachnid/v1", "/v1"]


def basic(name: str = "detail", token: str = "detail") -> dict[str, str]:
    return {"Authorization": "Basic " + base64.b64encode(f"{name}:{token}".encode()).decode()}


def post(
    call: str,
    *,
    settings: ServiceSettings = ON,
    auth: Any = None,
    hooks: Hooks | None = None,
    fetches: Fetches | None = None,
    reference: str = "",
    **sent: Any,
) -> Any:
    digest = hashlib.sha1(PICTURE, usedforsecurity=False).digest()
    listed = MemoryList(
        header("known"),
        [
            ListEntry(entry="e1", kind="sha1", value=digest),
            ListEntry(entry="e2", kind="pdq", value=LISTED_PDQ, quality=100),
            ListEntry(entry="e3", kind="pdq", value=ADULTS, quality=100, legal_class="adult_ncii"),
        ],
    )
    settings = settings.model_copy(update={"arachnid_urls": fetches is not None})
    running = making.service(
        lists=making.shelf(known=listed), settings=settings, hooks=hooks, fetches=fetches
    )
    headers = {"Content-Type": "image/jpeg", **(basic() if auth is None else auth)}
    headers |= {"X-Tutela-Reference": reference} if reference else {}
    return making.client(running, token="").post(call, headers=headers, **sent)


def encoded(value: bytes) -> str:
    return base64.b64encode(value).decode()


@pytest.mark.parametrize("place", PLACES)
def test_a_known_file_is_an_exact_match(place: str) -> None:
    answer = post(f"{place}/media/", content=PICTURE)
    assert answer.status_code == 200
    assert answer.json() == {
        "size_bytes": len(PICTURE),
        "sha1_base32": base64.b32encode(hashlib.sha1(PICTURE).digest()).decode(),
        "sha256_hex": hashlib.sha256(PICTURE).hexdigest().upper(),
        "classification": "csam",
        "match_type": "exact",
        "near_match_details": None,
    }


def test_a_file_that_no_list_knows() -> None:
    said = post("/arachnid/v1/media/", content=b"another picture").json()
    assert (said["classification"], said["match_type"], said["near_match_details"]) == (NOTHING, None, None)


@pytest.mark.parametrize("place", PLACES)
def test_hashes_are_answered_under_the_text_that_was_sent(place: str) -> None:
    met, missed = encoded(near(LISTED_PDQ, 31)), encoded(near(LISTED_PDQ, 32))
    answer = post(f"{place}/pdq/", json={"hashes": [met, missed, met]})
    detail = {"timestamp": 0.0, "sha1_base32": None, "sha256_hex": None, "classification": "csam"}
    assert answer.json() == {
        "scanned_hashes": {
            met: {"classification": "csam", "match_type": "near", "near_match_details": detail},
            missed: {"classification": NOTHING, "match_type": None, "near_match_details": None},
        }
    }


@pytest.mark.parametrize("call", ["media", "pdq", "url"])
@pytest.mark.parametrize(
    ("auth", "status"),
    [
        ({}, 401),
        (basic("detail", "wrong"), 401),
        (basic("match", "detail"), 401),
        (basic("match", "match"), 403),
        ({"Authorization": "Bearer detail"}, 401),
        ({"Authorization": "Basic %%%"}, 401),
    ],
)
def test_who_may_not_ask_is_told_in_the_same_shape(call: str, auth: dict[str, str], status: int) -> None:
    answer = post(f"/arachnid/v1/{call}/", auth=auth, json={"url": "x"})
    assert answer.status_code == status and answer.json().keys() == {"detail"}
    assert ("www-authenticate" in answer.headers) == (status == 401)


@pytest.mark.parametrize("call", [f"{place}/{call}/" for place in PLACES for call in ("media", "pdq", "url")])
def test_it_is_off_unless_it_is_switched_on(call: str) -> None:
    assert post(call, settings=ServiceSettings(), content=PICTURE).status_code == 404


@pytest.mark.parametrize(
    ("sent", "said"),
    [
        ({"content": b"not json"}, "body"),
        ({"json": {}}, "hashes"),
        ({"json": {"hashes": []}}, "hashes"),
        ({"json": {"hashes": ["00" * 32]}}, "hashes[0]"),
        ({"json": {"hashes": [encoded(LISTED_PDQ), encoded(b"short")]}}, "hashes[1]"),
        ({"json": {"hashes": [7]}}, "hashes[0]"),
        ({"json": {"hashes": ["%" * 44]}}, "hashes[0]"),
        ({"json": {"hashes": ["é" * 44]}}, "hashes[0]"),
        ({"json": {"hashes": [encoded(LISTED_PDQ)] * 1001}}, "hashes"),
        ({"json": {"hashes": [encoded(LISTED_PDQ)], "more": 1}}, "more"),
    ],
)
def test_wrong_hashes_are_named_by_their_place(sent: dict[str, Any], said: str) -> None:
    answer = post("/arachnid/v1/pdq/", **sent)
    assert answer.status_code == 422 and answer.json()["detail"].startswith(f"{said}: ")


@pytest.mark.parametrize(
    ("content", "status"), [(b"", 422), (b"broken jpeg", 422), (b"bomb", 422), (b"text", 415)]
)
def test_files_that_cannot_be_looked_at(content: bytes, status: int) -> None:
    answer = post("/arachnid/v1/media/", content=content)
    assert answer.status_code == status and answer.json().keys() == {"detail"}


def test_too_many_at_once_are_told_to_wait() -> None:
    running = making.service(settings=ServiceSettings(arachnid_enabled=True, requests_max=1))
    with running.admission.place():
        answer = making.client(running, token="").post("/arachnid/v1/media/", headers=basic(), content=b"x")
    assert answer.status_code == 429 and answer.headers["retry-after"] and "detail" in answer.json()


@pytest.mark.parametrize(
    ("call", "sent", "missing"),
    [
        ("media", {"content": PICTURE}, {"content": b"another picture"}),
        ("pdq", {"json": {"hashes": [encoded(LISTED_PDQ)]}}, {"json": {"hashes": [encoded(bytes(32))]}}),
    ],
)
def test_a_match_is_announced_with_the_callers_reference(
    call: str, sent: dict[str, Any], missing: dict[str, Any]
) -> None:
    with telling.opened(callers=("detail",)) as hooks:
        for one in (sent, missing):
            assert post(f"/v1/{call}/", hooks=hooks, reference="post-4711", **one).status_code == 200
        assert letters(hooks) == [
            {
                "status": "candidate",
                "matches": [{"list": "known", "version": "7", "class": "csam"}],
                "reference": "post-4711",
            }
        ]


def test_what_this_shape_has_no_word_for_is_not_announced_through_it() -> None:
    with telling.opened() as hooks:
        said = post("/v1/pdq/", hooks=hooks, json={"hashes": [encoded(ADULTS)]}).json()
        assert said["scanned_hashes"][encoded(ADULTS)]["classification"] == NOTHING
        assert letters(hooks) == []


@pytest.mark.parametrize("call", ["media", "pdq"])
def test_a_reference_that_could_be_a_hash_is_refused(call: str) -> None:
    answer = post(f"/v1/{call}/", reference="ab" * 16, content=PICTURE)
    assert answer.status_code == 422 and answer.json()["detail"].startswith("reference: ")
    assert "abab" not in answer.text


@dataclass(frozen=True, kw_only=True)
class Said:
    kind: str = "pdq"
    legal_class: str = "csam"
    form: str = "f0/r0"


def looked(*matches: Said, known_good: bool = False, trouble: Trouble | None = None) -> Looked:
    prints = FileFingerprints(
        member=None,
        size_bytes=5,
        facts=MediaFacts(),
        trouble=trouble,
        prints=(Fingerprint(kind="sha1", value=bytes(20)), Fingerprint(kind="sha256", value=bytes(32))),
    )
    made = tuple(
        Match(
            list="l",
            version="1",
            entry="e",
            kind=match.kind,
            form=match.form,
            distance_bits=None,
            legal_class=match.legal_class,
        )
        for match in matches
    )
    decision = Decision(
        status="candidate" if made else "unknown",
        confirmed=None,
        reason="",
        matches=made,
        known_good=known_good,
    )
    return Looked(prints=prints, decision=decision, freshness=Freshness(change=1, behind_seconds=0.0))


@pytest.mark.parametrize(
    ("classes", "said"),
    [
        (["csam"], "csam"),
        (["generated_csam"], "csam"),
        (["exploitative"], "harmful-abusive-material"),
        ([""], "harmful-abusive-material"),
        (["exploitative", "csam"], "csam"),
        (["adult_ncii"], NOTHING),
        (["adult_ncii", "exploitative"], "harmful-abusive-material"),
        ([], NOTHING),
    ],
)
def test_legal_classes_in_arachnids_words(classes: list[str], said: str) -> None:
    asked = looked(*(Said(legal_class=one) for one in classes))
    assert media_fields(asked)["classification"] == pdq_fields(asked)["classification"] == said
    assert (media_fields(asked)["match_type"] is None) == (said == NOTHING)


def test_every_legal_class_is_thought_of() -> None:
    from tutela.kernel.taxonomy import legal_classes

    assert {one.name for one in legal_classes()} - set(arachnid.CLASSIFICATIONS) == {"adult_ncii"}


def test_frames_of_a_film_are_told_by_their_second_the_worst_class_first() -> None:
    asked = looked(
        Said(kind="vpdq", form="t12.000/r0", legal_class="exploitative"),
        Said(kind="pdq", form="t3.500/mx"),
        Said(kind="pdq", form="t3.500/r90"),
    )
    details = media_fields(asked)["near_match_details"]
    assert [(one["timestamp"], one["classification"]) for one in details] == [
        (3.5, "csam"),
        (12.0, "harmful-abusive-material"),
    ]


def test_a_known_good_file_and_its_troubles_are_no_match() -> None:
    trouble = Trouble(kind="unreadable", reason="cut off")
    assert media_fields(looked(Said(), known_good=True, trouble=trouble))["classification"] == NOTHING
    assert media_fields(looked(Said(kind="sha256"), trouble=trouble))["match_type"] == "exact"
    with pytest.raises(BadInput):
        media_fields(looked(trouble=trouble))


def test_details_have_an_end() -> None:
    frames = [Said(form=f"t{second}.000/r0") for second in range(300)]
    assert len(media_fields(looked(*frames))["near_match_details"]) == arachnid.DETAILS_MAX


@given(st.text(max_size=30).filter(lambda name: ":" not in name), st.text(max_size=80))
def test_basic_credentials_come_back_as_they_were_sent(name: str, password: str) -> None:
    assert parse_basic(basic(name, password)["Authorization"]) == (name, password)


@given(st.text(max_size=60))
def test_no_header_is_a_fault(header: str) -> None:
    assert len(parse_basic(header)) == 2


@pytest.mark.parametrize(
    ("call", "sent"),
    [("media", {"content": PICTURE}), ("pdq", {"json": {"hashes": [encoded(LISTED_PDQ)]}})],
)
def test_an_answer_of_a_replica_that_is_behind_says_so_in_its_headers(call: str, sent: Any) -> None:
    lists = making.shelf()
    asker = making.client(making.service(lists=lists, settings=ON), token="")
    headers = {"Content-Type": "image/jpeg", **basic()}
    answer = asker.post(f"/v1/{call}/", headers=headers, **sent)
    assert not [name for name in answer.headers if name.startswith("x-tutela")]
    lists.behind_seconds = 3.25
    answer = asker.post(f"/v1/{call}/", headers=headers, **sent)
    assert (answer.status_code, answer.headers["x-tutela-behind-seconds"]) == (200, "3.250")


# --- errors as the SDK reads them ----------------------------------------------------------------------


def detail(answer: Any) -> str:
    """What the SDK reads of an error, and nothing else (its models/error_detail.py); else a KeyError."""
    return str(answer.json()["detail"])


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/arachnid/v1/media/", 405),
        ("GET", "/v1/pdq/", 405),
        ("POST", "/v1/media", 404),
        ("POST", "/arachnid", 404),
        ("POST", "/arachnid/v2/media/", 404),
        ("POST", "/some/base/v1/url/", 404),
    ],
)
def test_the_sdk_reads_what_the_router_refuses(method: str, path: str, status: int) -> None:
    answer = making.client(making.service(settings=ON), token="").request(method, path)
    assert answer.status_code == status and answer.json()["error"]["code"]
    assert detail(answer).startswith(answer.json()["error"]["message"])


def test_the_sdk_reads_that_the_shape_is_off() -> None:
    answer = post("/v1/media/", settings=ServiceSettings(), content=PICTURE)
    assert "nothing at this address" in detail(answer)


@pytest.mark.parametrize("place", PLACES)
def test_the_sdk_reads_errors_of_every_kind(place: str, monkeypatch: pytest.MonkeyPatch) -> None:
    small = ServiceSettings(arachnid_enabled=True, json_bytes_max=1_024)
    full = ServiceSettings(arachnid_enabled=True, requests_max=1)
    running = making.service(settings=full)
    with running.admission.place():
        busy = making.client(running, token="").post(f"{place}/media/", content=PICTURE, headers=basic())
    large = post(f"{place}/pdq/", settings=small, content=b"x" * 1_025)

    def fault(*_arguments: object) -> None:
        raise KeyError("secret")

    monkeypatch.setattr(arachnid, "media_fields", fault)
    broken = post(f"{place}/media/", content=PICTURE)
    answers = (busy, large, broken)
    assert [answer.status_code for answer in answers] == [429, 413, 500]
    assert all(detail(answer) for answer in answers)
    assert "secret" not in broken.text


def test_other_addresses_speak_as_ever() -> None:
    client = making.client(making.service(settings=ON), token="")
    for path in ("/v1/lists/x/y/z/v1", "/v1/mediation", "/arachnids", "/v1/match"):
        assert list(client.get(path).json()) == ["error"]
    assert list(client.get("/hma/token").json()) == ["error", "message"]


# --- a replica that is behind --------------------------------------------------------------------------


def asked_behind(call: str, *, behind_seconds: float, **sent: Any) -> Any:
    listed = [
        ListEntry(entry="e1", kind="sha1", value=hashlib.sha1(PICTURE, usedforsecurity=False).digest()),
        ListEntry(entry="e2", kind="pdq", value=LISTED_PDQ, quality=100),
    ]
    shelf = making.shelf(known=MemoryList(header("known"), listed))
    shelf.behind_seconds = behind_seconds
    running = making.service(lists=shelf, settings=ON)
    return making.client(running, token="").post(f"/v1/{call}/", headers=basic(), **sent)


@pytest.mark.parametrize(("behind_seconds", "status"), [(0.0, 200), (5.0, 200), (5.1, 503)])
def test_nothing_is_called_unknown_while_lists_lack_too_much(behind_seconds: float, status: int) -> None:
    file = asked_behind("media", behind_seconds=behind_seconds, content=b"picture of a dale")
    hashes = {"hashes": [encoded(LISTED_PDQ), encoded(ADULTS)]}
    two = asked_behind("pdq", behind_seconds=behind_seconds, json=hashes)
    assert [file.status_code, two.status_code] == [status, status]
    if status == 503:
        assert "behind" in detail(file) and int(two.headers["retry-after"]) >= 1


def test_a_match_is_told_all_the_same() -> None:
    file = asked_behind("media", behind_seconds=60.0, content=PICTURE)
    assert file.json()["match_type"] == "exact" and file.headers["x-tutela-behind-seconds"] == "60.000"
    one = asked_behind("pdq", behind_seconds=60.0, json={"hashes": [encoded(LISTED_PDQ)]})
    assert one.json()["scanned_hashes"][encoded(LISTED_PDQ)]["match_type"] == "near"

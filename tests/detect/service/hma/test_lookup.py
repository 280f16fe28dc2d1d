from __future__ import annotations

import base64
import hashlib
import random
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from tests.detect.service import making, telling
from tests.detect.service.hma.desk import RULES, Desk
from tests.detect.service.hma.exports import MD5, NEAR, OTHER, PDQ
from tests.detect.service.making import near
from tests.detect.service.telling import letters
from tutela.detect.matching.shapes import ListEntry
from tutela.detect.service.arachnid import NOTHING
from tutela.detect.service.changes import Draft
from tutela.detect.service.hma.contents import computed_id

SIGNAL = {"signal": PDQ, "signal_type": "pdq"}


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    desk = Desk(tmp_path)
    yield desk
    desk.close()


def test_a_signal_is_found_in_its_banks_with_its_distance(desk: Desk) -> None:
    same, close, other = desk.bank(pdq=PDQ), desk.bank("SECOND", pdq=NEAR), desk.bank(pdq=OTHER)
    assert desk.get("/m/lookup", **SIGNAL) == {
        "SHOP": [{"bank_content_id": same, "distance": "0"}],
        "SECOND": [{"bank_content_id": close, "distance": "2"}],
    }
    assert desk.get("/m/lookup", signal=OTHER, signal_type="pdq") == {
        "SHOP": [{"bank_content_id": other, "distance": "0"}]
    }


def test_answers_are_written_as_flask_writes_them(desk: Desk) -> None:
    number = desk.bank(pdq=PDQ)
    answer = desk.ask("GET", "/m/lookup", params=SIGNAL)
    assert answer.text == f'{{"SHOP":[{{"bank_content_id":{number},"distance":"0"}}]}}\n'
    assert answer.headers["content-type"] == "application/json"


@pytest.mark.parametrize(("bits", "found"), [(0, True), (31, True), (32, False)])
def test_the_edge_is_at_31_bits(desk: Desk, bits: int, *, found: bool) -> None:
    desk.bank(pdq=PDQ)
    asked = near(bytes.fromhex(PDQ), bits).hex()
    assert bool(desk.get("/m/lookup", signal=asked, signal_type="pdq")) is found


def test_an_md5_has_no_distance(desk: Desk) -> None:
    number = desk.bank(video_md5=MD5)
    found = desk.get("/m/lookup", signal=f" {MD5.upper()} ", signal_type="video_md5")
    assert found == {"SHOP": [{"bank_content_id": number, "distance": "-"}]}


def test_a_signal_type_meets_only_its_own_kind(desk: Desk) -> None:
    desk.bank(pdq=PDQ, video_md5=MD5)
    assert desk.get("/m/raw_lookup", **SIGNAL)["matches"]
    assert desk.get("/m/lookup", signal=OTHER, signal_type="pdq") == {}


def test_without_any_bank_nothing_is_found(desk: Desk) -> None:
    assert desk.get("/m/lookup", **SIGNAL) == {}
    assert desk.get("/m/raw_lookup", **SIGNAL) == {"matches": []}
    assert desk.send("/m/lookup", b"a film", field="video").json() == {"video_md5": {}}


def test_raw_look_ups_give_numbers_and_distances(desk: Desk) -> None:
    first, second = desk.bank(pdq=PDQ), desk.bank("SECOND", pdq=NEAR)
    assert desk.get("/m/raw_lookup", **SIGNAL) == {"matches": [first, second]}
    assert desk.get("/m/raw_lookup", **SIGNAL, include_distance="true") == {
        "matches": [
            {"bank_content_id": first, "distance": "0"},
            {"bank_content_id": second, "distance": "2"},
        ]
    }
    assert desk.get("/m/raw_lookup", **SIGNAL, banks="SECOND,NOT_THERE") == {"matches": [second]}


def test_a_question_may_be_restricted_to_banks(desk: Desk) -> None:
    desk.bank(pdq=PDQ), desk.bank("SECOND", pdq=PDQ)
    assert list(desk.get("/m/lookup", **SIGNAL, banks="SECOND")) == ["SECOND"]


@pytest.mark.parametrize("seed", ["1234", "a", "picture 7", ""])
def test_the_share_of_a_bank_is_drawn_with_hmas_coin(desk: Desk, seed: str) -> None:
    desk.bank(pdq=PDQ)
    coin = random.Random(seed).random()
    for ratio in (coin - 0.001, coin + 0.001):
        assert desk.ask("PUT", "/c/bank/SHOP", json={"enabled_ratio": ratio}).status_code == 200
        assert bool(desk.get("/m/lookup", **SIGNAL, seed=seed)) is (ratio >= coin)
        assert desk.get("/m/lookup", **SIGNAL, seed=seed, bypass_coinflip="true")
        assert desk.get("/m/raw_lookup", **SIGNAL, seed=seed)["matches"]


def test_a_share_brakes_hmas_shape_alone_and_none_switches_off_for_all(tmp_path: Path) -> None:
    desk = Desk(tmp_path, arachnid_enabled=True)
    desk.bank(pdq=PDQ), desk.bank("SECOND", pdq=OTHER)
    client = making.client(desk.service, token="asker")
    native = {"prints": [{"kind": "pdq", "value": PDQ, "quality": 100}]}
    arachnid = {"hashes": [base64.b64encode(bytes.fromhex(PDQ)).decode()]}
    for ratio, others in ((0.000001, ("candidate", "csam")), (0.0, ("unknown", NOTHING))):
        desk.ask("PUT", "/c/bank/SHOP", json={"enabled_ratio": ratio})
        assert desk.get("/m/lookup", **SIGNAL, seed="1") == {}
        said = client.post("/v1/match", json=native).json()
        told = client.post("/v1/pdq/", json=arachnid, auth=("asker", "asker")).json()["scanned_hashes"]
        assert (said["status"], *(one["classification"] for one in told.values())) == others
    desk.close()


def test_pairs_are_compared(desk: Desk) -> None:
    answer = desk.ask("POST", "/m/compare", json={"pdq": [PDQ, NEAR], "video_md5": [MD5, MD5]})
    assert answer.json() == {"pdq": [True, {"distance": 2}], "video_md5": [True, {}]}
    assert desk.ask("POST", "/m/compare", json={"pdq": [PDQ, OTHER]}).json()["pdq"][0] is False


@pytest.mark.parametrize(
    ("path", "params"),
    [
        ("/m/lookup", {}),
        ("/m/lookup", {"signal": PDQ}),
        ("/m/lookup", {"signal": PDQ, "signal_type": "tlsh"}),
        ("/m/lookup", {"signal": PDQ[1:], "signal_type": "pdq"}),
        ("/m/lookup", {"signal": PDQ.upper(), "signal_type": "pdq"}),
        ("/m/lookup", {**SIGNAL, "bypass_coinflip": "perhaps"}),
        ("/m/lookup", {**SIGNAL, "seed": "s" * 10_001}),
        ("/m/raw_lookup", {**SIGNAL, "include_distance": "2"}),
    ],
)
def test_a_wrong_question_is_400_with_a_message(desk: Desk, path: str, params: dict[str, str]) -> None:
    answer = desk.ask("GET", path, params=params)
    assert answer.status_code == 400
    assert list(answer.json()) == ["message"]
    assert PDQ[1:] not in answer.text and PDQ.upper() not in answer.text


@pytest.mark.parametrize(
    "body",
    [["x"], {"pdq": "x"}, {"pdq": []}, {"pdq": ["x", "y"]}, {"pdq": [PDQ] * 3}, {"pdq": [1, 2]}, {"x": []}],
)
def test_a_wrong_comparison_is_400(desk: Desk, body: Any) -> None:
    answer = desk.ask("POST", "/m/compare", json=body)
    assert answer.status_code == 400 and list(answer.json()) == ["message"]


def test_an_address_is_not_fetched(desk: Desk) -> None:
    for path in ("/m/lookup", "/h/hash"):
        answer = desk.ask("GET", path, params={"url": "https://x.example/a.jpg"})
        assert answer.status_code == 403
        assert "guarded network door" in answer.json()["message"]
        assert "x.example" not in answer.text


def test_a_film_is_found_by_its_md5(desk: Desk) -> None:
    number = desk.bank(video_md5=hashlib.md5(b"a film").hexdigest())
    found = desk.send("/m/lookup", b"a film", field="video")
    assert found.json() == {"video_md5": {"SHOP": [{"bank_content_id": number, "distance": "-"}]}}


def test_an_entry_that_hma_never_numbered_has_a_number_of_its_own(desk: Desk) -> None:
    desk.bank(pdq=OTHER)
    entry = ListEntry(entry="ent_abc", kind="pdq", value=bytes.fromhex(PDQ))
    desk.shelf.wait(desk.log.append(Draft(list="SHOP", act="add", caller="c", entries=(entry,))), 2)
    number = computed_id("SHOP", "ent_abc")
    assert desk.get("/m/lookup", **SIGNAL) == {"SHOP": [{"bank_content_id": number, "distance": "0"}]}
    assert desk.get(f"/c/bank/SHOP/content/{number}")["id"] == number


def test_the_watch_takes_note_of_every_look_up(desk: Desk) -> None:
    desk.bank(pdq=PDQ)
    desk.get("/m/lookup", **SIGNAL)
    desk.get("/m/raw_lookup", signal=OTHER, signal_type="pdq")
    assert [(name, met) for name, _, met in desk.watch.told] == [("all", True), ("all", False)]
    desk.watch.most = 2
    answer = desk.ask("GET", "/m/lookup", params=SIGNAL)
    assert answer.status_code == 403 and list(answer.json()) == ["message"]


FILM = hashlib.md5(b"a film").hexdigest()


@pytest.mark.parametrize("path", ["/m/lookup", "/m/raw_lookup"])
def test_what_a_signal_meets_is_announced(desk: Desk, path: str) -> None:
    number = desk.bank(pdq=PDQ)
    with telling.opened(role="detail") as hooks:
        desk.service.hooks = hooks
        desk.ask("GET", path, params=SIGNAL, headers={"X-Tutela-Reference": "post-4711"})
        desk.ask("GET", path, params={"signal": OTHER, "signal_type": "pdq"})
        (data,) = letters(hooks)
    (told,) = data["matches"]
    assert (data["status"], data["reference"]) == ("candidate", "post-4711")
    assert (told["list"], told["entry"], told["class"]) == ("SHOP", f"hma-{number}", "csam")


def test_what_an_upload_meets_is_announced(desk: Desk) -> None:
    desk.bank(video_md5=FILM)
    with telling.opened() as hooks:
        desk.service.hooks = hooks
        desk.send("/m/lookup", b"a film", field="video", headers={"X-Tutela-Reference": "clip-1"})
        desk.send("/m/lookup", b"another film", field="video")
        (data,) = letters(hooks)
    assert (data["reference"], [one["list"] for one in data["matches"]]) == ("clip-1", ["SHOP"])


@pytest.mark.parametrize("wish", [{"lists": ("SECOND",)}, {"callers": ("asker",)}])
def test_a_receiver_hears_of_its_lists_and_callers_only(desk: Desk, wish: dict[str, Any]) -> None:
    desk.bank(pdq=PDQ), desk.bank("SECOND", pdq=OTHER)
    with telling.opened(**wish) as hooks:
        desk.service.hooks = hooks
        assert desk.get("/m/lookup", **SIGNAL)
        assert letters(hooks) == []
        desk.ask("GET", "/m/lookup", params={"signal": OTHER, "signal_type": "pdq"}, token="asker")
        assert [one["list"] for data in letters(hooks) for one in data["matches"]] == ["SECOND"]


def test_no_web_hook_tells_more_than_the_answer(desk: Desk) -> None:
    desk.bank(pdq=PDQ), desk.bank("SECOND", pdq=PDQ)
    desk.ask("PUT", "/c/bank/SHOP", json={"enabled_ratio": 0.000001})
    with telling.opened() as hooks:
        desk.service.hooks = hooks
        assert list(desk.get("/m/lookup", **SIGNAL, seed="1")) == ["SECOND"]
        assert desk.get("/m/lookup", **SIGNAL, seed="1", banks="SHOP") == {}
        assert [one["list"] for data in letters(hooks) for one in data["matches"]] == ["SECOND"]


def test_a_reference_that_could_be_a_hash_is_refused(desk: Desk) -> None:
    desk.bank(pdq=PDQ, video_md5=FILM)
    sent: dict[str, Any] = {"headers": {"X-Tutela-Reference": FILM}}
    for answer in (
        desk.ask("GET", "/m/lookup", params=SIGNAL, **sent),
        desk.send("/m/lookup", b"a film", field="video", **sent),
    ):
        assert answer.status_code == 400 and "reference" in answer.json()["message"]
        assert FILM not in answer.text
    assert desk.watch.told == []


def test_only_enabled_signal_types_are_known(tmp_path: Path) -> None:
    desk = Desk(tmp_path, rules=replace(RULES, signal_types=("video_sha256",)))
    assert desk.ask("GET", "/m/lookup", params=SIGNAL).status_code == 400
    assert desk.get("/m/lookup", signal="ab" * 32, signal_type="video_sha256") == {}
    desk.close()


@pytest.mark.parametrize("path", ["/m/lookup", "/h/hash", "/c/bank/SHOP/content"])
def test_a_photo_is_refused_where_no_type_for_photos_is_enabled(tmp_path: Path, path: str) -> None:
    """HMA answers 500 there; an empty object would read as "nothing known"."""
    desk = Desk(tmp_path, rules=replace(RULES, signal_types=("video_md5",)))
    desk.bank(video_md5=MD5)
    answer = desk.send(path, b"a photo")
    assert (answer.status_code, list(answer.json())) == (403, ["message"])
    assert "photo" in answer.json()["message"]
    desk.close()


def test_an_answer_says_in_its_headers_that_the_lists_are_held(desk: Desk) -> None:
    """HMA's answers have no room for it; a client that goes on without looking loses nothing."""
    numbers = [desk.bank(pdq=near(bytes.fromhex(PDQ), 2 * n).hex()) for n in range(100)]
    plain = desk.ask("GET", "/m/lookup", params=SIGNAL)
    assert "x-tutela-held" not in plain.headers
    assert [desk.ask("DELETE", f"/c/bank/SHOP/content/{one}").status_code for one in numbers[:6]][-1] == 409
    held = desk.ask("GET", "/m/raw_lookup", params=SIGNAL)
    assert held.headers["x-tutela-held"] == "SHOP"
    assert "x-tutela-stale" not in held.headers


def test_nothing_is_called_unknown_while_lists_lack_too_much(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    number, _ = desk.bank(pdq=PDQ), desk.bank(video_md5=MD5)
    other = {"signal": OTHER, "signal_type": "pdq"}
    late = replace(desk.shelf.applied(), behind_seconds=5.1)
    monkeypatch.setattr(desk.shelf, "applied", lambda: late)
    unknown = [
        desk.ask("GET", "/m/lookup", params=other),
        desk.ask("GET", "/m/raw_lookup", params=other),
        desk.ask("GET", "/m/lookup", params=SIGNAL | {"banks": "SECOND"}),
        desk.send("/m/lookup", b"a film", field="video"),
    ]
    for answer in unknown:
        assert (answer.status_code, list(answer.json())) == (503, ["message"])
        assert int(answer.headers["retry-after"]) >= 1
    assert desk.get("/m/raw_lookup", **SIGNAL) == {"matches": [number]}
    assert desk.ask("GET", "/m/lookup", params=SIGNAL).headers["x-tutela-behind-seconds"] == "5.100"
    monkeypatch.setattr(desk.shelf, "applied", lambda: replace(late, behind_seconds=5.0))
    assert desk.get("/m/lookup", **other) == {}

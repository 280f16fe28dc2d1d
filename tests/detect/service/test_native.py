"""The native API: what each role learns, what is refused and how, and that nothing sent comes back."""

from __future__ import annotations

import hashlib
import json
import threading
from typing import Any

import pytest

from tests.detect.service import making
from tests.detect.service.making import LISTED_MD5, LISTED_PDQ, LISTED_SHA256, ROLES, near
from tutela.detect.matching.memory import MemoryList
from tutela.detect.matching.shapes import ListEntry
from tutela.detect.service import native
from tutela.detect.service.settings import ServiceSettings
from tutela.detect.service.strict_json import load_object as load

PICTURE = b"picture of a hill"
FAR = {"kind": "pdq", "value": "f0" * 32}
PDQ = {"kind": "pdq", "value": near(LISTED_PDQ, 5).hex(), "quality": 90}


def knowing(content: bytes = PICTURE) -> Any:
    """A shelf whose list has the SHA-256 of ``content``."""
    entry = ListEntry(entry="e9", kind="sha256", value=hashlib.sha256(content).digest())
    return making.shelf(demo=MemoryList(making.header(), [entry]))


def error_of(answer: Any) -> dict[str, str]:
    error: dict[str, str] = answer.json()["error"]
    assert set(error) == {"code", "field", "message", "right"}
    return error


def test_an_upload_that_a_list_knows_is_known() -> None:
    answer = making.client(making.service(lists=knowing())).post("/v1/match", content=PICTURE)
    assert answer.status_code == 200
    said = answer.json()
    assert (said["status"], said["confirmed"]) == ("known", "sha256")
    assert said["matches"][0]["entry"] == "e9"
    assert said["media"]["size_bytes"] == len(PICTURE)


def test_the_role_match_learns_status_class_list_and_version_and_nothing_else() -> None:
    running = making.service(lists=knowing())
    said = making.client(running, token="match").post("/v1/match", content=PICTURE).json()
    assert said == {
        "status": "known",
        "matches": [{"list": "demo", "version": "7", "class": "csam"}],
        "change": 12,
        "behind_seconds": 0.0,
        "stale": [],
        "held": [],
    }


@pytest.mark.parametrize("bits", [0, 12, 31])
def test_a_near_fingerprint_is_a_candidate_with_its_distance(bits: int) -> None:
    asked = {"prints": [{"kind": "pdq", "value": near(LISTED_PDQ, bits).hex()}]}
    said = making.client().post("/v1/match", json=asked).json()
    assert (said["status"], said["confirmed"]) == ("candidate", None)
    assert [(one["distance_bits"], one["form"]) for one in said["matches"]] == [(bits, "f0/r0")]


def test_one_bit_further_is_unknown() -> None:
    asked = {"prints": [{"kind": "pdq", "value": near(LISTED_PDQ, 32).hex()}]}
    assert making.client().post("/v1/match", json=asked).json()["status"] == "unknown"


def test_two_kinds_on_one_entry_confirm_each_other() -> None:
    asked = {"prints": [PDQ, {"kind": "md5", "value": LISTED_MD5.hex().upper()}]}
    said = making.client().post("/v1/match", json=asked).json()
    assert (said["status"], said["confirmed"]) == ("known", "second_hash")
    assert {one["confirmed"] for one in said["matches"]} == {"second_hash"}


def test_the_class_is_the_entrys_own_where_it_has_one() -> None:
    asked = {"prints": [{"kind": "sha256", "value": LISTED_SHA256.hex()}]}
    said = making.client(token="match").post("/v1/match", json=asked).json()
    assert said["matches"][0]["class"] == "generated_csam"


def test_only_the_named_lists_are_asked() -> None:
    lists = making.shelf(
        one=MemoryList(making.header("one"), making.entries()), two=MemoryList(making.header("two"))
    )
    client = making.client(making.service(lists=lists))
    assert client.post("/v1/match?list=two", json={"prints": [PDQ]}).json()["status"] == "unknown"
    asked = {"prints": [PDQ], "lists": ["one"]}
    assert client.post("/v1/match", json=asked).json()["status"] == "candidate"


def test_an_answer_says_how_far_the_lists_are() -> None:
    lists = making.shelf()
    lists.behind_seconds, lists.holds = 3.25, ("demo",)
    said = making.client(making.service(lists=lists)).post("/v1/match", json={"prints": [PDQ]}).json()
    assert (said["change"], said["behind_seconds"], said["held"]) == (12, 3.25, ["demo"])


def test_an_expired_list_is_not_asked_and_named() -> None:
    old = MemoryList(making.header("old", valid_to=making.START), making.entries())
    lists = making.shelf(old=old, demo=MemoryList(making.header()))
    said = making.client(making.service(lists=lists)).post("/v1/match", json={"prints": [PDQ]}).json()
    assert (said["status"], said["stale"]) == ("unknown", ["old"])


# --- who may ------------------------------------------------------------------------------------

ASKING = {"match", "detail", "curate"}
ALLOWED = {
    ("POST", "/v1/match"): ASKING,
    ("POST", "/v1/match/batch"): ASKING,
    ("GET", "/metrics"): {"statistics"},
    ("GET", "/health"): {*ROLES, ""},
    ("GET", "/ready"): {*ROLES, ""},
}


@pytest.mark.parametrize("role", [*ROLES, "", "unknown"])
@pytest.mark.parametrize(("method", "path"), list(ALLOWED))
def test_role_and_endpoint(method: str, path: str, role: str) -> None:
    client = making.client(token=role)
    body = {"prints": [PDQ]} if path == "/v1/match" else {"items": [{"prints": [PDQ]}]}
    answer = client.request(method, path, json=body if method == "POST" else None)
    open_to_all = "" in ALLOWED[method, path]
    if role in ALLOWED[method, path] or open_to_all:
        assert answer.status_code == 200
    elif role in ROLES:
        assert (answer.status_code, error_of(answer)["code"]) == (403, "role")
    else:
        assert (answer.status_code, error_of(answer)["code"]) == (401, "token")
        assert answer.headers["WWW-Authenticate"] == "Bearer"


@pytest.mark.parametrize("header", ["Basic ZGV0YWlsOg==", "detail", "Bearer", "Bearer  ", "bearer nobody"])
def test_any_other_authorization_is_refused(header: str) -> None:
    answer = making.client(token="").post("/v1/match", content=PICTURE, headers={"Authorization": header})
    assert answer.status_code == 401


# --- bad input ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("content", "status", "code"),
    [
        (b"", 422, "invalid"),
        (b"broken", 422, "unreadable"),
        (b"bomb", 422, "limit"),
        (b"text", 415, "wrong_type"),
    ],
)
def test_an_upload_that_cannot_be_judged_is_an_error_that_says_what_would_be_right(
    content: bytes, status: int, code: str
) -> None:
    answer = making.client().post("/v1/match", content=content)
    error = error_of(answer)
    assert (answer.status_code, error["code"], error["field"]) == (status, code, "body")
    assert error["right"]


def test_a_broken_file_that_a_list_knows_is_known_all_the_same() -> None:
    running = making.service(lists=knowing(b"broken but listed"))
    answer = making.client(running).post("/v1/match", content=b"broken but listed")
    assert (answer.status_code, answer.json()["status"]) == (200, "known")


def test_an_error_about_a_file_still_says_status_and_how_far_the_lists_are() -> None:
    said = making.client(token="match").post("/v1/match", content=b"broken").json()
    assert (said["status"], said["change"], said["matches"]) == ("unreadable", 12, [])


HALF = "00" * 16
BAD_QUESTIONS: list[tuple[Any, str, str]] = [
    ({"prints": [{"kind": "pdq", "value": HALF}]}, "prints[0].value", "64 hexadecimal digits"),
    ({"prints": [{"kind": "md5", "value": HALF + "00"}]}, "prints[0].value", "32 hexadecimal digits"),
    ({"prints": [{"kind": "sha1", "value": "zz" * 20}]}, "prints[0].value", "40 hexadecimal digits"),
    ({"prints": [{"kind": "md5", "value": 7}]}, "prints[0].value", "32 hexadecimal digits"),
    ({"prints": [{"kind": "vpdq", "value": HALF}]}, "prints[0].value", "frames of 64"),
    ({"prints": [{**PDQ, "quality": 49}]}, "prints[0].quality", "50 to 100"),
    ({"prints": [{**PDQ, "quality": 101}]}, "prints[0].quality", "0 to 100"),
    ({"prints": [{**PDQ, "quality": True}]}, "prints[0].quality", "0 to 100"),
    ({"prints": [PDQ, {"kind": "md5", "value": HALF, "quality": 90}]}, "prints[1].quality", "pdq only"),
    ({"prints": [{"kind": "url", "value": HALF}]}, "prints[0].kind", "md5, sha1"),
    ({"prints": [{**PDQ, "colour": 1}]}, "prints[0].colour", "kind, value, quality"),
    ({"prints": [], "lists": ["demo"]}, "prints", "a list of 1 to"),
    ({"prints": [PDQ], "threshold": 40}, "threshold", "prints, lists"),
    ({"prints": [PDQ], "lists": ["nowhere"]}, "list", "GET /v1/lists"),
    ({"prints": [PDQ], "lists": [""]}, "lists", "GET /v1/lists"),
    ({"prints": [PDQ], "lists": "demo"}, "lists", "a list of 1 to"),
    ({"url": "https://example.test/x.jpg"}, "url", "the file itself"),
    ({"prints": ["pdq"]}, "prints[0]", "JSON object"),
    ([PDQ], "body", "JSON object"),
    ("text", "body", "JSON object"),
]


@pytest.mark.parametrize(("asked", "field", "right"), BAD_QUESTIONS)
def test_a_bad_question_names_the_field_and_what_would_be_right(asked: Any, field: str, right: str) -> None:
    answer = making.client().post("/v1/match", json=asked)
    error = error_of(answer)
    assert (answer.status_code, error["code"], error["field"]) == (422, "invalid", field)
    assert right in error["right"]


@pytest.mark.parametrize(
    "body", [b"{", b'{"prints":1,"prints":2}', b'{"prints":NaN}', b"\xff", b"[" * 100_000]
)
def test_what_is_no_json_is_refused(body: bytes) -> None:
    answer = making.client().post("/v1/match", content=body, headers={"Content-Type": "application/json"})
    assert (answer.status_code, error_of(answer)["field"]) == (422, "body")


def test_nothing_that_was_sent_comes_back() -> None:
    canary = "c0ffee" * 8
    bodies = [
        {"prints": [{"kind": "md5", "value": canary}]},
        {"prints": [{"kind": canary, "value": canary}]},
        {canary: 1},
        {"prints": [{canary: 1}]},
        {"prints": [PDQ], "lists": [canary]},
        {"url": canary},
    ]
    client = making.client()
    answers = [client.post("/v1/match", json=body) for body in bodies]
    answers += [client.post(f"/v1/match?{canary}=1"), client.post(f"/v1/match?list={canary}", content=b"x")]
    answers += [client.get(f"/{canary}"), client.post(f"/v1/match?url={canary}", content=b"x")]
    assert all(answer.status_code in (404, 422) for answer in answers)
    assert not any(canary in answer.text or canary in str(answer.headers) for answer in answers)


def test_a_url_as_a_parameter_is_refused_with_its_reason() -> None:
    error = error_of(making.client().post("/v1/match?url=https://example.test/a.jpg"))
    assert (error["field"], "guarded network door" in error["message"]) == ("url", True)


@pytest.mark.parametrize("kind", ["multipart/form-data; boundary=x", "Multipart/Mixed"])
def test_a_form_is_refused(kind: str) -> None:
    answer = making.client().post("/v1/match", content=b"--x--", headers={"Content-Type": kind})
    assert (answer.status_code, error_of(answer)["field"]) == (415, "Content-Type")


def test_a_larger_body_than_allowed_is_refused() -> None:
    running = making.service(settings=ServiceSettings(body_bytes_max=2_048))
    answer = making.client(running).post("/v1/match", content=b"p" * 2_049)
    assert (answer.status_code, error_of(answer)["right"]) == (413, "at most 2,048 bytes")


def test_a_larger_question_than_allowed_is_refused() -> None:
    running = making.service(settings=ServiceSettings(json_bytes_max=1_024))
    answer = making.client(running).post("/v1/match", json={"prints": [PDQ] * 20})
    assert answer.status_code == 413


def test_too_many_fingerprints_are_refused_frames_counted() -> None:
    running = making.service(settings=ServiceSettings(prints_max=3))
    film = {"kind": "vpdq", "value": "".join(f"{frame:064x}" for frame in range(4))}
    assert making.client(running).post("/v1/match", json={"prints": [film]}).status_code == 422
    assert making.client(running).post("/v1/match", json={"prints": [PDQ] * 4}).status_code == 422
    assert making.client(running).post("/v1/match", json={"prints": [PDQ] * 3}).status_code == 200


@pytest.mark.parametrize(("method", "path", "status"), [("GET", "/v1/match", 405), ("GET", "/v1/other", 404)])
def test_a_wrong_method_or_address_is_an_error_of_the_same_shape(method: str, path: str, status: int) -> None:
    answer = making.client().request(method, path)
    assert answer.status_code == status
    assert error_of(answer)["message"]


def test_a_slash_too_many_is_not_redirected() -> None:
    assert making.client().post("/v1/match/", content=b"x", follow_redirects=False).status_code == 404


# --- too much -----------------------------------------------------------------------------------


def test_a_caller_that_asks_too_often_is_told_to_wait() -> None:
    client = making.client(token="slow")
    answers = [client.post("/v1/match", json={"prints": [PDQ]}) for _ in range(3)]
    assert [answer.status_code for answer in answers] == [200, 200, 429]
    assert int(answers[2].headers["Retry-After"]) >= 1


def test_without_a_place_the_answer_is_to_come_back() -> None:
    running = making.service(settings=ServiceSettings(requests_max=1))
    with running.admission.place():
        answer = making.client(running).post("/v1/match", content=PICTURE)
    assert (answer.status_code, error_of(answer)["code"]) == (429, "busy")
    assert making.client(running).post("/v1/match", content=PICTURE).status_code == 200


def test_without_any_list_the_answer_is_to_come_back() -> None:
    running = making.service(lists=making.FakeShelf())
    answer = making.client(running).post("/v1/match", content=PICTURE)
    assert (answer.status_code, int(answer.headers["Retry-After"])) == (503, 2)


def test_a_sandbox_that_cannot_start_is_503_and_the_next_request_is_answered() -> None:
    client = making.client(making.service(pool=making.NoPool()))
    answer = client.post("/v1/match", content=PICTURE)
    assert (answer.status_code, error_of(answer)["code"]) == (503, "unavailable")
    assert client.post("/v1/match", json={"prints": [PDQ]}).status_code == 200


# --- the watch ----------------------------------------------------------------------------------


def test_the_watch_is_told_of_every_query() -> None:
    watch = making.FakeWatch()
    client = making.client(making.service(watch=watch))
    client.post("/v1/match", json={"prints": [PDQ]})
    client.post("/v1/match", content=PICTURE)
    client.post("/v1/match/batch", json={"items": [{"prints": [PDQ]}, {"prints": [PDQ, FAR]}]})
    assert watch.told == [
        ("detail", 1, True),
        ("detail", 3, False),
        ("detail", 1, True),
        ("detail", 1, True),
        ("detail", 1, False),
    ]


def test_a_prober_is_cut_off_without_an_answer() -> None:
    client = making.client(making.service(watch=making.FakeWatch(most=1)))
    assert client.post("/v1/match", json={"prints": [PDQ]}).status_code == 200
    answer = client.post("/v1/match", json={"prints": [PDQ]})
    assert (answer.status_code, error_of(answer)["code"]) == (403, "probing")
    assert "candidate" not in answer.text


# --- batches ------------------------------------------------------------------------------------


def test_one_bad_item_stops_no_other() -> None:
    bad = {"prints": [{"kind": "md5", "value": "00"}]}
    items = [{"prints": [PDQ]}, bad, {"url": "x"}, 7, {"prints": [{**PDQ, "value": "00" * 32}]}]
    answer = making.client().post("/v1/match/batch", json={"items": items})
    assert answer.status_code == 200
    said = answer.json()
    assert [one.get("status") for one in said["answers"]] == ["candidate", None, None, None, "unknown"]
    fields = [one["error"]["field"] for one in said["answers"] if "error" in one]
    assert fields == ["items[1].prints[0].value", "url", "items[3]"]
    assert said["change"] == 12


def test_a_batch_of_bad_items_is_answered_item_by_item() -> None:
    said = making.client().post("/v1/match/batch", json={"items": [1, 2]}).json()
    assert [set(one) for one in said["answers"]] == [{"error"}, {"error"}]


def test_a_batch_answers_as_single_questions_do() -> None:
    client = making.client(token="match")
    single = client.post("/v1/match", json={"prints": [PDQ]}).json()
    item = client.post("/v1/match/batch", json={"items": [{"prints": [PDQ]}]}).json()["answers"][0]
    assert item == {name: single[name] for name in ("status", "matches")}


def test_more_items_than_allowed_are_refused() -> None:
    running = making.service(settings=ServiceSettings(batch_items_max=2))
    answer = making.client(running).post("/v1/match/batch", json={"items": [{"prints": [PDQ]}] * 3})
    assert (answer.status_code, error_of(answer)["field"]) == (422, "items")


def test_answers_are_not_to_be_kept_by_anybody_between() -> None:
    client = making.client()
    answers = [client.post("/v1/match", json=json.loads(body)) for body in ('{"prints": []}', "{}")]
    answers.append(client.post("/v1/match", json={"prints": [PDQ]}))
    assert {answer.headers["Cache-Control"] for answer in answers} == {"no-store"}


@pytest.mark.parametrize("together", [True, False])
def test_digests_of_many_files_count_as_many_queries(together: bool) -> None:
    prints = [{"kind": "md5", "value": f"{number:02x}" * 16} for number in range(40)]
    asking = making.client(token="slow")  # 1 query a second
    body = {"prints": prints} if together else {"items": [{"prints": prints[:20]}, {"prints": prints[20:]}]}
    path = "/v1/match" if together else "/v1/match/batch"
    assert asking.post(path, json=body).status_code == 200
    again = asking.post(path, json=body)
    assert (again.status_code, again.headers["retry-after"]) == (429, "40")


@pytest.mark.parametrize("path", ["/v1/match", "/v1/match/batch"])
def test_a_large_body_is_read_in_a_thread_so_that_others_are_answered(
    path: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    beside, as_json = threading.Event(), {"Content-Type": "application/json"}
    monkeypatch.setattr(native, "load_object", lambda body: beside.set() if off_loop() else load(body))

    def off_loop() -> bool:
        return threading.current_thread().name.startswith("AnyIO worker")

    making.client().post(path, content=b"{" + b" " * native.LARGE_BYTES + b"}", headers=as_json)
    assert beside.is_set()
    beside.clear()
    assert making.client().post(path, content=b"{}", headers=as_json).status_code == 422
    assert not beside.is_set()

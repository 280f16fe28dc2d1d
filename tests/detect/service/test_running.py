"""What the watch is told, who may come in, and that a service ends."""

from __future__ import annotations

import base64
import os
import random
import signal
from contextlib import ExitStack
from functools import partial
from typing import Any

import anyio
import pytest
from starlette.requests import Request

from tests.detect.service import making
from tests.detect.service.values import prints_of, value_at
from tests.pictures import jpeg, landscape
from tutela.detect.fingerprints.fakes import FakePool
from tutela.detect.fingerprints.shapes import FileFingerprints, Fingerprint
from tutela.detect.matching.shapes import Decision, Match
from tutela.detect.media.pool import MediaPool, PoolRules
from tutela.detect.media.shapes import MediaFacts
from tutela.detect.service.bodies import Body
from tutela.detect.service.matcher import Freshness, Looked
from tutela.detect.service.probing import CutOff, Watch
from tutela.detect.service.problems import Busy, NotAllowed, NoToken
from tutela.detect.service.running import Service, _Picture, queries_of
from tutela.detect.service.settings import HmaSettings, ServiceSettings
from tutela.kernel.errors import Invalid

NEAR = Fingerprint(kind="pdq", value=making.LISTED_PDQ, form="f0/r0")
FAR = Fingerprint(kind="pdq", value=b"\xf0" * 32, form="f1/r0")


def request(authorization: str) -> Request:
    return Request({"type": "http", "headers": [(b"authorization", authorization.encode())], "state": {}})


@pytest.mark.parametrize("given", ["Bearer detail", "bearer detail", "BEARER  detail "])
def test_a_token_says_who_asks(given: str) -> None:
    asked = request(given)
    caller = anyio.run(making.service().caller, asked, "match")
    assert caller.name == "detail"
    assert asked.state.caller_id == caller.id


@pytest.mark.parametrize(("given", "error"), [("Bearer x", NoToken), ("Bearer match", NotAllowed)])
def test_who_may_not_is_told_so(given: str, error: type[Exception]) -> None:
    with pytest.raises(error):
        anyio.run(making.service().caller, request(given), "curate")


def test_processes_share_the_rate_of_a_caller() -> None:
    running = making.service()
    sharing = making.service(processes=2)
    slow = running.tokens.caller("slow")
    for one, allowed, wait_seconds in ((running, 2, 1.0), (sharing, 1, 2.0)):
        for _ in range(allowed):
            one.check_rate(slow)
        with pytest.raises(Busy) as caught:
            one.check_rate(slow)
        assert caught.value.retry_after_seconds == pytest.approx(wait_seconds)


def test_loose_pictures_count_one_by_one_and_only_the_one_that_met_has_met() -> None:
    (looked,) = making.service().matcher.items([[FAR, NEAR]])
    assert [(prints[0].form, met) for prints, met in queries_of(looked)] == [
        ("f1/r0", False),
        ("f0/r0", True),
    ]


def test_frames_do_not_hide_a_picture_that_stands_beside_them() -> None:
    frames = [Fingerprint(kind="pdq", value=bytes([n]) * 32, form=f"t{n}.000/r0") for n in range(3)]
    (looked,) = making.service().matcher.items([[*frames, NEAR]])
    assert [(len(prints), prints[0].form, met) for prints, met in queries_of(looked)] == [
        (1, "f0/r0", True),
        (3, "t0.000/r0", False),
    ]


def test_a_digest_tells_nothing_about_an_edge() -> None:
    md5 = Fingerprint(kind="md5", value=making.LISTED_MD5)
    (looked,) = making.service().matcher.items([[md5]])
    assert looked.decision.status == "candidate"
    assert [met for _, met in queries_of(looked)] == [False]


def test_the_frames_of_a_film_are_one_query() -> None:
    frames = [Fingerprint(kind="pdq", value=bytes([n]) * 32, form=f"t{n}.000/r0") for n in range(9)]
    (looked,) = making.service().matcher.items([frames])
    assert [len(prints) for prints, _ in queries_of(looked)] == [9]


def member(value: bytes, name: str | None, *, met: bool = False) -> Looked:
    """A picture in an archive, which met a list or not."""
    hit = Match(list="demo", version="7", entry="e1", kind="pdq", form="f0/r0", distance_bits=3)
    decision = Decision(
        status="candidate" if met else "unknown", confirmed=None, reason="", matches=(hit,) if met else ()
    )
    prints = FileFingerprints(
        member=name, size_bytes=1, facts=MediaFacts(), trouble=None, prints=tuple(prints_of(value))
    )
    return Looked(prints=prints, decision=decision, freshness=Freshness(change=1, behind_seconds=0.0))


def answered_archives(role: str, archives: list[list[Looked]]) -> int:
    """How many of the archives were answered."""
    running, answered = making.service(), 0
    running.watch = Watch()
    for archive in archives:
        try:
            anyio.run(running.look, running.tokens.caller(role), partial(tuple, archive))
        except CutOff:
            continue
        answered += 1
    return answered


def test_albums_of_alike_pictures_make_nobody_a_prober_who_is_told_one_thing_of_each() -> None:
    draw = random.Random(1)
    albums = [
        [member(value_at(album, *draw.sample(range(256), 12)), f"{number}.jpg") for number in range(60)]
        for album in range(4)
    ]
    assert answered_archives("match", albums) == 4
    assert answered_archives("detail", albums) == 0  # who is told of each member asks as many questions


def test_a_probe_inside_an_archive_is_noticed() -> None:
    draw = random.Random(1)
    archives = [
        [
            member(value_at(1_000 + number), "decoy.jpg"),
            member(value_at(1, *draw.sample(range(256), 30)), "probe.jpg", met=number % 2 == 0),
        ]
        for number in range(300)
    ]
    assert answered_archives("match", archives) < 100


def test_blocking_work_runs_in_a_thread_and_errors_come_back() -> None:
    running = making.service()

    def fail(number: int, *, word: str) -> None:
        raise KeyError(number, word)

    with pytest.raises(KeyError, match="7, 'x'"):
        anyio.run(lambda: running.in_thread(fail, 7, word="x"))


def test_everything_ends_with_the_service() -> None:
    ended: list[str] = []

    class Ending(FakePool):
        def close(self) -> None:
            ended.append("pool")

    running = making.service(pool=Ending())
    running.also_close = (lambda: ended.append("rest"),)
    client: Any = making.client(running)
    with client:
        assert ended == []
    assert ended == ["pool", "rest"]


async def looks_at(running: Service, bodies: list[Body]) -> list[Looked]:
    """What is said of each, all of them asked for at once."""
    caller, said = running.tokens.caller("match"), dict[int, Looked]()

    async def look(number: int, body: Body) -> None:
        (said[number],) = await running.look_at(caller, body)

    async with anyio.create_task_group() as group:
        for number, body in enumerate(bodies):
            group.start_soon(look, number, body)
    return [said[number] for number in range(len(bodies))]


def test_jpegs_that_come_at_once_get_the_answers_that_they_get_one_by_one() -> None:
    watch = making.FakeWatch()
    rules = PoolRules(worker_items_max=4, recheck_share_percent=20.0)  # workers end, and look twice
    data = [jpeg(landscape(seed, 96, 64), quality=80) for seed in range(12)]
    data[5] = data[5][:200]
    with MediaPool(rules) as pool, ExitStack() as files:
        running = making.service(pool=pool, watch=watch)
        bodies = [files.enter_context(making.upload(one)) for one in data]
        said = anyio.run(looks_at, running, bodies)
        assert [one.prints for one in said] == [running.matcher.media(body.fd).prints for body in bodies]
        assert [one.prints.trouble is None for one in said] == [number != 5 for number in range(12)]
    assert len(watch.told) == 12
    assert running.admission.waiting == 0


def test_lists_that_were_named_are_asked_by_each_and_what_is_wrong_is_told_to_its_own() -> None:
    data = [jpeg(landscape(seed, 96, 64), quality=80) for seed in range(3)]
    names: list[tuple[str, ...]] = [("demo",), (), ("gone",)]
    with MediaPool(PoolRules(recheck_share_percent=0.0)) as pool, ExitStack() as files:
        running = making.service(pool=pool)
        pictures = []
        for one, lists in zip(data, names, strict=True):
            body = files.enter_context(making.upload(one))
            collector = running.matcher.collector()
            examined = pool.examine(body.fd, running.matcher.ask, collector)
            caller = running.tokens.caller("match")
            picture = _Picture(caller=caller, opened=body.opened, lists=lists, sink=collector)
            pictures.append((picture, examined))
        first, second, third = running._judge(pictures)
    assert isinstance(first, Looked) and isinstance(second, Looked)
    assert first.prints != second.prints
    assert isinstance(third, Invalid)


def test_a_worker_that_is_silent_is_a_trouble_of_one_picture(monkeypatch: pytest.MonkeyPatch) -> None:
    data = jpeg(landscape(1, 96, 64), quality=80)
    with MediaPool(PoolRules(recheck_share_percent=0.0)) as pool, making.upload(data) as body:
        running = making.service(pool=pool)
        anyio.run(looks_at, running, [body])
        (worker,) = pool._idle["picture"]
        assert worker.ready is not None
        os.kill(worker.ready.pid, signal.SIGSTOP)
        monkeypatch.setattr("tutela.detect.media.underway.wall_seconds", lambda *_args, **_said: 0.02)
        (said,) = anyio.run(looks_at, running, [body])
        assert said.prints.trouble is not None
        monkeypatch.undo()
        (said,) = anyio.run(looks_at, running, [body])
        assert said.prints.trouble is None


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/v1/match", b"{"),
        ("/v1/match", b'{"prints": 1}'),
        ("/v1/match", b"x" * 1_100),
        ("/v1/match/batch", b"[]"),
        ("/v1/match/batch", b'{"items": []}'),
        ("/arachnid/v1/pdq/", b"{"),
        ("/v1/pdq/", b'{"hashes": ["x"]}'),
        ("/v1/url/", b'{"url": "x"}'),
        ("/hma/detail/m/compare", b"{"),
        ("/hma/detail/m/compare", b"{}"),
    ],
)
def test_a_body_that_cannot_be_read_is_charged_as_one_query(
    monkeypatch: pytest.MonkeyPatch, path: str, body: bytes
) -> None:
    charged: list[int] = []
    monkeypatch.setattr(Service, "check_rate", lambda _self, _caller, queries=1: charged.append(queries))
    settings = ServiceSettings(arachnid_enabled=True, json_bytes_max=1_024, hma=HmaSettings(enabled=True))
    headers = {"Content-Type": "application/json"}
    if "pdq" in path or "url" in path:
        headers["Authorization"] = "Basic " + base64.b64encode(b"detail:detail").decode()
    client = making.client(making.service(settings=settings))
    answer = client.post(path, content=body, headers=headers)
    assert charged == [1], answer.text


def test_a_signal_that_is_none_is_charged(monkeypatch: pytest.MonkeyPatch) -> None:
    charged: list[int] = []
    monkeypatch.setattr(Service, "check_rate", lambda _self, _caller, queries=1: charged.append(queries))
    settings = ServiceSettings(hma=HmaSettings(enabled=True))
    client = making.client(making.service(settings=settings))
    for path in ("lookup", "raw_lookup"):
        asked = client.get(f"/hma/detail/m/{path}", params={"signal": "x", "signal_type": "pdq"})
        assert asked.status_code == 400
    assert charged == [1, 1]


def test_whoever_sends_what_cannot_be_read_is_slowed_down() -> None:
    client = making.client(token="slow")  # 1 query a second, 2 at once
    headers = {"Content-Type": "application/json"}
    told = [client.post("/v1/match", content=b"{", headers=headers).status_code for _ in range(3)]
    assert told == [422, 422, 429]

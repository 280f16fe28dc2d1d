"""Web-hooks as a whole: announced durably, delivered at least once, retried, given up visibly."""

from __future__ import annotations

import io
import json
import logging
import threading
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tutela.detect.matching.shapes import Decision, Match, Status
from tutela.detect.service.hook_bodies import ListNews, MatchNews, steady_message
from tutela.detect.service.hook_courier import Delivered, RecordingCourier
from tutela.detect.service.hook_endpoints import Endpoint
from tutela.detect.service.hook_queue import HookQueue
from tutela.detect.service.hook_signing import check_signature, new_secret
from tutela.detect.service.hooks import (
    DEAD,
    DELIVERIES,
    JITTER_SHARE,
    METRICS,
    RETRY_SECONDS,
    WAITING,
    GiveUp,
    Hooks,
    Retry,
    next_step,
)
from tutela.kernel import log
from tutela.kernel.clock import FixedClock
from tutela.kernel.errors import Invalid, Refused, TutelaError, Unavailable
from tutela.kernel.metrics import PrometheusMetrics

START = datetime(2026, 11, 22, 6, 0, 0, tzinfo=UTC)
NEW, OLD, OTHER = new_secret(), new_secret(), new_secret()
DESK = Endpoint(name="desk", url="https://desk.example/in", secrets=(NEW, OLD), role="detail")
SHOP = Endpoint(name="shop", url="https://shop.example/in", secrets=(OTHER,), callers=("shop",))


def news(status: Status = "known", *, caller: str = "shop", reference: str = "up-7") -> MatchNews:
    met = Match(
        list="a",
        version="7",
        entry="ent_1",
        kind="sha256",
        form="file",
        distance_bits=None,
        legal_class="csam",
    )
    decision = Decision(status=status, confirmed=None, reason="", matches=(met,))
    return MatchNews(decisions=(decision,), caller=caller, reference=reference)


class House:
    """Hooks with a queue in a folder, a fake courier, a clock that stands still and no jitter."""

    def __init__(self, folder: Path, *endpoints: Endpoint, waiting_max: int = 100) -> None:
        self.clock = FixedClock(START)
        self.queue = HookQueue(folder / "hooks.sqlite", waiting_max=waiting_max)
        self.courier = RecordingCourier()
        self.metrics = PrometheusMetrics(METRICS)
        self.hooks = self.make(self.courier, *endpoints)

    def make(self, courier: RecordingCourier, *endpoints: Endpoint) -> Hooks:
        return Hooks(endpoints, self.queue, courier, clock=self.clock, metrics=self.metrics, draw=lambda: 0.0)

    def answers(self, *outcomes: int | Delivered | TutelaError) -> Hooks:
        self.courier = RecordingCourier(outcomes=outcomes)
        self.hooks = self.make(self.courier, DESK)
        return self.hooks

    def counted(self) -> str:
        return self.metrics.exposition().decode()


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    house = House(tmp_path, DESK, SHOP)
    yield house
    house.queue.close()


@pytest.fixture
def stream() -> Iterator[io.StringIO]:
    """What the log writes during a test."""
    handlers, level = logging.getLogger().handlers, logging.getLogger().level
    stream = io.StringIO()
    log.configure(level="debug", stream=stream, clock=FixedClock(START))
    yield stream
    log.configure()
    logging.getLogger().handlers, logging.getLogger().level = handlers, level


def test_a_match_reaches_each_endpoint_in_its_role_and_signed(house: House) -> None:
    announced = house.hooks.matched(news())
    assert (announced.queued, announced.refused) == (2, 0)
    assert [house.hooks.step(name) for name in ("desk", "shop", "desk")] == [1, 1, 0]
    desk, shop = house.courier.carried
    for carried, secret in ((desk, NEW), (desk, OLD), (shop, OTHER)):
        message = check_signature(secret, carried.headers, carried.body, now_seconds=START.timestamp())
        assert message == announced.message
    full, brief = json.loads(desk.body), json.loads(shop.body)
    assert full["type"] == brief["type"] == "match.found"
    assert full["data"]["matches"][0]["entry"] == "ent_1"
    assert brief["data"] == {
        "status": "known",
        "matches": [{"list": "a", "version": "7", "class": "csam"}],
        "reference": "up-7",
    }
    for name in ("desk", "shop"):
        assert f'outcome="delivered",receiver="{name}"}} 1.0' in house.counted()


def test_what_is_no_match_or_not_wanted_is_not_announced(house: House) -> None:
    assert house.hooks.matched(news("unknown")).queued == 0
    assert house.hooks.matched(news(caller="forum")).queued == 1
    only = house.make(house.courier, SHOP)
    assert only.matched(news(caller="forum")) == only.matched(news("refused"))


def test_a_list_change_is_announced_with_its_number(house: House) -> None:
    house.hooks.list_changed(ListNews(list="a", version="8", change=12, act="add", added=3))
    house.hooks.step("desk")
    body = json.loads(house.courier.carried[0].body)
    assert (body["type"], body["data"]["change"], body["timestamp"]) == (
        "list.changed",
        12,
        "2026-11-22T06:00:00Z",
    )


def test_a_change_that_is_announced_again_waits_once_under_its_id(house: House) -> None:
    change = ListNews(list="a", version="8", change=12, act="add", added=3)
    message = steady_message("log", 12)
    assert house.hooks.list_changed(change, message=message).message == message
    house.hooks.list_changed(change, message=message)
    assert [house.hooks.step("desk") for _ in range(2)] == [1, 0]
    assert house.courier.carried[0].headers["webhook-id"] == message


def test_the_schedule_is_the_one_of_the_specification(house: House) -> None:
    hooks = house.answers(500)
    message = hooks.matched(news()).message
    moments = []
    for _ in range(400_000 // 100):
        if hooks.step("desk"):
            moments.append(house.clock.monotonic_seconds())
        house.clock.advance(5 if len(moments) < 2 else 100)
        if hooks.dead_letters("desk"):
            break
    due = [0.0, 5.0, 305, 2105, 9305, 27305, 63305, 113705, 185705, 272105]
    assert len(moments) == len(due) == len(RETRY_SECONDS) + 1
    assert all(0 <= moment - wanted <= 1_000 for moment, wanted in zip(moments, due, strict=True))
    (dead,) = hooks.dead_letters("desk")
    assert (dead.message, dead.attempts, dead.outcome) == (message, 10, "http_500")
    ids = {one.headers["webhook-id"] for one in house.courier.carried}
    stamps = {one.headers["webhook-timestamp"] for one in house.courier.carried}
    assert (ids, len(stamps)) == ({message}, 10), "the id stays, the time of the attempt moves"


def test_a_dead_letter_is_driven_again_under_its_id(house: House) -> None:
    hooks = house.answers(*[500] * 10, 200)
    message = hooks.matched(news()).message
    while not hooks.dead_letters("desk"):
        hooks.step("desk")
        house.clock.advance(90_000)
    assert hooks.states()[0].dead == 1
    hooks.measure()
    assert 'tutela_hook_dead_count{receiver="desk"} 1.0' in house.counted()
    assert hooks.redrive("desk") == 1
    assert hooks.step("desk") == 1
    assert house.courier.carried[-1].headers["webhook-id"] == message
    assert hooks.states()[0].delivered == 1


def test_redrive_of_an_unknown_endpoint_is_refused(house: House) -> None:
    with pytest.raises(Refused):
        house.hooks.redrive("other")


def test_gone_disables_the_endpoint_and_redrive_enables_it(house: House) -> None:
    hooks = house.answers(410, 200)
    hooks.matched(news())
    hooks.matched(news())
    hooks.step("desk")
    (state,) = hooks.states()
    assert (state.disabled, state.waiting, state.dead) == (True, 0, 2)
    assert hooks.matched(news()).refused == 1
    assert hooks.redrive("desk") == 2
    assert [hooks.step("desk") for _ in range(3)] == [1, 1, 0]
    assert hooks.states()[0].delivered == 2


def test_a_receiver_that_asks_for_less_gets_less(house: House) -> None:
    hooks = house.answers(Delivered(status=429, retry_after_seconds=60), 200)
    hooks.matched(news())
    hooks.matched(news())
    assert hooks.step("desk") == 1
    house.clock.advance(59)
    assert hooks.step("desk") == 0
    house.clock.advance(1)
    assert [hooks.step("desk") for _ in range(3)] == [1, 1, 0]


def test_one_failed_message_does_not_hold_the_others(house: House) -> None:
    hooks = house.answers(500, 200)
    hooks.matched(news())
    hooks.matched(news())
    assert [hooks.step("desk") for _ in range(3)] == [1, 1, 0]


def test_a_receiver_that_is_away_is_not_run_down(house: House) -> None:
    hooks = house.answers(Unavailable("away"), Refused("no"), 200)
    hooks.matched(news())
    hooks.matched(news())
    assert hooks.step("desk") == 1
    assert hooks.step("desk") == 0
    house.clock.advance(5)
    assert hooks.step("desk") == 1
    assert hooks.step("desk") == 0


def test_a_delivery_cut_short_by_a_crash_comes_again_under_the_same_id(house: House) -> None:
    class Crash(BaseException):
        pass

    class Dying(RecordingCourier):
        def deliver(self, *arguments: Any) -> Delivered:
            super().deliver(*arguments)
            raise Crash

    dying = Dying()
    house.hooks.matched(news())
    with pytest.raises(Crash):
        house.make(dying, DESK).step("desk")
    house.clock.advance(100)
    assert house.hooks.step("desk") == 1
    assert house.courier.carried[0].headers["webhook-id"] == dying.carried[0].headers["webhook-id"]


def test_a_full_queue_is_said_counted_and_logged_but_never_raised(
    tmp_path: Path, stream: io.StringIO
) -> None:
    house = House(tmp_path, DESK, waiting_max=1)
    house.hooks.matched(news())
    announced = house.hooks.matched(news())
    assert (announced.queued, announced.refused) == (0, 1)
    assert 'deliveries_total{outcome="refused",receiver="desk"} 1.0' in house.counted()
    assert house.hooks.states()[0].refused == 1
    line = json.loads(stream.getvalue())
    assert (line["event"], line["refused"], line["message"]) == ("hook_not_queued", 1, announced.message)
    house.queue.close()
    assert house.hooks.matched(news()).refused == 1, "a queue that is gone does not fail the answer either"


def test_no_line_of_the_log_holds_an_address_or_a_reference(house: House, stream: io.StringIO) -> None:
    hooks = house.answers(410)
    hooks.matched(news(reference="secret-reference"))
    hooks.step("desk")
    text = stream.getvalue()
    assert "hook_endpoint_gone" in text
    assert not any(word in text for word in ("secret-reference", "desk.example", "whsec_", "https"))


def test_endpoints_are_checked_at_the_start(house: House) -> None:
    with pytest.raises(Invalid, match="twice"):
        house.make(house.courier, DESK, DESK)


def test_states_show_every_endpoint_and_those_that_left(house: House) -> None:
    house.hooks.matched(news())
    left = house.make(house.courier, SHOP)
    assert [(state.name, state.waiting) for state in left.states()] == [("desk", 1), ("shop", 1)]
    assert [state.name for state in house.hooks.states()] == ["desk", "shop"]
    assert WAITING in METRICS and DEAD in METRICS and DELIVERIES in METRICS


def test_what_becomes_of_a_message_is_counted_by_receiver(house: House) -> None:
    hooks = house.answers(503, 204, 410)
    assert 'deliveries_total{outcome="delivered",receiver="desk"} 0.0' in house.counted()
    for _ in range(2):
        hooks.matched(news())
    for _ in range(3):
        house.clock.advance(400)
        assert hooks.step("desk") == 1
    said = house.counted()
    for outcome in ("retried", "delivered", "gone"):
        assert f'deliveries_total{{outcome="{outcome}",receiver="desk"}} 1.0' in said
    assert 'outcome="delivered",receiver="shop"} 0.0' in said
    assert "desk.example" not in said


def test_how_much_waits_is_measured_by_receiver_and_strangers_together(house: House) -> None:
    house.hooks.matched(news())
    house.hooks.measure()
    assert 'tutela_hook_waiting_count{receiver="desk"} 1.0' in house.counted()
    left = house.make(house.courier, SHOP)
    left.measure()
    for line in ('waiting_count{receiver="other"} 1.0', 'waiting_count{receiver="shop"} 1.0'):
        assert f"tutela_hook_{line}" in house.counted()


def test_run_delivers_in_threads_until_it_is_stopped(house: House) -> None:
    stop, both = threading.Event(), threading.Event()

    class Watched(RecordingCourier):
        def deliver(self, *arguments: Any) -> Delivered:
            outcome = super().deliver(*arguments)
            if len(self.carried) == 2:
                both.set()
            return outcome

    hooks = house.make(Watched(), DESK, SHOP)
    hooks.matched(news())
    thread = threading.Thread(target=hooks.run, args=(stop,))
    thread.start()
    assert both.wait(5)
    stop.set()
    thread.join(5)
    assert not thread.is_alive()
    assert [state.waiting for state in hooks.states()] == [0, 0]


def test_run_outlives_a_queue_that_is_away_and_names_no_stranger(house: House, stream: io.StringIO) -> None:
    house.hooks.matched(news())
    only = house.make(house.courier, SHOP)
    stop = threading.Event()
    stop.set()
    only.run(stop)
    assert "hook_endpoint_unknown" in stream.getvalue()
    assert "desk" not in stream.getvalue()
    house.queue.close()
    stop.clear()
    timer = threading.Timer(0.05, stop.set)
    timer.start()
    only._serve("shop", stop)
    assert "hook_queue_unavailable" in stream.getvalue()


@pytest.mark.parametrize("status", [200, 201, 204, 299])
def test_every_2xx_is_success(status: int) -> None:
    assert next_step(Delivered(status=status), 1, lambda: 0.0) is None


@pytest.mark.parametrize("status", [199, 300, 301, 307, 400, 401, 404, 408, 422, 500, 501, 599])
def test_everything_else_is_tried_again_without_holding_the_endpoint(status: int) -> None:
    assert next_step(Delivered(status=status), 1, lambda: 0.0) == Retry(
        delay_seconds=5, hold_seconds=0, outcome=f"http_{status}"
    )


def test_the_last_attempt_gives_up_and_410_at_once() -> None:
    assert next_step(Delivered(status=500), 10, lambda: 0.0) == GiveUp(outcome="http_500")
    assert next_step(Unavailable("away"), 10, lambda: 0.0) == GiveUp(outcome="unavailable")
    assert next_step(Delivered(status=410), 1, lambda: 0.0) == GiveUp(outcome="http_410", gone=True)


@given(st.integers(1, 9), st.floats(0, 1), st.integers(100, 599).filter(lambda status: status != 410))
def test_a_delay_is_the_schedules_and_at_most_a_fifth_more(attempts: int, drawn: float, status: int) -> None:
    step = next_step(Delivered(status=status), attempts, lambda: drawn)
    if isinstance(step, Retry):
        base = RETRY_SECONDS[attempts - 1]
        assert base <= step.delay_seconds <= base * (1 + JITTER_SHARE)
        assert step.hold_seconds <= step.delay_seconds

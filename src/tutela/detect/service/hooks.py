"""Outgoing web-hooks: an event becomes signed messages that are delivered at least once, with retries.

Every process of the service announces (``matched``, ``list_changed``): the messages are on disk before it
returns. One process delivers (``run``, or ``step`` by hand). Receivers know a repeat by its ``webhook-id``;
order is not promised, a list change carries its number. Retries, 410 and 429 follow Standard Webhooks 1.0.0.
"""

from __future__ import annotations

import secrets
import threading
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace

from tutela.detect.service.hook_bodies import ANNOUNCED, ListNews, MatchNews, render_body
from tutela.detect.service.hook_courier import Courier, Delivered
from tutela.detect.service.hook_endpoints import Endpoint, Kind, checked_endpoints
from tutela.detect.service.hook_queue import Claimed, DeadLetter, EndpointState, HookQueue, Letter
from tutela.detect.service.hook_signing import signed_headers
from tutela.kernel.clock import Clock, SystemClock
from tutela.kernel.errors import Invalid, Refused, TutelaError, Unavailable
from tutela.kernel.ids import new_id
from tutela.kernel.log import get_logger
from tutela.kernel.metrics import OTHER, Metric, Metrics, NullMetrics

#: Seconds from a failed attempt to the next one: 10 attempts in 75.6 hours (Standard Webhooks 1.0.0).
RETRY_SECONDS = (5.0, 300.0, 1_800.0, 7_200.0, 18_000.0, 36_000.0, 50_400.0, 72_000.0, 86_400.0)
#: A delay is lengthened by up to this share, so that retries do not come in step (the same, no figure given).
JITTER_SHARE = 0.2
#: Statuses by which a receiver asks for less (Standard Webhooks 1.0.0; 503 with Retry-After, RFC 9110).
THROTTLING = (429, 502, 503, 504)
#: Longest time in seconds for which one failure holds back an endpoint's other messages. Our own.
HOLD_SECONDS_MAX = 300.0
#: The receiver wants nothing more (Standard Webhooks 1.0.0; RFC 9110 section 15.5.11).
GONE = 410
#: Seconds between two looks at an empty queue.
POLL_SECONDS = 0.5
#: Seconds before a process that could not reach the queue tries again.
BROKEN_SECONDS = 5.0

_OUTCOMES = frozenset({"delivered", "retried", "dead", "gone", "refused"})
DELIVERIES = Metric(
    name="tutela_hook_deliveries_total",
    kind="counter",
    help="Attempts on web-hooks by receiver and outcome; refused are those that the full queue did not take.",
    labels={"receiver": frozenset(), "outcome": _OUTCOMES},
)
WAITING = Metric(
    name="tutela_hook_waiting_count",
    kind="gauge",
    help="Web-hooks that wait for delivery, by receiver.",
    labels={"receiver": frozenset()},
)
DEAD = Metric(
    name="tutela_hook_dead_count",
    kind="gauge",
    help="Web-hooks that were given up and can be sent again, by receiver.",
    labels={"receiver": frozenset()},
)
#: For the service's registry.
METRICS = (DELIVERIES, WAITING, DEAD)

_log = get_logger("detect.service")
_RANDOM = secrets.SystemRandom()


@dataclass(frozen=True, kw_only=True, slots=True)
class Announced:
    """What became of an event: how many endpoints get it, and how many could not be given it."""

    message: str
    queued: int
    refused: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Retry:
    """Try again in ``delay_seconds``; until ``hold_seconds`` from now the endpoint gets nothing else."""

    delay_seconds: float
    hold_seconds: float
    outcome: str


@dataclass(frozen=True, kw_only=True, slots=True)
class GiveUp:
    """No further attempt. ``gone``: the endpoint wants nothing more at all."""

    outcome: str
    gone: bool = False


def next_step(
    outcome: Delivered | TutelaError, attempts: int, draw: Callable[[], float]
) -> Retry | GiveUp | None:
    """What follows the ``attempts``-th attempt (from 1): nothing after success, else a retry or the end.

    ``draw`` gives a number from 0 to 1 for the jitter.
    """
    if isinstance(outcome, Delivered) and 200 <= outcome.status < 300:
        return None
    word = _word(outcome)
    if word == f"http_{GONE}":
        return GiveUp(outcome=word, gone=True)
    if attempts > len(RETRY_SECONDS):
        return GiveUp(outcome=word)
    delay = RETRY_SECONDS[attempts - 1] * (1 + JITTER_SHARE * draw())
    if not isinstance(outcome, Delivered):
        return Retry(delay_seconds=delay, hold_seconds=min(delay, HOLD_SECONDS_MAX), outcome=word)
    asked = outcome.retry_after_seconds
    throttled = outcome.status in THROTTLING
    hold = max(asked, min(delay, HOLD_SECONDS_MAX)) if throttled else 0.0
    return Retry(delay_seconds=max(delay, asked), hold_seconds=hold, outcome=word)


def _word(outcome: Delivered | TutelaError) -> str:
    """``http_503``, ``unavailable``, ``refused``: shown to operators, never text of the receiver."""
    return f"http_{outcome.status}" if isinstance(outcome, Delivered) else outcome.code


class Hooks:
    """See the module. Threads may share it; after a fork make it anew. Raises Invalid for wrong endpoints."""

    def __init__(
        self,
        endpoints: Iterable[Endpoint],
        queue: HookQueue,
        courier: Courier,
        *,
        clock: Clock | None = None,
        metrics: Metrics | None = None,
        draw: Callable[[], float] = _RANDOM.random,
    ) -> None:
        self._endpoints: Mapping[str, Endpoint] = checked_endpoints(endpoints)
        self._queue, self._courier, self._draw = queue, courier, draw
        self._clock = SystemClock() if clock is None else clock
        self._metrics: Metrics = NullMetrics() if metrics is None else metrics
        self._receivers = frozenset(self._endpoints)
        for name in self._receivers:  # a rate can be computed from the first one on
            for outcome in _OUTCOMES:
                self._count(name, outcome, 0)

    @property
    def queue(self) -> HookQueue:
        """The queue that the messages are in."""
        return self._queue

    def close(self) -> None:
        """Closes the queue; what was announced is on disk already."""
        self._queue.close()

    def matched(self, news: MatchNews) -> Announced:
        """Announces a match to every endpoint that wants it; nothing for a status that is no match.

        Never raises because of the queue: the answer to the caller goes out, and what could not be kept is
        counted, logged and said in ``refused``.
        """
        if news.status not in ANNOUNCED:
            return Announced(message="", queued=0, refused=0)
        return self._announce(
            "match.found",
            message="",
            told={
                name: news.fields(endpoint.role, endpoint.lists)
                for name, endpoint in self._endpoints.items()
                if endpoint.wants("match.found", lists=news.lists, caller=news.caller)
            },
        )

    def list_changed(self, news: ListNews, *, message: str = "") -> Announced:
        """Announces the change of a list to every endpoint that wants it. As ``matched``.

        With ``message`` (``hook_bodies.steady_message``) a change that is announced twice keeps its id.
        """
        return self._announce(
            "list.changed",
            message=message,
            told={
                name: news.fields()
                for name, endpoint in self._endpoints.items()
                if endpoint.wants("list.changed", lists=[news.list])
            },
        )

    def step(self, name: str) -> int:
        """How many messages were attempted for this endpoint, 0 or 1. Raises Unavailable without a queue."""
        endpoint = self._endpoints[name]
        claimed = self._queue.claim(name, self._now_seconds())
        for one in claimed:
            self._settle(one, self._attempt(endpoint, one))
        return len(claimed)

    def run(self, stop: threading.Event) -> None:
        """Delivers until ``stop`` is set: one thread for each endpoint, so that none waits for another."""
        self._report_strangers()
        threads = [threading.Thread(target=self._serve, args=(name, stop)) for name in self._endpoints]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

    def states(self) -> list[EndpointState]:
        """How each endpoint stands; also endpoints that left the settings while messages wait for them."""
        found = {state.name: state for state in self._queue.states()}
        fresh = {name: EndpointState(name=name) for name in self._endpoints}
        return sorted((fresh | found).values(), key=lambda state: state.name)

    def measure(self) -> None:
        """Sets the gauges; endpoints that left the settings count together as ``other``.

        Raises Unavailable.
        """
        waiting: Counter[str] = Counter()
        dead: Counter[str] = Counter()
        for state in self.states():
            receiver = state.name if state.name in self._receivers else OTHER
            waiting[receiver] += state.waiting
            dead[receiver] += state.dead
        for metric, counts in ((WAITING, waiting), (DEAD, dead)):
            for receiver, count in counts.items():
                self._metrics.set(self._labelled(metric), count, receiver=receiver)

    def dead_letters(self, name: str, *, limit: int = 100) -> list[DeadLetter]:
        """The oldest dead letters of an endpoint. Raises Unavailable."""
        return self._queue.dead_letters(name, limit=limit)

    def redrive(self, name: str, *, messages: tuple[str, ...] = ()) -> int:
        """How many dead letters of this endpoint (these ids, or all) are sent again; enables it as well.

        Raises Refused for an endpoint that the settings do not name.
        """
        if name not in self._endpoints:
            raise Refused("the settings name no such endpoint")
        self._queue.enable(name)
        return self._queue.redrive(name, self._now_seconds(), messages=messages)

    def _announce(self, kind: Kind, *, message: str, told: Mapping[str, dict[str, object]]) -> Announced:
        if not told:
            return Announced(message="", queued=0, refused=0)
        made, message = self._clock.now(), message or new_id("msg_")
        letters = [
            Letter(
                message=message,
                endpoint=name,
                body=render_body(kind, made, fields),
                made_seconds=made.timestamp(),
            )
            for name, fields in told.items()
        ]
        refused = self._refusing(letters)
        for name in refused:
            self._count(name, "refused")
        if refused:
            _log.error("hook_not_queued", message=message, refused=len(refused))
        return Announced(message=message, queued=len(letters) - len(refused), refused=len(refused))

    def _refusing(self, letters: list[Letter]) -> tuple[str, ...]:
        """The endpoints whose letter could not be put on disk."""
        try:
            return self._queue.append(letters)
        except Unavailable:
            return tuple(letter.endpoint for letter in letters)

    def _attempt(self, endpoint: Endpoint, claimed: Claimed) -> Delivered | TutelaError:
        letter, now_seconds = claimed.letter, int(self._now_seconds())
        headers = signed_headers(endpoint.secrets, letter.message, now_seconds, letter.body)
        try:
            return self._courier.deliver(endpoint, headers, letter.body)
        except (Unavailable, Refused, Invalid) as error:
            return error

    def _settle(self, claimed: Claimed, outcome: Delivered | TutelaError) -> None:
        """Writes down what follows from an attempt. After a crash before this the lease brings it back."""
        step, now_seconds = next_step(outcome, claimed.attempts, self._draw), self._now_seconds()
        name, message = claimed.letter.endpoint, claimed.letter.message
        if step is None:
            self._queue.delivered(claimed)
            self._count(name, "delivered")
        elif isinstance(step, Retry):
            hold_until = now_seconds + step.hold_seconds if step.hold_seconds else 0.0
            due = now_seconds + step.delay_seconds
            self._queue.later(claimed, due, step.outcome, held_until_seconds=hold_until)
            self._count(name, "retried")
        elif step.gone:
            self._queue.disable(name, step.outcome)
            self._count(name, "gone")
            _log.error("hook_endpoint_gone", message=message)
        else:
            self._queue.bury(claimed, step.outcome)
            self._count(name, "dead")
            _log.error("hook_given_up", message=message, attempts=claimed.attempts)

    def _serve(self, name: str, stop: threading.Event) -> None:
        while not stop.is_set():
            try:
                idle_seconds = 0.0 if self.step(name) else POLL_SECONDS
            except Unavailable:
                _log.error("hook_queue_unavailable")
                idle_seconds = BROKEN_SECONDS
            if idle_seconds:
                stop.wait(idle_seconds)

    def _report_strangers(self) -> None:
        strangers = [state for state in self.states() if state.name not in self._endpoints and state.waiting]
        if strangers:
            _log.warning("hook_endpoint_unknown", waiting=sum(state.waiting for state in strangers))

    def _count(self, name: str, outcome: str, amount: int = 1) -> None:
        self._metrics.count(self._labelled(DELIVERIES), amount, receiver=name, outcome=outcome)

    def _labelled(self, metric: Metric) -> Metric:
        """The metric with the names of the endpoints, and nothing else of them, as labels."""
        return replace(metric, labels={**metric.labels, "receiver": self._receivers})

    def _now_seconds(self) -> float:
        return self._clock.now().timestamp()

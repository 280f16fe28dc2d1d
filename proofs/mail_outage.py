"""A day without a mail server and what comes after it: the outbox, the sender, a scripted server, a clock.

Nothing here judges; ``fi_09`` does. Time passes twice: through the outage in steps of a minute that nobody
waits for, and in earnest while the outbox is emptied, so that the speed is a speed.
"""

from __future__ import annotations

import random
import re
import socket
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from email import message_from_bytes
from email.policy import default
from typing import Any

from tests.kernel.egress.speaking import authority
from tests.smtp_sink import Sink, Step, running_sink
from tutela.hotline.ledger.actors import process
from tutela.hotline.ledger.models import LedgerEntry
from tutela.hotline.takedown import queries
from tutela.hotline.takedown.actions import queue_notice, record_look
from tutela.hotline.takedown.actions.looking import KIND
from tutela.hotline.takedown.models import Notice, Recipient
from tutela.hotline.takedown.sender import Means, Sender
from tutela.hotline.takedown.traces import MemoryTrace
from tutela.hotline.work.claims import Claim
from tutela.hotline.work.handlers import Handler, forget, register
from tutela.hotline.work.running import Worker
from tutela.kernel.clock import SystemClock
from tutela.kernel.egress.mail_servers import MailServer
from tutela.kernel.egress.smtp import SmtpMailer

#: Hosts that the notices go to, by turns.
HOSTS = 50
#: One notice in so many is urgent, one in so many meets a fault.
URGENT_EVERY, FAULT_EVERY = 20, 25
#: Seconds of one step of the outage, and of the whole of it.
STEP_SECONDS, OUTAGE_SECONDS = 60, 86_400
#: What the server does to those that meet a fault, by turns; each is then accepted when it comes again.
FAULTS: tuple[tuple[Step, ...], ...] = (
    (Step.BUSY,),
    (Step.GREYLIST, Step.GREYLIST),
    (Step.LATER,),
    (Step.CLOSING,),
    (Step.TARPIT,),
    (Step.RESET_BEFORE_DOT,),
    (Step.RESET_AFTER_DOT,),
    (Step.TAKE_AND_RESET,),
    (Step.TAKE_AND_CRASH,),
    (Step.GARBLE,),
    (Step.NEVER,),
    (Step.REFUSE,),
)
#: Faults after which nobody here can know.
DOUBTFUL = frozenset({Step.RESET_AFTER_DOT, Step.TAKE_AND_RESET, Step.GARBLE})
#: Fault after which it depends on what the machine had sent when the reset came.
MAYBE_DOUBTFUL = frozenset({Step.RESET_BEFORE_DOT})
#: Faults after which the notice has failed for good.
FINAL = frozenset({Step.NEVER, Step.REFUSE})
#: A notice's id in the text of a letter.
_NOTICE = re.compile(r"\bntc_[0-9a-z]{32}\b")


class PassingClock:
    """The machine's clock, moved on by what was skipped."""

    def __init__(self) -> None:
        self._clock, self.skipped_seconds = SystemClock(), 0.0

    def now(self) -> datetime:
        return self._clock.now() + timedelta(seconds=self.skipped_seconds)

    def monotonic_seconds(self) -> float:
        return self._clock.monotonic_seconds() + self.skipped_seconds

    def advance(self, seconds: float) -> None:
        self.skipped_seconds += seconds


@dataclass
class Outage:
    """The world: what was queued, what was planned, and what was seen on the way."""

    number: int
    clock: PassingClock = field(default_factory=PassingClock)
    port: int = 0
    #: What the server does with the letter of a notice, by the notice's id.
    planned: dict[str, tuple[Step, ...]] = field(default_factory=dict)
    alarm_after_seconds: float = -1.0

    def __post_init__(self) -> None:
        self.port = free_port()
        self.theirs, self.ours = authority("127.0.0.1")
        self.chance = random.Random(9)
        server = MailServer(port=self.port, encryption="starttls", talk_seconds=5, answer_seconds=5)
        self.mailer = SmtpMailer(server, context=self.ours)
        self.sender = self.new_sender()
        forget(KIND)
        register(Handler(kind=KIND, inside=self._looked))
        self.worker = Worker("worker", (KIND,), clock=self.clock)

    def new_sender(self, trace: MemoryTrace | None = None) -> Sender:
        """Another life of the sender."""
        from tests.hotline.takedown.making import HEAD, KeyOpener

        means = Means(
            mailer=self.mailer,
            opener=KeyOpener(),
            head=HEAD,
            trace=trace or MemoryTrace(),
            per_host_per_minute=120,
        )
        return Sender("sender", means, clock=self.clock, chance=self.chance.random)

    def queue(self, index: int) -> Notice:
        """One more notice in the outbox."""
        urgent, faulty = index % URGENT_EVERY == 7, index % FAULT_EVERY == 3
        local = f"abuse+{index}" if faulty else "abuse"
        notice = self.queue_to(f"{local}@host{index % HOSTS}.test", urgent=urgent)
        if faulty:
            self.planned[notice.public_id] = FAULTS[len(self.planned) % len(FAULTS)]
        return notice

    def queue_to(self, address: str, *, urgent: bool = False) -> Notice:
        """A notice to this mailbox in the outbox."""
        from tests.hotline.takedown.making import a_recipient, a_sighting

        clock: Any = self.clock
        recipient = Recipient.objects.filter(address=address).first() or a_recipient(clock, address)
        return queue_notice(a_sighting(clock, urgent=urgent), recipient, actor=process("worker"), clock=clock)

    def pass_the_day(self, say: Callable[[str], None]) -> None:
        """The outage: notices come, nothing goes, and the alarm is heard."""
        queued = 0
        for step in range(OUTAGE_SECONDS // STEP_SECONDS):
            while queued < self.number * (step + 1) // (OUTAGE_SECONDS // STEP_SECONDS):
                self.queue(queued)
                queued += 1
            self.round()
            self.clock.advance(STEP_SECONDS)
            if self.alarm_after_seconds < 0 and queries.outbox(self.clock.now()).alarm:
                self.alarm_after_seconds = (step + 1) * STEP_SECONDS
            if step % 240 == 239:
                say(f"hour {(step + 1) // 60}: {queued} queued")

    def round(self) -> bool:
        """Whether the sender tried a notice; tending as its ``run`` does, the looks done by a worker."""
        self.sender.tend_in_time()
        while self.worker.step():
            pass
        return self.sender.step()

    def empty(self, seconds_max: float) -> tuple[int, float, float]:
        """(letters tried, seconds, CPU seconds of sender, worker and server) until nothing is due."""
        begun, begun_cpu, tried, idle = time.monotonic(), time.process_time(), 0, 0
        while time.monotonic() - begun < seconds_max and idle < 200:
            if self.round():
                tried, idle = tried + 1, 0
                continue
            if not Notice.objects.filter(state="queued", due__lte=self.clock.now()).exists():
                break
            idle += 1
            time.sleep(0.02)
            self.clock.advance(1)
        return tried, time.monotonic() - begun, time.process_time() - begun_cpu

    def retry(self, hours: int) -> None:
        """Hours in which what was put off is tried again."""
        for _ in range(hours * 12):
            self.clock.advance(300)
            while self.round():
                pass

    def settle(self, sink: Sink) -> None:
        """The mail server's own traces settle every doubt; what was not delivered goes out after all."""
        rows = Notice.objects.filter(state="in_doubt").values_list("letter__message_id", flat=True)
        known: dict[str, Any] = {one: "accepted" if sink.count(one) else "absent" for one in rows}
        self.sender = self.new_sender(MemoryTrace(known=known))
        self.retry(1)

    def _looked(self, arguments: Any, result: Any, claim: Claim) -> None:
        """The page is still the same."""
        record_look(arguments["notice"], "present", actor=process("worker"), clock=self.clock)

    @contextmanager
    def server(self, *, stripped: bool = False) -> Iterator[Sink]:
        """The mail server is there while the block lasts; ``stripped``: it offers no encryption."""
        with running_sink(port=self.port, context=None if stripped else self.theirs) as sink:
            sink.slow_seconds = 0.2
            for notice, steps in self.planned.items():
                sink.plan(address_of(notice), *steps)
            yield sink


def address_of(notice: str) -> str:
    """The mailbox that the notice goes to; of one that meets a fault its alone."""
    return Notice.objects.select_related("recipient").get(public_id=notice).recipient.address


def told_in(contents: Iterable[bytes]) -> Counter[str]:
    """How many of these messages name each notice, by its id."""
    told: Counter[str] = Counter()
    for content in contents:
        text = message_from_bytes(content, policy=default).get_body(("plain",))
        told.update(set(_NOTICE.findall(text.get_content() if text else "")))
    return told


def free_port() -> int:
    """A port of this machine at which nobody listens."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def claims() -> list[tuple[str, datetime, bool]]:
    """(notice, when, urgent) of every claim, in order, as the ledger has them."""
    urgent = set(Notice.objects.filter(priority=0).values_list("public_id", flat=True))
    rows = LedgerEntry.objects.filter(act="notice_claimed").order_by("index").values_list("subject", "at")
    return [(subject, at, subject in urgent) for subject, at in rows if at is not None]

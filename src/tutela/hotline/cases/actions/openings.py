"""What the opener writes down before it releases anything: whom, what for, in which case.

Called in the opener's process. What cannot be written down stays closed: an error of the database is one of
the log, and leaves this module as Unavailable.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

from django.db import Error, connections, transaction

from tutela import __version__
from tutela.hotline.cases.models import Item, Sighting
from tutela.hotline.ledger.actions import record, record_custody
from tutela.hotline.ledger.actors import Actor
from tutela.hotline.people.access import access_person
from tutela.kernel.clock import Clock, SystemClock
from tutela.kernel.custody.envelopes import Contents
from tutela.kernel.custody.records import CustodyStep
from tutela.kernel.errors import Refused, Unavailable
from tutela.kernel.opener.orders import OpenOrder

_MACHINE_CLOCK = SystemClock()
#: What each process may have opened, of texts: the sender the address that a notice names, the worker those
#: that are sealed to a new key.
PROCESS_PURPOSES = {"sender": frozenset({"notice"}), "worker": frozenset({"reseal"})}
#: Seconds after which an opening that could not be written down is asked for again (our own).
_RETRY_SECONDS = 5.0


def record_opening(
    order: OpenOrder,
    contents: Contents | None,
    *,
    epoch: str = "",
    configuration: str = "0" * 64,
    clock: Clock = _MACHINE_CLOCK,
) -> None:
    """Return once the opening stands in the ledger; only then may the bytes pass.

    Raises Refused where the case or the person is none, or the purpose is not granted to a process;
    Unavailable where the log cannot be written.
    """
    with _written(), transaction.atomic():
        _check_case(order)
        _check_asker(order)
        if contents is None:
            record(
                "address_opened",
                actor=Actor(kind=order.kind, name=order.who),
                subject=order.case,
                facts={"purpose": order.purpose},
                clock=clock,
            )
        else:
            record_custody(_step(order, contents, epoch, configuration, clock))


def close_connection() -> None:
    """Gives this thread's connection back: each question of the opener is answered in a thread of its own."""
    connections.close_all()


@contextmanager
def _written() -> Iterator[None]:
    try:
        yield
    except Error as error:
        said = "the log cannot be written, so nothing is opened"
        raise Unavailable(said, retry_after_seconds=_RETRY_SECONDS) from error


def _check_case(order: OpenOrder) -> None:
    found = (
        Item.objects.filter(public_id=order.case).exists()
        or Sighting.objects.filter(public_id=order.case).exists()
    )
    if not found:
        raise Refused("there is no such case")
    if order.blob and not Sighting.objects.filter(blob=order.blob).exists():
        raise Refused("the object belongs to no case")


def _check_asker(order: OpenOrder) -> None:
    if order.kind == "process":
        if order.purpose not in PROCESS_PURPOSES.get(order.who, frozenset()):
            raise Refused("this process has nothing opened for that purpose")
        return
    if not access_person(order.who).is_active:
        raise Refused("there is no such person")


def _step(order: OpenOrder, contents: Contents, epoch: str, configuration: str, clock: Clock) -> CustodyStep:
    now: datetime = clock.now()
    return CustodyStep(
        act="opened",
        blob=contents.blob,
        epoch=epoch,
        commitment=contents.commitment(),
        at=now,
        monotonic_seconds=clock.monotonic_seconds(),
        process="opener",
        who=order.who,
        source=order.case,
        reason=order.purpose,
        tool="tutela",
        version=__version__,
        configuration=configuration,
    )

"""What the opener writes down before it releases anything: whom, what for, in which case.

Called in the opener's process. What cannot be written down stays closed: an error of the database is one of
the log, and leaves this module as Unavailable.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

from django.db import Error, connections, transaction
from django.db.models import Q

from tutela import __version__
from tutela.hotline.cases.models import Item, Sighting
from tutela.hotline.ledger.actions import record, record_custody
from tutela.hotline.ledger.actors import Actor
from tutela.hotline.people.access import access_person, check_may
from tutela.hotline.people.mandate.reading import mandate_in_force
from tutela.kernel.clock import Clock, SystemClock
from tutela.kernel.custody.envelopes import Contents
from tutela.kernel.custody.records import CustodyStep
from tutela.kernel.errors import Refused, Unavailable
from tutela.kernel.opener.orders import OpenOrder

_MACHINE_CLOCK = SystemClock()
#: What each process may have opened, of texts: the sender the address that a notice names and what a referral
#: hands over, the worker those that are sealed to a new key.
PROCESS_PURPOSES = {"sender": frozenset({"notice", "hand_over"}), "worker": frozenset({"reseal"})}
#: The act of a person who has something opened (people.roles).
OPENING = "open_evidence"
#: Purposes for which another act is enough: what a host wrote is for whoever writes to hosts.
OTHER_OPENINGS = {"answer": "resolve_notice"}
#: What an object is opened for, and the act of the mandate that this is. Nobody at the desk gets its bytes.
OBJECT_PURPOSES = {"tile": "view_protected", "hand_over": "hand_over_evidence"}
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

    Raises Refused where the case is none or not the object's, the person may not, the purpose is not granted
    to a process or by the mandate; Unavailable where the log cannot be written.
    """
    with _written(), transaction.atomic():
        _check_case(order)
        _check_asker(order)
        _check_mandate(order, clock)
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
    about = Q(public_id=order.case) | Q(item__public_id=order.case)
    if order.blob and not Sighting.objects.filter(about, blob=order.blob).exists():
        raise Refused("the object does not belong to this case")


def _check_asker(order: OpenOrder) -> None:
    if order.kind == "process":
        if order.purpose not in PROCESS_PURPOSES.get(order.who, frozenset()):
            raise Refused("this process has nothing opened for that purpose")
        return
    permission = check_may(access_person(order.who), OTHER_OPENINGS.get(order.purpose, OPENING))
    if not permission.allowed:
        raise Refused(permission.reason)


def _check_mandate(order: OpenOrder, clock: Clock) -> None:
    """Return for a text, and for an object where the mandate in force grants its purpose. Raises Refused."""
    if not order.blob:
        return
    act = OBJECT_PURPOSES.get(order.purpose)
    if act is None:
        raise Refused("an object is opened for protected pictures or to be handed over")
    mandate_in_force(clock=clock).check(act)


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

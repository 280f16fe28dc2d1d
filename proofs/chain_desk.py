"""What people at the desk of a proof's house do, in a process of its own: ``proofs.chain_desk``.

``found``: the house and its sample accounts. ``judge OUTCOME``: the analyst takes what is next, looks, and
says what it is. ``second OUTCOME``: a colleague gives the second look. The last line said is JSON.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable, Mapping
from typing import Any

from tutela.config import load
from tutela.kernel.clock import SystemClock
from tutela.kernel.opener.asking import SOCKET, OpenerProcess
from tutela.kernel.settings import home
from tutela.processes.places import sockets
from tutela.web.starting import start_django

#: Seconds that an unknown item may take until it waits for somebody.
PATIENCE_SECONDS = 60.0
CLOCK = SystemClock()


def found() -> dict[str, Any]:
    """The house with its accounts, vouched for by the signed roster."""
    from django.core.management import call_command

    from tutela.demo.chain.founding import found_house
    from tutela.demo.chain.staff import take_on

    call_command("migrate", verbosity=0)
    keys = found_house(home(), load(None), CLOCK)
    return {"accounts": len(take_on(home(), keys, CLOCK))}


def judge(outcome: str) -> dict[str, Any]:
    """How long ago the verdict was given, and in how many hours a second person has to look."""
    from tutela.hotline.review.actions import assess, claim_next, show
    from tutela.hotline.review.models import Assessment

    ada, until = somebody("ada"), time.monotonic() + PATIENCE_SECONDS
    while (turn := claim_next(ada, clock=CLOCK)) is None:
        if time.monotonic() > until:
            raise RuntimeError("nothing waits for the analyst")
        time.sleep(0.1)
    shown = show(ada, turn.turn, opener=_opener(), clock=CLOCK)
    if not any(one.tiles for one in shown):
        raise RuntimeError(f"nothing was shown: {[one.why for one in shown]}")
    at = time.monotonic()
    assess(ada, turn.turn, turn.items, _said(outcome), key="app-ada", clock=CLOCK)
    due = Assessment.objects.filter(item__public_id__in=turn.items).latest("pk").second_look_due
    hours = (due - CLOCK.now()).total_seconds() / 3_600 if due else -1.0
    return {"seconds": time.monotonic() - at, "second_look_hours": hours}


def second(outcome: str) -> dict[str, Any]:
    """How long ago the second look was given at what was judged last."""
    from tutela.hotline.review.actions import record_second, show_second
    from tutela.hotline.review.queries import second_rows

    ben = somebody("ben")
    rows = [one for one in second_rows(ben, now=CLOCK.now()) if not one.own]
    row = max(rows, key=lambda one: one.due)
    show_second(ben, row.item, opener=_opener(), clock=CLOCK)
    at = time.monotonic()
    record_second(ben, row.item, _said(outcome), key="app-ben", clock=CLOCK)
    return {"seconds": time.monotonic() - at}


def _said(outcome: str) -> Any:
    from tutela.demo.chain.analysts import HARMLESS, ILLEGAL

    return {"illegal": ILLEGAL, "not_illegal": HARMLESS}[outcome]


def somebody(word: str) -> Any:
    """The sample account of this name."""
    from tutela.demo.chain.staff import DOMAIN
    from tutela.hotline.people.models import Person

    return Person.objects.get(email=f"{word}@{DOMAIN}")


def _opener() -> OpenerProcess:
    return OpenerProcess(sockets(home()) / SOCKET)


ACTS: Mapping[str, Callable[..., dict[str, Any]]] = {"found": found, "judge": judge, "second": second}


if __name__ == "__main__":
    start_django()
    print(json.dumps(ACTS[sys.argv[1]](*sys.argv[2:])))

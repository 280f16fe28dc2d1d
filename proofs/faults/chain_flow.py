"""The whole chain, one stage a command: ``python -m proofs.faults.chain_flow STAGE`` on ``TUTELA_HOME``.

Two reports: one of what a list knows byte for byte, one of what nobody knows. The registry is asked whose
host it is, the analyst looks and judges, letters go out, a colleague's second look says that the judgement
was wrong, the notice takes itself back, and the places are looked at again. What it calls is the product's;
made up are the fetcher's bodies, the registry's answers, the list, and the tile.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from proofs import chain_desk
from proofs.faults import real_flow
from proofs.faults.real_flow import CHECK_SECONDS, LATER_SECONDS, LaterClock
from tutela.kernel.clock import Clock
from tutela.kernel.settings import home

#: The stages that are swept, in their order.
STAGES = ("intake", "worker", "sender", "review", "telling", "second", "undoing", "checker")
#: In an address: what no list knows.
UNKNOWN = "unknown=1"


def found() -> None:
    """The house, its accounts, and the abuse desk that it has dealt with."""
    from django.db import connections

    from tutela.cli import run

    chain_desk.found()
    table = home() / "contacts.csv"
    table.write_text("key,address,organisation\nas:64510,abuse@host.test,Host Ltd\n", "utf-8")
    if run(["notices", "contacts-import", "--approved", str(table)]):
        raise RuntimeError("the contacts were not taken")
    connections.close_all()  # the first stage begins with a database without a write-ahead log


def intake(address: str) -> None:
    """Two reports, acknowledged one after the other."""
    from tutela.hotline.intake.actions import receive_report

    for ending in ("known=1", UNKNOWN):
        receipt = receive_report({"addresses": f"{address}?{ending}", "text": f"Please look at {address}"})
        sys.stdout.write(f"ACK {receipt.digest}\n")
        sys.stdout.flush()


def worker(mark: bytes, clock: Clock, kinds: Sequence[str] = ()) -> None:
    """Every job that is due, with a registry at hand."""
    from proofs.faults.chain_equipment import chain_equipment
    from tutela.hotline.cases.equipment import equipped
    from tutela.hotline.work.running import Worker

    with real_flow.in_time() as stop, equipped(chain_equipment(home(), mark, clock)):
        Worker("worker", kinds, clock=clock).run(stop, until_empty=True)


def review(clock: Clock) -> None:
    """The analyst takes what waits, looks, and says that it is illegal."""
    from proofs.faults.chain_equipment import showing_opener
    from tutela.demo.chain.analysts import ILLEGAL
    from tutela.hotline.review.actions import assess, claim_next, show

    ada = chain_desk.somebody("ada")
    while turn := claim_next(ada, clock=clock):
        show(ada, turn.turn, opener=showing_opener(home()), clock=clock)
        assess(ada, turn.turn, turn.items, ILLEGAL, key="app-ada", clock=clock)


def second(clock: Clock) -> None:
    """A colleague's second look: it is not illegal."""
    from proofs.faults.chain_equipment import showing_opener
    from tutela.demo.chain.analysts import HARMLESS
    from tutela.hotline.review.actions import record_second, show_second
    from tutela.hotline.review.queries import second_rows

    ben = chain_desk.somebody("ben")
    for row in second_rows(ben, now=clock.now()):
        if not row.own:
            show_second(ben, row.item, opener=showing_opener(home()), clock=clock)
            record_second(ben, row.item, HARMLESS, key="app-ben", clock=clock)


def main(arguments: Sequence[str] | None = None) -> int:
    """0 when the stage did its work."""
    parser = argparse.ArgumentParser()
    parser.add_argument("stage", choices=("found", *STAGES, "all"))
    parser.add_argument("--address", default="http://host.test/pictures/one.png")
    parser.add_argument("--mark", default="", help="hexadecimal bytes that every fetched body holds")
    asked = parser.parse_args(arguments)
    real_flow.start("tutela.web.public_settings" if asked.stage == "intake" else "tutela.web.settings")
    later = LATER_SECONDS if asked.stage == "all" else 0.0
    now, then = LaterClock(later), LaterClock(later + CHECK_SECONDS)
    mark = bytes.fromhex(asked.mark)

    def tell() -> None:
        worker(mark, now)
        real_flow.sender(now)

    steps: Mapping[str, Callable[[], Any]] = {
        "found": found,
        "intake": lambda: intake(asked.address),
        "worker": lambda: worker(mark, now),
        "sender": lambda: real_flow.sender(now),
        "review": lambda: review(now),
        "telling": tell,
        "second": lambda: second(now),
        "undoing": tell,
        "checker": lambda: worker(mark, then, ("check_sighting",)),
    }
    for name in STAGES[1:] if asked.stage == "all" else (asked.stage,):
        steps[name]()
    if asked.stage == "all":
        real_flow.listed()
    return 0


if __name__ == "__main__":
    sys.exit(main())

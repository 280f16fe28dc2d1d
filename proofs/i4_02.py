"""Bar 2: from a report to its notice in the mail server: known items by machines alone, unknown ones judged.

A house of real processes over the benign internet. Reports of known items are in flight at once, by the clock
of this machine and by one that says it is Saturday. Then people judge unknown items: how long until the
letter came, until when a second person looks, and that a wrong one takes itself back.
"""

from __future__ import annotations

import tempfile
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import median, quantiles

from proofs.chain_house import Arrivals, House, settings_of
from proofs.faults.clock_jumps import library
from proofs.figure import Figure, Tier, script
from tutela.demo.world import World
from tutela.demo.world.crowd import HOSTS_MAX, crowd_names, is_gone
from tutela.kernel.clock import SystemClock

BAR, REPLAY = "i4-2", "make proofs BAR=i4-2"
#: Reports in flight at once, by tier.
REPORTS = {"full": 200, "ci": 40}
#: Unknown items that one analyst judges; the last one is judged wrongly.
UNKNOWN = {"full": 6, "ci": 2}
#: Seconds that are waited for the last letter.
PATIENCE_SECONDS = 180.0
#: People who report at once.
REPORTERS = 8
#: ``date.weekday()`` of a Saturday, and the hour at which the simulated one begins.
SATURDAY, HOUR = 5, 3
#: Hosts with an unknown item that show it to anybody and whose network names its own abuse desk.
UNKNOWN_HOSTS = ("silent.test", "obedient.test", "slow.test", "reencodes.test", "parks.test", "moves.test")


def saturday_offset(now: datetime) -> str:
    """Seconds from now to the next Saturday night, as libfaketime writes them."""
    days = (SATURDAY - now.weekday()) % 7 or 7
    then = (now + timedelta(days=days)).replace(hour=HOUR, minute=0, second=0, microsecond=0)
    return f"+{int((then - now).total_seconds())}"


def clock_of(offset: str) -> dict[str, str]:
    """What to add to a process's environment for a wall clock so many seconds on; deadlines stay.

    Without the last variable libfaketime 0.9.10 lets every wait of a thread for Python's lock end at once:
    67,000 switches instead of 1,500 in a small trial, and twice the CPU time of the product.
    """
    found = {
        "LD_PRELOAD": library(),
        "FAKETIME": offset,
        "FAKETIME_DONT_FAKE_MONOTONIC": "1",
        "FAKETIME_FORCE_MONOTONIC_FIX": "0",
    }
    return found if offset != "+0" else {}


def addresses(world: World, number: int) -> list[str]:
    """So many addresses of the crowd's picture, spread over its hosts."""
    found = (path for path in range(10 * number) if not is_gone(path))
    names = crowd_names(HOSTS_MAX)
    return [world.url_of(names[turn % HOSTS_MAX], f"/n/{next(found)}.jpg") for turn in range(number)]


def flood(house: House, number: int) -> tuple[list[float], int, int]:
    """Seconds from each acknowledgement to the letter; how many never came, how many came twice."""
    reported: dict[str, float] = {}

    def report(address: str) -> None:
        house.report(address)
        reported[address] = time.monotonic()

    with Arrivals(house.world) as arrivals:
        wanted = addresses(house.world, number)
        with ThreadPoolExecutor(REPORTERS) as people:
            list(people.map(report, wanted))
        until = time.monotonic() + PATIENCE_SECONDS
        while len(arrivals.at) < number and time.monotonic() < until:
            time.sleep(0.1)
    # a letter may be there before the page has answered: then no time passed
    took = [max(0.0, arrivals.at[one] - reported[one]) for one in wanted if one in arrivals.at]
    return took, number - len(took), sum(times > 1 for times in arrivals.times.values())


def judged(house: House, number: int) -> dict[str, list[float]]:
    """Of unknown items that an analyst judges: seconds to the letter, hours to the second look, and so on."""
    unknown = [one for one in house.world.items if one.host in UNKNOWN_HOSTS and one.kind == "unknown"]
    found: dict[str, list[float]] = {"notice": [], "second_look_hours": [], "withdrawn": []}
    with Arrivals(house.world) as arrivals:
        for turn, item in enumerate(unknown[:number]):
            address = house.world.url(item)
            house.report(address)
            told = house.desk("judge", "illegal")
            at, came = time.monotonic(), arrivals.wait_for(address, PATIENCE_SECONDS)
            found["notice"] += [came - at + told["seconds"]] if came is not None else []
            found["second_look_hours"].append(told["second_look_hours"])
            if turn == number - 1:
                found["withdrawn"].append(taken_back(house, arrivals))
    return found


def taken_back(house: House, arrivals: Arrivals) -> float:
    """Seconds from a second look that says no to the letter that takes the notice back; -1 for none."""
    before = arrivals.letters
    told = house.desk("second", "not_illegal")
    at, until = time.monotonic(), time.monotonic() + PATIENCE_SECONDS
    while arrivals.letters <= before and time.monotonic() < until:
        time.sleep(0.05)
    return time.monotonic() - at + float(told["seconds"]) if arrivals.letters > before else -1.0


def record_flood(figure: Figure, when: str, told: tuple[Sequence[float], int, int]) -> None:
    """One flood against the bar."""
    took, lost, twice = told
    figure.count(f"{when}: reports in flight", len(took) + lost)
    figure.record(f"{when}: known items without a notice", lost, "items", bar="== 0")
    figure.record(f"{when}: places told of twice", twice, "places", bar="== 0")
    times = list(took) or [PATIENCE_SECONDS] * 2
    figure.record(f"{when}: report to notice, median", median(times), "s", bar="<= 10")
    figure.record(f"{when}: report to notice, p95", quantiles(times, n=20)[-1], "s", bar="<= 30")
    if lost:
        figure.failure(REPLAY, f"{when}: {lost} known items brought no notice")


def record_judged(figure: Figure, number: int, found: dict[str, list[float]]) -> None:
    """What people judged against the bar."""
    figure.record("unknown: judged illegal and told", len(found["notice"]), "items", bar=f"== {number}")
    figure.record("unknown: verdict to notice, longest", max(found["notice"], default=999), "s", bar="<= 60")
    hours = found["second_look_hours"]
    figure.record("unknown: second look due, longest", max(hours, default=999.0), "h", bar="<= 24")
    figure.record("unknown: second look due, shortest", min(hours, default=0.0), "h", bar="> 0")
    back = found["withdrawn"]
    figure.record(
        "unknown: wrong ones that took themselves back", sum(one >= 0 for one in back), "items", "== 1"
    )


def main(tier: Tier) -> int:
    """One house on a weekday's clock, one on a Saturday's."""
    figure = Figure(bar=BAR, tier=tier)
    if not library():
        figure.failure(REPLAY, "libfaketime is missing (apt-get install faketime)")
        return figure.save()
    for when in ("now", "on a Saturday") if tier == "full" else ("on a Saturday",):
        with tempfile.TemporaryDirectory() as name, World(SystemClock(), crowd=HOSTS_MAX) as world:
            offset = saturday_offset(datetime.now(UTC)) if when != "now" else "+0"  # noqa: TID251 - the machine's
            home = Path(name) / "house"
            told = settings_of(world, home, hotline__reports_per_second="1000")
            house = House(home=home, world=world, loaded=told, extra=clock_of(offset))
            house.found()
            with house.running():
                record_flood(figure, when, flood(house, REPORTS[tier]))
                if when == "on a Saturday":
                    record_judged(figure, UNKNOWN[tier], judged(house, UNKNOWN[tier]))
    figure.note("the mail server answers at once; the times are those from the page's answer to the letter")
    return figure.save()


if __name__ == "__main__":
    script(main)

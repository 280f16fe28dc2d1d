"""One database's day without a mail server: ``python -m proofs.mail_day TIER FOLDER``.

The day is that of ``fi_09``, in the house and on the database that the environment names. After it letters
that carry several notices meet every fault, and all is counted once more from what the mail server holds:
which notice stands in which letter. The figure goes to the folder, for ``i4_04``.
"""

from __future__ import annotations

import os
import sys
from collections import Counter, defaultdict
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, cast

from proofs.figure import Figure, Tier
from tutela.kernel import log
from tutela.kernel.settings import home

if TYPE_CHECKING:
    from proofs.mail_outage import Outage
    from tests.smtp_sink import Sink

#: Bar of the figure.
BAR = "i4-4"
#: Notices of each letter that meets a fault.
TOGETHER = 5
#: Seconds in which they have gone out, and hours in which what was put off is tried again.
SECONDS_MAX, RETRY_HOURS = 60.0, 6


def several_at_once(figure: Figure, world: Outage) -> Sink:
    """Every fault once more, each met by a letter with several notices; what the mail server took."""
    from proofs.mail_outage import FAULTS, FINAL, told_in
    from tests.smtp_sink import running_sink
    from tutela.hotline.takedown.models import Notice

    world.sender, by_address = world.new_sender(), defaultdict[str, list[str]](list)
    for place in range(len(FAULTS)):
        for _ in range(TOGETHER):
            address = f"desk@together{place}.test"
            by_address[address].append(world.queue_to(address).public_id)
    with running_sink(port=world.port, context=world.theirs) as sink:
        sink.slow_seconds = 0.2
        for address, steps in zip(by_address, FAULTS, strict=True):
            sink.plan(address, *steps)
        world.clock.advance(60)
        world.empty(SECONDS_MAX)
        world.retry(RETRY_HOURS)
        record_apart(figure, "after the faults", by_address.values())
        world.settle(sink)
        world.mailer.close()
    ours = [notice for notices in by_address.values() for notice in notices]
    told = told_in(one.content for one in sink.delivered)
    refused = {address for address, steps in zip(by_address, FAULTS, strict=True) if FINAL & set(steps)}
    reached = [notice for address in by_address.keys() - refused for notice in by_address[address]]
    figure.count("notices in letters of several that met a fault", len(ours))
    lost = sum(told[notice] == 0 for notice in reached)
    figure.record("of several: lost", lost, "notices", bar="== 0")
    doubled = sum(told[notice] > 1 for notice in ours)
    figure.record("of several: delivered twice", doubled, "notices", bar="== 0")
    states = dict(Notice.objects.filter(public_id__in=ours).values_list("public_id", "state"))
    wrongly = [one for one in ours if states[one] != ("sent" if one in reached else "failed")]
    figure.record("of several: neither sent nor refused", len(wrongly), "notices", bar="== 0")
    record_apart(figure, "at the end", by_address.values())
    return sink


def record_apart(figure: Figure, when: str, letters: Iterable[list[str]]) -> None:
    """Notices of one letter move together, whatever happens to it."""
    from tutela.hotline.takedown.models import Notice

    states = dict(Notice.objects.values_list("public_id", "state"))
    apart = sum(len({states[notice] for notice in group}) > 1 for group in letters)
    figure.record(f"of several: letters whose notices are apart {when}", apart, "letters", bar="== 0")


def judge_letters(figure: Figure, sinks: list[Sink]) -> None:
    """Each notice stands in one letter that arrived; each holds what the house says, to whom it says."""
    from proofs.mail_outage import told_in
    from tutela.hotline.takedown.models import Letter, Notice

    arrived = [one for sink in sinks for one in sink.delivered]
    letters: dict[str, set[str]] = defaultdict(set)
    holders = Counter[str]()
    for one in arrived:
        told = told_in([one.content])
        letters[one.message_id] |= set(told)
        holders.update(told)
    house: dict[str, set[str]] = defaultdict(set)
    for notice, message in Notice.objects.filter(state="sent").values_list("public_id", "letter__message_id"):
        house[message].add(notice)
    addresses = dict(Letter.objects.values_list("message_id", "recipient__address"))
    figure.count("letters that arrived", len(arrived))
    figure.count("notices in the largest letter", max(map(len, letters.values()), default=0))
    other = sum(letters[message] != notices for message, notices in house.items())
    figure.record("letters that hold other notices than the house says", other, "letters", bar="== 0")
    unsent = len(letters.keys() - house.keys())
    figure.record("letters that arrived and are not called sent", unsent, "letters", bar="== 0")
    several = sum(number > 1 for number in holders.values())
    figure.record("notices in more than one letter that arrived", several, "notices", bar="== 0")
    astray = sum([addresses.get(one.message_id)] != list(one.recipients) for one in arrived)
    figure.record("letters to somebody else than their recipient", astray, "letters", bar="== 0")


def judge_urgent(figure: Figure, sink: Sink) -> None:
    """At the mail server: no ordinary letter came before an urgent one that nothing kept back."""
    from proofs.mail_outage import told_in
    from tutela.hotline.takedown.models import Notice

    urgent = set(Notice.objects.filter(priority=0, attempts=1).values_list("public_id", flat=True))
    ordinary = set(Notice.objects.exclude(priority=0).values_list("public_id", flat=True))
    begun = min(one.at_seconds for one in sink.delivered if set(told_in([one.content])) & ordinary)
    late = sum(
        one.at_seconds > begun and bool(set(told_in([one.content])) & urgent) for one in sink.delivered
    )
    figure.count("urgent notices that met no fault", len(urgent))
    figure.record("urgent letters that came after an ordinary one", late, "letters", bar="== 0")


def main(tier: Tier, folder: Path) -> int:
    """The day, the faults of letters with several notices, the count."""
    from django.core.management import call_command

    from tutela.web.starting import start_django

    start_django()
    call_command("migrate", verbosity=0)
    from proofs.fi_09 import measure

    figure = Figure(bar=BAR, tier=tier, folder=folder)
    world, sink = measure(tier, home(), figure)
    judge_urgent(figure, sink)
    judge_letters(figure, [sink, several_at_once(figure, world)])
    return figure.save()


if __name__ == "__main__":
    with open(os.devnull, "w", encoding="utf-8") as nowhere:
        log.configure(level="error", stream=nowhere)
        sys.exit(main(cast("Tier", sys.argv[1]), Path(sys.argv[2])))

"""Fault 9: a day without a mail server, then one with every fault: 0 lost, 0 double, urgent first."""

from __future__ import annotations

import os
import sys
import tempfile
from collections import Counter
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from proofs.figure import Figure, Tier, script, speed_bar
from tutela.kernel import log

if TYPE_CHECKING:
    from proofs.mail_outage import Outage
    from tests.smtp_sink import Sink

BAR, REPLAY = "fi-9", "make proofs BAR=fi-9"
#: Notices by tier.
NOTICES = {"full": 10_000, "ci": 500}
#: Hours in which what was put off is tried again once the server is back.
RETRY_HOURS = 6
#: Seconds in which the outbox has to be empty, at 20 a second and with patience.
DRAIN_SECONDS_MAX = {"full": 900.0, "ci": 90.0}


def measure(tier: Tier, home: Path, figure: Figure) -> tuple[Outage, Sink]:
    """The whole day in a house of its own: what is left of it, and all that the mail server took."""
    from proofs.mail_outage import FAULT_EVERY, HOSTS, URGENT_EVERY, Outage, told_in
    from tutela.hotline.people.configuration import rehearse

    rehearse(home)
    world = Outage(NOTICES[tier])
    figure.count("notices", world.number)
    figure.count("urgent", sum(index % URGENT_EVERY == 7 for index in range(world.number)))
    figure.count("hosts", HOSTS)
    world.pass_the_day(lambda text: print(f"{figure.bar}  {text}", flush=True))
    figure.count("meeting a fault", len(world.planned))
    figure.note(f"one in {FAULT_EVERY} notices meets one of twelve faults once the server is back")
    figure.record("alarm after the first notice", world.alarm_after_seconds / 3_600, "h", bar="<= 1.05")
    with world.server(stripped=True) as sink:
        for _ in range(20):
            world.clock.advance(30)
            world.round()
        stripped = sink
    back = world.clock.now()
    with world.server() as sink:
        world.clock.advance(120)
        tried, seconds, cpu_seconds = world.empty(DRAIN_SECONDS_MAX[tier])
        sent = sum(told_in(one.content for one in sink.delivered).values())
        figure.count("letters tried while the outbox was emptied", tried)
        figure.count("notices sent while the outbox was emptied", sent)
        figure.record("emptied, looks included", sent / seconds, "notices/s", bar=speed_bar(">= 20", tier))
        figure.record("emptied, looks included, per CPU second", sent / cpu_seconds, "notices/s")
        world.retry(RETRY_HOURS)
        judge_doubts(figure, world, sink)
        world.settle(sink)
        judge(figure, world, sink, stripped, back)
    return world, sink


def judge_doubts(figure: Figure, world: Outage, sink: Sink) -> None:
    """What nobody can know is in doubt, all of it and nothing else, and is listed."""
    from proofs.mail_outage import DOUBTFUL, MAYBE_DOUBTFUL, told_in
    from tutela.hotline.takedown import queries
    from tutela.hotline.takedown.models import Notice

    expected = {notice for notice, steps in world.planned.items() if DOUBTFUL & set(steps)}
    allowed = {notice for notice, steps in world.planned.items() if MAYBE_DOUBTFUL & set(steps)} | expected
    found = set(Notice.objects.filter(state="in_doubt").values_list("public_id", flat=True))
    listed = {notice.public_id for notice in queries.in_doubt(world.clock.now())}
    told = told_in(one.content for one in sink.delivered)
    figure.count("in doubt", len(found))
    figure.count("in doubt and delivered", sum(told[notice] for notice in found))
    figure.record("in doubt without a cause", len(found - allowed), "notices", bar="== 0")
    figure.record("interrupted and not in doubt", len(expected - found), "notices", bar="== 0")
    figure.record("in doubt and not listed", len(found - listed), "notices", bar="== 0")


def judge(figure: Figure, world: Outage, sink: Sink, stripped: Sink, back: datetime) -> None:
    """Every notice against what the server holds."""
    from proofs.mail_outage import FINAL, claims, told_in
    from tutela.hotline.takedown.models import Letter, Notice

    rows = dict(Notice.objects.values_list("public_id", "state"))
    counts = told_in(one.content for one in sink.delivered)
    final = {notice for notice, steps in world.planned.items() if FINAL & set(steps)}
    lost = {notice for notice in rows if counts[notice] == 0 and notice not in final}
    refused_silently = {notice for notice in final if rows[notice] != "failed"}
    figure.record("lost", world.number - len(rows) + len(lost), "notices", bar="== 0")
    figure.record("refused and not said so", len(refused_silently), "notices", bar="== 0")
    figure.record("delivered twice", sum(count > 1 for count in counts.values()), "notices", bar="== 0")
    unsent = [notice for notice, state in rows.items() if state == "sent" and not counts[notice]]
    twice = sum(count > 1 for count in sink.counts().values())
    figure.record("letters delivered twice", twice, "letters", bar="== 0")
    figure.record("called sent and not delivered", len(unsent), "notices", bar="== 0")
    plain = sink.plain_contents + stripped.plain_contents + len(stripped.delivered) + len(stripped.tries)
    plain += sum(not one.encrypted for one in sink.delivered)
    figure.record("sent in the clear, or tried so", plain, "notices", bar="== 0")
    judge_order(figure, claims(), back)
    figure.count("letters", Letter.objects.count())
    figure.table("states", dict(Counter(rows.values())))


def judge_order(figure: Figure, claimed: list[tuple[str, datetime, bool]], back: datetime) -> None:
    """Urgent ones first, and nobody more often than once in ten minutes."""
    last: dict[str, datetime] = {}
    shortest = timedelta(days=1)
    for notice, at, _ in claimed:
        if notice in last:
            shortest = min(shortest, at - last[notice])
        last[notice] = at
    figure.count("tries", len(claimed))
    figure.record(
        "shortest time between two tries of one notice", shortest.total_seconds(), "s", bar=">= 600"
    )
    before = {notice for notice, at, _ in claimed if at < back}
    firsts = [(urgent, notice) for notice, at, urgent in claimed if at >= back and notice not in before]
    urgent_left = sum(urgent for urgent, _ in firsts)
    overtaken = 0
    for urgent, _ in firsts:
        urgent_left -= urgent
        overtaken += not urgent and urgent_left > 0
    figure.record("ordinary notices sent while an urgent one waited", overtaken, "notices", bar="== 0")


def main(tier: Tier) -> int:
    figure = Figure(bar=BAR, tier=tier)
    with (
        tempfile.TemporaryDirectory(prefix="tutela-fi09-") as name,
        open(os.devnull, "w", encoding="utf-8") as nowhere,
    ):
        home = Path(name)
        log.configure(level="error", stream=nowhere)
        os.environ.update(TUTELA_HOME=name)
        os.environ.pop("TUTELA_HOTLINE__DATABASE", None)
        from django.core.management import call_command

        from tutela.web.starting import start_django

        start_django()
        call_command("migrate", verbosity=0)
        measure(tier, home, figure)
    if not figure.passed:
        print(f"again: {REPLAY}", file=sys.stderr)
    return figure.save()


if __name__ == "__main__":
    script(main)

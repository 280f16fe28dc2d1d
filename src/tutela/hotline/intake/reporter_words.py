"""Reporters' words whose time is over are emptied, with an entry for each report. In the opener's process.

The mandate names them (``reporter``) under ``after_hand_over``. They go once the police know of all that the
report is about, and what they were not told of is closed. A legal hold wins over every time.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery

from tutela.hotline.cases.holding import is_held
from tutela.hotline.cases.keeping import Emptying
from tutela.hotline.cases.states import TERMINAL
from tutela.hotline.intake.models import Report, ReportedItem, SelfReportLink
from tutela.hotline.ledger.actions import record
from tutela.hotline.ledger.actors import process
from tutela.hotline.ledger.entries import Fact
from tutela.hotline.people.mandate.reading import mandate_in_force
from tutela.hotline.people.mandate.shapes import Mandate
from tutela.kernel.clock import Clock, SystemClock
from tutela.kernel.log import get_logger

_MACHINE_CLOCK = SystemClock()
_log = get_logger("intake")


def planned_words(mandate: Mandate, *, until: datetime) -> Iterator[Emptying]:
    """Every report whose words' time under this mandate is over by then, the earliest first."""
    if "reporter" not in mandate.after_hand_over.delete:
        return
    for one in _planned(Report.objects.all(), mandate):
        if one.delete_by <= until:
            yield one


def empty_words(*, clock: Clock = _MACHINE_CLOCK) -> int:
    """Of how many reports the words were emptied. Raises Refused without a mandate."""
    mandate, now = mandate_in_force(clock=clock), clock.now()
    due = [one.of for one in planned_words(mandate, until=now) if one.is_due(now)]
    done = sum(_emptied(report, mandate, clock) for report in due)
    if done:
        _log.info("words_emptied", reports=done)
    return done


@transaction.atomic
def _emptied(public_id: str, mandate: Mandate, clock: Clock) -> bool:
    """Whether they were: the report is locked, and everything looked at again."""
    rows = Report.objects.filter(public_id=public_id)
    list(rows.select_for_update())
    if not any(one.is_due(clock.now()) for one in _planned(rows, mandate)):
        return False
    rows.update(text_sealed=b"", text_epoch="")
    SelfReportLink.objects.filter(report__public_id=public_id).update(text_sealed=b"", text_epoch="")
    facts: dict[str, Fact] = {"rule": "after_hand_over"}
    record("report_words_emptied", actor=process("opener"), subject=public_id, facts=facts, clock=clock)
    return True


def _planned(reports: QuerySet[Report], mandate: Mandate) -> Iterator[Emptying]:
    """The same of these reports. What one adds to another is about what the other is about."""
    about = ReportedItem.objects.filter(Q(report=OuterRef("pk")) | Q(report=OuterRef("adds_to")))
    told = about.exclude(item__police_told_at=None).order_by("-item__police_told_at")
    open_ones = about.filter(item__police_told_at=None).exclude(item__state__in=TERMINAL)
    rows = reports.exclude(text_sealed=b"").filter(~Exists(open_ones))
    rows = rows.annotate(
        told=Subquery(told.values("item__police_told_at")[:1]),
        held=Exists(about.filter(is_held("item"))),
    ).exclude(told=None)
    for report, at, held in rows.order_by("told", "pk").values_list("public_id", "told", "held"):
        delete_by = at + mandate.after_hand_over.within
        yield Emptying(what="words", of=report, delete_by=delete_by, is_held=held)

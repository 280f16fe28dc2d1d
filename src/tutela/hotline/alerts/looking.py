"""What is wrong now, as numbers by kind: read from the database, the disk, certificates and lists."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from cryptography import x509
from django.db.models import Min

from tutela.hotline.alerts.settings import AlertSettings
from tutela.hotline.cases.models import Item
from tutela.hotline.intake.spare import WAITING
from tutela.hotline.ledger.queries import unsigned_for_seconds
from tutela.hotline.partners.queries import certificate_ends
from tutela.hotline.partners.queries import counts as referrals
from tutela.hotline.takedown.contacts.taken_back import late_hours
from tutela.hotline.takedown.queries import ALARM_MINUTES, outbox
from tutela.hotline.work.queries import counts as jobs
from tutela.hotline.work.queries import oldest_due
from tutela.kernel.clock import Clock
from tutela.kernel.errors import TutelaError

#: Seconds for which due work may wait (a worker that is replaced takes seconds; our own).
WORK_LATE_SECONDS = 300.0
#: Seconds without a checkpoint (house.examination: three of ten minutes may fail).
UNSIGNED_SECONDS = 1_800.0
#: Bytes of a file of certificates that is read (our own).
CERTIFICATES_BYTES_MAX = 1 << 20
#: Days told of a certificate that is missing or no certificate.
NONE_LEFT = 0
#: States of an item that waits for people (cases.states).
WAITS = ("matched", "unmatched", "rated", "in_review", "verdict")


@dataclass(frozen=True, slots=True)
class Places:
    """Where is looked beside the database. ``list_ends``: when each list that has an end expires."""

    home: Path
    spare: Path
    list_ends: Callable[[], Sequence[datetime]] = tuple


def look(settings: AlertSettings, places: Places, *, clock: Clock) -> dict[str, int]:
    """Kind to number, of what is wrong now. Raises what the database raises."""
    now = clock.now()
    return {
        **dict(_of_notices(now)),
        **dict(_of_items(settings, now)),
        **dict(_of_work(places, clock)),
        **dict(_of_machine(settings, places, now)),
    }


def _of_notices(now: datetime) -> Iterator[tuple[str, int]]:
    box = outbox(now)
    if box.oldest_seconds > ALARM_MINUTES * 60:
        yield "notice_old", int(box.oldest_seconds // 60)
    counted = {"notice_in_doubt": box.in_doubt, "notice_refused": box.failed}
    counts = referrals()
    counted |= {"take_back_old": late_hours(now)}
    counted |= {"second_look_overdue": box.second_looks_overdue, "referral_failed": counts["failed"]}
    counted["referral_in_doubt"] = counts["in_doubt"]
    yield from ((kind, number) for kind, number in counted.items() if number)


def _of_items(settings: AlertSettings, now: datetime) -> Iterator[tuple[str, int]]:
    for kind, urgent, unit, limit in (
        ("queue_old", False, 3_600, settings.queue_hours),
        ("urgent_old", True, 60, settings.urgent_minutes),
    ):
        oldest = _oldest(urgent=urgent)
        waited = int((now - oldest).total_seconds() // unit) if oldest else 0
        if waited >= limit:
            yield kind, waited


def _oldest(*, urgent: bool) -> datetime | None:
    rows = Item.objects.filter(state__in=WAITS, urgent__in=[urgent])
    found: datetime | None = rows.aggregate(at=Min("opened_at"))["at"]
    return found


def _of_work(places: Places, clock: Clock) -> Iterator[tuple[str, int]]:
    parked, late = jobs()["parked"], oldest_due(clock=clock)
    unsigned = unsigned_for_seconds(clock.now()) or 0.0
    aside = sum(1 for _ in places.spare.glob(f"*{WAITING}")) if places.spare.is_dir() else 0
    if parked:
        yield "job_parked", parked
    if late > WORK_LATE_SECONDS:
        yield "work_late", int(late // 60)
    if unsigned > UNSIGNED_SECONDS:
        yield "log_unsigned", int(unsigned // 60)
    if aside:
        yield "report_aside", aside


def _of_machine(settings: AlertSettings, places: Places, now: datetime) -> Iterator[tuple[str, int]]:
    disk = shutil.disk_usage(places.home)
    free = 100 * disk.free // disk.total
    if free < settings.disk_free_percent:
        yield "disk_full", int(free)
    ends = [_days(certificate_end(Path(one)), now) for one in settings.certificates]
    if ends and min(ends) < settings.ends_days:
        yield "certificate_ends", min(ends)
    of_partners = [_days(end, now) for end in certificate_ends()]
    if of_partners and min(of_partners) < settings.ends_days:
        yield "partner_certificate_ends", min(of_partners)
    lists = [_days(end, now) for end in _ends_of_lists(places)]
    if lists and min(lists) < settings.ends_days:
        yield "list_ends", min(lists)


def _ends_of_lists(places: Places) -> Sequence[datetime]:
    """When each list ends; none where this process may not see them, or one cannot be read.

    The units keep the sender from the lists; tutela doctor tells of them then.
    """
    try:
        return places.list_ends()
    except (OSError, TutelaError):
        return ()


def certificate_end(path: Path) -> datetime | None:
    """When the first certificate of the file ends; None where there is none, which is told as well."""
    try:
        with path.open("rb") as file:
            return x509.load_pem_x509_certificates(file.read(CERTIFICATES_BYTES_MAX))[0].not_valid_after_utc
    except (OSError, ValueError):
        return None


def _days(end: datetime | None, now: datetime) -> int:
    return max(NONE_LEFT, int((end - now).total_seconds() // 86_400)) if end else NONE_LEFT

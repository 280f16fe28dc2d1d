"""Taking in a report: durable before it is acknowledged, sealed before it is written anywhere.

Nothing here asks mandate, quorum or a signing key: intake stays open when those are broken (FI-20). When the
database takes nothing, the sealed report waits in the spare area, and is acknowledged all the same.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from pathlib import Path

from django.conf import settings
from django.db import DataError, Error, IntegrityError, transaction

from tutela.hotline.cases.actions import open_item
from tutela.hotline.cases.actions.urgency import hand_urgency_on
from tutela.hotline.cases.address_keys import sealing_keys
from tutela.hotline.cases.addresses import SealedAddress
from tutela.hotline.cases.jobs import FETCH
from tutela.hotline.cases.models import Item
from tutela.hotline.intake import spare
from tutela.hotline.intake.models import Report, ReportedItem, SelfReportLink
from tutela.hotline.intake.prepared import Origin, Prepared, prepare
from tutela.hotline.intake.receipts import Receipt, receipt_for
from tutela.hotline.intake.untrusted import DETAILS, Complaint, Told, Unclear, read_report
from tutela.hotline.ledger.actions import record
from tutela.hotline.ledger.actors import PUBLIC, Actor
from tutela.hotline.ledger.entries import Fact
from tutela.hotline.work.actions import put
from tutela.hotline.work.handlers import NORMAL, URGENT
from tutela.kernel.clock import Clock, SystemClock
from tutela.kernel.custody.keys import PublicKeys
from tutela.kernel.custody.sealed_texts import epoch_of, seal_text
from tutela.kernel.errors import Invalid, TutelaError
from tutela.kernel.log import get_logger

_MACHINE_CLOCK = SystemClock()
_log = get_logger("intake")
#: Fields of a form that say something; the others are about the page.
FIELDS = ("addresses", "text", "urgent", "way", "age", *DETAILS)
#: Reports whose text is sealed anew in one transaction (our own).
RESEAL_ROWS = 50


class UnclearReport(Invalid):
    """A report that cannot be taken in as it is; ``complaints`` say field, line and what is wrong."""

    code = "report_unclear"

    def __init__(self, complaints: tuple[Complaint, ...]) -> None:
        super().__init__("the report cannot be taken in as it is", field=complaints[0].field)
        self.complaints = complaints


def receive_report(
    untrusted_form: Mapping[str, str],
    *,
    origin: Origin | None = None,
    channel: str = "web",
    clock: Clock = _MACHINE_CLOCK,
) -> Receipt:
    """The receipt of a report that is durable: in the database, or sealed in the spare area.

    ``addresses`` holds one address a line, ``text`` what is written freely, ``urgent`` anything where a child
    is in danger now; the other fields are those of ``read_form``. A form that comes twice (``ticket``) is one
    report, with one receipt. Raises UnclearReport, and Unavailable where nothing can be kept at all.
    """
    told = read_form(untrusted_form)
    where = origin or Origin()
    receipt = receipt_for(untrusted_form.get("ticket", ""), written_in(untrusted_form, where))
    keep_report(told, receipt, origin=where, channel=channel, clock=clock)
    return receipt


def read_form(untrusted_form: Mapping[str, str]) -> Told:
    """What a form says. Raises UnclearReport with what is to be mended."""
    told = read_report(
        untrusted_form.get("addresses", ""),
        untrusted_form.get("text", ""),
        urgent=bool(untrusted_form.get("urgent")),
        untrusted=untrusted_form,
    )
    if isinstance(told, Unclear):
        raise UnclearReport(told.complaints)
    return told


def written_in(untrusted_form: Mapping[str, str], origin: Origin) -> bytes:
    """A digest of all that a form says: two forms that say the same have one."""
    said = [untrusted_form.get(name, "") for name in FIELDS] + [origin.portal, origin.sender, origin.adds_to]
    return hashlib.sha256("\x00".join(said).encode("utf-8", "replace")).digest()


def keep_report(
    told: Told, receipt: Receipt, *, origin: Origin, channel: str, clock: Clock = _MACHINE_CLOCK
) -> None:
    """Return once the report is durable. Raises Unavailable where nothing can be kept at all."""
    keys, now = sealing_keys(), clock.now()
    prepared = prepare(told, keys, digest=receipt.digest, at=now, origin=origin)
    try:
        record_report(prepared, channel=channel, clock=clock)
    except (Error, TutelaError):
        spare.keep(prepared, Path(settings.SPARE_FOLDER))


@transaction.atomic
def record_report(prepared: Prepared, *, channel: str, clock: Clock = _MACHINE_CLOCK) -> Report:
    """The report in the database, with an item and a fetch for each address. Repeatable by its receipt."""
    found = Report.objects.filter(receipt_digest=prepared.receipt_digest).first()
    if found is not None:
        return found
    items = [_item(address, prepared, clock) for address in prepared.addresses]
    facts: dict[str, Fact] = {"items": len(items), "urgent": prepared.urgent, "way": prepared.way}
    facts |= {"has_text": bool(prepared.text_sealed)}
    added = Report.objects.filter(receipt_digest=prepared.adds_to).first() if prepared.adds_to else None
    if added is not None and prepared.urgent:
        hand_urgency_on(list(added.items.all()), prepared.report_id, clock=clock)
    index = record("report_received", actor=PUBLIC, subject=prepared.report_id, facts=facts, clock=clock)
    report = Report.objects.create(
        public_id=prepared.report_id, receipt_digest=prepared.receipt_digest, channel=channel,
        received_at=prepared.received_at, urgent=prepared.urgent, language=prepared.language,
        text_sealed=prepared.text_sealed, text_epoch=prepared.text_epoch, log_index=index,
        way=prepared.way, age=prepared.age, portal=prepared.portal, sender=prepared.sender, adds_to=added,
    )  # fmt: skip
    ReportedItem.objects.bulk_create([ReportedItem(report=report, item=item) for item in items])
    return report


def _item(address: SealedAddress, prepared: Prepared, clock: Clock) -> Item:
    """A new item of the report, and the job that fetches it."""
    source = "partner" if prepared.sender else "report"
    item = open_item("url", source=source, actor=PUBLIC, address=address, urgent=prepared.urgent, clock=clock)
    sighting = item.sightings.get().public_id
    priority = URGENT if prepared.urgent else NORMAL
    arguments = {"sighting": sighting, "among": len(prepared.addresses)}
    put(FETCH, arguments, key=f"{FETCH}-{sighting}", priority=priority, clock=clock)
    return item


def take_in_spare(*, clock: Clock = _MACHINE_CLOCK) -> int:
    """How many reports were brought from the spare area into the database. May be called again at any time.

    Raises Django's database errors while it still takes nothing; what waits then goes on waiting. A single
    report that the database never takes stays too, is logged, and holds up no other one.
    """
    taken = 0
    for path, prepared in spare.waiting(Path(settings.SPARE_FOLDER)):
        try:
            record_report(prepared, channel="spare", clock=clock)
        except (DataError, IntegrityError):
            _log.error("report_not_taken_in", report=prepared.report_id)
            continue
        spare.drop(path)
        taken += 1
    return taken


def reseal_texts(
    keys: PublicKeys, open_text: Callable[[bytes], str], *, actor: Actor, clock: Clock = _MACHINE_CLOCK
) -> int:
    """How many texts of reports and links were sealed anew to the present epoch."""
    done = 0
    for kind in (Report, SelfReportLink):
        earlier = kind.objects.exclude(text_epoch__in=["", keys.current().id]).order_by("pk")
        while ids := list(earlier.values_list("pk", flat=True)[:RESEAL_ROWS]):
            done += _reseal(kind, ids, keys, open_text, actor=actor, clock=clock)
    return done


@transaction.atomic
def _reseal(
    kind: type[Report | SelfReportLink],
    ids: list[int],
    keys: PublicKeys,
    open_text: Callable[[bytes], str],
    *,
    actor: Actor,
    clock: Clock,
) -> int:
    rows: list[Report | SelfReportLink] = list(kind.objects.select_for_update().filter(pk__in=ids))
    for row in rows:
        row.text_sealed = seal_text(open_text(bytes(row.text_sealed)), keys)
        row.text_epoch = epoch_of(row.text_sealed)
        row.save(update_fields=["text_sealed", "text_epoch"])
    record("report_resealed", actor=actor, facts={"reports": len(rows)}, clock=clock)
    return len(rows)

"""A house of some hundred items, reports and notices, all of it drawn from a seed. No address, no content."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from random import Random

from tutela.hotline.cases.models import Item, Sighting, Verdict
from tutela.hotline.intake.models import Report
from tutela.hotline.takedown.models import Notice, Recipient, Removal

#: The year that is counted, and its first moment.
YEAR = 2026
START = datetime(YEAR, 1, 1, tzinfo=UTC)
STATES = ("received", "rated", "acted", "watched", "removed", "closed", "held")
PLACES = (
    ("NL", 64500, "a"),
    ("NL", 64500, "b"),
    ("NL", 64501, "c"),
    ("DE", 64502, "d"),
    ("", None, ""),
    ("US", 64503, "e"),
)


def build_house(items: int = 400, seed: int = 1) -> None:
    """Rows as the house's own actions leave them, written at once."""
    chance = Random(seed)
    _reports(chance, items)
    made = [_item(chance) for _ in range(items)]
    Item.objects.bulk_create(made)
    Verdict.objects.bulk_create(_verdicts(chance, made))
    sightings = [_sighting(chance, item) for item in made]
    Sighting.objects.bulk_create(sightings)
    _notices(chance, sightings)


def _moment(chance: Random) -> datetime:
    """Some moment from a month before the year to a month after it."""
    return START + timedelta(seconds=chance.randrange(-30 * 86_400, 395 * 86_400))


def _skewed(chance: Random, words: tuple[str, ...]) -> str:
    """Mostly the first words: the last ones make the small counts."""
    return words[min(int(chance.expovariate(0.9)), len(words) - 1)]


def _reports(chance: Random, number: int) -> None:
    rows = [
        Report(
            receipt_digest=f"{at:064x}",
            channel=_skewed(chance, ("web", "api", "file", "command", "spare", "self_report")),
            way=_skewed(chance, ("saw", "self", "threat")),
            language=_skewed(chance, ("nl", "de", "en", "fr", "pt", "es", "")),
            urgent=chance.random() < 0.1,
            received_at=_moment(chance),
            log_index=at,
        )
        for at in range(number)
    ]
    Report.objects.bulk_create(rows)
    Report.objects.bulk_create(
        [
            Report(
                receipt_digest=f"{number + at:064x}", channel="web", urgent=False, language="nl",
                received_at=_moment(chance), log_index=number + at, adds_to=rows[at],
            )
            for at in range(7)
        ]
    )  # fmt: skip


def _item(chance: Random) -> Item:
    state = _skewed(chance, STATES)
    at = _moment(chance)
    reason = _skewed(chance, ("not_illegal", "duplicate", "ended")) if state == "closed" else ""
    held = "rated" if state == "held" else ""
    return Item(
        kind=_skewed(chance, ("url", "picture", "film")),
        source=_skewed(chance, ("report", "partner", "desk")),
        state=state, state_reason=reason, held_from=held,
        urgent=chance.random() < 0.1, opened_at=at, moved_at=at,
    )  # fmt: skip


def _verdicts(chance: Random, items: list[Item]) -> list[Verdict]:
    """None, one or two for each item: the last one is in force."""
    return [
        Verdict(
            item=item, legal_class=_skewed(chance, ("csam", "", "exploitative", "generated_csam")),
            scheme="scheme", category=_skewed(chance, ("A", "B", "C")), votes=1, organisations=1, log_index=0,
            made_at=item.opened_at,
        )
        for item in items
        for _ in range(chance.randrange(3))
    ]  # fmt: skip


def _sighting(chance: Random, item: Item) -> Sighting:
    country, network, host = PLACES[min(int(chance.expovariate(0.7)), len(PLACES) - 1)]
    return Sighting(
        item=item, how="fetched", seen_at=item.opened_at, country=country, network_number=network,
        host_digest=host * 64, process="fetcher", reason="report", log_index=0,
    )  # fmt: skip


def _notices(chance: Random, sightings: list[Sighting]) -> None:
    names = ("Host One", "Host Two", "=Host|Three<b>", "Host Four")
    recipients = [
        Recipient(
            name=name,
            address=f"abuse@host{place}.test",
            host=f"host{place}.test",
            sources="person",
            made_at=START,
        )
        for place, name in enumerate(names)
    ]
    Recipient.objects.bulk_create(recipients)
    rows = [
        _notice(chance, sighting, recipients[names.index(_skewed(chance, names))], _moment(chance))
        for sighting in sightings
        if chance.random() < 0.8
    ]
    Notice.objects.bulk_create(rows)
    sent = [row for row in rows if row.state == "sent"]
    Removal.objects.bulk_create([one for row in sent for one in _removals(chance, row)])
    taken_back = [
        _notice(chance, row.sighting, row.recipient, row.queued_at, retracts=row) for row in sent[:9]
    ]
    Notice.objects.bulk_create(taken_back)


def _notice(
    chance: Random, sighting: Sighting, recipient: Recipient, at: datetime, retracts: Notice | None = None
) -> Notice:
    state = _skewed(chance, ("sent", "sent", "queued", "failed", "in_doubt", "withdrawn"))
    claimed = None if state == "queued" else at + timedelta(seconds=chance.randrange(1, 90))
    return Notice(
        recipient=recipient, host=recipient.host,
        sighting=sighting,
        consequence="notice_unknown", retracts=retracts, state=state, due=at, queued_at=at, moved_at=at,
        claimed_at=claimed, seen_at=at,
    )  # fmt: skip


def _removals(chance: Random, notice: Notice) -> list[Removal]:
    """Nothing, one that stands, or one after which it came back; sometimes one from before the notice."""
    if notice.claimed_at is None or chance.random() < 0.3:
        return []
    gone = notice.claimed_at + timedelta(hours=chance.expovariate(0.02) - 2)
    back = gone + timedelta(days=3) if chance.random() < 0.1 else None
    return [Removal(sighting=notice.sighting, removed_at=gone, reopened_at=back)]

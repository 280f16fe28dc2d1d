"""A house of some hundred items, reports and notices, all of it drawn from a seed. No address, no content."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from random import Random

from tutela.hotline.cases.models import Item, Sighting, Verdict
from tutela.hotline.intake.models import Report
from tutela.hotline.partners.models import Partner, Referral
from tutela.hotline.review.models import Assessment, Exposure
from tutela.hotline.takedown.models import Notice, Recipient, Removal
from tutela.kernel.ids import new_id

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
    _assessments(chance, sightings)
    _notices(chance, sightings)
    _referrals(chance, items // 4)


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


def _assessments(chance: Random, sightings: list[Sighting]) -> None:
    """None, one or two for each item, each by somebody else; some taken back, some say something else."""
    who, rows = [new_id("usr_") for _ in range(2)], []
    for sighting in sightings:
        for person in who[: chance.randrange(3)]:
            shown = Exposure(
                item=sighting.item,
                sighting=sighting,
                who=person,
                level="protected",
                begun_at=sighting.seen_at,
            )
            rows.append(_assessment(chance, shown, person))
    Exposure.objects.bulk_create(row.exposure for row in rows if row.exposure)
    Assessment.objects.bulk_create(rows)


def _assessment(chance: Random, shown: Exposure, person: str) -> Assessment:
    is_illegal = chance.random() < 0.8
    at = shown.begun_at + timedelta(seconds=chance.randrange(86_400))
    age = _skewed(chance, ("pre-pubescent", "pubescent", "infant", "not categorised", ""))
    return Assessment(
        item=shown.item, exposure=shown, who=person, key="key", organisation="house.test", jurisdiction="XX",
        stage="first", outcome="illegal" if is_illegal else "not_illegal",
        legal_class="csam" if is_illegal else "", scheme="iccam" if is_illegal else "",
        category="baseline" if is_illegal else "",
        severity=_chosen(chance, 2, 1, 3, None) if is_illegal else None,
        elements={"v": 1, "age": age, "gender": _skewed(chance, ("female", "male", "both", ""))},
        site_kind=_skewed(chance, ("image_host", "website", "forum", "unknown")),
        commercial=_skewed(chance, ("no", "unknown", "yes")),
        self_generated=_skewed(chance, ("no", "yes", "unknown")),
        made_at=at, withdrawn_at=at if chance.random() < 0.1 else None, log_index=0,
    )  # fmt: skip


def _chosen(chance: Random, *words: int | None) -> int | None:
    return words[min(int(chance.expovariate(0.9)), len(words) - 1)]


def _referrals(chance: Random, number: int) -> None:
    """Referrals to two partners in earnest and to one for exercises, handed over and not."""
    partners = [
        Partner(
            name=name,
            kind=kind,
            country="NL",
            test=test,
            keys={"age": ["age1"]},
            named_at=START,
            named_by="a",
        )
        for name, kind, test in (
            ("One", "police", False),
            ("Two", "hotline", False),
            ("Three", "police", True),
        )
    ]
    Partner.objects.bulk_create(partners)
    rows = []
    for _ in range(number):
        at = _moment(chance)
        handed = None if chance.random() < 0.1 else at
        rows.append(
            Referral(
                partner=partners[min(int(chance.expovariate(1.0)), 2)],
                grounds=_skewed(chance, ("on_list", "assessed", "reported")),
                state="queued" if handed is None else "handed", handed_at=handed,
                document_sha256="d" * 64,
                outcome="" if handed is None else _skewed(chance, ("", "received", "no_case", "arrested")),
                queued_at=at, queued_by=new_id("usr_"), moved_at=at, due=at,
            )
        )  # fmt: skip
    Referral.objects.bulk_create(rows)


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

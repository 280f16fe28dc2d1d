"""Rows of a large hotline: reports, items, places, notices, looks, as many as asked, the same in every run.

``house_columns`` makes their columns, ``house_filling`` writes them.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import timedelta

from proofs.house_columns import DAYS, Filling, Rule, Size, a_digest, an_id, letters, one_of, sealed, skewed
from tutela.hotline.cases import models as cases
from tutela.hotline.intake import models as intake
from tutela.hotline.intake.receipts import digest_of
from tutela.hotline.ledger.actors import process
from tutela.hotline.ledger.entries import Entry
from tutela.hotline.ledger.models import LedgerEntry, LedgerNode
from tutela.hotline.ledger.places import place_of
from tutela.hotline.partners import models as partners
from tutela.hotline.review.models import Assessment, Exposure
from tutela.hotline.takedown import models as takedown
from tutela.hotline.takedown.actions.checking import KIND as CHECK
from tutela.hotline.takedown.contacts.models import Contact, Search
from tutela.hotline.work.models import LATER, WAITING, Job
from tutela.kernel.custody.merkle import leaf_hash, node_hash

#: Bytes of a sealed address, and of the sealed record of an answer (``seal_text`` of 100 and 700 characters).
ADDRESS_BYTES, RECORD_BYTES = 390, 1_030
#: Shares of the whole: of a thousand rows by their age, the newest are those that still wait.
OPEN_SHARE = 0.005
#: A receipt that the first report has.
RECEIPT = "abacus abdomen abdominal abide abiding ability ablaze"
#: Hosts and recipients, of which a few have most: the number of a row's host is the square of a share.
HOSTS, RECIPIENTS = 5_000, 400
COUNTRIES = ("NL", "US", "FR", "DE", "RU", "LU", "RO", "MY", "CA", "")


def fillings(size: Size) -> Iterator[Filling]:
    """Every table but the ledger's, each after those that it names."""
    yield from _intake(size)
    yield from _places(size)
    yield from _looks(size)
    yield from _contacts(size)
    yield from _notices(size)
    yield from _partners(size)


def _intake(size: Size) -> Iterator[Filling]:
    count, epoch = size.reports, an_id("epo_")(0)
    closed = int(count * (1 - OPEN_SHARE))
    ended = ("closed",) * 11 + ("removed",) * 4 + ("watched",) * 4 + ("acted",)
    waiting = ("received", "fetched", "unfetchable", "rated", "rated", "in_review", "verdict", "held")

    def state(number: int) -> str:
        return ended[number % 20] if number < closed else waiting[number % 8]

    yield Filling(model=cases.Item, count=count, rules={
        "public_id": an_id("itm_"), "kind": one_of(("picture", "picture", "film", "url")),
        "source": one_of(("report", "report", "partner")), "state": state,
        "state_reason": lambda number: "ended" if state(number) == "closed" else "look_missed",
        "held_from": lambda number: "rated" if state(number) == "held" else "",
        "urgent": lambda number: number % 50 == 0,
        "opened_at": lambda number: size.moment(number / count),
        "moved_at": lambda number: size.moment(number / count),
    })  # fmt: skip
    known = digest_of(RECEIPT)
    digest = a_digest("receipt")
    yield Filling(model=intake.Report, count=count, rules={
        "public_id": an_id("rep_"), "receipt_digest": lambda number: digest(number) if number else known,
        "channel": one_of(("web", "web", "api", "file")), "age": "",
        "way": one_of(("saw", "saw", "saw", "self", "threat")),
        "adds_to": lambda number: number if number % 200 == 199 else None,
        "received_at": lambda number: size.moment(number / count), "urgent": lambda number: number % 50 == 0,
        "language": one_of(("en", "en", "de", "es", "fr", "pt", "nl")), "text_epoch": epoch,
        "text_sealed": lambda number: b"" if number % 3 else sealed(ADDRESS_BYTES)(number),
        "log_index": lambda number: number,
    })  # fmt: skip
    yield Filling(model=intake.ReportedItem, count=count, rules={
        "report": lambda number: number + 1, "item": lambda number: number + 1,
    })  # fmt: skip


def _places(size: Size) -> Iterator[Filling]:
    count, watched, host = size.sightings, 2 * size.watched, a_digest("host")
    hosts = [host(number) for number in range(HOSTS)]
    address, record, epoch = sealed(ADDRESS_BYTES), sealed(RECORD_BYTES), an_id("epo_")(0)
    yield Filling(model=cases.Sighting, count=count, rules={
        "public_id": an_id("sgt_"), "item": lambda number: number * 2 // 3 + 1, "how": "fetched",
        "seen_at": lambda number: size.moment(number / count), "url_sealed": address, "host_sealed": address,
        "url_epoch": epoch, "fetch_epoch": epoch,
        "url_for_fetch": lambda number: address(number) if number < watched else b"",
        "url_digest": a_digest("url"), "host_digest": lambda number: hosts[skewed(number, HOSTS)],
        "country": one_of(COUNTRIES), "network_number": lambda number: 60_000 + skewed(number, 900),
        "status_code": 200, "blob": an_id("blb_"), "size_bytes": lambda number: 20_000 + number % 900_000,
        "sha256": a_digest("bytes"), "sha3_256": a_digest("bytes3"), "response_sealed": record,
        "process": "fetcher", "tool": "tutela", "tool_version": "1", "configuration": a_digest("settings")(0),
        "reason": "report", "log_index": lambda number: number,
    })  # fmt: skip
    yield Filling(model=cases.Fingerprint, count=count, rules={
        "item": lambda number: number * 2 // 3 + 1, "sighting": lambda number: number + 1, "kind": "pdq",
        "form": "f0/r0", "value": a_digest("pdq"), "quality": 100,
        "made_at": lambda number: size.moment(number / count),
    })  # fmt: skip
    yield Filling(model=cases.Match, count=count // 10, rules={
        "item": lambda number: number * 10 * 2 // 3 + 1, "fingerprint": lambda number: number * 10 + 1,
        "list_id": "declared", "list_version": "7", "entry": an_id("ent_"), "distance_bits": 0,
        "status": "known", "confirmed": "sha256", "approved": True, "votes": 2, "legal_class": "csam",
        "reason": "same_bytes", "made_at": lambda number: size.moment(number * 10 / count),
    })  # fmt: skip
    yield from _judged(size)


def _judged(size: Size) -> Iterator[Filling]:
    count, people = size.reports, tuple(map(an_id("usr_"), range(30)))
    yield Filling(model=cases.Rating, count=count // 10, rules={
        "item": lambda number: number * 10 + 1, "model": "own", "model_version": "1", "score": 0.5,
        "reasons": '{"v": 1, "words": []}', "made_at": lambda number: size.moment(number * 10 / count),
    })  # fmt: skip
    yield Filling(model=cases.Verdict, count=count // 2, rules={
        "item": lambda number: number * 2 + 1, "legal_class": one_of(("csam", "", "exploitative")),
        "scheme": "own", "category": one_of(("a", "b", "c")), "votes": 2, "organisations": 1,
        "log_index": lambda number: number, "made_at": lambda number: size.moment(number * 2 / count),
    })  # fmt: skip
    yield Filling(model=Exposure, count=count // 2, rules={
        "public_id": an_id("exp_"), "item": lambda number: number * 2 + 1,
        "sighting": lambda number: number * 3 + 1, "who": one_of(people), "turn": an_id("trn_"),
        "level": "protected", "begun_at": lambda number: size.moment(number * 2 / count),
        "ended_at": lambda number: size.moment(number * 2 / count), "seconds": 9, "how_ended": "assessed",
    })  # fmt: skip
    yield Filling(model=Assessment, count=count // 2, rules={
        "public_id": an_id("ass_"), "item": lambda number: number * 2 + 1,
        "exposure": lambda number: number + 1, "who": one_of(people), "key": "", "stage": "first",
        "outcome": "illegal", "legal_class": "csam", "scheme": "own", "category": "a",
        "made_at": lambda number: size.moment(number * 2 / count), "log_index": lambda number: number,
    })  # fmt: skip
    series = max(2, count // 10)
    yield Filling(model=cases.Series, count=series, rules={
        "public_id": an_id("ser_"), "kind": one_of(("place", "page")),
        "made_at": lambda number: size.moment(number / series), "counts": '{"v": 1}',
        "page": lambda number: number * 10 + 1 if number % 2 else None,
    })  # fmt: skip
    yield Filling(model=cases.Membership, count=3 * series, rules={
        "item": lambda number: number // 3 * 10 + 1 + number % 3, "series": lambda number: number // 3 + 1,
    })  # fmt: skip


def _looks(size: Size) -> Iterator[Filling]:
    watched, host, sighting = size.watched, a_digest("host"), an_id("sgt_")
    hosts = [host(number) for number in range(HOSTS)]
    stands = ("there", "there", "removed", "undecided", "gone_one_place")
    yield Filling(model=takedown.Watch, count=2 * watched, rules={
        "sighting": lambda number: number + 1,
        "standing": lambda number: stands[number % 5] if number < watched else "removed",
        "found": lambda number: "present" if number % 5 < 2 else "gone",
        "since": lambda number: size.moment(number / (2 * watched)),
        "ended_at": lambda number: None if number < watched else size.moment(number / (2 * watched)),
    })  # fmt: skip
    yield Filling(model=takedown.Check, count=8 * watched, rules={
        "public_id": an_id("chk_"), "sighting": lambda number: number // 8 + 1,
        "vantage": one_of(("direct", "proxied")),
        "result": lambda number: "present" if number % 5 < 2 else "gone",
        "looked_at": lambda number: size.moment(1 - (8 - number % 8) / 1_000),
    })  # fmt: skip
    gone = [number for number in range(2 * watched) if number >= watched or number % 5 == 2]
    yield Filling(model=takedown.Removal, count=len(gone), rules={
        "public_id": an_id("rmv_"), "sighting": lambda number: gone[number] + 1,
        "removed_at": lambda number: size.moment(gone[number] / size.sightings + 0.01),
    })  # fmt: skip
    yield Filling(model=Job, count=watched, rules={
        "job_id": an_id("job_"), "kind": CHECK, "version": 1,
        "arguments": lambda number: json.dumps({"sighting": sighting(number)}),
        "key": lambda number: f"{CHECK}-{sighting(number)}",
        "host": lambda number: hosts[skewed(number, HOSTS)], "priority": 5,
        "state": lambda number: LATER if number % 100 else WAITING,
        "due": lambda number: size.soon(number / watched) if number % 100 else size.moment(0.999),
        "made": size.moment(0.99),
    })  # fmt: skip


def _contacts(size: Size) -> Iterator[Filling]:
    yield Filling(model=Contact, count=RECIPIENTS, rules={
        "public_id": an_id("con_"), "key": lambda number: f"as:{number}", "rung": "hoster", "kind": "mail",
        "address": lambda number: f"abuse@abuse-{number}.test", "origin": "look_up", "source": "rdap_ip",
        "state": one_of(("approved", "approved", "proposed", "refused")),
        "made_at": lambda number: size.moment(number / RECIPIENTS),
    })  # fmt: skip
    count = size.sightings
    waits = int(count * (1 - OPEN_SHARE))
    yield Filling(model=Search, count=count, rules={
        "sighting": lambda number: number + 1,
        "state": lambda number: "told" if number < waits else ("person", "by_hand", "nobody")[number % 3],
        "contact": lambda number: skewed(number, RECIPIENTS) + 1, "looked_up": True,
        "passed_over": lambda number: int(number % 40 == 0),
        "searched_at": lambda number: size.moment(number / count),
        "since": lambda number: size.moment(number / count),
    })  # fmt: skip


def _notices(size: Size) -> Iterator[Filling]:
    count, each = size.notices, 20
    domains = [f"abuse-{number}.test" for number in range(RECIPIENTS)]
    newest = int(count * (1 - OPEN_SHARE / 2))
    message = letters

    def recipient(number: int) -> int:
        return skewed(number // each, RECIPIENTS)

    def state(number: int) -> str:
        if number >= newest:
            return "in_doubt" if number % 500 == 0 else "queued"
        return "withdrawn" if number % 100 == 7 else "failed" if number % 250 == 3 else "sent"

    yield Filling(model=takedown.Recipient, count=RECIPIENTS, rules={
        "public_id": an_id("rcp_"), "name": lambda number: f"Hoster {number}",
        "address": lambda number: f"abuse@{domains[number]}", "host": lambda number: domains[number],
        "sources": "person", "made_at": size.moment(0),
    })  # fmt: skip
    extra: dict[str, Rule] = {}
    if hasattr(takedown, "Letter"):
        yield Filling(model=takedown.Letter, count=-(-count // each), rules={
            "public_id": an_id("ltr_"), "recipient": lambda number: recipient(number * each) + 1,
            "message_id": lambda number: f"<{message(b'letter%d' % number)}@hotline.test>",
            "host": lambda number: domains[recipient(number * each)], "language": "en", "size": each,
            "made_at": lambda number: size.moment(number * each / count),
        })  # fmt: skip
        extra["letter"] = lambda number: number // each + 1 if number < newest else None
    else:
        extra["message_id"] = lambda number: f"<{message(b'notice%d' % number)}@hotline.test>"
    yield Filling(model=takedown.Notice, count=count, rules=extra | {
        "public_id": an_id("ntc_"), "recipient": lambda number: recipient(number) + 1,
        "host": lambda number: domains[recipient(number)], "sighting": lambda number: number // 4 + 1,
        "consequence": one_of(("notice_known", "notice_unknown", "notice_second_hash")),
        "retracts": lambda number: number if number % 1_000 == 999 else None,
        "priority": lambda number: 0 if number % 50 == 0 else 5, "state": state,
        "second_look_due": lambda number: size.soon(0.5) if number >= newest and number % 3 == 2 else None,
        "due": lambda number: size.moment(number / count),
        "queued_at": lambda number: size.moment(number / count),
        "moved_at": lambda number: size.moment(number / count),
        "attempts": lambda number: 1 if number < newest else 0, "token": 1, "sender": "sender.0123456789ab",
        "claimed_at": lambda number: size.moment(number / count) if number < newest else None,
        "stage": lambda number: "accepted" if number < newest else "", "answer_code": 250,
        "evidence": lambda number: "accepted" if number < newest else "",
        "seen_at": lambda number: size.moment(number / count),
    })  # fmt: skip


def _partners(size: Size) -> Iterator[Filling]:
    count, digest = size.reports // 20, a_digest("document")
    yield Filling(model=partners.Partner, count=3, rules={
        "public_id": an_id("prt_"), "name": lambda number: f"Office {number}", "kind": "police",
        "country": "DE", "language": "de", "keys": '{"v": 1, "age": []}', "named_at": size.moment(0),
        "named_by": "operator",
    })  # fmt: skip
    yield Filling(model=partners.Referral, count=count, rules={
        "public_id": an_id("ref_"), "partner": lambda number: number % 3 + 1, "grounds": "assessed",
        "state": lambda number: "handed" if number % 50 else "answered",
        "queued_at": lambda number: size.moment(number / count), "queued_by": "operator",
        "moved_at": lambda number: size.moment(number / count),
        "due": lambda number: size.moment(number / count),
        "answered_at": lambda number: None if number % 50 else size.moment(number / count),
        "outcome": lambda number: "" if number % 50 else "received",
        "document_sealed": sealed(4_000), "document_sha256": digest, "answer_digest": a_digest("token"),
    })  # fmt: skip
    yield Filling(model=partners.ReferredItem, count=2 * count, rules={
        "referral": lambda number: number // 2 + 1, "item": lambda number: number // 2 * 20 + number % 2 + 1,
    })  # fmt: skip


def ledger(size: Size) -> Iterator[Filling]:
    """The ledger: three entries for each report, with all the hashes above them."""
    count, subject, who = 3 * size.reports, an_id("itm_"), process("worker")
    begin, step = size.now - timedelta(days=DAYS), timedelta(days=DAYS) / count
    leaves = [
        Entry(act="check_recorded", actor=who, at=begin + step * number, subject=subject(number // 3)).leaf()
        for number in range(count)
    ]
    levels = [[leaf_hash(leaf) for leaf in leaves]]
    yield Filling(model=LedgerEntry, count=count, rules={
        "index": lambda number: number, "leaf": lambda number: leaves[number],
        "leaf_hash": lambda number: levels[0][number], "act": "check_recorded", "actor_kind": who.kind,
        "actor": who.name, "subject": lambda number: subject(number // 3),
        "at": lambda number: size.moment(number / count),
    })  # fmt: skip
    while len(levels[-1]) > 1:
        below = levels[-1]
        levels.append([node_hash(below[at], below[at + 1]) for at in range(0, len(below) - 1, 2)])
        level, hashes = len(levels) - 1, levels[-1]
        yield Filling(model=LedgerNode, count=len(hashes), rules={
            "place": lambda number, level=level: place_of(level, number),
            "hash": lambda number, hashes=hashes: hashes[number],
        })  # fmt: skip

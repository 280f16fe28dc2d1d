"""The shape of what is judged: items, where they were seen, what is known of them. No behaviour here.

An address never stands here in the clear. It is sealed twice (docs/explanation/addresses.md): for the
opener, which pages and notices ask, and for the fetcher, which must meet it. Equal ones have one digest.
"""

from __future__ import annotations

from django.db import models

from tutela.hotline.cases import page_columns
from tutela.hotline.cases.page_columns import FoundOnPage
from tutela.hotline.cases.states import FIRST, STATES
from tutela.kernel.ids import new_id

#: Characters of an id: prefix and 32 (kernel.ids).
ID_CHARACTERS = 36
#: Characters of a word of our own.
WORD_CHARACTERS = page_columns.WORD_CHARACTERS
#: Hexadecimal characters of a SHA-256 or of an HMAC-SHA-256.
DIGEST_CHARACTERS = page_columns.DIGEST_CHARACTERS


def new_item_id() -> str:
    """An id of an item."""
    return new_id("itm_")


def new_sighting_id() -> str:
    """An id of a sighting."""
    return new_id("sgt_")


def new_series_id() -> str:
    """An id of a series."""
    return new_id("ser_")


class Series(models.Model):
    """Items that belong together: near-duplicates, one place, one account."""

    public_id = models.CharField(
        max_length=ID_CHARACTERS,
        unique=True,
        default=new_series_id,
        db_comment="class: internal. Id that may be shown, ser_ and 160 random bits.",
    )
    kind = models.CharField(
        max_length=WORD_CHARACTERS,
        db_comment="class: internal. Why they belong together: near_duplicates, place, account, page.",
    )
    made_at = models.DateTimeField(db_comment="class: internal. When it was begun, UTC.")
    page = models.ForeignKey(
        "Item",
        on_delete=models.PROTECT,
        null=True,
        related_name="page_series",
        db_comment="class: internal. Of the kind page: the item that is the page; else none.",
    )
    counts = models.JSONField(
        default=dict,
        db_comment='class: internal. Of the kind page: {"v": 1, ...}: how much it showed, what was opened, '
        "joined and left out, and why (cases.page_plan).",
    )


class Item(models.Model):
    """One thing to be judged. ``state`` is written by ``actions.move_item`` alone."""

    public_id = models.CharField(
        max_length=ID_CHARACTERS,
        unique=True,
        default=new_item_id,
        db_comment="class: internal. Id that may be shown, itm_ and 160 random bits.",
    )
    kind = models.CharField(
        max_length=WORD_CHARACTERS,
        db_comment="class: internal. What it is: url, picture, film, file, conversation, account.",
    )
    source = models.CharField(
        max_length=WORD_CHARACTERS,
        db_comment="class: internal. How it came: report, partner, crawl, desk, exercise.",
    )
    state = models.CharField(
        max_length=WORD_CHARACTERS,
        default=FIRST,
        db_comment="class: internal. State of its life, a word of states.py.",
    )
    state_reason = models.CharField(
        max_length=WORD_CHARACTERS,
        blank=True,
        db_comment="class: internal. Why it was moved to this state, a declared word.",
    )
    held_from = models.CharField(
        max_length=WORD_CHARACTERS,
        blank=True,
        db_comment="class: internal. State that a held item goes back to; else empty.",
    )
    held_until = models.DateTimeField(
        null=True,
        db_comment="class: internal. Until when a held item is held, UTC; empty: until somebody ends it.",
    )
    held_by = models.CharField(
        max_length=ID_CHARACTERS, blank=True, db_comment="class: staff. Person who holds it; else empty."
    )
    version = models.PositiveIntegerField(
        default=1,
        db_comment="class: internal. Counts moves and verdicts: the slower of two deciders is refused.",
    )
    urgent = models.BooleanField(
        default=False,
        db_comment="class: internal. A child is in danger now, a live stream, or a partner's mark.",
    )
    opened_at = models.DateTimeField(db_comment="class: internal. When it was opened, UTC.")
    moved_at = models.DateTimeField(db_comment="class: internal. When its state last changed, UTC.")
    police_told_at = models.DateTimeField(
        null=True, db_comment="class: internal. When the police were first told of it, UTC; empty: never."
    )
    police_released_at = models.DateTimeField(
        null=True,
        db_comment="class: internal. When the police said that others may be told now, UTC; else empty.",
    )
    series: models.ManyToManyField[Series, Membership] = models.ManyToManyField(
        Series, through="Membership", related_name="items"
    )

    class Meta:
        constraints = [
            models.CheckConstraint(condition=models.Q(state__in=STATES), name="cases_item_state_is_known"),
            models.CheckConstraint(
                condition=~models.Q(state="held") | ~models.Q(held_from=""),
                name="cases_item_held_from_is_known",
            ),
        ]
        indexes = [
            models.Index(fields=["state", "-urgent", "opened_at", "id"], name="cases_item_queue"),
            models.Index(fields=["-urgent", "opened_at", "id"], name="cases_item_all"),
        ]


class Membership(models.Model):
    """That an item belongs to a series."""

    item = models.ForeignKey(
        Item, on_delete=models.PROTECT, related_name="memberships", db_comment="class: internal. The item."
    )
    series = models.ForeignKey(
        Series,
        on_delete=models.PROTECT,
        related_name="memberships",
        db_comment="class: internal. The series.",
    )

    class Meta:
        constraints = [models.UniqueConstraint(fields=["item", "series"], name="cases_membership_once")]


class Sighting(FoundOnPage):
    """An item seen at a place at a time, with the custody record of governance.md section 5.3."""

    public_id = models.CharField(
        max_length=ID_CHARACTERS,
        unique=True,
        default=new_sighting_id,
        db_comment="class: internal. Id that may be shown, sgt_ and 160 random bits.",
    )
    item = models.ForeignKey(
        Item, on_delete=models.PROTECT, related_name="sightings", db_comment="class: internal. The item."
    )
    how = models.CharField(
        max_length=WORD_CHARACTERS,
        db_comment="class: internal. reported by somebody, fetched by us, supplied as bytes.",
    )
    seen_at = models.DateTimeField(db_comment="class: internal. When it was seen, UTC.")
    seen_monotonic_seconds = models.FloatField(
        null=True, db_comment="class: internal. Monotonic clock of the process that saw it, seconds."
    )
    url_sealed = models.BinaryField(
        default=b"", db_comment="class: victim. The address, sealed to the vault's epoch (age); opener only."
    )
    host_sealed = models.BinaryField(
        default=b"", db_comment="class: victim. The host of the address, sealed likewise."
    )
    url_epoch = models.CharField(
        max_length=ID_CHARACTERS,
        blank=True,
        db_index=True,
        db_comment="class: internal. Epoch whose key opens url_sealed, host_sealed, response_sealed.",
    )
    url_for_fetch = models.BinaryField(
        default=b"",
        db_comment="class: victim. The address, sealed to the fetch key (age); fetcher only; "
        "emptied when nothing is to be fetched any more.",
    )
    fetch_epoch = models.CharField(
        max_length=ID_CHARACTERS,
        blank=True,
        db_index=True,
        db_comment="class: internal. Epoch of the fetch key that opens url_for_fetch.",
    )
    url_digest = models.CharField(
        max_length=DIGEST_CHARACTERS,
        blank=True,
        db_index=True,
        db_comment="class: victim. HMAC-SHA-256 of the canonical address under the index key, hex; empty "
        "until the worker was told the address.",
    )
    host_digest = models.CharField(
        max_length=DIGEST_CHARACTERS,
        blank=True,
        db_index=True,
        db_comment="class: victim. HMAC-SHA-256 of the host under the index key, hex.",
    )
    country = models.CharField(
        max_length=2, blank=True, db_comment="class: internal. Where the server stands, ISO 3166-1 alpha-2."
    )
    network_number = models.BigIntegerField(
        null=True, db_comment="class: internal. Autonomous system number of the server."
    )
    status_code = models.PositiveSmallIntegerField(
        null=True, db_comment="class: internal. HTTP status of the answer."
    )
    blob = models.CharField(
        max_length=ID_CHARACTERS, blank=True, db_comment="class: internal. Seal id: object of the vault."
    )
    size_bytes = models.BigIntegerField(null=True, db_comment="class: internal. Bytes of the raw response.")
    sha256 = models.CharField(
        max_length=DIGEST_CHARACTERS,
        blank=True,
        db_index=True,
        db_comment="class: victim. SHA-256 of the raw response, hex.",
    )
    sha3_256 = models.CharField(
        max_length=DIGEST_CHARACTERS,
        blank=True,
        db_comment="class: victim. SHA3-256 of the raw response, hex.",
    )
    response_sealed = models.BinaryField(
        default=b"",
        db_comment="class: victim. Resolved address, certificate's SHA-256 and response headers as JSON, "
        "sealed to the vault's epoch.",
    )
    who = models.CharField(
        max_length=ID_CHARACTERS, blank=True, db_comment="class: staff. Person who asked for it, or empty."
    )
    process = models.CharField(
        max_length=WORD_CHARACTERS,
        db_comment="class: internal. Process that saw it, of the process map.",
    )
    tool = models.CharField(max_length=80, blank=True, db_comment="class: internal. Program that saw it.")
    tool_version = models.CharField(max_length=80, blank=True, db_comment="class: internal. Its version.")
    configuration = models.CharField(
        max_length=DIGEST_CHARACTERS,
        blank=True,
        db_comment="class: internal. SHA-256 of the configuration in force, hex.",
    )
    reason = models.CharField(
        max_length=WORD_CHARACTERS, db_comment="class: internal. Why it was looked at, a declared word."
    )
    log_index = models.BigIntegerField(
        db_comment="class: public. Index of the leaf in the transparency log that says so."
    )

    class Meta:
        indexes = [models.Index(fields=["item", "seen_at"], name="cases_sighting_of_item")]


class Fingerprint(models.Model):
    """(kind, value, quality) of one shown form of a picture, a frame, a file or a URL."""

    item = models.ForeignKey(
        Item, on_delete=models.PROTECT, related_name="fingerprints", db_comment="class: internal. The item."
    )
    sighting = models.ForeignKey(
        Sighting,
        on_delete=models.PROTECT,
        related_name="fingerprints",
        db_comment="class: internal. The sighting whose bytes it was made from.",
    )
    kind = models.CharField(
        max_length=WORD_CHARACTERS, db_comment="class: internal. md5, sha1, sha256, pdq, vpdq, photodna, url."
    )
    form = models.CharField(
        max_length=80, blank=True, db_comment="class: internal. Shown form, decisions.md section 1; or empty."
    )
    value = models.CharField(
        max_length=1024, db_comment="class: victim. The fingerprint in hex; of a URL its keyed digest."
    )
    quality = models.SmallIntegerField(null=True, db_comment="class: internal. PDQ quality, 0 to 100.")
    made_at = models.DateTimeField(db_comment="class: internal. When it was made, UTC.")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["sighting", "kind", "form", "value"], name="cases_fingerprint_once_a_sighting"
            )
        ]


class Match(models.Model):
    """A fingerprint meets an entry of a list."""

    item = models.ForeignKey(
        Item, on_delete=models.PROTECT, related_name="matches", db_comment="class: internal. The item."
    )
    fingerprint = models.ForeignKey(
        Fingerprint, on_delete=models.PROTECT, related_name="matches", db_comment="class: internal. What met."
    )
    list_id = models.CharField(max_length=80, db_comment="class: internal. The list's own id.")
    list_version = models.CharField(max_length=80, db_comment="class: internal. Version of the list.")
    entry = models.CharField(max_length=80, db_comment="class: internal. The entry's id in the list.")
    distance_bits = models.SmallIntegerField(
        null=True, db_comment="class: internal. Hamming distance, bits; empty for an exact kind."
    )
    status = models.CharField(
        max_length=WORD_CHARACTERS, db_comment="class: internal. known or candidate (decisions.md section 2)."
    )
    confirmed = models.CharField(
        max_length=WORD_CHARACTERS,
        blank=True,
        db_comment="class: internal. sha256, person, second_hash, or empty (decisions.md section 2).",
    )
    approved = models.BooleanField(
        db_comment="class: internal. The entry has the approvals that a notice or referral needs."
    )
    votes = models.PositiveSmallIntegerField(
        default=0, db_comment="class: internal. Independent people behind the entry, as it says."
    )
    legal_class = models.CharField(
        max_length=WORD_CHARACTERS, blank=True, db_comment="class: internal. Class of the entry."
    )
    reason = models.CharField(
        max_length=WORD_CHARACTERS, db_comment="class: internal. Why it is a match, a declared word."
    )
    made_at = models.DateTimeField(db_comment="class: internal. When it was found, UTC.")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["fingerprint", "list_id", "list_version", "entry"], name="cases_match_once"
            )
        ]


class Rating(models.Model):
    """A machine's opinion. It orders work and never decides."""

    item = models.ForeignKey(
        Item, on_delete=models.PROTECT, related_name="ratings", db_comment="class: internal. The item."
    )
    model = models.CharField(max_length=80, db_comment="class: internal. Name of the model.")
    model_version = models.CharField(max_length=80, db_comment="class: internal. Version of the model.")
    score = models.FloatField(db_comment="class: internal. 0 to 1, higher is more urgent.")
    reasons = models.JSONField(
        db_comment='class: internal. {"v": 1, "words": [...]}: declared words, the weightiest first.'
    )
    made_at = models.DateTimeField(db_comment="class: internal. When it was given, UTC.")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(score__gte=0) & models.Q(score__lte=1), name="cases_rating_is_a_share"
            )
        ]


class Verdict(models.Model):
    """What n independent assessments amount to. The last one of an item is in force."""

    item = models.ForeignKey(
        Item, on_delete=models.PROTECT, related_name="verdicts", db_comment="class: internal. The item."
    )
    legal_class = models.CharField(
        max_length=WORD_CHARACTERS,
        blank=True,
        db_comment="class: internal. csam, exploitative, adult_ncii, generated_csam; empty: nothing illegal.",
    )
    scheme = models.CharField(max_length=80, db_comment="class: internal. Classification scheme.")
    category = models.CharField(max_length=80, db_comment="class: internal. Category of the scheme.")
    votes = models.PositiveSmallIntegerField(db_comment="class: internal. Independent assessments behind it.")
    organisations = models.PositiveSmallIntegerField(
        db_comment="class: internal. Organisations that they come from."
    )
    log_index = models.BigIntegerField(
        db_comment="class: public. Index of the leaf in the transparency log that says so."
    )
    made_at = models.DateTimeField(db_comment="class: internal. When it was reached, UTC.")

"""Who has which item before them, what they saw of it, and what they say it is. Shape only."""

from __future__ import annotations

from typing import Final

from django.db import models
from django.db.models import Q

from tutela.hotline.cases.models import ID_CHARACTERS, WORD_CHARACTERS, Item, Sighting
from tutela.hotline.review.acts import CERTAINTIES, ENDINGS, LEVELS, OUTCOMES, SITE_KINDS, STAGES
from tutela.kernel.ids import new_id

#: Of a scheme's category and its elements (kernel.taxonomy).
CATEGORY_CHARACTERS: Final = 80


def new_exposure_id() -> str:
    """An id of an exposure."""
    return new_id("exp_")


def new_assessment_id() -> str:
    """An id of an assessment."""
    return new_id("asm_")


class Lease(models.Model):
    """That somebody has an item before them for a while. A group has one row for each item, of one turn."""

    item = models.ForeignKey(
        Item, on_delete=models.PROTECT, related_name="leases", db_comment="class: internal. The item."
    )
    turn = models.CharField(
        max_length=ID_CHARACTERS,
        db_index=True,
        db_comment="class: internal. Id of the handing out, trn_ and 160 random bits; one for a whole group.",
    )
    who = models.CharField(max_length=ID_CHARACTERS, db_comment="class: staff. Person who has it.")
    taken_at = models.DateTimeField(db_comment="class: staff. When it was handed out, UTC.")
    until = models.DateTimeField(db_comment="class: staff. From when on somebody else may have it, UTC.")
    ended_at = models.DateTimeField(null=True, db_comment="class: staff. When it ended, UTC; else empty.")
    how_ended = models.CharField(
        max_length=WORD_CHARACTERS,
        blank=True,
        db_comment="class: staff. assessed, returned, lapsed; empty while it lasts.",
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["item"], condition=Q(ended_at__isnull=True), name="review_lease_of_one"
            ),
            models.CheckConstraint(
                condition=Q(ended_at__isnull=True, how_ended="")
                | Q(ended_at__isnull=False, how_ended__in=ENDINGS),
                name="review_lease_ending",
            ),
        ]
        indexes = [models.Index(fields=["who", "ended_at"], name="review_lease_of_person")]


class Exposure(models.Model):
    """What one person saw of one item: reveal level, samples, seconds."""

    public_id = models.CharField(
        max_length=ID_CHARACTERS,
        unique=True,
        default=new_exposure_id,
        editable=False,
        db_comment="class: internal. Id that may be shown, exp_ and 160 random bits.",
    )
    item = models.ForeignKey(
        Item, on_delete=models.PROTECT, related_name="exposures", db_comment="class: internal. The item."
    )
    sighting = models.ForeignKey(
        Sighting,
        on_delete=models.PROTECT,
        related_name="exposures",
        db_comment="class: internal. The sighting whose bytes were shown.",
    )
    who = models.CharField(max_length=ID_CHARACTERS, db_comment="class: staff. Person who saw it.")
    turn = models.CharField(
        max_length=ID_CHARACTERS,
        blank=True,
        db_comment="class: internal. Handing out in which it was shown; empty: a second look.",
    )
    level = models.CharField(
        max_length=WORD_CHARACTERS, db_comment="class: internal. What was shown: protected."
    )
    tiles = models.PositiveSmallIntegerField(
        default=0, db_comment="class: internal. Pictures of it that were shown, a count."
    )
    pixels = models.PositiveIntegerField(
        default=0, db_comment="class: internal. Samples of all its tiles, a count: 4,096 each."
    )
    begun_at = models.DateTimeField(db_comment="class: staff. When it was shown, UTC.")
    ended_at = models.DateTimeField(
        null=True, db_comment="class: staff. When the display ended, UTC; empty while it lasts."
    )
    seconds = models.FloatField(
        null=True, db_comment="class: staff. How long it was shown, seconds; empty while it lasts."
    )
    how_ended = models.CharField(
        max_length=WORD_CHARACTERS,
        blank=True,
        db_comment="class: staff. assessed, returned, next, lapsed, nothing; empty while it lasts.",
    )

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(level__in=LEVELS), name="review_exposure_level"),
            models.CheckConstraint(
                condition=Q(ended_at__isnull=True, seconds__isnull=True, how_ended="")
                | Q(ended_at__isnull=False, seconds__gte=0, how_ended__in=ENDINGS),
                name="review_exposure_ending",
            ),
        ]
        indexes = [
            models.Index(fields=["who", "begun_at"], name="review_exposure_of_person"),
            models.Index(fields=["item", "who"], name="review_exposure_of_item"),
        ]


class Assessment(models.Model):
    """One person's classification, with what they were shown. The latest that is not withdrawn counts."""

    public_id = models.CharField(
        max_length=ID_CHARACTERS,
        unique=True,
        default=new_assessment_id,
        editable=False,
        db_comment="class: internal. Id that may be shown, asm_ and 160 random bits.",
    )
    item = models.ForeignKey(
        Item, on_delete=models.PROTECT, related_name="assessments", db_comment="class: internal. The item."
    )
    exposure = models.ForeignKey(
        Exposure,
        on_delete=models.PROTECT,
        null=True,
        related_name="assessments",
        db_comment="class: internal. What it rests on; of a page one of what stood on it; else empty.",
    )
    who = models.CharField(max_length=ID_CHARACTERS, db_comment="class: staff. Person whose word it is.")
    key = models.CharField(
        max_length=WORD_CHARACTERS * 2,
        db_comment="class: staff. Name of the credential that they signed in with, not the credential.",
    )
    organisation = models.CharField(
        max_length=200, db_comment="class: internal. House that they work for, as its mandate names it."
    )
    jurisdiction = models.CharField(
        max_length=WORD_CHARACTERS, db_comment="class: internal. Whose law that house stands under."
    )
    vouched = models.CharField(
        max_length=WORD_CHARACTERS,
        blank=True,
        db_comment="class: staff. How they were vouched for: roster, colleagues; empty: not.",
    )
    stage = models.CharField(max_length=WORD_CHARACTERS, db_comment="class: internal. first or second look.")
    outcome = models.CharField(
        max_length=WORD_CHARACTERS,
        db_comment="class: internal. illegal, not_illegal, out_of_scope, cannot_judge.",
    )
    legal_class = models.CharField(
        max_length=WORD_CHARACTERS,
        blank=True,
        db_comment="class: internal. csam, exploitative, adult_ncii, generated_csam; empty: not illegal.",
    )
    scheme = models.CharField(
        max_length=CATEGORY_CHARACTERS, blank=True, db_comment="class: internal. Classification scheme."
    )
    category = models.CharField(
        max_length=CATEGORY_CHARACTERS, blank=True, db_comment="class: internal. Category of the scheme."
    )
    severity = models.PositiveSmallIntegerField(
        null=True,
        db_comment="class: internal. Place of the category in its scheme's own order; empty: it has none.",
    )
    elements = models.JSONField(
        default=dict,
        db_comment='class: internal. {"v": 1, NAME: VALUE}: what the scheme asks beside the category, such '
        "as age and sex, by the scheme's own words.",
    )
    site_kind = models.CharField(
        max_length=WORD_CHARACTERS, default="unknown", db_comment="class: internal. Kind of the site."
    )
    self_generated = models.CharField(
        max_length=WORD_CHARACTERS, default="unknown", db_comment="class: internal. yes, no, unknown."
    )
    commercial = models.CharField(
        max_length=WORD_CHARACTERS, default="unknown", db_comment="class: internal. yes, no, unknown."
    )
    made_at = models.DateTimeField(db_comment="class: internal. When it was given, UTC.")
    withdrawn_at = models.DateTimeField(
        null=True, db_comment="class: internal. When its author took it back, UTC; else empty."
    )
    second_look_due = models.DateTimeField(
        null=True,
        db_comment="class: internal. Until when a second person has to look at what followed from this one, "
        "UTC; empty: nobody has to.",
    )
    log_index = models.BigIntegerField(
        db_comment="class: public. Index of the leaf in the transparency log that says so."
    )

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(outcome="illegal") & ~Q(legal_class="") & ~Q(category="")
                | ~Q(outcome="illegal") & Q(legal_class=""),
                name="review_assessment_class",
            ),
            models.CheckConstraint(
                condition=Q(
                    outcome__in=OUTCOMES,
                    stage__in=STAGES,
                    site_kind__in=SITE_KINDS,
                    self_generated__in=CERTAINTIES,
                    commercial__in=CERTAINTIES,
                ),
                name="review_assessment_words",
            ),
            models.CheckConstraint(
                condition=Q(exposure__isnull=False) | ~Q(outcome__in=("illegal", "not_illegal")),
                name="review_assessment_was_seen",
            ),
            models.UniqueConstraint(
                fields=["item", "who"],
                condition=Q(withdrawn_at__isnull=True),
                name="review_assessment_once_a_person",
            ),
        ]
        indexes = [
            models.Index(
                fields=["second_look_due"],
                condition=Q(second_look_due__isnull=False),
                name="review_second_look",
            )
        ]

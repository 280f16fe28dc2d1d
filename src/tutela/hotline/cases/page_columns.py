"""What a sighting keeps where it stood on a page, or is one: the shape of these columns, no behaviour."""

from __future__ import annotations

from django.db import models

#: Characters of a word of our own.
WORD_CHARACTERS = 40
#: Hexadecimal characters of a SHA-256 or of an HMAC-SHA-256.
DIGEST_CHARACTERS = 64
#: Hexadecimal characters of the 64 bits that similar texts nearly share.
SIMHASH_CHARACTERS = 16


class FoundOnPage(models.Model):
    """The page on which an address stood and how, what its host is told; of a page the signs of its text."""

    found_on = models.ForeignKey(
        "self",
        on_delete=models.PROTECT,
        null=True,
        related_name="found",
        db_comment="class: internal. The sighting of the page on which its address stood, or whose "
        "address led there; else none.",
    )
    found_as = models.CharField(
        max_length=WORD_CHARACTERS,
        blank=True,
        db_comment="class: internal. How the page shows it: picture, film, frame, style, link; redirect: "
        "another host leads there; else empty.",
    )
    level = models.PositiveSmallIntegerField(
        default=0, db_comment="class: internal. Pages between it and what was reported, a count."
    )
    referrer_sealed = models.BinaryField(
        default=b"",
        db_comment="class: victim. The page that led there, sealed to the vault's epoch; said to the host.",
    )
    referrer_for_fetch = models.BinaryField(
        default=b"",
        db_comment="class: victim. The same, sealed to the fetch key; emptied with url_for_fetch.",
    )
    trouble = models.CharField(
        max_length=WORD_CHARACTERS,
        blank=True,
        db_comment="class: internal. Why the last fetch brought nothing, or nothing that opens.",
    )
    text_bytes = models.BigIntegerField(
        null=True, db_comment="class: internal. Of a page: bytes of its visible text."
    )
    text_digest = models.CharField(
        max_length=DIGEST_CHARACTERS,
        blank=True,
        db_comment="class: victim. Of a page: HMAC-SHA-256 of its visible text under the index key, hex.",
    )
    text_simhash = models.CharField(
        max_length=SIMHASH_CHARACTERS,
        blank=True,
        db_comment="class: victim. Of a page: 64 bits that similar texts nearly share, hex "
        "(detect.media.page_shapes).",
    )

    class Meta:
        abstract = True

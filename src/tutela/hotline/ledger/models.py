"""The ledger's three tables. Rows are added and never changed: triggers see to it (``triggers``)."""

from __future__ import annotations

from django.db import models


class LedgerEntry(models.Model):
    """That something was done, by whom, when: leaf number ``index`` of the RFC 6962 tree.

    The columns after ``leaf_hash`` repeat what the leaf says, for looking up; fsck compares them with it.
    """

    index = models.BigIntegerField(
        primary_key=True,
        db_column="leaf_index",
        db_comment="class: internal. Number of the leaf in the log, counted from 0 without a gap.",
    )
    leaf = models.BinaryField(
        db_comment="class: internal. Canonical JSON: act, actor, subject, time, facts; ids and words only."
    )
    leaf_hash = models.BinaryField(
        db_comment="class: internal. SHA-256 of 0x00 and the leaf (RFC 6962), 32 bytes."
    )
    act = models.CharField(
        max_length=60, db_comment="class: internal. Declared word of what was done; repeats the leaf."
    )
    actor_kind = models.CharField(
        max_length=10, db_comment="class: internal. person, process, public or custody; repeats the leaf."
    )
    actor = models.CharField(
        max_length=40, db_comment="class: staff. Id of a person or a process's word; repeats the leaf."
    )
    subject = models.CharField(
        max_length=40, db_comment="class: internal. Id of what it was done to, or empty; repeats the leaf."
    )
    at = models.DateTimeField(null=True, db_comment="class: internal. When, in UTC; repeats the leaf.")

    class Meta:
        indexes = [
            models.Index(fields=["subject", "index"], name="ledger_by_subject"),
            models.Index(fields=["actor", "index"], name="ledger_by_actor"),
        ]


class LedgerNode(models.Model):
    """The hash of a complete subtree above the leaves, by its place in the tree (``places``)."""

    place = models.BigIntegerField(
        primary_key=True,
        db_comment="class: internal. Number of the subtree when the tree is read from left to right.",
    )
    hash = models.BinaryField(
        db_comment="class: internal. SHA-256 of 0x01 and both children (RFC 6962), 32 bytes."
    )


class LedgerCheckpoint(models.Model):
    """What the log signed about its size and root; each one speaks of more leaves than the one before."""

    number = models.BigIntegerField(
        primary_key=True,
        db_comment="class: internal. Number of the checkpoint, counted from 0 without a gap.",
    )
    note = models.TextField(db_comment="class: public. The signed note (C2SP tlog-checkpoint).")

"""Whose hand it was, as columns keep it: a person by id, and the process that acted."""

from __future__ import annotations

from tutela.hotline.ledger.actors import Actor


def process_of(actor: Actor) -> str:
    """The process that somebody acts through: staff by the desk, the public by its own."""
    return actor.name if actor.kind == "process" else {"person": "desk"}.get(actor.kind, "public")


def person_of(actor: Actor) -> str:
    """The id of a person; an empty text for a process and for the public."""
    return actor.name if actor.kind == "person" else ""

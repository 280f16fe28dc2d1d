"""Which jobs a worker can do at all: its kinds, in a shape that its handlers read."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from django.db.models import Q

from tutela.hotline.work.handlers import handler_of


def readable(kinds: Collection[str]) -> Q:
    """Jobs of these kinds whose arguments their handlers here read: an old worker leaves a newer shape alone.

    Raises LookupError for a kind without handler.
    """
    found = Q(pk__in=[])
    for version in {handler_of(kind).version for kind in kinds}:
        of_version = [kind for kind in kinds if handler_of(kind).version == version]
        found |= Q(kind__in=of_version, version__lte=version)
    return found


def shapes_read(kinds: Collection[str]) -> Sequence[tuple[str, int]]:
    """(kind, newest shape of arguments that its handler here reads). Raises LookupError likewise."""
    return [(kind, handler_of(kind).version) for kind in kinds]

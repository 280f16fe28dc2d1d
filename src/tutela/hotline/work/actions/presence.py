"""Signs of life of workers: who runs, for the page, and to tell an operator of two with one name."""

from __future__ import annotations

from datetime import timedelta

from django.db import transaction

from tutela.hotline.work.models import Presence
from tutela.kernel.clock import Clock

#: Seconds after which a worker that went without a word is forgotten: a day, for somebody to notice.
FORGOTTEN_SECONDS = 86_400.0


def say_present(instance: str, name: str, finished: int, failed: int, *, clock: Clock) -> None:
    """None; the worker's row says that it lives, and what it did so far."""
    now = clock.now()
    with transaction.atomic():
        told = {"name": name, "seen": now, "finished": finished, "failed": failed}
        Presence.objects.update_or_create(
            instance=instance, defaults=told, create_defaults=told | {"started": now}
        )
        Presence.objects.filter(seen__lt=now - timedelta(seconds=FORGOTTEN_SECONDS)).delete()


def say_gone(instance: str) -> None:
    """None; the worker ended in order, and nobody needs to look for it."""
    Presence.objects.filter(instance=instance).delete()

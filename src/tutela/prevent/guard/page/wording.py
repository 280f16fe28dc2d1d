"""Choices, wishes and times in the sentences of one language. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from tutela.prevent.guard.person.loosening import HOSTS, Change
from tutela.prevent.guard.person.waits import LEAVING, PAUSE, Wait, Waits
from tutela.prevent.guard.person.words import Words

#: The names of the languages in themselves.
LANGUAGE_NAMES: Mapping[str, str] = {
    "en": "English",
    "es": "Español",
    "pt": "Português",
    "fr": "Français",
    "de": "Deutsch",
    "nl": "Nederlands",
}
#: Languages that are written from right to left, for when one of them comes.
_RIGHT_TO_LEFT = frozenset({"ar", "fa", "he", "ur"})
#: Fields that are on or off.
SWITCHES = ("known_lists", "classifier", "adult", "screen", "keep_nothing")


def direction(language: str) -> str:
    """The ``dir`` of a page in this language."""
    return "rtl" if language in _RIGHT_TO_LEFT else "ltr"


def value_said(words: Words, field: str, value: Any) -> str:
    """What a field of the policy says where it has this value, as an item of a list."""
    if field in SWITCHES:
        name = "page.switched_on" if value else "page.switched_off"
        return words.say(name, what=words.say(f"choose.{field}"))
    if field == "delay_hours":
        return f"{words.say('choose.delay')}: {words.say(f'choices.delay_{value}')}"
    stem = "after" if field == "after_block" else field
    return words.say(f"choices.{stem}_{value}".replace("-", "_"))


def delay_said(words: Words, hours: int) -> str:
    """The delay in the middle of a sentence."""
    said = words.say(f"choices.delay_{hours}")
    return said[0].lower() + said[1:]


def wish_said(words: Words, wait: Wait) -> str:
    """What a wait waits for."""
    if wait.field == LEAVING:
        return words.say("choose.leave_wish")
    if wait.field == PAUSE:
        return words.say("choose.pause_of", minutes=wait.value)
    if wait.field == HOSTS:
        return words.say("choose.host_added", host=wait.value)
    return value_said(words, wait.field, wait.value)


def change_said(words: Words, change: Change) -> tuple[str, ...]:
    """What a change says: one item, or one for each host."""
    if change.field != HOSTS:
        return (value_said(words, change.field, change.after),)
    gone, added = (
        set(change.before) - set(change.after),
        set(change.after) - set(change.before),
    )
    return (
        *(words.say("choose.host_gone", host=host) for host in sorted(gone)),
        *(words.say("choose.host_added", host=host) for host in sorted(added)),
    )


def moment_said(moment: datetime) -> str:
    """A moment in the time of this device, in digits that every language reads: 2026-01-31 13:05."""
    return moment.astimezone().strftime("%Y-%m-%d %H:%M")


def later_said(now: datetime, seconds: float) -> str:
    """The moment so many seconds after ``now``, not earlier than it will be."""
    return moment_said(now + timedelta(seconds=seconds + 59))


def pause_minutes_left(waits: Waits) -> int:
    """Minutes that the pause that runs has left, as of ``waits.last``; 0 where none runs."""
    pause = waits.pause
    if pause is None:
        return 0
    return max(0, int((pause.until_boot_seconds - waits.last.boot_seconds) // 60) + 1)

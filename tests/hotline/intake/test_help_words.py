from __future__ import annotations

from tutela.hotline.intake.help_words import KINDS, NOTES
from tutela.kernel.help import contacts


def test_everything_that_the_directory_says_has_words() -> None:
    assert {one.kind for one in contacts()} <= set(KINDS)
    assert {note for one in contacts() for note in one.notes} <= set(NOTES)

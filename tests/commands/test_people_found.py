from __future__ import annotations

from tutela.commands.people_found import ROLE_WORDS
from tutela.hotline.people.roles import ROLES


def test_the_words_of_the_command_are_the_roles() -> None:
    assert tuple(ROLES) == ROLE_WORDS

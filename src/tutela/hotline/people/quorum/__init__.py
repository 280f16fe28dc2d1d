"""How many independent people a consequence needs, as signed configuration with a floor in the code.

``quorum_in_force().decide("notice_unknown", votes)`` says whether it may come to pass, and what is lacking.
"""

from tutela.hotline.people.quorum.consequences import CONSEQUENCES, Consequence
from tutela.hotline.people.quorum.deciding import (
    Decision,
    SecondLook,
    Tally,
    Vote,
    Vouched,
    decide,
    second_look,
)
from tutela.hotline.people.quorum.needs import LOOKS, Look, Need
from tutela.hotline.people.quorum.reading import QUORUM, Quorum, profile_text, quorum_in_force

__all__ = [
    "CONSEQUENCES",
    "LOOKS",
    "QUORUM",
    "Consequence",
    "Decision",
    "Look",
    "Need",
    "Quorum",
    "SecondLook",
    "Tally",
    "Vote",
    "Vouched",
    "decide",
    "profile_text",
    "quorum_in_force",
    "second_look",
]

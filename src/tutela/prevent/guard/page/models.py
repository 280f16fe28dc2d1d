"""Whether what the person switches on is there: a model that is not would hold every picture back at once,
and switching it off again would wait as long as they chose.
"""

from __future__ import annotations

from tutela.kernel.errors import TutelaError, Unavailable
from tutela.prevent.guard.classes.chosen import read_classes
from tutela.prevent.guard.classes.shipped import FOLDER, shipped_card
from tutela.prevent.guard.classes.weights import find_weights
from tutela.prevent.guard.person.folder import Folder
from tutela.prevent.guard.person.policy import Policy


def missing(before: Policy, wanted: Policy, folder: Folder) -> str:
    """The name of the sentence for the model that would be missing; empty where none would."""
    if wanted.classifier and not before.classifier and not _named(folder):
        return "choose.no_classifier"
    if wanted.adult and not before.adult and not adult_installed():
        return "choose.no_adult"
    return ""


def _named(folder: Folder) -> bool:
    try:
        return bool(read_classes(folder))
    except Unavailable:
        return False


def adult_installed() -> bool:
    """Whether the package with the weights for adult content is installed, in the version of its card."""
    try:
        weights = shipped_card("adult").weights
        return find_weights(weights, FOLDER).is_file()
    except TutelaError:
        return False

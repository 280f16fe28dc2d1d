"""The classifiers that tutela brings: a harmless stand-in, and an adult-content model if installed.

Neither runs unless the person switched it on. Their cards are pinned here; the weights of the second are not
part of tutela and are no dependency: they are looked for in the package that the card names.
"""

from __future__ import annotations

from pathlib import Path
from typing import Final

from tutela.kernel.errors import Unavailable
from tutela.prevent.guard.classes.asking import ClassifierProcess
from tutela.prevent.guard.classes.cards import Card, read_card
from tutela.prevent.guard.classes.weights import find_weights, open_weights

#: Where the cards are, and the weights of the first.
FOLDER: Final = Path(__file__).parent / "models"
#: Card and SHA-256 of its text.
PINNED: Final = {
    "stand-in": "8a5afa3048e37c9d35b6620998baadfa9324b1552db516272d0aa6fc4ef042f6",
    "adult": "2b6679b81f3f79974073ac757799bf3102a64ffdf6756314c8676431c0117e23",
}


def shipped_card(name: str) -> Card:
    """The card of this name. Raises Unavailable where the file is missing, Refused where it was altered."""
    try:
        text = (FOLDER / f"{name}.toml").read_text(encoding="utf-8")
    except OSError as error:
        raise Unavailable(f"the model card of {name} is missing") from error
    return read_card(text, pinned_sha256=PINNED[name])


def stand_in(*, lockdown_required: bool = True) -> ClassifierProcess:
    """The class of ``charts``: a checker that no natural picture is."""
    return _process("stand-in", lockdown_required=lockdown_required)


def adult(*, lockdown_required: bool = True) -> ClassifierProcess:
    """Adult content by open_nsfw, if the package of its card is installed; it knows nothing of age."""
    return _process("adult", lockdown_required=lockdown_required)


def _process(name: str, *, lockdown_required: bool) -> ClassifierProcess:
    card = shipped_card(name)
    wanted = card.weights
    return ClassifierProcess(
        card,
        lambda: open_weights(find_weights(wanted, FOLDER), wanted),
        lockdown_required=lockdown_required,
    )

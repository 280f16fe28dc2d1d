"""What can be done: every act that the ledger may hold is declared with a sentence, in its own app.

Each app has a module ``acts.py`` that calls ``declare_acts`` when its AppConfig is ready. What is not
declared cannot be recorded: that is a fault of the program, and its test finds it.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Mapping
from dataclasses import dataclass

from tutela.kernel.log import declare_words

_WORD = re.compile(r"[a-z]{2,}(_[a-z]{1,20}){0,6}")
#: Characters of the longest act: what the log's lines take for a word (kernel.log).
WORD_LENGTH_MAX = 40


@dataclass(frozen=True, kw_only=True, slots=True)
class DeclaredAct:
    """An act, what it says in a sentence, and the module that declared it."""

    word: str
    sentence: str
    module: str


_declared: dict[str, DeclaredAct] = {}

#: Entries that were signed are gone, as an older copy was restored; facts entries_signed, entries_found.
LOSS_ACCEPTED = "log_loss_accepted"
ACTS = {LOSS_ACCEPTED: "Entries of the log were lost, and the log goes on without them."}


def declare_acts(acts: Mapping[str, str]) -> None:
    """Let these acts be recorded: word to sentence, both literals. The page of the manual names the caller.

    Raises ValueError for a word that is no slug, a sentence that is none, or a word with two meanings.
    """
    module = str(sys._getframe(1).f_globals.get("__name__", ""))  # as namedtuple does it
    for word, sentence in acts.items():
        if not _WORD.fullmatch(word) or len(word) > WORD_LENGTH_MAX:
            raise ValueError("an act is a slug of lower-case letters and underscores, at most 40 long")
        if not sentence[:1].isupper() or not sentence.endswith("."):
            raise ValueError(f"the act {word} needs a sentence that says what was done")
        if word in _declared and _declared[word].sentence != sentence:
            raise ValueError(f"the act {word} is declared twice with different meanings")
        _declared[word] = DeclaredAct(word=word, sentence=sentence, module=module)
    declare_words(*acts)


def declare() -> None:
    """Return once this app's own acts may be recorded; called once, when Django starts."""
    declare_acts(ACTS)


def declared_acts() -> tuple[DeclaredAct, ...]:
    """Every act that may be recorded in this process, by module and word."""
    return tuple(sorted(_declared.values(), key=lambda one: (one.module, one.word)))


def sentence_of(act: str) -> str:
    """The sentence of a declared act; the word itself for one of another release."""
    return _declared[act].sentence if act in _declared else act


def check_declared(act: str) -> None:
    """Return where the act is declared. Raises ValueError."""
    if act not in _declared:
        raise ValueError(
            "this act is not declared: declare_acts in acts.py of its app, called when it is ready"
        )

"""The page of all acts that the ledger may hold, from the ``acts`` modules of the hotline's apps."""

from __future__ import annotations

from collections.abc import Iterator
from importlib import import_module
from importlib.util import find_spec
from itertools import groupby
from pkgutil import iter_modules
from typing import get_args

from tutela import hotline
from tutela.hotline.ledger.acts import DeclaredAct, declared_acts
from tutela.kernel.custody.records import Act

#: The apps of the hotline in the order of architecture.md; others come after them.
ORDER = (
    "ledger", "work", "people", "cases", "intake", "review", "takedown", "lists", "partners", "mailbox",
    "statistics",
)  # fmt: skip

TEXT = """# Acts

Everything that the ledger may hold is one of these acts: what is not declared cannot be recorded. An entry
holds the act, who did it (the id of a person, the word of a process, or the public), the id of what it was
done to, the time, and facts that are ids, numbers and words.

* [The ledger](../explanation/ledger.md): how entries become a log that nobody can change unnoticed.
* [Check the log](../how-to/check-the-log.md): how to read it, sign it and check it.
"""
CUSTODY = """## Steps of custody

What is done with a sealed object is an entry of another form, with the object's commitment, the tool, its
version and the configuration in force ([the vault](../explanation/vault.md)). In lists it stands as:
"""


def acts_page() -> str:
    """Every declared act with its sentence, by app."""
    parts = [TEXT]
    for app, acts in groupby(sorted(_acts(), key=_turn), key=_app):
        parts += [f"## {app}\n", "| act | says |", "|---|---|"]
        parts += [f"| `{one.word}` | {one.sentence} |" for one in sorted(acts, key=lambda one: one.word)]
        parts += [""]
    return "\n".join([*parts, CUSTODY, ", ".join(f"`custody_{word}`" for word in get_args(Act)) + "."])


def _acts() -> Iterator[DeclaredAct]:
    for app in iter_modules(hotline.__path__, "tutela.hotline."):
        if app.ispkg and find_spec(f"{app.name}.acts"):
            getattr(import_module(f"{app.name}.acts"), "declare", lambda: None)()
    yield from (one for one in declared_acts() if one.module.startswith("tutela.hotline."))


def _app(act: DeclaredAct) -> str:
    return act.module.split(".")[2]


def _turn(act: DeclaredAct) -> tuple[int, str]:
    app = _app(act)
    return (ORDER.index(app) if app in ORDER else len(ORDER), app)

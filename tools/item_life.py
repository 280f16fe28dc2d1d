"""The table of an item's life in the manual, written from ``hotline/cases/states.py``.

``python -m tools.item_life`` puts it between the marks of ``docs/explanation/item-life.md``.
"""

from __future__ import annotations

import re
import sys
from pathlib import Path

from tutela.hotline.cases.states import CLOSING_REASONS, HOLDING_REASONS, STATES, TABLE, TERMINAL

PAGE = Path(__file__).resolve().parent.parent / "docs" / "explanation" / "item-life.md"
#: Steps that nearly every state has; they are said once.
_COMMON = frozenset({"held", "closed"})


def table() -> str:
    """Every step but those to and from ``held`` and ``closed``, as a table of Markdown."""
    rows = [
        f"| `{step.origin}` | `{step.to}` | {step.when} | {step.guard.asks if step.guard else ''} |"
        for step in sorted(TABLE, key=lambda step: STATES.index(step.origin))
        if step.to not in _COMMON and step.origin not in _COMMON
    ]
    return "\n".join(["| from | to | when | takes |", "|---|---|---|---|", *rows])


def reasons() -> str:
    """The reasons for closing and for holding, as a table of Markdown."""
    rows = [f"| `closed` | `{word}` | {says} |" for word, says in CLOSING_REASONS.items()]
    rows += [f"| `held` | `{word}` | {says} |" for word, says in HOLDING_REASONS.items()]
    return "\n".join(["| to | reason | says |", "|---|---|---|", *rows])


def main() -> int:
    """0 once the page holds both tables."""
    text = PAGE.read_text(encoding="utf-8")
    for mark, body in (("table", table()), ("reasons", reasons())):
        begin, end = f"<!-- {mark} -->", f"<!-- end of {mark} -->"
        wanted = f"{begin}\n\n{body}\n\n{end}"
        text, found = re.subn(f"{begin}.*?{end}", lambda _: wanted, text, flags=re.S)  # noqa: B023 - called at once
        if not found:
            print(f"the page has no mark {begin}")
            return 1
    PAGE.write_text(text, encoding="utf-8")
    print(f"{len(TABLE)} steps, {len(TERMINAL)} terminal state")
    return 0


if __name__ == "__main__":
    sys.exit(main())

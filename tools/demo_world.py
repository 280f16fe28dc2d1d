"""The tables of the demonstration's hosts in the manual, written from ``demo/world``.

``python -m tools.demo_world`` puts them between the marks of ``docs/explanation/demo-world.md``.
"""

from __future__ import annotations

import sys
from pathlib import Path

from tutela.demo.world.table import cast_page, misbehaving_page

PAGE = Path(__file__).resolve().parent.parent / "docs" / "explanation" / "demo-world.md"


def main() -> int:
    """0 once the page holds both tables."""
    text = PAGE.read_text(encoding="utf-8")
    for mark, body in (("cast", cast_page()), ("misbehaving", misbehaving_page())):
        begin, end = f"<!-- {mark} -->", f"<!-- end of {mark} -->"
        before, opened, rest = text.partition(begin)
        _, closed, after = rest.partition(end)
        if not opened or not closed:
            print(f"the page has no mark {begin}")
            return 1
        text = f"{before}{begin}\n\n{body}\n\n{end}{after}"
    PAGE.write_text(text, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())

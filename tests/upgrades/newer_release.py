"""``tutela`` as a newer release may be: everything it stores says more than this one knows.

``python -m tests.upgrades.newer_release serve match ...`` runs it; the processes that it starts come through
this module too, since they begin with the main module of the first.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from tests.upgrades.newer import MORE, add_columns, edit_json
from tutela.detect.matching import live_writer, tlist
from tutela.detect.matching.sections import SectionPlan, write_sections
from tutela.detect.service import applied, sqlite_log, standing, token_file


def says_more(render: Callable[..., Any]) -> Callable[..., Any]:
    """``render`` with unknown fields in the JSON object, and in each entry, that it makes."""

    def wider(*given: Any, **named: Any) -> Any:
        rendered = render(*given, **named)
        fields = json.loads(rendered)
        if "entries" in fields:
            fields["entries"] = [entry | MORE for entry in fields["entries"]]
        text = json.dumps(fields | MORE)
        return text.encode() if isinstance(rendered, bytes) else text

    return wider


def become_newer() -> None:
    """Replaces what renders stored JSON, by the name under which it is called."""
    for module, name in (
        (sqlite_log, "render_change"),
        (applied, "render_progress"),
        (standing, "render_standing"),
        (token_file, "serialized"),
        (live_writer, "render_addition"),
        (live_writer, "render_removals"),
        (live_writer, "render_head"),
    ):
        setattr(module, name, says_more(getattr(module, name)))
    write = write_sections

    def wider(path: Path, header: Mapping[str, Any], plans: list[SectionPlan]) -> None:
        write(path, {**header, **MORE}, plans)

    vars(tlist)["write_sections"] = wider


def migrate(folder: Path) -> None:
    """What a newer release does to the data folder when it starts for the first time."""
    add_columns(folder / "changes.sqlite", ("changes", "meta"))
    add_columns(folder / "hooks.sqlite", ("letters", "endpoints", "meta"))
    edit_json(folder / "tokens.json", lambda tree: tree | {"tokens": [row | MORE for row in tree["tokens"]]})


become_newer()

if __name__ == "__main__":
    from tutela.cli import main

    main()

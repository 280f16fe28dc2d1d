"""``tutela hash``: the fingerprints of single files."""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from tutela.commands.choices import (
    EXIT_NOTHING,
    EXIT_UNREAD,
    json_option,
    media_options,
    open_pool,
    recipe_in_force,
    warn_of_missing_layers,
)

if TYPE_CHECKING:
    from tutela.detect.fingerprints.files import Fingerprinter
    from tutela.detect.fingerprints.shapes import FileFingerprints, Fingerprint

#: Hexadecimal digits of a hash that fit a terminal line beside its form.
_FORM_WIDTH = 16


@click.command("hash", short_help="Print the fingerprints of files.")
@click.argument("files", nargs=-1, required=True, metavar="FILE...")
@media_options
@click.option("--all-forms", is_flag=True, help="Also the seven turned and mirrored forms.")
@json_option
@click.pass_obj
def command(
    config: Path | None, /, files: Sequence[str], *, all_forms: bool, as_json: bool, **chosen: Any
) -> int:
    """Print MD5, SHA-1, SHA-256 and the PDQ of every shown form of each FILE.

    Containers are not opened here: tutela match and tutela scan look inside.
    Exit codes: 0 all files were read, 3 some could not be read.

    \b
    Example:
      tutela hash --json photo.jpg
    """
    from tutela.detect.fingerprints.files import Fingerprinter

    recipe = recipe_in_force(config, **chosen)
    unread = 0
    with open_pool(recipe, workers=1) as pool:
        warn_of_missing_layers(pool)
        printer = Fingerprinter(pool, recipe.ask(), dihedral=all_forms, hashers=recipe.picked_hashers())
        for path in files:
            row, ordinary = _row(printer, path)
            unread += not ordinary
            click.echo(json.dumps(row) if as_json else _text(row))
    return EXIT_UNREAD if unread else EXIT_NOTHING


def _row(printer: Fingerprinter, path: str) -> tuple[dict[str, Any], bool]:
    """The JSON object of one file, and whether it could be read."""
    from tutela.detect.scan.sources.folders import open_file, reason_of

    try:
        fd = open_file(os.fsencode(path))
    except OSError as error:
        return _json_row(path, None, reason_of(error)), False
    try:
        prints = printer.fingerprint(fd, name_hint=os.path.basename(path))
    finally:
        os.close(fd)
    trouble = prints.trouble
    return _json_row(path, prints, _reason(prints)), trouble is None or trouble.kind == "not_media"


def _json_row(path: str, prints: FileFingerprints | None, reason: str | None) -> dict[str, Any]:
    digests = {
        kind: (prints.digest(kind).hex() or None) if prints else None for kind in ("sha256", "sha1", "md5")
    }
    forms = [_form(p) for p in prints.prints if p.form != "file"] if prints else []
    return {"path": path, **digests, "forms": forms, "unhashable": reason}


def _form(print_: Fingerprint) -> dict[str, Any]:
    return {
        "form": print_.form,
        "kind": print_.kind,
        "value": print_.value.hex(),
        "quality": print_.quality,
        "mode": print_.mode,
    }


def _reason(prints: FileFingerprints) -> str | None:
    """Why no form was hashed, or why not all of them; None when nothing is missing."""
    if prints.trouble is not None:
        return prints.trouble.reason
    hashed = any(p.form != "file" for p in prints.prints)
    return None if hashed or not prints.unhashable else prints.unhashable[0].reason


def _text(row: dict[str, Any]) -> str:
    lines = [_visible(row["path"])]
    lines += [f"  {kind:<{_FORM_WIDTH}} {row[kind] or '-'}" for kind in ("sha256", "sha1", "md5")]
    lines += [
        f"  {form['form']:<{_FORM_WIDTH}} {form['value']}  "
        f"{form['kind']}, quality {form['quality']}, {form['mode']}"
        for form in row["forms"]
    ]
    if row["unhashable"]:
        lines.append(f"  not hashed: {row['unhashable']}")
    return "\n".join(lines)


def _visible(path: str) -> str:
    from tutela.detect.scan.visible import visible

    return visible(path)

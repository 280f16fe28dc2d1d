"""``tutela guard add-list``: a sealed list of known pictures onto this device."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

from tutela.commands.device_lists import told
from tutela.commands.guard_device import folder_option, its_choices, its_folder
from tutela.kernel.errors import Invalid

if TYPE_CHECKING:
    from tutela.detect.matching.bundles.content import Content
    from tutela.detect.matching.bundles.trust import Trust
    from tutela.prevent.guard.person.folder import Folder

#: Bytes of the key of a list's PDQ values.
_KEY_BYTES = 32
_file = click.Path(path_type=Path, dir_okay=False, exists=True)


@click.command("add-list", short_help="Put a sealed list of known pictures in place, or a newer version.")
@click.argument("path", type=_file, metavar="LIST")
@click.option("--trust", type=_file, required=True, metavar="FILE", help="Who may publish and approve it.")
@click.option("--prints-key", type=_file, metavar="FILE", help="The key of its PDQ values, if it has some.")
@folder_option
def command(path: Path, *, trust: Path, prints_key: Path | None, folder: Path | None) -> int:
    """Put a sealed list in place once it was opened with every check; known pictures are on from then on.

    \b
    Example:
      tutela guard add-list devices.tdevice --trust devices.trust --prints-key devices.key
    """
    found = its_folder(folder)
    content = put_list(found, path, trust, prints_key)
    choices = its_choices(found)
    choices.ask(replace(choices.policy(), known_lists=True))
    click.echo(told(content).strip())
    return 0


def put_list(folder: Folder, path: Path, trust: Path, prints_key: Path | None) -> Content:
    """What the list says of itself, once it is in place. Raises as ``add_list``."""
    from tutela.kernel.clock import SystemClock
    from tutela.prevent.guard.lists.files import read_bundle
    from tutela.prevent.guard.lists.installed import add_list

    return add_list(
        folder, read_bundle(path)[1], read_trust(trust), read_prints_key(prints_key), SystemClock()
    )


def check_list(path: Path, trust: Path, prints_key: Path | None) -> None:
    """Returns where the list can be opened on this device. Raises as ``open_bundle``."""
    from tutela.kernel.clock import SystemClock
    from tutela.prevent.guard.lists.files import read_bundle
    from tutela.prevent.guard.lists.installed import opened

    opened(read_bundle(path)[1], read_trust(trust), read_prints_key(prints_key), SystemClock())


def read_trust(path: Path) -> Trust:
    """Whom a list is trusted by (``tutela list trust``). Raises Invalid."""
    from tutela.detect.matching.bundles.trust import parse_trust

    try:
        return parse_trust(path.read_bytes())
    except ValueError as error:
        raise Invalid(str(error), field="--trust") from error


def read_prints_key(path: Path | None) -> bytes:
    """The key in the file; empty for no file. Raises Invalid."""
    key = b"" if path is None else path.read_bytes()
    if path is not None and len(key) != _KEY_BYTES:
        raise Invalid(f"the key of PDQ values has {_KEY_BYTES} bytes", field="--prints-key")
    return key

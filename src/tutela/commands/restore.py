"""``tutela restore``: a hotline brought back from a backup, into an empty house."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

import click

from tutela.kernel.errors import Invalid, Unavailable
from tutela.kernel.settings import home

if TYPE_CHECKING:
    from tutela.hotline.backups.restoring import Restored
    from tutela.kernel.custody.notes import NoteKey

#: Bytes of the largest key file and checkpoint that are read (our own).
_FILE_BYTES_MAX = 65_536
_PATH = click.Path(path_type=Path, dir_okay=False)


@click.command("restore", short_help="Bring a hotline back from a backup, into an empty house.")
@click.argument("file", type=_PATH)
@click.option("--key", "key_file", type=_PATH, required=True, help="File with the secret key of the backup.")
@click.option(
    "--log", "log_file", type=_PATH, required=True, help="Copy of log.pub of the house that made it."
)
@click.option(
    "--keys-key", "keys_file", type=_PATH, help="File with the secret key of the keys (backup --keys-to)."
)
@click.option("--checkpoint", type=_PATH, help="Newest checkpoint that is known, such as a witness's copy.")
@click.pass_obj
def command(
    config: Path | None,
    /,
    *,
    file: Path,
    key_file: Path,
    log_file: Path,
    keys_file: Path | None,
    checkpoint: Path | None,
) -> int:
    """Bring a hotline back from the backup FILE into TUTELA_HOME, which must be empty or missing.

    Nothing is sent again by itself: every notice that might have gone out after the backup is in doubt, and
    waits for the mail server's own log or for a person. What was destroyed stays destroyed. With a newer
    checkpoint the command says how many entries of the log are lost. Keys that were sealed to another key
    stay so without --keys-key, and nothing starts before they are there.

    Exit codes: 0 all of the log is here as far as is known, 1 entries are lost.

    \b
    Example:
      tutela restore hotline.backup --key backup.key --log log.pub
    """
    from tutela.commands.backup_places import places_of
    from tutela.config import load
    from tutela.web.starting import start_django

    os.umask(0o077)
    secret, log = _secret(key_file, "--key"), _log_key(log_file)
    keys_secret = _secret(keys_file, "--keys-key") if keys_file else ""
    settings = load(config)
    start_django()
    from tutela.hotline.backups.restoring import restore

    with _opened(file) as source:
        done = restore(
            source,
            secret,
            places_of(settings, home()),
            log,
            checkpoint=_text(checkpoint) if checkpoint else "",
            keys_secret=keys_secret,
        )
    _say(done)
    return 1 if done.lost else 0


def _say(done: Restored) -> None:
    click.echo(
        f"back from the backup of {done.made} (release {done.release}): {done.files:,} files, "
        f"{done.entries:,} entries of the log"
    )
    if done.in_doubt:
        click.echo(f"{done.in_doubt:,} notices are in doubt and wait for evidence or for a person", err=True)
    if done.referrals_in_doubt:
        click.echo(f"{done.referrals_in_doubt:,} referrals by mail are in doubt: ask the partners", err=True)
    if done.lost:
        click.echo(f"LOST: {done.lost:,} entries of the log that were made after the backup", err=True)
    if done.lost is None:
        click.echo("whether the log went on after it nobody can tell without a later checkpoint", err=True)
    if done.keys_sealed:
        click.echo(
            "keys of log, index and sign-in are still sealed: age -d -i KEY keys.age | tar x, rm keys.age",
            err=True,
        )
    click.echo("next: tutela keys restore, with the shares; then tutela hotline check", err=True)


def _secret(path: Path, option: str) -> str:
    """The secret key in the file. Raises Invalid, without quoting it."""
    from tutela.kernel.custody import age

    lines = [line.strip() for line in _text(path).splitlines() if line.strip() and not line.startswith("#")]
    try:
        age.public_of(lines[0])
    except (IndexError, ValueError) as error:
        raise Invalid("holds no secret key of the age format", field=option) from error
    return lines[0]


def _log_key(path: Path) -> NoteKey:
    from tutela.kernel.custody.notes import NoteKey

    try:
        return NoteKey.read(_text(path))
    except ValueError as error:
        raise Invalid(str(error), field="--log") from error


def _text(path: Path) -> str:
    with _opened(path) as file:
        return file.read(_FILE_BYTES_MAX).decode("utf-8", "replace")


def _opened(path: Path) -> BinaryIO:
    try:
        return path.open("rb")
    except OSError as error:
        raise Unavailable(f"{path.name} cannot be read") from error

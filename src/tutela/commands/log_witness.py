"""``tutela log witness``: the witness, on a machine that the log's house does not run."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import click

from tutela.commands.choices import json_option
from tutela.commands.log_ledger import read_text
from tutela.kernel.clock import SystemClock
from tutela.kernel.errors import Invalid, Refused
from tutela.kernel.settings import home

if TYPE_CHECKING:
    from tutela.kernel.custody.witness_files import FileWitnessStore

#: The witness's own folder in TUTELA_HOME, its key, and what it remembers of logs.
FOLDER, KEY, LOGS = "witness", "witness.key", "logs"


@click.group("witness", short_help="Witness another house's log, on another machine.")
def command() -> None:
    """Witness another house's log, on another machine, without a network or a database.

    A witness signs a checkpoint only if a proof shows that it continues the last one that it signed. Then
    nobody, not even the log's own house, can change what was before. It sees sizes and hashes, no entry.

    \b
    Example:
      tutela log witness init witness.test
    """


@command.command("init", short_help="Make the key of this witness.")
@click.argument("name")
@json_option
def init(*, name: str, as_json: bool) -> int:
    """Make the key of this witness, called NAME, and print its public half for the log's house.

    \b
    Example:
      tutela log witness init witness.test
    """
    from tutela.kernel.custody.note_keys import SigningKey, write_signing_key

    try:
        key = SigningKey.new(name)
    except ValueError as error:
        raise Invalid(
            "a witness's name has no spaces or plus signs: witness.example", field="name"
        ) from error
    write_signing_key(_folder() / KEY, key)
    public = str(key.witness_key)
    click.echo(json.dumps({"witness": name, "public_key": public}) if as_json else public)
    return 0


@command.command("add", short_help="Let this witness sign for a log.")
@click.argument("key")
def add(*, key: str) -> int:
    """Let this witness sign for the log with the public key KEY (what tutela log init printed there).

    \b
    Example:
      tutela log witness add "$(cat log.pub)"
    """
    from tutela.kernel.custody.notes import NoteKey

    try:
        known = NoteKey.read(key)
    except ValueError as error:
        raise Invalid(str(error), field="key") from error
    _store().add_log(known)
    click.echo(f"{known.name}: known")
    return 0


@command.command("sign", short_help="Sign a checkpoint that continues the last one.")
@click.argument("request", default="-")
def sign(*, request: str) -> int:
    """Sign what REQUEST asks (a file or standard input), and print the answer for the log's house.

    REQUEST is what tutela log checkpoint --since printed there (C2SP tlog-witness). A log that is not known,
    a proof that does not hold and a size that was not the last one are refused. Refused is an alarm: keep the
    request.

    \b
    Example:
      tutela log witness sign request.txt
    """
    from tutela.kernel.custody.note_keys import read_signing_key
    from tutela.kernel.custody.witness import Witness
    from tutela.kernel.custody.witness_requests import WitnessRequest, render_answer

    try:
        asked = WitnessRequest.read(read_text(request))
    except ValueError as error:
        raise Invalid(str(error), field="request") from error
    key, store = read_signing_key(_folder() / KEY), _store()
    witness = Witness(name=key.name, key=key.private, logs=store.logs(), store=store, clock=SystemClock())
    signature = witness.cosign(asked.note, asked.old_size, asked.proof)
    click.echo(render_answer([signature]), nl=False)
    return 0


@command.command("forget", short_help="Begin anew with a log that lost entries.")
@click.argument("log")
def forget(*, log: str) -> int:
    """Begin anew with LOG, whose house says that it lost entries. The last checkpoint is kept aside.

    Do it only when people of that house told you so themselves, and tutela log fsck there shows the loss as
    known. From then on this witness cannot tell what that house changed before.

    \b
    Example:
      tutela log witness forget hotline.test/log
    """
    size = _store().forget(log)
    click.echo(f"{log}: forgotten at {size:,} entries; the next request begins with old 0")
    return 0


@command.command("show", short_help="Show the logs that are known, or the last checkpoint of one.")
@click.argument("log", required=False)
@json_option
def show(*, log: str | None, as_json: bool) -> int:
    """Show the logs that this witness knows and the size it last signed; or LOG's last checkpoint.

    The log's house, or who checks it, gives that checkpoint to tutela log fsck --kept.

    \b
    Example:
      tutela log witness show
    """
    store = _store()
    if log is not None:
        note = store.last_note(log)
        if note is None:
            raise Refused("this witness signed nothing for a log of that name")
        click.echo(json.dumps({"log": log, "note": note}) if as_json else note, nl=as_json)
        return 0
    for one in store.logs():
        last = store.last(one.name)
        size = last.size if last else 0
        click.echo(
            json.dumps({"log": one.name, "size": size}) if as_json else f"{one.name}  {size:,} entries"
        )
    return 0


def _folder() -> Path:
    return home() / FOLDER


def _store() -> FileWitnessStore:
    from tutela.kernel.custody.witness_files import FileWitnessStore

    return FileWitnessStore(_folder() / LOGS)

"""``tutela log cosigned``: what a witness answered is kept beside the database."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

import click

from tutela.commands.choices import json_option
from tutela.commands.log_ledger import ledger, read_text
from tutela.kernel.clock import iso_utc
from tutela.kernel.errors import Invalid
from tutela.kernel.settings import home


@click.command("cosigned", short_help="Keep what a witness signed.")
@click.argument("answer", default="-")
@click.option(
    "--witness",
    "untrusted_keys",
    multiple=True,
    required=True,
    metavar="KEY",
    help="The witness's public key, as it told you itself. Repeatable.",
)
@json_option
@click.pass_obj
def command(config: Path | None, /, *, answer: str, untrusted_keys: Sequence[str], as_json: bool) -> int:
    """Keep what a witness answered (ANSWER, a file or standard input) in TUTELA_HOME/checkpoints.

    The answer is checked against every checkpoint of this log; signatures of others are left aside.

    \b
    Example:
      tutela log cosigned answer.txt --witness KEY
    """
    from tutela.kernel.custody.checkpoints import WitnessKey

    try:
        witnesses = [WitnessKey.read(one) for one in untrusted_keys]
    except ValueError as error:
        raise Invalid(str(error), field="--witness") from error
    untrusted_answer = read_text(answer)
    with ledger(config):
        from tutela.hotline.ledger.kept import keep_cosigned
        from tutela.hotline.ledger.log_keys import log_public_key
        from tutela.hotline.ledger.queries import checkpoint_signed_by
        from tutela.kernel.custody.checkpoints import Checkpoint

        whole = checkpoint_signed_by(witnesses, untrusted_answer)
        note = keep_cosigned(home(), log_public_key(home()), witnesses, str(whole))
    size = Checkpoint.read(note.text).size
    times = {one.name: one.seconds(note) or 0 for one in witnesses}
    if as_json:
        click.echo(json.dumps({"size": size, "witnesses": times}))
    else:
        for name, seconds in times.items():
            when = iso_utc(datetime.fromtimestamp(seconds, UTC))
            click.echo(f"{name} saw the log of {size:,} entries at {when}")
    return 0

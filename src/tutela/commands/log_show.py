"""``tutela log show``: entries of the ledger, a proof of one, and what may be published."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from tutela.commands.choices import json_option
from tutela.commands.log_ledger import ledger
from tutela.kernel.clock import iso_utc
from tutela.kernel.errors import Invalid, Refused

if TYPE_CHECKING:
    from tutela.hotline.ledger.queries import ShownEntry


@click.command("show", short_help="Show entries, a proof, or what may be published.")
@click.option("--about", metavar="ID", help="Only what was done to this item, notice, ...")
@click.option("--by", metavar="ID", help="Only what this person (usr_...) or process did.")
@click.option("--before", type=click.IntRange(0), metavar="INDEX", help="Only entries before this one.")
@click.option("--limit", type=click.IntRange(1, 200), default=20, show_default=True, help="Entries at most.")
@click.option("--proof", type=click.IntRange(0), metavar="INDEX", help="Prove that the log holds this entry.")
@click.option("--public", is_flag=True, help="What may be told to everybody: root, size, counts of acts.")
@click.option("--hashes", is_flag=True, help="The hashes of all leaves under the last checkpoint.")
@json_option
@click.pass_obj
def command(config: Path | None, /, **chosen: Any) -> int:
    """Show entries, the newest first; or a proof that the log holds one; or what may be published.

    Entries hold ids, numbers and words. --public shows no entry: the last checkpoint, and how often each act
    was done, with "<10" for small numbers. Whoever has --hashes makes the root from them (RFC 6962).

    \b
    Example:
      tutela log show --limit 5
    """
    with ledger(config):
        for line in _lines(**chosen):
            click.echo(line)
    return 0


def _lines(*, proof: int | None, public: bool, hashes: bool, as_json: bool, **which: Any) -> Iterator[str]:
    if proof is not None:
        yield _proof(proof, as_json=as_json)
    elif public or hashes:
        yield from _public(hashes=hashes, as_json=as_json)
    else:
        yield from _entries(**which, as_json=as_json)


def _entries(
    *, about: str | None, by: str | None, before: int | None, limit: int, as_json: bool
) -> Iterator[str]:
    from tutela.hotline.ledger import queries

    if about and by:
        raise Invalid("either this or --by", field="--about")
    if about:
        found = queries.entries_about(about, limit, before=before)
    elif by:
        found = queries.entries_of(by, limit, before=before)
    else:
        found = queries.newest_entries(limit, before=before)
    for one in found:
        yield json.dumps(_facts(one)) if as_json else _line(one)


def _facts(one: ShownEntry) -> dict[str, Any]:
    return {
        "index": one.index,
        "at": iso_utc(one.at) if one.at else "",
        "act": one.act,
        "actor_kind": one.actor_kind,
        "actor": one.actor,
        "subject": one.subject,
        "facts": dict(one.facts),
    }


def _line(one: ShownEntry) -> str:
    facts = " ".join(f"{name}={value}" for name, value in one.facts.items())
    who = one.actor or one.actor_kind
    words = (one.index, iso_utc(one.at) if one.at else "-", one.act, who, one.subject or "-", facts)
    return "  ".join(map(str, words)).rstrip()


def _public(*, hashes: bool, as_json: bool) -> Iterator[str]:
    from tutela.hotline.ledger import queries

    statement = queries.public_statement()
    if statement is None:
        raise Refused("nothing is signed yet: tutela log checkpoint")
    if hashes:
        yield from (one.hex() for one in queries.leaf_hashes(statement.size))
    elif as_json:
        yield json.dumps(
            {"size": statement.size, "counts": dict(statement.counts), "checkpoint": statement.checkpoint}
        )
    else:
        yield from (f"{number:>10}  {act}" for act, number in statement.counts.items())
        yield statement.checkpoint.rstrip("\n")


def _proof(index: int, *, as_json: bool) -> str:
    from tutela.hotline.ledger import queries

    proof = queries.proof_of(index)
    if not as_json:
        return proof.text().rstrip("\n")
    return json.dumps(
        {
            "index": index,
            "leaf": proof.leaf.decode("ascii", "backslashreplace"),
            "hashes": [one.hex() for one in proof.hashes],
            "checkpoint": proof.checkpoint,
        }
    )

"""``tutela signers add``: the next file of signers, when somebody joins or leaves."""

from __future__ import annotations

from pathlib import Path

import click

from tutela.commands import signed_papers
from tutela.kernel.errors import Invalid


@click.command("add", short_help="Write the next signers: somebody joins or leaves.")
@click.argument("keys", nargs=-1, metavar="KEY...")
@click.option("--remove", "leaving", multiple=True, metavar="NAME", help="Who leaves. Repeatable.")
@click.option("--need", type=click.IntRange(2, 32), help="Signatures needed from then on; as now by default.")
def command(keys: tuple[str, ...], *, leaving: tuple[str, ...], need: int | None) -> None:
    """Write the next signers: somebody joins with their public KEY, somebody leaves, or the number changes.

    Writes signers-N.toml here and changes nothing yet. Enough of the present signers and enough of the next
    ones sign it ("tutela signers sign"); then "tutela signers enact" puts it in force. Papers that too few of
    the next signers signed have to be signed again, or nothing starts.

    \b
    Example:
      tutela signers init anna ben cleo && tutela signers add --need 3
    """
    from tutela.kernel.signing import documents
    from tutela.kernel.signing.signers import Signers, render_signers

    chain = signed_papers.configuration_folder().chain()
    now = chain.signers
    unknown = set(leaving) - {key.name for key in now.keys}
    if unknown:
        raise Invalid(f"no signer here: {', '.join(sorted(unknown))}", field="--remove")
    staying = tuple(key for key in now.keys if key.name not in leaving)
    try:
        following = Signers(
            number=now.number + 1,
            need=now.need if need is None else need,
            keys=(*staying, *signed_papers.checked_keys(keys)),
            previous=chain.digest,
        )
    except ValueError as error:
        raise Invalid(str(error), field="signers") from error
    draft = Path(f"signers-{following.number}.toml")
    documents.write(draft, documents.parse(render_signers(following)))
    click.echo(f"{draft}: {now.need} of the present signers and {following.need} of the next sign it")
    click.echo(f"next: tutela signers sign {draft} --as NAME", err=True)

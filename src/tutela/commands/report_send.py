"""``tutela report send``: one report, as somebody told it by telephone or in a letter."""

from __future__ import annotations

import click

from tutela.commands.work_table import job_table


@click.command("send", short_help="Hand in one report.")
@click.argument("addresses", nargs=-1, metavar="[ADDRESS]...")
@click.option("--text", default="", help="What was told besides.")
@click.option("--referrer", default="", metavar="ADDRESS", help="The page from which a link led there.")
@click.option("--access", default="", help="What one needs to get in.")
@click.option("--urgent", is_flag=True, help="A child is in danger now.")
def command(*, addresses: tuple[str, ...], text: str, referrer: str, access: str, urgent: bool) -> int:
    """Hand in one report about each ADDRESS, and print the seven words of its receipt.

    What is typed here may stand in the history of the shell; on a shared machine use the public's page.

    \b
    Example:
      tutela report send https://there.test/page --text 'told by telephone'
    """
    fields = {"addresses": "\n".join(addresses), "text": text, "referrer": referrer, "access": access}
    with job_table():
        from tutela.hotline.intake.actions import receive_report

        receipt = receive_report(fields | ({"urgent": "1"} if urgent else {}), channel="command")
    click.echo(receipt.words)
    return 0

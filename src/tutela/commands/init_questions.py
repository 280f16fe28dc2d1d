"""The questions of ``tutela init``, in plain words: each is asked, or answered by its option.

No command itself.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

import click

from tutela.commands import init_checks as checks
from tutela.commands.init_checks import Check, Earlier
from tutela.kernel.errors import Invalid

F = TypeVar("F", bound=Callable[..., Any])
#: The answer that says: none, where a default stands in brackets.
NONE = "-"


@dataclass(frozen=True, kw_only=True, slots=True)
class Question:
    """One question. ``asks`` is its prompt and the help of its option, ``shape`` what an answer looks like.

    ``default`` gives what holds where nothing is said, None where somebody has to say it. ``may_be_none``:
    whether nothing is an answer. ``arises``: whether it is asked at all after the earlier answers; its option
    is taken anyway.
    """

    name: str
    asks: str
    shape: str
    check: Check
    default: Callable[[Earlier], str | None] = lambda _: ""
    may_be_none: bool = False
    arises: Callable[[Earlier], bool] = lambda _: True

    @property
    def option(self) -> str:
        """How it is answered on the command line."""
        return f"--{self.name.replace('_', '-')}"


def _needed(_earlier: Earlier) -> None:
    """Nobody but the house can say it."""


def _spoken(earlier: Earlier) -> str:
    from tutela.share.notices.languages import languages_for

    return ", ".join(languages_for(earlier["country"]))


def _notices(earlier: Earlier) -> str:
    return f"notices@{earlier['mail'].rpartition('@')[2]}"


def _server_is_elsewhere(earlier: Earlier) -> bool:
    return not checks.is_here(earlier["mail_server"])


#: In the order in which they are asked. Lengths are in characters; source: hotline.operator_settings and
#: hotline.takedown.settings, which take no more.
QUESTIONS: tuple[Question, ...] = (
    Question(
        name="name",
        asks="What is the hotline called, on its pages and in its letters?",
        shape="TEXT",
        check=checks.text_of(80),
        default=_needed,
    ),
    Question(
        name="operator",
        asks="Who runs it, as in the register? It stands in the imprint.",
        shape="TEXT",
        check=checks.text_of(200),
        default=lambda earlier: earlier["name"],
    ),
    Question(
        name="address",
        asks="At which postal address? Lines are parted by semicolons.",
        shape="LINES",
        check=checks.postal_address,
        may_be_none=True,
    ),
    Question(
        name="mail",
        asks="At which mail address does everybody reach you?",
        shape="MAILBOX",
        check=checks.mailbox,
        default=_needed,
    ),
    Question(
        name="phone",
        asks="At which number, as people dial it?",
        shape="NUMBER",
        check=checks.text_of(60),
        may_be_none=True,
    ),
    Question(
        name="country",
        asks="In which country is it? Two letters.",
        shape="CC",
        check=checks.country,
        default=_needed,
    ),
    Question(
        name="languages",
        asks="Which languages do its pages offer, the first one first?",
        shape="LIST",
        check=checks.languages,
        default=_spoken,
    ),
    Question(
        name="public_url",
        asks="At which address does the public reach it? This machine alone, for a trial, by default.",
        shape="URL",
        check=checks.page_root,
        default=lambda _: "http://127.0.0.1:8700",
    ),
    Question(
        name="desk_url",
        asks="At which address do the staff reach their desk? Passkeys are bound to that name for good.",
        shape="URL",
        check=checks.desk_root,
        default=lambda _: "http://localhost:8701",
    ),
    Question(
        name="from_address",
        asks="From which mailbox do notices to hosts come? Somebody has to read it.",
        shape="MAILBOX",
        check=checks.mailbox,
        default=_notices,
    ),
    Question(
        name="mail_server",
        asks="Which mail server takes them? One on this machine is best.",
        shape="HOST",
        check=checks.server,
        default=lambda _: "127.0.0.1",
    ),
    Question(
        name="mail_encryption",
        asks="Does mail go to that server by starttls or by tls?",
        shape="WORD",
        check=checks.encryption,
        default=lambda _: "starttls",
        arises=_server_is_elsewhere,
    ),
    Question(
        name="mail_port",
        asks="At which port?",
        shape="NUMBER",
        check=checks.port,
        default=lambda earlier: "465" if earlier["mail_encryption"] == "tls" else "587",
        arises=_server_is_elsewhere,
    ),
    Question(
        name="mail_user",
        asks="As which user does tutela sign in there?",
        shape="TEXT",
        check=checks.text_of(254),
        arises=_server_is_elsewhere,
        may_be_none=True,
    ),
    Question(
        name="test_mailbox",
        asks="To which mailbox of your own does every letter go while you try it out? - lets them out.",
        shape="MAILBOX",
        check=checks.mailbox,
        default=lambda earlier: earlier["mail"],
        may_be_none=True,
    ),
    Question(
        name="alerts_to",
        asks="Who is mailed when somebody has to look, also at night?",
        shape="MAILBOXES",
        check=checks.mailboxes,
        may_be_none=True,
    ),
    Question(
        name="database",
        asks="Which database? sqlite for one machine, postgresql for several.",
        shape="WORD",
        check=checks.database,
        default=lambda _: "sqlite",
    ),
    Question(
        name="socks",
        asks="Which SOCKS5 proxy is the second way to the internet? Without one no removal is ever claimed.",
        shape="ADDRESS:PORT",
        check=checks.socks,
        may_be_none=True,
    ),
)


def options(command: F) -> F:
    """An option for each question, in their order."""
    for one in reversed(QUESTIONS):
        command = click.option(one.option, one.name, metavar=one.shape, help=one.asks)(command)
    return command


def answers(given: Mapping[str, str], *, asks: bool) -> dict[str, str]:
    """The answer to every question that arose, empty where nothing was said.

    ``given`` are the options. With ``asks`` a person is asked for the rest, on standard error, and again
    where an answer is wrong; else the defaults hold. Raises Invalid, whose field is the option.
    """
    found: dict[str, str] = {}
    for one in QUESTIONS:
        if one.name in given:
            found[one.name] = _answered(one, given[one.name], found)
        elif one.arises(found):
            found[one.name] = _asked(one, found) if asks else _by_default(one, found)
    return found


def _answered(question: Question, untrusted_text: str, earlier: Earlier) -> str:
    if untrusted_text.strip() in ("", NONE):
        if not question.may_be_none:
            raise Invalid("has to be said", field=question.option)
        return ""
    try:
        return question.check(untrusted_text, earlier)
    except ValueError as error:
        raise Invalid(str(error), field=question.option) from error


def _by_default(question: Question, earlier: Earlier) -> str:
    default = question.default(earlier)
    if default is None:
        raise Invalid("has to be said: nobody is here who can be asked", field=question.option)
    return _answered(question, default, earlier)


def _asked(question: Question, earlier: Earlier) -> str:
    def taken(untrusted_text: str) -> str:
        try:
            return _answered(question, untrusted_text, earlier)
        except Invalid as error:
            raise click.UsageError(error.message) from error

    default = question.default(earlier)
    answer: str = click.prompt(
        question.asks, default=default, show_default=bool(default), value_proc=taken, err=True
    )
    return answer

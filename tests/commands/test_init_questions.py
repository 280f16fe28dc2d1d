from __future__ import annotations

import click
import pytest
from click.testing import CliRunner, Result

from tutela.commands.init_questions import QUESTIONS, answers, options
from tutela.kernel.errors import Invalid

SAID = {"name": "Hotline of Example", "country": "NL", "mail": "info@hotline.example"}
ELSEWHERE = SAID | {"mail_server": "mail.hotline.example"}


def typed(*lines: str, **given: str) -> Result:
    """What a person sees who types these lines, and in the end the answers."""

    @click.command()
    def command() -> None:
        for name, text in answers(given, asks=True).items():
            click.echo(f"{name}={text}")

    return CliRunner().invoke(command, input="".join(f"{line}\n" for line in lines))


def test_defaults_hold_where_nobody_is_asked() -> None:
    assert answers(SAID, asks=False) == SAID | {
        "operator": "Hotline of Example",
        "address": "",
        "phone": "",
        "languages": "nl, en",
        "public_url": "http://127.0.0.1:8700",
        "desk_url": "http://localhost:8701",
        "from_address": "notices@hotline.example",
        "mail_server": "127.0.0.1",
        "test_mailbox": "info@hotline.example",
        "alerts_to": "",
        "database": "sqlite",
        "socks": "",
    }


def test_a_mail_server_elsewhere_asks_for_more() -> None:
    found = answers(ELSEWHERE, asks=False)
    assert (found["mail_encryption"], found["mail_port"], found["mail_user"]) == ("starttls", "587", "")
    assert answers(ELSEWHERE | {"mail_encryption": "tls"}, asks=False)["mail_port"] == "465"
    assert answers(SAID | {"mail_port": "2525"}, asks=False)["mail_port"] == "2525"


@pytest.mark.parametrize("name", ["name", "country", "mail"])
def test_what_nobody_else_can_know_has_to_be_said(name: str) -> None:
    with pytest.raises(Invalid, match="nobody is here who can be asked") as caught:
        answers({key: text for key, text in SAID.items() if key != name}, asks=False)
    assert caught.value.field == f"--{name}"


def test_a_wrong_option_is_named_as_it_was_typed() -> None:
    with pytest.raises(Invalid, match="go encrypted") as caught:
        answers(SAID | {"public_url": "http://report.hotline.example"}, asks=False)
    assert caught.value.field == "--public-url"


@pytest.mark.parametrize("nothing", ["-", "", " - "])
def test_none_is_an_answer_where_a_house_may_go_without(nothing: str) -> None:
    assert answers(SAID | {"test_mailbox": nothing}, asks=False)["test_mailbox"] == ""
    with pytest.raises(Invalid, match="has to be said"):
        answers(SAID | {"from_address": nothing}, asks=False)


def test_a_person_is_asked_in_order_and_return_takes_the_default() -> None:
    shown = typed("Hotline of Example", "", "", "info@hotline.example", "", "nl", *([""] * 30))
    assert not shown.exception
    assert [line for line in shown.stdout.splitlines() if "=" in line] == [
        f"{name}={text}" for name, text in sorted(answers(SAID, asks=False).items(), key=_place)
    ]
    asked = shown.stderr
    assert [one.asks for one in QUESTIONS if one.asks in asked] == [
        one.asks for one in QUESTIONS if one.name not in ("mail_encryption", "mail_port", "mail_user")
    ]
    assert "read it. [notices@hotline.example]:" in asked


def _place(answer: tuple[str, str]) -> int:
    return [one.name for one in QUESTIONS].index(answer[0])


def test_a_wrong_answer_is_said_at_once_and_asked_again() -> None:
    begun = ("Hotline of Example", "", "")
    shown = typed(*begun, "info", "", "-", "info@hotline.example", "", "nl", *([""] * 30))
    assert not shown.exception
    assert "Error: a mail address is written as abuse@host.example" in shown.stderr
    assert "Error: has to be said" in shown.stderr
    assert shown.stderr.count("At which mail address") == 4
    assert "mail=info@hotline.example" in shown.stdout.splitlines()


def test_an_option_that_was_given_is_not_asked_for() -> None:
    assert "What is the hotline called" not in typed(*([""] * 30), **SAID).stderr


def test_each_question_has_an_option_of_its_own() -> None:
    @click.command()
    @options
    def command(**_: str) -> None:
        """Nothing."""

    shown = [one.opts[0] for one in command.params]
    assert shown == [one.option for one in QUESTIONS]
    assert len(set(shown)) == len(shown)
    assert [one.help for one in command.params if isinstance(one, click.Option)] == [
        one.asks for one in QUESTIONS
    ]

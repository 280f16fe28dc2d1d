"""The commands that mandate and quorum have alike: sample, check, sign, enact, show. No command itself."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Generic, TypeVar

import click

from tutela.commands import signed_papers
from tutela.commands.choices import json_option
from tutela.kernel.clock import SystemClock, iso_utc
from tutela.kernel.custody.notes import Note
from tutela.kernel.errors import Invalid, Refused
from tutela.kernel.signing.signed_files import SignedFile

T = TypeVar("T")


@dataclass(frozen=True, kw_only=True)
class Paper(Generic[T]):
    """One kind of signed configuration as the command line sees it."""

    word: str
    summary: str
    explanation: str
    kind: SignedFile[T]
    samples: tuple[str, ...]
    sample_text: Callable[..., str]
    describe: Callable[[T], Iterator[str]]
    facts: Callable[[T], dict[str, Any]]
    rehearsal: Callable[[T], bool] = lambda _: False


def group_of(paper: Paper[T]) -> click.Group:
    """The group of commands about this kind of paper."""
    text = f"{paper.explanation}\n\n\b\nExample:\n  tutela {paper.word} sample {paper.samples[0]}"
    group = click.Group(paper.word, help=f"{paper.summary}\n\n{text}", short_help=paper.summary)
    for make in (_sample, _check, _sign, _enact, _show):
        group.add_command(make(paper))
    return group


def _command(
    paper: Paper[T], name: str, summary: str, more: str, example: str
) -> Callable[[Callable[..., None]], click.Command]:
    """The decorator that makes the command of this name; ``{word}`` and ``{file}`` stand in the example."""
    shown = example.format(word=paper.word, file=paper.kind.name)
    text = f"{summary}\n\n{more}\n\n\b\nExample:\n  {shown}"
    return click.command(name, help=text, short_help=summary)


def _sample(paper: Paper[T]) -> click.Command:
    @_command(
        paper,
        "sample",
        f"Print a shipped sample of a {paper.word}.",
        "It is valid for a year from today. Write it into a file, make it yours, have it signed.",
        f"tutela {{word}} sample {paper.samples[0]}",
    )
    @click.argument("name", type=click.Choice(paper.samples))
    def command(name: str) -> None:
        click.echo(paper.sample_text(name, now=SystemClock().now()), nl=False)

    return command


def _check(paper: Paper[T]) -> click.Command:
    @_command(
        paper,
        "check",
        f"Check a {paper.word} and say what it means.",
        "Nothing is put in force. Says which key is wrong and what would be right.",
        f"tutela {{word}} sample {paper.samples[0]} > {{file}} && tutela {{word}} check {{file}}",
    )
    @click.argument("file", type=click.Path(path_type=Path))
    @json_option
    def command(file: Path, *, as_json: bool) -> None:
        note, value = _read(paper, file)
        names = [one.name for one in note.signatures]
        if as_json:
            click.echo(json.dumps(paper.facts(value) | {"signatures": names}))
            return
        for line in paper.describe(value):
            click.echo(line)
        click.echo(f"signatures, unchecked: {', '.join(names) or 'none'}", err=True)

    return command


def _sign(paper: Paper[T]) -> click.Command:
    @_command(
        paper,
        "sign",
        f"Sign a {paper.word}, after reading what it means.",
        "Adds one line to the file; pass the file on to the next signer. Whoever changes its text"
        " afterwards has to have it signed afresh.",
        "tutela {word} sign {file} --as anna",
    )
    @click.argument("file", type=click.Path(path_type=Path))
    @signed_papers.as_option
    @signed_papers.keys_option
    @click.option("--rehearsal", is_flag=True, help="Sign a sample that names no country's law.")
    def command(file: Path, *, name: str | None, keys_folder: Path | None, rehearsal: bool) -> None:
        note, value = _read(paper, file)
        if paper.rehearsal(value) and not rehearsal:
            raise Refused("this sample names no country's law: write yours, or sign with --rehearsal")
        key = signed_papers.signing_key(keys_folder, name)
        signed = signed_papers.sign_paper(file, note, key)
        signed_papers.say_progress(file, signed, paper.word)

    return command


def _enact(paper: Paper[T]) -> click.Command:
    @_command(
        paper,
        "enact",
        f"Put a signed {paper.word} in force.",
        "Enough signers of this house must have signed it, and its number must be above the present one."
        " Processes that run read it at their next start.",
        "tutela {word} enact {file}",
    )
    @click.argument("file", type=click.Path(path_type=Path))
    def command(file: Path) -> None:
        note = signed_papers.read_paper(file)
        made = signed_papers.configuration_folder().enact(note, paper.kind, SystemClock())
        click.echo(f"{paper.word} number {made.header.number} is in force, sha256 {made.digest}")

    return command


def _show(paper: Paper[T]) -> click.Command:
    @_command(
        paper,
        "show",
        f"Show the {paper.word} in force and who signed it.",
        "Refuses with the reason where none is in force, as every process does when it starts.",
        "tutela {word} show",
    )
    @json_option
    def command(*, as_json: bool) -> None:
        found = signed_papers.configuration_folder().read(paper.kind, SystemClock())
        until, signed = iso_utc(found.header.expires), ", ".join(found.signed_by)
        if as_json:
            facts = {"sha256": found.digest, "expires": until, "signed_by": found.signed_by}
            click.echo(json.dumps(paper.facts(found.value) | facts))
            return
        for line in paper.describe(found.value):
            click.echo(line)
        click.echo(f"in force until {until}, signed by {signed}, sha256 {found.digest}")

    return command


def _read(paper: Paper[T], file: Path) -> tuple[Note, T]:
    note = signed_papers.read_paper(file)
    try:
        return note, paper.kind.read_text(note.text)[1]
    except ValueError as error:
        raise Invalid(str(error), field=file.name) from error

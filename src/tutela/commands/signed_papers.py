"""What the commands about signed configuration share: the folder, keys, reading and signing a paper.

A paper is a file of signed configuration on its way into force. No command itself.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from tutela.kernel.errors import Invalid, Refused
from tutela.kernel.settings import home

if TYPE_CHECKING:
    from tutela.kernel.custody.note_keys import SigningKey
    from tutela.kernel.custody.notes import Note, NoteKey
    from tutela.kernel.signing.signed_files import ConfigurationFolder
    from tutela.kernel.signing.signers import Chain

F = TypeVar("F", bound=Callable[..., Any])


def configuration_folder() -> ConfigurationFolder:
    """The signed files of the house in TUTELA_HOME."""
    from tutela.kernel.signing.signed_files import ConfigurationFolder

    return ConfigurationFolder(home())


def keys_option(command: F) -> F:
    """The option that names the folder with a signer's private key."""
    return click.option(
        "--keys",
        "keys_folder",
        type=click.Path(path_type=Path, file_okay=False),
        metavar="FOLDER",
        help="Folder with the private keys of signers; signing in TUTELA_HOME by default.",
    )(command)


def as_option(command: F) -> F:
    """The option that names the signer."""
    return click.option(
        "--as", "name", metavar="NAME", help="Who signs; the one key in the folder by default."
    )(command)


def keys_place(keys_folder: Path | None) -> Path:
    """The folder with private keys of signers."""
    return keys_folder or home() / "signing"


def signing_key(keys_folder: Path | None, name: str | None) -> SigningKey:
    """The private key of this signer, its passphrase asked. Raises Refused, Invalid."""
    from tutela.kernel.signing.signing_keys import find_key, read_key

    folder = keys_place(keys_folder)
    path = find_key(folder, name or _only_name(folder))
    if path is None:
        raise Refused(f"there is no key of {name} in {folder}: tutela signers key {name} makes one")
    return read_key(path, lambda: ask_passphrase(confirm=False))


def ask_passphrase(*, confirm: bool) -> str:
    """What is typed, unseen."""
    typed: str = click.prompt("passphrase", hide_input=True, confirmation_prompt=confirm, err=True)
    return typed


def _only_name(folder: Path) -> str:
    names = {path.name.partition(".key")[0] for path in sorted(folder.glob("*.key*"))}
    if len(names) != 1:
        raise Invalid("say whose key signs: there is not exactly one in the folder", field="--as")
    return names.pop()


def read_paper(path: Path) -> Note:
    """The text and signatures of this file, unchecked. Raises Invalid."""
    from tutela.kernel.signing import documents

    try:
        return documents.read(path)
    except LookupError as error:
        raise Invalid("there is no such file", field=str(path)) from error
    except ValueError as error:
        raise Invalid(str(error), field=path.name) from error


def sign_paper(path: Path, note: Note, key: SigningKey) -> Note:
    """The note with this signature, in the file. Signatures that were on an earlier text are left out."""
    from tutela.kernel.signing import documents

    fitting, dropped = _fitting(note)
    signed = documents.sign(fitting, key)
    documents.write(path, signed)
    for name in dropped:
        click.echo(f"the text was changed since {name} signed: that signature is taken off", err=True)
    return signed


def _fitting(note: Note) -> tuple[Note, tuple[str, ...]]:
    """The note without signatures of known signers that do not fit its text, and the names of these."""
    keys = {(key.name, key.number): key for key in _known_keys()}
    wrong = [
        one
        for one in note.signatures
        if (key := keys.get((one.name, one.number))) and not key.verify(note.text, one.value)
    ]
    kept = tuple(one for one in note.signatures if one not in wrong)
    return type(note)(text=note.text, signatures=kept), tuple(one.name for one in wrong)


def _known_keys() -> tuple[Any, ...]:
    chain = known_chain()
    return () if chain is None else (*chain.former, *chain.signers.keys)


def known_chain() -> Chain | None:
    """The signers of this house; None on a machine that holds none of its configuration."""
    folder = configuration_folder()
    return folder.chain() if folder.folder.is_dir() else None


def say_progress(path: Path, note: Note, word: str) -> None:
    """Say who signed, and what comes next."""
    names = ", ".join(one.name for one in note.signatures)
    click.echo(f"{path.name}: signed by {names}")
    chain = known_chain()
    if chain is None:
        return
    here = {key.name for key in chain.signers.keys if note.signed_by(key)}
    if len(here) >= chain.signers.need:
        click.echo(f"next: tutela {word} enact {path}", err=True)
    else:
        click.echo(f"{chain.signers.need - len(here)} more of its signers are to sign it", err=True)


def own_key(keys_folder: Path | None, name: str) -> SigningKey:
    """The key of this name in the folder, made there where none is."""
    from tutela.kernel.signing.signing_keys import find_key, new_key, write_key

    folder = keys_place(keys_folder)
    if find_key(folder, name) is not None:
        return signing_key(keys_folder, name)
    key = new_key(name)
    write_key(folder, key)
    return key


def checked_keys(words: Iterable[str]) -> tuple[NoteKey, ...]:
    """The public keys behind these words. Raises ValueError."""
    from tutela.kernel.custody.notes import NoteKey

    return tuple(NoteKey.read(one) for one in words)

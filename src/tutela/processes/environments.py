"""What a process inherits: a few variables of the system, and the settings that the map allows it.

Settings are handed over as variables, each process its own, and the settings file that it reads is an empty
one: no process can look up what another one was told. Secrets stand in no environment: they go the way of
``kernel.handed_secrets``.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from tutela.config import Config
from tutela.kernel.custody import durable
from tutela.kernel.settings import DELIMITER, PREFIX, Loaded
from tutela.processes.map import Process, may_have

#: Variables of the system that every process keeps; certificates are the fetcher's and the sender's affair.
KEPT = ("PATH", "LANG", "LC_ALL", "TZ", "SSL_CERT_FILE", "SSL_CERT_DIR", "COLUMNS")
#: The empty settings file, below TUTELA_HOME.
EMPTY = Path("processes/empty.toml")
_EMPTY_TEXT = (
    b"# Each process of tutela up gets its settings as variables, and only those that it may have.\n"
)


def environment_of(
    process: Process, loaded: Loaded[Config], home: Path, inherited: Mapping[str, str]
) -> dict[str, str]:
    """The whole environment of a process: nothing else is passed on. It holds no secret."""
    kept = {name: inherited[name] for name in KEPT if name in inherited}
    settings = dict(_settings(process, loaded))
    return {
        **kept,
        **settings,
        f"{PREFIX}HOME": str(home.resolve()),
        f"{PREFIX}CONFIG": str(home.resolve() / EMPTY),
    }


def secrets_of(process: Process, loaded: Loaded[Config]) -> dict[str, str]:
    """The secrets that a process may have and that somebody set, by their names in a secrets folder."""
    return {
        key.replace(".", DELIMITER): _text(value)
        for key, value in _allowed(process, loaded)
        if _is_secret(value)
    }


def make_empty_settings(home: Path) -> None:
    """Return once the empty settings file stands in ``home``. Raises Unavailable."""
    path = home / EMPTY
    if not path.is_file() or path.read_bytes() != _EMPTY_TEXT:
        durable.write_file(path, _EMPTY_TEXT)


def _settings(process: Process, loaded: Loaded[Config]) -> Iterator[tuple[str, str]]:
    for key, value in _allowed(process, loaded):
        if not _is_secret(value):
            yield PREFIX + key.replace(".", DELIMITER).upper(), _text(value)


def _allowed(process: Process, loaded: Loaded[Config]) -> Iterator[tuple[str, Any]]:
    return ((key, _value(loaded.values, key)) for key in loaded.origin if may_have(process, key))


def _is_secret(value: Any) -> bool:
    """Whether a secret is in it: a value of its own, or among those of a table or list."""
    plain = _plain(value)
    if _hides(value) or not isinstance(plain, Mapping | list):
        return _hides(value)
    return any(map(_is_secret, plain.values() if isinstance(plain, Mapping) else plain))


def _hides(value: Any) -> bool:
    """Whether it is a secret of the settings (pydantic's SecretStr)."""
    return hasattr(value, "get_secret_value")


def _value(values: Any, key: str) -> Any:
    for name in key.split("."):
        values = values.get(name) if isinstance(values, Mapping) else getattr(values, name)
    return values


def _text(value: Any) -> str:
    """As a variable or a secret's file says it: plain text, else JSON."""
    plain = _plain(value)
    return plain if isinstance(plain, str) else json.dumps(plain, default=_plain)


def _plain(value: Any) -> Any:
    if _hides(value):
        return value.get_secret_value()
    if hasattr(value, "model_dump"):  # a table with a shape of its own
        return dict(value)
    return list(value) if isinstance(value, frozenset | set | tuple) else value

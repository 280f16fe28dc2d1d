"""Settings: where they come from, and one refusal for every name that nobody knows.

Order, the first wins: ``TUTELA_ROOM__KEY`` in the environment, a secret that ``tutela up`` handed over, a
file of that name in the secrets folder, the settings file, the default in the code. The settings file is
``--config``, else ``TUTELA_CONFIG``, else ``./tutela.toml``, else ``/etc/tutela/tutela.toml`` (decisions.md
section 8). A secret that is empty is none: systemd hands over an empty one where a unit names a file that is
not there, and what is weaker than it holds then. pydantic and pydantic-settings are imported only when there
is something to read, so that a command without settings starts fast.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from tutela.kernel.errors import Invalid, Unavailable

if TYPE_CHECKING:
    from pydantic import BaseModel
    from pydantic_settings import BaseSettings

    M = TypeVar("M", bound=BaseModel)
else:
    M = TypeVar("M")

#: Prefix of every environment variable of tutela.
PREFIX = "TUTELA_"
#: Between the room and the key in a variable's name, and in the name of a secret's file.
DELIMITER = "__"
#: Variables that are no settings of a room: where things are, and what the tests must not skip.
PLAIN_NAMES = {
    "TUTELA_CONFIG": "the settings file",
    "TUTELA_SECRETS": "the secrets folder",
    "TUTELA_SECRETS_FD": "set by tutela up alone: the descriptor with the secrets of a process",
    "TUTELA_HOME": "the folder of tutela's own data, ./var by default",
    "TUTELA_REQUIRE": "tests only: what must not be skipped",
}
#: Where the file is looked for when neither --config nor TUTELA_CONFIG says so (decisions.md section 8).
DEFAULT_FILES = (Path("tutela.toml"), Path("/etc/tutela/tutela.toml"))


@dataclass(frozen=True, kw_only=True, slots=True)
class Origins:
    """The places that settings are read from: file, environment, secrets folder. Each may be absent.

    ``handed`` are secrets that came in memory (``kernel.handed_secrets``), by the names of a secrets folder.
    """

    file: Path | None = None
    environ: Mapping[str, str] = field(default_factory=dict)
    secrets: Path | None = None
    handed: Mapping[str, str] = field(default_factory=dict, repr=False)

    def any(self) -> bool:
        """True when there is anything to read."""
        return bool(self.file or self.environ or self.secrets or self.handed)


@dataclass(frozen=True, kw_only=True, slots=True)
class Loaded(Generic[M]):
    """The settings in force, and for each dotted key that somebody set, where that was."""

    values: M
    #: ``media.web.pixels_max`` -> ``tutela.toml``, ``TUTELA_MEDIA__WEB__PIXELS_MAX`` or ``secret``.
    origin: Mapping[str, str]


def find_origins(explicit: Path | None = None, environ: Mapping[str, str] | None = None) -> Origins:
    """Where this process's settings come from. Touches only the file system, never pydantic.

    Raises Invalid when ``--config``, TUTELA_CONFIG, TUTELA_SECRETS or TUTELA_SECRETS_FD names something that
    is not there.
    """
    environ = os.environ if environ is None else environ
    ours = {name: text for name, text in environ.items() if name.upper().startswith(PREFIX)}
    return Origins(
        file=_settings_file(explicit, ours),
        environ={name: text for name, text in ours.items() if name not in PLAIN_NAMES},
        secrets=_secrets_folder(ours),
        handed=_handed(ours),
    )


@contextmanager
def named(file: Path) -> Iterator[None]:
    """Within it, whoever reads settings without ``--config`` finds ``file``, Django too."""
    before = os.environ.get("TUTELA_CONFIG")
    os.environ["TUTELA_CONFIG"] = str(file.absolute())
    try:
        yield
    finally:
        os.environ.pop("TUTELA_CONFIG")
        if before is not None:
            os.environ["TUTELA_CONFIG"] = before


def home(environ: Mapping[str, str] | None = None) -> Path:
    """The folder of tutela's own data: TUTELA_HOME, else ``./var`` (decisions.md section 8)."""
    environ = os.environ if environ is None else environ
    return Path(environ.get("TUTELA_HOME") or "var")


def read(model: type[M], origins: Origins) -> Loaded[M]:
    """Settings of the shape ``model`` from all origins. Raises Invalid for unknown names and wrong values."""
    from pydantic import ValidationError

    from tutela.kernel import setting_names as names

    tree = _from_file(origins.file) if origins.file else {}
    folder = _secret_texts(origins.secrets) if origins.secrets else {}
    file_name = origins.file.name if origins.file else ""
    names.check_tree(model, tree, file_name)
    names.check_flat(model, {**folder, **origins.handed}, "")
    names.check_flat(model, origins.environ, PREFIX)
    secrets = {**_filled(folder), **_filled(origins.handed)}
    origin = names.origins(tree, file_name, secrets, origins.environ)
    try:
        return Loaded(values=_sourced(model, tree, secrets, origins.environ), origin=origin)
    except ValidationError as error:
        raise names.readable(error, origin) from error


def _sourced(
    model: type[M], tree: Mapping[str, Any], secrets: Mapping[str, str], environ: Mapping[str, str]
) -> M:
    """One pydantic-settings object of the shape ``model`` over the three sources, strongest first."""
    from pydantic_settings import BaseSettings, EnvSettingsSource, InitSettingsSource, SettingsConfigDict
    from pydantic_settings.exceptions import SettingsError

    class Sourced(model, BaseSettings):  # type: ignore[misc, valid-type]  # the base is a parameter
        model_config = SettingsConfigDict(env_prefix="", env_nested_delimiter=DELIMITER, extra="forbid")

        @classmethod
        def settings_customise_sources(  # type: ignore[override] # the four default sources are unused
            cls, settings_cls: type[BaseSettings], **_: Any
        ) -> tuple[Any, ...]:
            from_environ, from_secrets = EnvSettingsSource(settings_cls), EnvSettingsSource(settings_cls)
            from_environ.env_vars = {name[len(PREFIX) :].lower(): text for name, text in environ.items()}
            from_secrets.env_vars = {name.lower(): text for name, text in secrets.items()}
            return (from_environ, from_secrets, InitSettingsSource(settings_cls, init_kwargs=dict(tree)))

    try:
        sourced = Sourced()
    except SettingsError as error:
        raise Invalid(
            'a list is written as ["one", "two"], a table is not written in a variable', field="settings"
        ) from error
    return model(**{name: getattr(sourced, name) for name in model.model_fields})


def _filled(secrets: Mapping[str, str]) -> dict[str, str]:
    """Those that say something."""
    return {name: text for name, text in secrets.items() if text.strip()}


def _settings_file(explicit: Path | None, environ: Mapping[str, str]) -> Path | None:
    named = explicit or (Path(environ["TUTELA_CONFIG"]) if environ.get("TUTELA_CONFIG") else None)
    if named is None:
        return next((path for path in DEFAULT_FILES if path.is_file()), None)
    if not named.is_file():
        raise Invalid("there is no such settings file", field="--config" if explicit else "TUTELA_CONFIG")
    return named


def _secrets_folder(environ: Mapping[str, str]) -> Path | None:
    named = environ.get("TUTELA_SECRETS")
    if not named:
        return None
    if not Path(named).is_dir():
        raise Invalid("there is no such folder", field="TUTELA_SECRETS")
    return Path(named)


def _handed(environ: Mapping[str, str]) -> dict[str, str]:
    number = environ.get("TUTELA_SECRETS_FD")
    if not number:
        return {}
    from tutela.kernel.handed_secrets import received

    return received(number)


def _from_file(path: Path) -> dict[str, Any]:
    import tomllib

    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise Invalid(f"is no TOML: {error}", field=path.name) from error
    except OSError as error:
        raise Unavailable(f"the settings file cannot be read: {error.strerror}") from error


def _secret_texts(folder: Path) -> dict[str, str]:
    """File name -> text without surrounding white space; hidden entries are somebody's bookkeeping."""
    files = [path for path in sorted(folder.iterdir()) if path.is_file() and not path.name.startswith(".")]
    try:
        return {path.name: path.read_text(encoding="utf-8").strip() for path in files}
    except UnicodeDecodeError as error:
        raise Invalid("a secret is a file of UTF-8 text", field="TUTELA_SECRETS") from error
    except OSError as error:
        raise Unavailable(f"a secret cannot be read: {error.strerror}") from error

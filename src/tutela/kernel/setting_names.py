"""The names of settings: every leaf of a settings model, and a helpful refusal of any other name."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any, get_args

from pydantic import BaseModel, SecretStr, ValidationError
from pydantic.fields import FieldInfo

from tutela.kernel.errors import Invalid
from tutela.kernel.settings import DELIMITER, PLAIN_NAMES, PREFIX


@dataclass(frozen=True, kw_only=True, slots=True)
class Setting:
    """One leaf: its dotted key, its description with unit and source, its type and default as text."""

    key: str
    description: str
    kind: str
    default: str

    @property
    def variable(self) -> str:
        """The environment variable that sets it: ``TUTELA_ROOM__KEY``."""
        return PREFIX + self.key.replace(".", DELIMITER).upper()


def settings_of(model: type[BaseModel], prefix: str = "") -> Iterator[Setting]:
    """Every leaf of ``model`` in the order of declaration, rooms first to last."""
    for name, info in model.model_fields.items():
        inner = _inner_model(info)
        if inner is not None:
            yield from settings_of(inner, f"{prefix}{name}.")
        else:
            yield Setting(
                key=prefix + name,
                description=info.description or "",
                kind=_kind(info),
                default=_shown(info.get_default(call_default_factory=True)),
            )


def values_of(values: BaseModel, prefix: str = "") -> Iterator[tuple[str, str]]:
    """(dotted key, value as text) of every leaf of a settings object; secrets stay hidden."""
    for name in type(values).model_fields:
        value = getattr(values, name)
        if isinstance(value, BaseModel):
            yield from values_of(value, f"{prefix}{name}.")
        else:
            yield prefix + name, _shown(value)


def check_tree(model: type[BaseModel], tree: Mapping[str, Any], file_name: str, prefix: str = "") -> None:
    """Raises Invalid naming the first key of a file that ``model`` does not know, and the nearest."""
    for name, value in tree.items():
        info = model.model_fields.get(name)
        if info is None:
            known = [prefix + key for key in model.model_fields]
            raise Invalid(
                f"unknown setting{_nearest(prefix + name, known)}", field=f"{file_name}: {prefix}{name}"
            )
        inner = _inner_model(info)
        if inner is not None and isinstance(value, Mapping):
            check_tree(inner, value, file_name, f"{prefix}{name}.")


def check_flat(model: type[BaseModel], texts: Mapping[str, str], prefix: str) -> None:
    """Raises Invalid naming the first variable or secret that is no leaf of ``model``, and the nearest.

    pydantic-settings ignores unknown names of the environment; a misspelt limit would silently not hold.
    """
    known = {prefix.lower() + setting.key.replace(".", DELIMITER): setting for setting in settings_of(model)}
    for name in texts:
        if name.lower() not in known:
            names = [key.upper() if prefix else key for key in known]
            offered = [*names, *PLAIN_NAMES] if prefix else names
            raise Invalid(f"unknown setting{_nearest(name, offered)}", field=name)


def origins(
    tree: Mapping[str, Any], file_name: str, secrets: Mapping[str, str], environ: Mapping[str, str]
) -> dict[str, str]:
    """Dotted key -> where its value came from. The stronger origin overwrites the weaker."""
    found = dict.fromkeys(_leaves(tree), file_name)
    found.update({_dotted(name): "secret" for name in secrets})
    found.update({_dotted(name[len(PREFIX) :]): name for name in environ})
    return found


def readable(error: ValidationError, origin: Mapping[str, str]) -> Invalid:
    """All complaints as one Invalid: its field is the first key, its message says what would be right.

    The wrong value itself is not repeated: it may be a secret.
    """
    parts = []
    for problem in error.errors(include_input=False, include_url=False, include_context=False):
        key = _known_key(".".join(str(part) for part in problem["loc"]), origin)
        where = f" (from {origin[key]})" if key in origin else ""
        parts.append((key, problem["msg"].lower() + where))
    field, message = parts[0]
    more = "".join(f"; {key}: {text}" for key, text in parts[1:])
    return Invalid(message + more, field=field)


def _known_key(location: str, origin: Mapping[str, str]) -> str:
    """``fingerprints.hashers.0`` is a place inside the setting ``fingerprints.hashers``."""
    while location not in origin and "." in location:
        shorter = location.rpartition(".")[0]
        if shorter not in origin:
            break
        location = shorter
    return location


def _inner_model(info: FieldInfo) -> type[BaseModel] | None:
    kind = info.annotation
    return kind if isinstance(kind, type) and issubclass(kind, BaseModel) else None


def _kind(info: FieldInfo) -> str:
    """The type as a reader says it: ``whole number``, ``one of exact, fast``, ``text``."""
    return _kind_of(info.annotation)


def _kind_of(annotation: Any) -> str:
    names = {
        int: "whole number",
        float: "number",
        bool: "true or false",
        str: "text",
        SecretStr: "secret text",
    }
    if annotation in names:
        return names[annotation]
    if getattr(annotation, "__origin__", None) in (list, tuple, set, frozenset):
        return f"list of {_kind_of(get_args(annotation)[0])}"
    if getattr(annotation, "__origin__", None) is dict:
        return f"table of {_kind_of(get_args(annotation)[1])}"
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return "table"
    choices = get_args(annotation)
    if choices and all(isinstance(choice, (str, int)) for choice in choices):
        return "one of " + ", ".join(str(choice) for choice in choices)
    if choices:
        return " or ".join("nothing" if choice is type(None) else _kind_of(choice) for choice in choices)
    return str(getattr(annotation, "__name__", annotation)).lower()


def _shown(value: object) -> str:
    """A value as it would stand in tutela.toml; a secret as ``(hidden)``."""
    if isinstance(value, SecretStr):
        return "(hidden)"
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, (list, tuple, frozenset)):
        return "[" + ", ".join(_shown(one) for one in value) + "]"
    if isinstance(value, BaseModel):
        return _shown({name: getattr(value, name) for name in type(value).model_fields})
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{name} = {_shown(one)}" for name, one in value.items()) + "}"
    if isinstance(value, int):
        return f"{value:_}"
    if value is None:
        return "none"
    return str(value) if isinstance(value, float) else f'"{value}"'


def _leaves(tree: Mapping[str, Any], prefix: str = "") -> Iterator[str]:
    for name, value in tree.items():
        if isinstance(value, Mapping):
            yield from _leaves(value, f"{prefix}{name}.")
        else:
            yield prefix + name


def _dotted(name: str) -> str:
    return name.lower().replace(DELIMITER, ".")


def _nearest(name: str, known: list[str]) -> str:
    close = get_close_matches(name, known, n=1, cutoff=0.6)
    return f"; did you mean {close[0]}?" if close else "; `tutela settings` lists all"

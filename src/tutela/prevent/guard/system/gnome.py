"""GNOME's settings through its own program, told apart: a value of its own, or the default."""

from __future__ import annotations

from tutela.kernel.errors import Unavailable
from tutela.prevent.guard.system.programs import Programs

#: GNOME's proxy, and the protocols that it has.
PROXY = "org.gnome.system.proxy"


def has_setting(programs: Programs, schema: str) -> bool:
    """Whether this device has GNOME's settings of that schema."""
    return programs.has("gsettings") and programs.run(["gsettings", "list-keys", schema]).code == 0


def value(programs: Programs, schema: str, key: str) -> str:
    """The value that is in effect, as a GVariant text. Raises Unavailable where there is no such key."""
    answer = programs.run(["gsettings", "get", schema, key])
    if answer.code:
        raise Unavailable(f"the setting {schema} {key} cannot be read")
    return answer.said.decode("utf-8", "replace").strip()


def own_value(programs: Programs, schema: str, key: str) -> str:
    """The value where somebody set one, empty where it is the default.

    ``gsettings`` does not tell these apart and ``dconf`` does. Where ``dconf`` is missing, a default counts
    as set: it is put back as a value of its own, which has the same effect.
    """
    if not programs.has("dconf"):
        return value(programs, schema, key)
    answer = programs.run(["dconf", "read", f"/{schema.removeprefix('org.gnome.').replace('.', '/')}/{key}"])
    if answer.code:
        raise Unavailable(f"the setting {schema} {key} cannot be read")
    return answer.said.decode("utf-8", "replace").strip()


def set_value(programs: Programs, schema: str, key: str, text: str) -> None:
    """Return once the value is set; empty: once it is the default. Raises Unavailable."""
    words = ["set", schema, key, text] if text else ["reset", schema, key]
    if programs.run(["gsettings", *words]).code:
        raise Unavailable(f"the setting {schema} {key} cannot be changed")

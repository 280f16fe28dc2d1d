"""The settings file that ``tutela init`` writes: what was said, each with a line that says why it is there.

No command itself.
"""

from __future__ import annotations

import json
import textwrap
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TypeAlias

from tutela.commands.init_checks import NEW_LINE, parts
from tutela.config import Config
from tutela.hotline.settings import PortalSettings
from tutela.kernel.egress.urls import parse_url
from tutela.kernel.setting_names import settings_of
from tutela.kernel.settings import Origins, read

Value: TypeAlias = str | int | Sequence[str]

#: Characters of a line of comment, the sign before it included.
_WIDTH = 110
_HEAD = """\
# Settings of a hotline, written by tutela init. Change them here; every other one: docs/reference/settings.md
#
# What the hotline may do is no setting: the signed mandate says it. No secret stands in this file: each is a
# file of its own in the secrets folder (TUTELA_SECRETS), named after its setting, such as notices__password.
# A line that begins with # is off: take the sign away to switch it on.
"""
_SQLITE = "# The database is SQLite: hotline.sqlite in TUTELA_HOME."
_POSTGRESQL = "# The database is PostgreSQL: its address is a secret, the file hotline__database."
#: Every key that may stand in the file, by its table, in order. ``portals`` is a list of tables, of one.
_LAYOUT: Mapping[str, tuple[str, ...]] = {
    "[hotline]": ("public_url", "desk_url", "public_listen", "desk_listen", "vantages", "workers"),
    "[hotline.operator]": (
        *("name", "address", "mail", "phone", "responsible", "register_entry"),
        *("privacy_contact", "legal_basis", "authority"),
    ),
    "[[hotline.portals]]": ("key", "hosts", "name", "country", "languages", "look"),
    "[notices]": (
        *("from_address", "from_name", "country", "server", "encryption", "port", "user"),
        *("test_mailbox", "dkim_selector", "trace"),
    ),
    "[replies]": ("server", "user"),
    "[alerts]": ("to", "certificates"),
    "[egress]": ("socks",),
}
#: What stands behind the sign where nothing was said. A key that is neither here nor said is left out.
_SAMPLES: Mapping[str, Value] = {
    "hotline.public_listen": "127.0.0.1:8700",
    "hotline.desk_listen": "127.0.0.1:8701",
    "hotline.vantages": ("direct", "proxied"),
    "hotline.workers": 2,
    "hotline.operator.address": "1 Example Street\n1000 Example",
    "hotline.operator.phone": "+00 000 000",
    "hotline.operator.responsible": "Name of a person",
    "hotline.operator.register_entry": "Register of Example, 12345",
    "hotline.operator.privacy_contact": "privacy@hotline.example",
    "hotline.operator.legal_basis": "as your lawyers cite it",
    "hotline.operator.authority": "Data Protection Authority, info@authority.example",
    "hotline.portals.look": "blue",
    "notices.test_mailbox": "trial@hotline.example",
    "notices.dkim_selector": "tutela",
    "notices.trace": "postfix",
    "replies.server": "mail.hotline.example",
    "replies.user": "notices",
    "alerts.to": ("duty@hotline.example",),
    "alerts.certificates": ("/etc/letsencrypt/live/hotline.example/fullchain.pem",),
    "egress.socks": "127.0.0.1:9050",
}


def settings_text(answers: Mapping[str, str]) -> str:
    """The whole file, valid TOML, from the answers of ``init_questions``."""
    said = said_of(answers)
    database = _POSTGRESQL if answers["database"] == "postgresql" else _SQLITE
    tables = [_table(head, keys, said) for head, keys in _LAYOUT.items()]
    return "\n".join([_HEAD, database, "", *tables])


def said_of(answers: Mapping[str, str]) -> dict[str, Value]:
    """Dotted key to value of exactly what was said."""
    said: dict[str, Value] = {
        "hotline.public_url": answers["public_url"],
        "hotline.desk_url": answers["desk_url"],
        "hotline.vantages": ("direct", "proxied") if answers["socks"] else (),
        "hotline.operator.name": answers["operator"],
        "hotline.operator.address": "\n".join(one.strip() for one in answers["address"].split(NEW_LINE)),
        "hotline.operator.mail": answers["mail"],
        "hotline.operator.phone": answers["phone"],
        **{f"hotline.portals.{key}": value for key, value in _portal(answers).items()},
        "notices.from_address": answers["from_address"],
        "notices.from_name": answers["name"],
        "notices.country": answers["country"],
        "notices.server": answers["mail_server"],
        "notices.encryption": answers.get("mail_encryption", ""),
        "notices.port": int(answers.get("mail_port") or 0),
        "notices.user": answers.get("mail_user", ""),
        "notices.test_mailbox": answers["test_mailbox"],
        "alerts.to": parts(answers["alerts_to"]),
        "egress.socks": answers["socks"],
    }
    return {key: value for key, value in said.items() if value}


def check_text(text: str) -> None:
    """Return where tutela itself takes the file. Raises Invalid naming the setting that is wrong."""
    with TemporaryDirectory() as folder:
        path = Path(folder, "tutela.toml")
        path.write_text(text, encoding="utf-8")
        read(Config, Origins(file=path))


def wants_postgresql(text: str) -> bool:
    """Whether a settings file was written for a database elsewhere."""
    return _POSTGRESQL in text.splitlines()


def _portal(answers: Mapping[str, str]) -> dict[str, Value]:
    host = parse_url(answers["public_url"]).host
    return {
        "key": f"hotline-{answers['country'].lower()}",
        "hosts": (f"[{host}]" if ":" in host else host,),
        "name": answers["name"],
        "country": answers["country"],
        "languages": parts(answers["languages"]),
    }


def _table(head: str, keys: Sequence[str], said: Mapping[str, Value]) -> str:
    return "\n".join([head, *(line for key in keys for line in _lines(head.strip("[]"), key, said)), ""])


def _lines(table: str, key: str, said: Mapping[str, Value]) -> Iterator[str]:
    """A setting: the line why, and the setting itself or, behind a sign, what it might be."""
    name = f"{table}.{key}"
    if name in said:
        yield from _comment(_reasons()[name])
        yield f"{key} = {toml_value(said[name])}"
    elif name in _SAMPLES:
        yield from _comment(_reasons()[name])
        yield f"# {key} = {toml_value(_SAMPLES[name])}"


def _comment(text: str) -> list[str]:
    return textwrap.wrap(text, _WIDTH, initial_indent="# ", subsequent_indent="#   ", break_on_hyphens=False)


def _reasons() -> Mapping[str, str]:
    """Dotted key to the settings' own description, without unit and source."""
    described = {one.key: one.description for one in settings_of(Config)}
    for name, field in PortalSettings.model_fields.items():
        described[f"hotline.portals.{name}"] = field.description or ""
    return {
        key: text.partition(" Source:")[0].replace(" (no unit)", "").strip()
        for key, text in described.items()
    }


def toml_value(value: Value) -> str:
    """The value as TOML 1.0 writes it."""
    if isinstance(value, str):  # as JSON does, which leaves one control character as it is
        return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
    if isinstance(value, int):
        return str(value)
    return f"[{', '.join(map(toml_value, value))}]"

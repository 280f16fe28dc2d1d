"""Python in a process of its own, on the database of the running test."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit

from django.db import connection

BEGIN = "from tutela.web.starting import start_django; start_django()\n"


def environment() -> dict[str, str]:
    """What leads another process to the test's database: a home for SQLite, an address for PostgreSQL."""
    settings: dict[str, Any] = connection.settings_dict
    if connection.vendor == "sqlite":
        return {**os.environ, "TUTELA_HOME": str(Path(settings["NAME"]).parent)}
    parts = urlsplit(os.environ["TUTELA_HOTLINE__DATABASE"])
    return {**os.environ, "TUTELA_HOTLINE__DATABASE": urlunsplit(parts._replace(path=f"/{settings['NAME']}"))}


def started(text: str, *words: str) -> subprocess.Popen[str]:
    """A process that runs ``text`` with Django ready; ``words`` are its ``sys.argv[1:]``."""
    return subprocess.Popen(
        [sys.executable, "-c", BEGIN + text, *words],
        env=environment(),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )

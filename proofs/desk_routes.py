"""The forms of all addresses of the desk that somebody may look at, as JSON."""

from __future__ import annotations

import json
import os
import re
import tempfile
from pathlib import Path

#: ``<untrusted_item>`` of a route.
_PART = re.compile(r"<[^>]+>")


def main() -> None:
    """Print them."""
    with tempfile.TemporaryDirectory() as name:
        os.environ["TUTELA_HOME"] = name
        from tutela.web.login_key import make_login_key
        from tutela.web.starting import start_django

        make_login_key(Path(name))
        start_django()
        from django.urls import URLPattern, URLResolver, get_resolver

        from tutela.hotline.routes import declared

        found: list[str] = []

        def walk(patterns: list[URLPattern | URLResolver], before: str) -> None:
            for one in patterns:
                if isinstance(one, URLResolver):
                    walk(one.url_patterns, before + str(one.pattern))
                elif (route := declared(one.callback)) and (route.read or route.open_because):
                    found.append("/" + _PART.sub("ID", before + str(one.pattern)))

        walk(get_resolver("tutela.web.urls.desk").url_patterns, "")
        print(json.dumps(sorted(found)))


if __name__ == "__main__":
    main()

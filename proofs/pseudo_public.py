"""The public's pages in a language that nobody speaks, from right to left.

``python -m proofs.pseudo_public PORT``. Its catalogue is made of the English sentences by
``tests.hotline.intake.pseudo``, and stands nowhere in the product.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path
from typing import Any
from wsgiref.simple_server import WSGIRequestHandler, make_server

#: Code and own name of the language.
CODE, NAME = "qps-rtl", "Pseudo"


class Quiet(WSGIRequestHandler):
    """Says nothing of requests."""

    def log_message(self, *_arguments: object) -> None:
        """Nothing."""


def application(folder: Path) -> Any:
    """The public's application, which offers this language beside its own."""
    from tests.hotline.intake.pseudo import RTL, pseudo
    from tests.hotline.intake.test_languages import SENTENCES
    from tools.catalogs import render_mo
    from tutela.hotline.intake import languages
    from tutela.web import public_settings
    from tutela.web.applications import public_application

    catalogue = folder / "qps_Rtl" / "LC_MESSAGES" / "django.mo"
    catalogue.parent.mkdir(parents=True)
    catalogue.write_bytes(render_mo({"": RTL, **{one: pseudo(one) for one in SENTENCES}}))
    vars(public_settings)["LOCALE_PATHS"] = [str(folder)]
    vars(public_settings)["LANGUAGES"] = [*public_settings.LANGUAGES, (CODE, NAME)]
    vars(languages)["LANGUAGES"] = {**languages.LANGUAGES, CODE: NAME}
    return public_application()


def main(port: int) -> None:
    """Serve on this port of loopback until the process is ended."""
    with tempfile.TemporaryDirectory() as name:
        make_server("127.0.0.1", port, application(Path(name)), handler_class=Quiet).serve_forever()


if __name__ == "__main__":
    main(int(sys.argv[1]))

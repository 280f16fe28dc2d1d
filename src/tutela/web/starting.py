"""Django, set up once in a process that needs it; a command imports no model before."""

from __future__ import annotations

import os

from tutela.kernel.cores import forbid_cores


def start_django(settings: str = "tutela.web.settings") -> None:
    """Sets Django up with tutela's settings: ``tutela.web.settings`` or ``tutela.web.public_settings``.

    Half a second; the second call does nothing. Raises Invalid for wrong settings of tutela's.
    """
    forbid_cores()
    os.environ["DJANGO_SETTINGS_MODULE"] = settings
    import django

    django.setup()

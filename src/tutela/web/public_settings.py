"""Django's settings for the public process: no session, no cookie, no account, no page of the staff's."""

from __future__ import annotations

from urllib.parse import urlsplit

from tutela.config import load
from tutela.hotline.intake.portals import hosts_of
from tutela.web import settings
from tutela.web.settings import (
    AUTH_USER_MODEL,
    DATABASES,
    DEFAULT_AUTO_FIELD,
    FETCH_EPOCHS,
    FILE_UPLOAD_HANDLERS,
    HSTS_SECONDS,
    LANGUAGE_CODE,
    LANGUAGES,
    LOGGING_CONFIG,
    SPARE_FOLDER,
    TIME_ZONE,
    TUTELA_LEAVE_TO,
    TUTELA_ONION_URL,
    TUTELA_OPERATOR,
    TUTELA_PORTALS,
    TUTELA_PUBLIC_URL,
    TUTELA_REPORTS_PER_SECOND,
    TUTELA_SENDERS,
    USE_TZ,
    VAULT_EPOCHS,
)

__all__ = [
    "AUTH_USER_MODEL",
    "DATABASES",
    "DEFAULT_AUTO_FIELD",
    "FETCH_EPOCHS",
    "FILE_UPLOAD_HANDLERS",
    "INSTALLED_APPS",
    "LANGUAGES",
    "LANGUAGE_CODE",
    "LOGGING_CONFIG",
    "SPARE_FOLDER",
    "TIME_ZONE",
    "TUTELA_LEAVE_TO",
    "TUTELA_ONION_URL",
    "TUTELA_OPERATOR",
    "TUTELA_PORTALS",
    "TUTELA_PUBLIC_URL",
    "TUTELA_REPORTS_PER_SECOND",
    "TUTELA_SENDERS",
    "USE_TZ",
    "VAULT_EPOCHS",
]

#: Nobody signs in here: the apps that let people in are left out.
INSTALLED_APPS = [name for name in settings.INSTALLED_APPS if not name.startswith("allauth")]
_PUBLIC = urlsplit(load().hotline.public_url)

DEBUG = False
#: Forms lead nowhere but here.
TUTELA_FORM_TARGETS: list[str] = []
#: As on the desk's side, by the public's own address.
TUTELA_HSTS_SECONDS = HSTS_SECONDS if _PUBLIC.scheme == "https" else 0
#: Nothing is signed here; Django refuses to use an empty key.
SECRET_KEY = ""
ALLOWED_HOSTS = [_PUBLIC.hostname or "127.0.0.1", *hosts_of(TUTELA_PORTALS)]
ALLOWED_HOSTS += filter(None, [urlsplit(TUTELA_ONION_URL).hostname])
#: Bytes of a form, files apart: 10,000 addresses, so that who pastes them gets an answer and loses nothing.
DATA_UPLOAD_MAX_MEMORY_SIZE = 8 << 20
ROOT_URLCONF = "tutela.web.urls.public"
MIDDLEWARE = [
    "tutela.web.headers.PublicHeaders",
    "tutela.hotline.intake.portals.Portals",
    "tutela.hotline.intake.onions.Onions",
    "django.middleware.security.SecurityMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "tutela.web.faults.PublicFaults",
]
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {"context_processors": ["django.template.context_processors.request"]},
    }
]

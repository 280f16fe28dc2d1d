"""Django's settings for the public process: no session, no cookie, no account, no page of the staff's."""

from __future__ import annotations

from urllib.parse import urlsplit

from tutela.config import load
from tutela.web.settings import (
    DATABASES,
    DEFAULT_AUTO_FIELD,
    INSTALLED_APPS,
    LANGUAGE_CODE,
    LANGUAGES,
    LOGGING_CONFIG,
    SECURE_CONTENT_TYPE_NOSNIFF,
    SECURE_REFERRER_POLICY,
    TIME_ZONE,
    USE_TZ,
    X_FRAME_OPTIONS,
)

__all__ = [
    "DATABASES",
    "DEFAULT_AUTO_FIELD",
    "INSTALLED_APPS",
    "LANGUAGES",
    "LANGUAGE_CODE",
    "LOGGING_CONFIG",
    "SECURE_CONTENT_TYPE_NOSNIFF",
    "SECURE_REFERRER_POLICY",
    "TIME_ZONE",
    "USE_TZ",
    "X_FRAME_OPTIONS",
]

_PUBLIC = urlsplit(load().hotline.public_url)

DEBUG = False
#: Nothing is signed here; Django refuses to use an empty key.
SECRET_KEY = ""
ALLOWED_HOSTS = [_PUBLIC.hostname or "127.0.0.1"]
ROOT_URLCONF = "tutela.web.urls.public"
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {"context_processors": ["django.template.context_processors.request"]},
    }
]

"""Django's settings for every process of the hotline but the public one.

They are made of tutela's own settings: nobody edits this file, and no setting of Django's has another way in.
A process that holds no login key (all but the desk) has an empty SECRET_KEY, which Django refuses to use.
"""

from __future__ import annotations

from urllib.parse import urlsplit

from tutela.config import load
from tutela.hotline.databases import database
from tutela.kernel.settings import home
from tutela.web.login_key import login_key

hotline = load().hotline
_DESK = urlsplit(hotline.desk_url)

DEBUG = False
SECRET_KEY = login_key(home())
ALLOWED_HOSTS = [_DESK.hostname or "127.0.0.1"]
CSRF_TRUSTED_ORIGINS = [f"{_DESK.scheme}://{_DESK.netloc}"]
ROOT_URLCONF = "tutela.web.urls.desk"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
DATABASES = {"default": database(hotline.database.get_secret_value(), home())}

USE_TZ = True
TIME_ZONE = "UTC"
LANGUAGE_CODE = "en"
LANGUAGES = [
    ("en", "English"),
    ("es", "Español"),
    ("pt", "Português"),
    ("fr", "Français"),
    ("de", "Deutsch"),
    ("nl", "Nederlands"),
]

INSTALLED_APPS = [
    "django.contrib.contenttypes",
    "django.contrib.auth",
    "django.contrib.sessions",
    "django.contrib.messages",
    "tutela.hotline.ledger",
    "tutela.hotline.work",
    "tutela.hotline.people",
    "tutela.hotline.cases",
    "tutela.hotline.intake",
    "tutela.hotline.takedown",
    "tutela.web",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
        },
    }
]

#: The log is tutela's own (ids and declared words); Django's would print addresses and values.
LOGGING_CONFIG = None
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Strict"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = _DESK.scheme == "https"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "no-referrer"
X_FRAME_OPTIONS = "DENY"

"""Django's settings for every process of the hotline but the public one.

They are made of tutela's own settings: nobody edits this file, and no setting of Django's has another way in.
The login key is read when something is signed, which only the desk does: no other process holds it, and one
that cannot read it has an empty SECRET_KEY, which Django refuses to use.
"""

from __future__ import annotations

from pathlib import Path
from urllib.parse import urlsplit

from django.utils.functional import SimpleLazyObject

from tutela.config import load
from tutela.hotline.cases.addresses import FETCH_PUBLIC
from tutela.hotline.databases import database
from tutela.hotline.intake.portals import build_portals
from tutela.hotline.people.provider_settings import provider_apps, provider_origins
from tutela.kernel.settings import home
from tutela.web.login_key import login_key

_all = load()
hotline, custody = _all.hotline, _all.custody
#: What the app takedown reads: who notices are from, and the address of the public pages.
TUTELA_NOTICES, TUTELA_PUBLIC_URL = _all.notices, hotline.public_url
oidc = hotline.oidc
_DESK = urlsplit(hotline.desk_url)

#: Where the opener's process is asked, for pages that show what is sealed (processes.places).
TUTELA_SOCKETS = str(home() / "sockets")

#: Counts below this are not shown by the app statistics.
TUTELA_SMALL_COUNT = _all.statistics.small_count

#: What the app cases reads at the desk: how much of a page is fetched.
TUTELA_PAGES = _all.pages.rules()

#: What the app review reads: the scheme, the caps on what one person sees.
TUTELA_REVIEW = _all.review.rules()

#: Where the app partners puts what its partners take: a folder each below it.
TUTELA_DROP_FOLDER = hotline.drop_folder or str(home() / "partners")

#: What the app intake reads: portals, partners, where a reader in a hurry is led, how many come in at once.
TUTELA_PORTALS, TUTELA_SENDERS = build_portals(hotline.portals), hotline.senders
TUTELA_ONION_URL = hotline.onion_url
TUTELA_OPERATOR = hotline.operator
TUTELA_LEAVE_TO, TUTELA_REPORTS_PER_SECOND = hotline.leave_to, hotline.reports_per_second

DEBUG = False
_HOME = home()
SECRET_KEY = SimpleLazyObject(lambda: login_key(_HOME))
ALLOWED_HOSTS = [_DESK.hostname or "127.0.0.1"]
#: The desk's own address, as it stands in links that are given to people.
TUTELA_DESK_URL = f"{_DESK.scheme}://{_DESK.netloc}"
CSRF_TRUSTED_ORIGINS = [TUTELA_DESK_URL]
#: Browsers come back by TLS only, for two years (OWASP ASVS 5.0, 3.4.1: at least one).
HSTS_SECONDS = 2 * 365 * 86_400
TUTELA_HSTS_SECONDS = HSTS_SECONDS if _DESK.scheme == "https" else 0
ROOT_URLCONF = "tutela.web.urls.desk"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
DATABASES = {"default": database(hotline.database.get_secret_value(), home())}

#: Where public keys and spare area are, for whoever takes in addresses (cases.address_keys, intake.spare).
VAULT_EPOCHS = str((Path(custody.vault) if custody.vault else home() / "vault") / "epochs")
FETCH_EPOCHS = str(home() / FETCH_PUBLIC)
SPARE_FOLDER = str(hotline.spare_folder(home()))

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
    "tutela.hotline.review",
    "tutela.hotline.takedown",
    "tutela.hotline.partners",
    "tutela.hotline.mailbox",
    "tutela.hotline.statistics",
    "tutela.hotline.alerts",
    "tutela.hotline.backups",
    "tutela.web",
    # After ours, so that our templates come before allauth's.
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "tutela.web.headers.Headers",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "tutela.web.faults.Faults",
    "tutela.hotline.people.gate.Gate",
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
                "tutela.web.menu.menu",
                "tutela.web.silence.silence",
                "tutela.web.holds.holds",
            ],
        },
    }
]

#: Pages take no files. One that is sent all the same is let go, and stands on no disk: Django's own choice
#: would write a larger one in the clear into the folder of temporary files.
FILE_UPLOAD_HANDLERS = ["tutela.web.uploads.LetGo"]
#: The log is tutela's own (ids and declared words); Django's would print addresses and values.
LOGGING_CONFIG = None
#: Rows under digests and sealed: whoever reads the database or a backup takes up nobody's session.
SESSION_ENGINE = "tutela.hotline.people.sessions"
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Strict"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = LANGUAGE_COOKIE_SECURE = _DESK.scheme == "https"
if SESSION_COOKIE_SECURE:
    #: The prefix binds a cookie to this very host and to TLS (OWASP ASVS 5.0, 3.3.3).
    SESSION_COOKIE_NAME, CSRF_COOKIE_NAME = "__Host-session", "__Host-csrf"
LANGUAGE_COOKIE_HTTPONLY, LANGUAGE_COOKIE_SAMESITE = True, "Strict"
#: Seconds without a click after which one signs in again: our own, of NIST SP 800-63B's 30 minutes (AAL2).
#: The longest session is kept by ``people.gate``.
SESSION_COOKIE_AGE = 30 * 60
SESSION_SAVE_EVERY_REQUEST = True
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
CSRF_FAILURE_VIEW = "tutela.web.faults.csrf_failure"

AUTH_USER_MODEL = "people.Person"
AUTHENTICATION_BACKENDS = ["tutela.hotline.people.signing_in.Backend"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator",
        "OPTIONS": {"user_attributes": ["name", "email"]},
    },
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL, LOGIN_REDIRECT_URL, ACCOUNT_LOGOUT_REDIRECT_URL = "account_login", "/", "account_login"
#: Attempts are counted in the database: a local-memory cache counts per process (decisions.md section 4).
#: Room for a crowd that makes up names: beyond Django's 300 entries one drops others' counts and used codes.
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "cache",
        "OPTIONS": {"MAX_ENTRIES": 100_000},
    }
}

# --- allauth: closed sign-up, an e-mail address and a password or a passkey, never mail ----------------
ACCOUNT_DEFAULT_HTTP_PROTOCOL = _DESK.scheme
#: Under TLS a proxy stands before the desk, and the last address it names is the client's.
ALLAUTH_TRUSTED_PROXY_COUNT = int(_DESK.scheme == "https")
ACCOUNT_ADAPTER = "tutela.hotline.people.signing_in.AccountAdapter"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_PREVENT_ENUMERATION = "strict"
#: Seconds for which a sign-in counts as recent before a sensitive act (OWASP ASVS 5.0, 7.5.3).
ACCOUNT_REAUTHENTICATION_TIMEOUT = 5 * 60
#: Five wrong attempts for an account in 5 minutes, ten a minute from an address; a right one clears them.
ACCOUNT_RATE_LIMITS = {
    "login": "30/m/ip",
    "login_failed": "10/m/ip,5/300s/key",
    "reauthenticate": "10/m/user",
}
MFA_ADAPTER = "tutela.hotline.people.signing_in.FactorAdapter"
#: Passkeys are bound to this name; browsers take no address in its place (Web Authentication Level 3, 5.1.3).
PASSKEY_HOST = ALLOWED_HOSTS[0]
MFA_SUPPORTED_TYPES = ["webauthn", "totp", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_RECOVERY_CODES_SHOW_ONCE = True
#: Addresses are those that an administrator invited; nobody proves them by mail.
MFA_ALLOW_UNVERIFIED_EMAIL = True
#: No code of another half minute: allauth remembers a used code for one period only, so it could come again.
MFA_TOTP_TOLERANCE = 0
MFA_TOTP_ISSUER = "tutela"
#: Passkeys ask for TLS; browsers and we count this machine itself as safe.
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = _DESK.scheme == "http" and _DESK.hostname == "localhost"
SOCIALACCOUNT_ADAPTER = "tutela.hotline.people.single_sign_on.SocialAdapter"
SOCIALACCOUNT_STORE_TOKENS = False
SOCIALACCOUNT_PROVIDERS = {"openid_connect": {"APPS": provider_apps(oidc), "OAUTH_PKCE_ENABLED": True}}
#: The sign-on's own settings, for its way through the network door.
TUTELA_OIDC = oidc
#: Where a form may lead: browsers count the provider's sign-in page, to which ours redirects.
TUTELA_FORM_TARGETS = provider_origins(oidc)

"""Django's settings, composed from the operator's choices in `config`."""

import secrets
from pathlib import Path
from urllib.parse import urlsplit

from maillage.kernel.db import sqlite

sqlite.install()

from csp.constants import NONE, SELF  # noqa: E402

from maillage.project.config import BadConfigError, load_config  # noqa: E402
from maillage.project.email import email_settings  # noqa: E402
from maillage.project.logs import logging_settings  # noqa: E402
from maillage.project.map_origins import map_origins  # noqa: E402
from maillage.project.sign_in import *  # noqa: E402, F403
from maillage.project.sign_in import identity_providers, provider_origins  # noqa: E402

CONFIG = load_config()
PACKAGE = Path(__file__).resolve().parent.parent
DATA = CONFIG.data_path

DEBUG = CONFIG.debug
DEMO = CONFIG.demo


def _secret_key() -> str:
    file = DATA / "secret-key"
    if CONFIG.secret_key:
        return str(CONFIG.secret_key)
    if file.is_file():
        if key := file.read_text(encoding="ascii", errors="replace").strip():
            return key
        raise BadConfigError(
            f"Le fichier de la clé secrète est vide : effacez {file}, « maillage serve » en fait une autre"
            " (chacun devra se connecter de nouveau)."
        )
    return secrets.token_urlsafe(48)


SECRET_KEY = _secret_key()
PORT = CONFIG.port
PUBLIC_URL = (CONFIG.public_url or f"http://localhost:{PORT}").rstrip("/")
ALLOWED_HOSTS = [*CONFIG.hosts, urlsplit(PUBLIC_URL).hostname or "localhost"]
CSRF_TRUSTED_ORIGINS = [PUBLIC_URL]

INSTALLED_APPS = [
    "maillage.apps.accounts",  # before allauth, whose templates it replaces
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.socialaccount",
    "allauth.usersessions",
    "csp",
    "django_htmx",
    "django_tasks",
    "django_tasks_db",
    "django_vite",
    "template_partials",
    "maillage.kernel.db",
    "maillage.kernel.site",
    "maillage.kernel.ui",
    "maillage.kernel.audience",
    "maillage.kernel.audit",
    "maillage.kernel.files",
    "maillage.kernel.jobs",
    "maillage.kernel.mail",
    "maillage.kernel.oidc",
    "maillage.kernel.privacy",
    "maillage.kernel.search",
    "maillage.apps.directory",
    "maillage.apps.exchange",
    "maillage.apps.knowledge",
    "maillage.apps.codevelopment",
    "maillage.apps.ledger",
    "maillage.apps.books",
    "maillage.apps.barter",
    "maillage.portal",
]

MIDDLEWARE = [
    "maillage.kernel.http.reading.ReadingGuardMiddleware",  # outside all the others: it watches them too
    "maillage.kernel.http.once.ReadOnceMiddleware",
    "maillage.kernel.site.middleware.ClosedRoomsMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.middleware.gzip.GZipMiddleware",  # pads its answers at random, against BREACH
    "csp.middleware.CSPMiddleware",
    "django_permissions_policy.PermissionsPolicyMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "maillage.apps.accounts.middleware.SecondFactorMiddleware",
    "maillage.kernel.audience.middleware.AudienceMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "maillage.portal.errors.WrongMethodMiddleware",
]

ROOT_URLCONF = "maillage.project.urls"
CSRF_FAILURE_VIEW = "maillage.portal.errors.csrf_failure"
ASGI_APPLICATION = "maillage.project.asgi.application"
WSGI_APPLICATION = "maillage.project.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "csp.context_processors.nonce",
                "maillage.portal.context.chrome",
            ],
        },
    }
]


def _database() -> dict[str, object]:
    if CONFIG.database_url:
        from maillage.kernel.db.postgres import BadDatabaseUrlError, database_from_url

        try:
            return database_from_url(CONFIG.database_url, pool_size=CONFIG.database_pool)
        except BadDatabaseUrlError as error:
            raise BadConfigError(f"Réglage illisible, database_url : {error}.") from None
    # The tests' database is a file too: threads meet on it as they do in service.
    return sqlite.sqlite_database(DATA / "maillage.sqlite3", test_file=DATA / "test.sqlite3")


DATABASES = {"default": _database()}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "maillage_cache",
        # Django's own limit, 300, would have tries and used codes forgotten as soon as enough people come at once.
        "OPTIONS": {"MAX_ENTRIES": 10_000},
    },
}

SOCIALACCOUNT_PROVIDERS = identity_providers(CONFIG.identity_providers)
# A site under https stands behind one proxy at least: addresses are read from what it adds.
ALLAUTH_TRUSTED_PROXY_COUNT = CONFIG.trusted_proxies or int(PUBLIC_URL.startswith("https://"))

LANGUAGE_CODE = "fr"
LANGUAGES = [("fr", "Français"), ("en", "English")]
LOCALE_PATHS = [PACKAGE / "locale"]
TIME_ZONE = "Europe/Paris"
USE_TZ = True

STATIC_URL = "/static/"
STATIC_ROOT = None  # WhiteNoise serves straight from the package: nothing is collected
STATICFILES_DIRS = [PACKAGE / "static"]
MEDIA_URL = "/fichiers/"
MEDIA_ROOT = DATA / "files"
WHITENOISE_USE_FINDERS = True
WHITENOISE_IMMUTABLE_FILE_TEST = (
    r"^/static/build/assets/.+-[\w-]{8}\.\w+$"  # the build puts a digest in their names
)
WHITENOISE_MAX_AGE = 60 * 60  # the others, the icons first: an upgrade is seen within the hour
DJANGO_VITE = {
    "default": {"manifest_path": PACKAGE / "static" / "build" / "manifest.json", "static_url_prefix": "build"}
}

TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}
AUDIENCE_FLUSH_SECONDS = 30
JOBS_AT_ONCE = False  # tests run a job where it is enqueued

vars().update(email_settings(CONFIG.email_url, DATA))
DEFAULT_FROM_EMAIL = SERVER_EMAIL = CONFIG.email_from
LOGGING = logging_settings(level=CONFIG.log_level, as_json=CONFIG.log_format == "json")

UPLOAD_BYTES_MAX = CONFIG.upload_megabytes * 1024 * 1024
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024  # fields of a form, files apart
DATA_UPLOAD_MAX_NUMBER_FIELDS = 2000
DATA_UPLOAD_MAX_NUMBER_FILES = 50
FILE_UPLOAD_MAX_MEMORY_SIZE = 1024 * 1024
FILE_UPLOAD_PERMISSIONS = 0o600
FILE_UPLOAD_DIRECTORY_PERMISSIONS = 0o700

SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_HTTPONLY = True
HTTPS = PUBLIC_URL.startswith("https://")
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
if HTTPS:  # TLS ends at a proxy of ours, which alone reaches this server and always sets the header
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    SECURE_SSL_REDIRECT = True
    SECURE_REDIRECT_EXEMPT = [r"^sante$"]
    SECURE_HSTS_SECONDS = CONFIG.hsts_seconds
    SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = CONFIG.hsts_seconds > 0
MAP_STYLE_URL = CONFIG.map_style_url
MAP_ATTRIBUTION = CONFIG.map_attribution
MAP_ORIGINS = map_origins(CONFIG.map_style_url, CONFIG.map_origins)
GEOCODER_URL = CONFIG.geocoder_url
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:", "blob:", *MAP_ORIGINS],
        "font-src": [SELF],
        "connect-src": [SELF, *MAP_ORIGINS],
        "worker-src": [SELF],
        "manifest-src": [SELF],
        "form-action": [SELF, *provider_origins(CONFIG.identity_providers)],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
    }
}
PERMISSIONS_POLICY: dict[str, list[str]] = {
    "camera": [],
    "geolocation": ["self"],
    "microphone": [],
    "payment": [],
    "usb": [],
}

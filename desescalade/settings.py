"""All settings; those that a host may change come from the environment (docs/reglages.md)."""

from pathlib import Path

from csp.constants import NONE, SELF
from whitenoise.compress import Compressor

from . import environment, logs, postgresql, scripts, sqlite

BASE_DIR = Path(__file__).resolve().parent.parent

# All state lives here: database, secret key, rendered files, collected static files.
DATA_DIR = environment.directory("DESESCALADE_DATA", BASE_DIR / "var")
# Where backups go: better another disk. Made by the first of them.
BACKUPS_DIR = Path(environment.text("DESESCALADE_BACKUPS") or DATA_DIR / "backups")

DEBUG = environment.flag("DESESCALADE_DEBUG", False)
SECRET_KEY = environment.secret_key(DATA_DIR)
ALLOWED_HOSTS = environment.words("DESESCALADE_HOSTS", "localhost,127.0.0.1,[::1]")
HTTPS = environment.flag("DESESCALADE_HTTPS", False)
# Printed on paper copies of a published edition, without it no address is.
PUBLIC_ADDRESS = environment.text("DESESCALADE_ADDRESS").rstrip("/")
# Where a reader tells the host of a fault, as a link leads to it.
CONTACT = environment.contact("DESESCALADE_CONTACT")
# What /mentions-legales/ and /confidentialite/ say of who keeps the site.
LEGAL_NOTICE = environment.legal_notice("DESESCALADE_LEGAL", privacy=CONTACT)
# Where the source of this very site is, which the AGPL (section 13) wants offered to who uses it.
SOURCE = environment.page("DESESCALADE_SOURCE")

LOGGING = logs.configuration(environment.choice("DESESCALADE_LOGS", logs.STYLES))

INSTALLED_APPS = [
    "django_tasks_db",
    "desescalade",
    "desescalade.jobs",
    "proposals",
    "proposals.desk",
    "programmes",
    "crispy_forms",
    "csp",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
]

MIDDLEWARE = [
    "desescalade.tracing.NameRequests",
    "desescalade.middleware.AnswerHeadWithoutBody",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "desescalade.middleware.ForbidDevices",
    "django.middleware.gzip.GZipMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "desescalade.middleware.RefuseNul",
    "desescalade.long_forms.ReadLongForms",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "programmes.middleware.KeepTypedText",
    "desescalade.closed_sessions.KeepDeskForm",
    "desescalade.middleware.ExplainMethod",
]

ROOT_URLCONF = "desescalade.urls"
WSGI_APPLICATION = "desescalade.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "builtins": ["desescalade.templatetags.text"],
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
        },
    },
]

DATABASE_URL = environment.text("DATABASE_URL")
DATABASES = {
    "default": postgresql.configuration(DATABASE_URL)
    if DATABASE_URL
    else sqlite.configuration(DATA_DIR / "desescalade.sqlite3")
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# Where prints are made and mails sent: by the process that was asked, or by `manage.py work`.
HAS_QUEUE = environment.choice("DESESCALADE_JOBS", ("ici", "file")) == "file"
TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend", "QUEUES": []}}

# Holds the limits below, which all processes have to share; a migration makes the table.
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "desescalade_cache",
        "KEY_FUNCTION": "desescalade.throttling.hashed_key",
        # A full cache drops entries: at Django's 300, a few hundred invented names would empty
        # the count of wrong passphrases of everybody.
        "OPTIONS": {"MAX_ENTRIES": 50_000},
    }
}

LANGUAGE_CODE = "fr"
FORMAT_MODULE_PATH = ["desescalade.formats"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = logs.CLOCK.key

STATIC_URL = "static/"
STATIC_ROOT = DATA_DIR / "static"
STATICFILES_DIRS = [BASE_DIR / "static", ("guide", BASE_DIR / "docs" / "guide" / "img")]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}

# No page of another site has a use for ours.
WHITENOISE_ALLOW_ALL_ORIGINS = False
# The faces are for prints, which read them from the disk: no browser asks for them.
WHITENOISE_SKIP_COMPRESS_EXTENSIONS = [*Compressor.SKIP_COMPRESS_EXTENSIONS, "ttf"]

CRISPY_ALLOWED_TEMPLATE_PACKS = ("desescalade",)
CRISPY_TEMPLATE_PACK = "desescalade"

AUTHENTICATION_BACKENDS = ["programmes.cards.CardBackend"]
LOGIN_URL = "programmes:login"
LOGIN_REDIRECT_URL = "programmes:list"
LOGOUT_REDIRECT_URL = "programmes:home"
CSRF_FAILURE_VIEW = "desescalade.failures.csrf_failure"
SESSION_COOKIE_AGE = 60 * 60 * 24 * 14
# A link that makes a new card, sent to who has lost it.
PASSWORD_RESET_TIMEOUT = 60 * 60

# Of allauth only the limits and the second factor are used, none of its pages.
ACCOUNT_ADAPTER = "desescalade.throttling.AccountAdapter"
ACCOUNT_RATE_LIMITS = {
    # The sentences that say how long to wait are in desescalade.throttling.
    "login_failed": "10/m/ip,5/5m/key",
    "open_programme": "20/h/ip",
    # Two for each programme that is imported, and one for each file that has to be mended.
    "import_file": "60/h/ip",
    "lost_card": "20/h/ip,3/h/key",
    "other_sessions": "10/h/user",
    # Some seconds of work, for who has many programmes.
    "own_data": "6/h/user",
    # Per programme (key), and per address, where several teams may sit.
    "contribute": "10/d/key,40/d/ip",
}
MFA_ADAPTER = "desescalade.staff.SecondFactorAdapter"
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]
MFA_TOTP_ISSUER = "Désescalade"
# A clock may be half a minute wrong.
MFA_TOTP_TOLERANCE = 1
# Our own pages ask for the second factor before they show or change it.
MFA_REAUTHENTICATION_REQUIRED = False
# An address is for a lost card only, and never confirmed.
MFA_ALLOW_UNVERIFIED_EMAIL = True
# Proxies of the host in front of the site, each of which adds a hop to X-Forwarded-For.
ALLAUTH_TRUSTED_PROXY_COUNT = environment.number("DESESCALADE_PROXIES", 0)

if mail := environment.mail("DESESCALADE_EMAIL_URL"):
    EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    EMAIL_HOST, EMAIL_PORT = mail.host, mail.port
    EMAIL_HOST_USER, EMAIL_HOST_PASSWORD = mail.user, mail.password
    EMAIL_USE_TLS, EMAIL_USE_SSL = mail.starts_tls, mail.is_tls
    EMAIL_TIMEOUT = 20
    DEFAULT_FROM_EMAIL = mail.sender
# Without it no page speaks of e-mail.
HAS_MAIL = mail is not None
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
# Messages live in their own signed cookie, read and dropped by the next page.
MESSAGE_STORAGE = "django.contrib.messages.storage.cookie.CookieStorage"

SECURE_SSL_REDIRECT = HTTPS
SECURE_HSTS_SECONDS = 60 * 60 * 24 * 365 if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = HTTPS
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
if environment.flag("DESESCALADE_BEHIND_PROXY", False):
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")

WORKSHOP_SCRIPT = scripts.read(BASE_DIR / "static" / "js" / "workshop.js")
COMMUNE_SCRIPT = scripts.read(BASE_DIR / "static" / "js" / "communes.js")
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "style-src": [SELF],
        # Django admin has scripts; our own, which no page needs, stand in the page itself.
        "script-src": [SELF, *map(scripts.csp_hash, (WORKSHOP_SCRIPT, COMMUNE_SCRIPT))],
        "img-src": [SELF, "data:"],
        "connect-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
    },
}

# Two million signs of any kind: browsers write some as twelve bytes (desescalade/long_forms.py).
DATA_UPLOAD_MAX_MEMORY_SIZE = 24 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 2000
# Of a whole request with files: the largest PDF that is imported, and some fields.
DATA_UPLOAD_MAX_FILES_SIZE = 22 * 1024 * 1024
FILE_UPLOAD_HANDLERS = [
    "desescalade.upload_bounds.BoundedUploadHandler",
    "django.core.files.uploadhandler.MemoryFileUploadHandler",
    "desescalade.upload_bounds.DiskUploadHandler",
]

# Of the catalogue, until it is released again (proposals/kept_pages.py); who works on templates
# sees each change at once.
KEEP_PAGES = not DEBUG

CATALOGUE_FILE = BASE_DIR / "data" / "proposals.yaml"
COMMUNES_DIR = BASE_DIR / "data" / "communes"
# What the pages cost, for the page that says so: desescalade/sobriety.py.
MEASUREMENT_FILE = BASE_DIR / "data" / "mesures.json"

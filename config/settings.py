"""Every setting in one file, driven by the environment; an unsafe combination refuses to start."""

from pathlib import Path

import environ
import structlog
from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext_lazy as _

from config.production import INSECURE_KEY, require_safe

BASE_DIR = Path(__file__).resolve().parent.parent
env = environ.Env()

VAR_DIR = Path(env.str("VAR_DIR", str(BASE_DIR / "var")))
VAR_DIR.mkdir(parents=True, exist_ok=True)

DEBUG = env.bool("DEBUG", False)
PRODUCTION = env.bool("PRODUCTION", False)
SECRET_KEY = env.str("SECRET_KEY", INSECURE_KEY)
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=["localhost", "127.0.0.1", "[::1]"])
CSRF_TRUSTED_ORIGINS = env.list("CSRF_TRUSTED_ORIGINS", default=[])
PUBLIC_URL = env.str("PUBLIC_URL", "http://localhost:8000").rstrip("/")
SOURCE_URL = env.str("SOURCE_URL", "")
# How many proxies of our own stand in front: so many entries of X-Forwarded-For, from the right, are theirs to write.
TRUSTED_PROXIES = env.int("TRUSTED_PROXIES", 1 if PRODUCTION else 0)

INSTALLED_APPS = [
    "organization",
    "kpi",
    "approvals",
    "documents",
    "workflows",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "config.static.ProjectStaticFilesConfig",
    "viewflow",
    "django_htmx",
    "tree_queries",
    "simple_history",
    "allauth",
    "allauth.account",
    "axes",
    "csp",
    "django_structlog",
]
VIEWFLOW = {"AUTOREGISTER": False}

MIDDLEWARE = [
    "workflows.middleware.UploadLimitMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "workflows.middleware.VietnameseFirstMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "simple_history.middleware.HistoryRequestMiddleware",
    "workflows.middleware.RequestLogMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "workflows.middleware.AddressMiddleware",
    "workflows.middleware.RefusalMiddleware",
    "axes.middleware.AxesMiddleware",
]

ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"
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
                "workflows.context.navigation",
            ],
        },
    }
]
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"
INSTALLED_APPS.append("django.forms")

# --- data ------------------------------------------------------------------------------------------------
SQLITE_OPTIONS = {
    "transaction_mode": "IMMEDIATE",
    "timeout": 30,
    "init_command": (
        "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON; PRAGMA recursive_triggers=ON;"
    ),
}
DATABASES = {"default": env.db_url("DATABASE_URL", default=f"sqlite:///{VAR_DIR / 'db.sqlite3'}")}
_database = DATABASES["default"]
if _database["ENGINE"].endswith("sqlite3"):
    _database.setdefault("OPTIONS", {}).update(SQLITE_OPTIONS)
elif _database["ENGINE"].endswith("postgresql"):
    _options = _database.setdefault("OPTIONS", {})
    _options.setdefault("options", "-c lock_timeout=10s -c statement_timeout=120s")
    if env.bool("DATABASE_POOL", False):
        _options["pool"] = {"min_size": 2, "max_size": 10, "timeout": 5}
    else:
        _database["CONN_MAX_AGE"] = 60
        _database["CONN_HEALTH_CHECKS"] = True
else:
    raise ImproperlyConfigured("DATABASE_URL must name SQLite or PostgreSQL.")
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# --- cache -----------------------------------------------------------------------------------------------
# "shared" counts for all processes (rate limits): Redis where the broker is Redis, else files. What must work while
# Redis is down (the log-in) keeps to the process's own memory.
CACHES = {
    "default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"},
    "shared": {
        "BACKEND": "django.core.cache.backends.filebased.FileBasedCache",
        "LOCATION": VAR_DIR / "cache",
        "OPTIONS": {"MAX_ENTRIES": 20_000},
    },
}
if env.str("CELERY_BROKER_URL", "").startswith("redis"):
    CACHES["shared"] = {
        "BACKEND": "django.core.cache.backends.redis.RedisCache",
        "LOCATION": env.str("CELERY_BROKER_URL"),
        "KEY_PREFIX": "cong-minh",
        "OPTIONS": {"socket_connect_timeout": 1, "socket_timeout": 1},
    }

# --- people ----------------------------------------------------------------------------------------------
AUTH_USER_MODEL = "organization.Person"
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "django.contrib.auth.backends.ModelBackend",
    "allauth.account.auth_backends.AuthenticationBackend",
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*", "password2*"]
ACCOUNT_ADAPTER = "workflows.accounts.ClosedSignup"
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_USER_MODEL_USERNAME_FIELD = "username"
ACCOUNT_LOGOUT_REDIRECT_URL = "account_login"
# One office sits behind one address: limits count account and address together (django-axes), never the address.
ACCOUNT_RATE_LIMITS = {"login": None, "login_failed": None}
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_FAILURE_LIMIT = 10
AXES_COOLOFF_TIME = 0.25
AXES_LOCKOUT_TEMPLATE = "429.html"
AXES_CLIENT_IP_CALLABLE = "workflows.addresses.client_address"
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]

# --- language and time -----------------------------------------------------------------------------------
LANGUAGE_CODE = "vi"
LANGUAGES = [("vi", _("Vietnamese")), ("en", _("English"))]
LOCALE_PATHS = [BASE_DIR / "locale"]
FORMAT_MODULE_PATH = ["config.formats"]
TIME_ZONE = "Asia/Ho_Chi_Minh"
USE_TZ = True
USE_THOUSAND_SEPARATOR = False

# --- pages -----------------------------------------------------------------------------------------------
STATIC_URL = "/static/"
STATIC_ROOT = VAR_DIR / "static"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": env.str("STATICFILES_STORAGE", "whitenoise.storage.CompressedManifestStaticFilesStorage")
    },
}
WHITENOISE_USE_FINDERS = DEBUG
MEDIA_ROOT = VAR_DIR / "media"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'self'"],
        "script-src": ["'self'"],
        "style-src": ["'self'"],
        "img-src": ["'self'", "data:"],
        "font-src": ["'self'"],
        "object-src": ["'none'"],
        "base-uri": ["'none'"],
        "form-action": ["'self'"],
        "frame-ancestors": ["'none'"],
    }
}
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
SESSION_COOKIE_AGE = 8 * 3600
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_FAILURE_VIEW = "workflows.views.errors.csrf_failure"
DATA_UPLOAD_MAX_NUMBER_FIELDS = 5000
FILE_UPLOAD_MAX_MEMORY_SIZE = 2_500_000
DATA_UPLOAD_MAX_MEMORY_SIZE = 25_000_000
# A whole request, files included: the verifier takes a document and its list of 20 MB each.
UPLOAD_MAX_BYTES = 45_000_000

# --- background work -------------------------------------------------------------------------------------
_broker = VAR_DIR / "broker"
CELERY_BROKER_URL = env.str("CELERY_BROKER_URL", "filesystem://localhost")
if CELERY_BROKER_URL.startswith("filesystem"):
    for _folder in ("messages", "control"):
        (_broker / _folder).mkdir(parents=True, exist_ok=True)
    CELERY_BROKER_TRANSPORT_OPTIONS = {
        "data_folder_in": str(_broker / "messages"),
        "data_folder_out": str(_broker / "messages"),
        "control_folder": str(_broker / "control"),
        "polling_interval": 0.2,
    }
else:
    CELERY_BROKER_TRANSPORT_OPTIONS = {"socket_connect_timeout": 2, "socket_timeout": 5}
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ALWAYS_EAGER = False
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_TASK_PUBLISH_RETRY = False
CELERY_BROKER_CONNECTION_TIMEOUT = 2
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_TASK_ACKS_LATE = True
CELERY_TIMEZONE = TIME_ZONE

# --- documents -------------------------------------------------------------------------------------------
ARCHIVE_DIR = Path(env.str("ARCHIVE_DIR", str(VAR_DIR / "archive")))
KEYS_DIR = Path(env.str("KEYS_DIR", str(VAR_DIR / "keys")))
TIMESTAMP_URL = env.str("TIMESTAMP_URL", "http://127.0.0.1:3180/")
TRUST_ROOTS = [Path(name) for name in env.list("TRUST_ROOTS", default=[str(KEYS_DIR / "demo" / "root.pem")]) if name]
# Roots of other systems (national authorities): they count for judging documents of others, never for our own.
EXTRA_TRUST_ROOTS = [Path(name) for name in env.list("EXTRA_TRUST_ROOTS", default=[])]
DEMO_AUTHORITY = env.bool("DEMO_AUTHORITY", not PRODUCTION)
# The library of the hardware module that holds the seals; a software token in KEYS_DIR needs no entry.
PKCS11_MODULE = env.str("PKCS11_MODULE", "")
# A remote signing service (Cloud Signature Consortium, …/csc/v1 or …/csc/v2) and the bearer it knows us by.
CSC_URL, CSC_TOKEN = env.str("CSC_URL", ""), env.str("CSC_TOKEN", "")
# Who gets the head of every closed register sheet: "STN=a@example.vn,*=b@example.vn;c@example.vn", by agency's code.
REGISTER_WITNESS = env.dict("REGISTER_WITNESS", default={})

# --- results for the national database (Decree 335/2025, Art 26.1.d) --------------------------------------
# Whether agencies send their own results; otherwise the province's personnel department sends all.
NATIONAL_SENT_BY_AGENCIES = env.bool("NATIONAL_SENT_BY_AGENCIES", False)
# How the five days are counted ("05 ngày", no more is said); a folder from which a transport takes the files, if any.
NATIONAL_DAYS, NATIONAL_OUTBOX_DIR = env.str("NATIONAL_DAYS", "calendar"), env.str("NATIONAL_OUTBOX_DIR", "")

# --- mail ------------------------------------------------------------------------------------------------
# Files until EMAIL_URL names a server (smtp+tls://user:password@host:587); a dead server makes mails late, not lost.
_mail = env.email_url("EMAIL_URL", default="filemail://")
EMAIL_BACKEND = _mail["EMAIL_BACKEND"]
EMAIL_FILE_PATH = VAR_DIR / "mail"
EMAIL_HOST, EMAIL_PORT = _mail["EMAIL_HOST"] or "localhost", _mail["EMAIL_PORT"] or 25
EMAIL_HOST_USER, EMAIL_HOST_PASSWORD = _mail["EMAIL_HOST_USER"] or "", _mail["EMAIL_HOST_PASSWORD"] or ""
EMAIL_USE_TLS, EMAIL_USE_SSL = bool(_mail.get("EMAIL_USE_TLS")), bool(_mail.get("EMAIL_USE_SSL"))
EMAIL_TIMEOUT = 10
DEFAULT_FROM_EMAIL = env.str("DEFAULT_FROM_EMAIL", "cong-minh@localhost")

# --- logs ------------------------------------------------------------------------------------------------
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"plain": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "plain"}},
    "root": {"handlers": ["console"], "level": env.str("LOG_LEVEL", "WARNING")},
}

# Request lines carry ids, never names or scores; the level above decides whether they are written at all.
structlog.configure(
    processors=[
        structlog.stdlib.filter_by_level,
        structlog.contextvars.merge_contextvars,
        structlog.processors.KeyValueRenderer(key_order=["event", "request_id", "user_id"]),
    ],
    logger_factory=structlog.stdlib.LoggerFactory(),
    wrapper_class=structlog.stdlib.BoundLogger,
    cache_logger_on_first_use=True,
)

if NATIONAL_DAYS not in ("calendar", "working"):
    raise ImproperlyConfigured("NATIONAL_DAYS is calendar or working.")

if PRODUCTION:
    require_safe(globals())
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    SECURE_SSL_REDIRECT = True
    SECURE_HSTS_SECONDS = 31_536_000
    SECURE_HSTS_INCLUDE_SUBDOMAINS = True
    SECURE_HSTS_PRELOAD = True
    SESSION_COOKIE_SECURE = True
    CSRF_COOKIE_SECURE = True

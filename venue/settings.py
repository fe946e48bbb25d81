"""The one settings file; what differs between installations comes from the environment."""

from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit, urlunsplit

from django.core.exceptions import ImproperlyConfigured
from django.templatetags.static import static
from django.urls import reverse_lazy
from psycopg.conninfo import conninfo_to_dict

from venue import logs
from venue.launch import data, environment

BASE_DIR = data.PROJECT
VENUE_DATA = data.folder()
DEBUG = environment.boolean("DEBUG", False)
HTTPS = environment.boolean("HTTPS", False)

# Servers: the environment's, else those of the venue that was set up in VENUE_DATA.
SERVERS = data.servers_of(VENUE_DATA)
DATABASE_URL = environment.database_url() or (SERVERS["database_url"] if SERVERS else "")
REDIS_URL = environment.redis_url() or (SERVERS["redis_url"] if SERVERS else "")
REST_PORT = environment.port("REST_PORT", SERVERS["rest_port"] if SERVERS else 8000)
STREAM_PORT = environment.port("STREAM_PORT", SERVERS["stream_port"] if SERVERS else 8001)


def secrets() -> data.Secrets:
    known = data.stored_secrets(VENUE_DATA)
    if known is None and DATABASE_URL and not environment.names("VENUE_SECRET_KEYS"):
        raise ImproperlyConfigured(
            "A database without its secrets: set SECRET_KEY and VENUE_SECRET_KEYS, "
            "or VENUE_DATA to the folder that has them."
        )
    # Where nothing was set up nothing can be read or written, so keys that end with the process will do.
    return known or data.make_secrets()


SECRETS = secrets()
SECRET_KEY = environment.text("SECRET_KEY", SECRETS["secret_key"])
# Fernet keys, newest first: the first encrypts, all decrypt.
VENUE_SECRET_KEYS = environment.names("VENUE_SECRET_KEYS") or SECRETS["secret_keys"]

INSTALLED_APPS = [
    "unfold.apps.BasicAppConfig",  # the site is staff.site.StaffSite
    "unfold.contrib.filters",
    "venue.apps.AdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "rest_framework",
    "channels",
    "axes",
    "django_otp",
    "django_otp.plugins.otp_totp",
    "django_otp.plugins.otp_static",
    "staff",
    "accounts",
    "venue",
    "quotes",
    "mmapi",
    "desk",
]
# All that the API's requests pass when they are served; see venue/handler.py.
API_MIDDLEWARE = [
    "accounts.middleware.RequestIdMiddleware",
    "accounts.middleware.RateLimitMiddleware",
    "django.middleware.security.SecurityMiddleware",
]
MIDDLEWARE = [
    *API_MIDDLEWARE,
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django_otp.middleware.OTPMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "staff.middleware.SessionEndMiddleware",
    "staff.middleware.ActingMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "axes.middleware.AxesMiddleware",
]
ROOT_URLCONF = "venue.urls"
WSGI_APPLICATION = "venue.wsgi.application"
ASGI_APPLICATION = "venue.asgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ]
        },
    }
]
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"


# Database


def database(url: str) -> dict[str, Any]:
    """Django's entry for a libpq URL; a parameter of the URL that is not an address is passed to libpq."""
    parameters = conninfo_to_dict(url)
    address = {"NAME": "dbname", "USER": "user", "PASSWORD": "password", "HOST": "host", "PORT": "port"}
    options = {name: value for name, value in parameters.items() if name not in address.values()}
    return {
        "ENGINE": "django.db.backends.postgresql",
        **{key: parameters.get(name) or "" for key, name in address.items()},
        "CONN_MAX_AGE": None,
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": {"connect_timeout": 5, **options},
    }


# Without an address Django refuses every query; what needs no database still works.
DATABASES = {"default": database(DATABASE_URL)} if DATABASE_URL else {}

# Web

ALLOWED_HOSTS = ["localhost", "127.0.0.1", "[::1]", *environment.names("ALLOWED_HOSTS")]
# Networks whose X-Forwarded-For is believed; from any other peer the header changes nothing.
TRUSTED_PROXIES = environment.networks("TRUSTED_PROXIES")
SECURE_SSL_REDIRECT = HTTPS
SECURE_HSTS_SECONDS = 365 * 24 * 3600 if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = HTTPS
SECURE_HSTS_PRELOAD = HTTPS
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if HTTPS and TRUSTED_PROXIES else None
SESSION_COOKIE_SECURE = HTTPS
SESSION_COOKIE_HTTPONLY = True
CSRF_COOKIE_SECURE = HTTPS
X_FRAME_OPTIONS = "DENY"
STATIC_URL = "/static/"
STATIC_ROOT = VENUE_DATA / "static"
LOGIN_REDIRECT_URL = "admin:index"
LANGUAGE_CODE = "en"
USE_I18N = False
FORMAT_MODULE_PATH = "venue.formats"
TIME_ZONE = "UTC"
USE_TZ = True

# Staff

AUTHENTICATION_BACKENDS = ["axes.backends.AxesStandaloneBackend", "django.contrib.auth.backends.ModelBackend"]
AUTH_PASSWORD_VALIDATORS: list[dict[str, Any]] = [
    {"NAME": f"django.contrib.auth.password_validation.{name}", "OPTIONS": options}
    for name, options in (
        ("UserAttributeSimilarityValidator", {}),
        ("MinimumLengthValidator", {"min_length": 12}),
        ("CommonPasswordValidator", {}),
        ("NumericPasswordValidator", {}),
    )
]
# There is no other switch: a venue that runs for real asks for a second factor.
TWO_FACTOR_REQUIRED = not DEBUG
OTP_TOTP_ISSUER = "Venue"
# A session ends when nobody has done anything for so long, and in any case when it is so old.
STAFF_IDLE_MINUTES = environment.integer("STAFF_IDLE_MINUTES", 30, minimum=1)
STAFF_SESSION_MINUTES = environment.integer("STAFF_SESSION_MINUTES", 12 * 60, minimum=1)
SESSION_COOKIE_AGE = STAFF_SESSION_MINUTES * 60
SESSION_COOKIE_SAMESITE = "Lax"
# Failures lock a name out from the address they come from: not the address for others, not the name from elsewhere.
AXES_FAILURE_LIMIT = environment.integer("STAFF_SIGN_IN_FAILURES", 5, minimum=1)
AXES_COOLOFF_TIME = timedelta(minutes=environment.integer("STAFF_LOCK_MINUTES", 15, minimum=1))
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_CLIENT_IP_CALLABLE = "staff.addresses.of_request"
AXES_LOCKOUT_CALLABLE = "staff.sign_in.locked_out_page"
AXES_DISABLE_ACCESS_LOG = True  # the audit trail has it
AXES_ENABLE_ADMIN = False
AXES_VERBOSE = False

UNFOLD = {
    "SITE_TITLE": "Venue",
    "SITE_HEADER": "Venue operations",
    "SITE_SYMBOL": "candlestick_chart",
    "SITE_URL": None,
    "SHOW_VIEW_ON_SITE": False,
    "SITE_FAVICONS": [{"rel": "icon", "type": "image/svg+xml", "href": lambda request: static("venue/icon.svg")}],
    "STYLES": [lambda request: static("venue/desk.css"), lambda request: static("desk/desk.css")],
    "DASHBOARD_CALLBACK": "desk.overview.overview",
    "ENVIRONMENT": "desk.overview.emergency",
    "SIDEBAR": {
        "navigation": "venue.admin.navigation.sidebar",
        "command_search": True,
        "show_search": True,
    },
    "COMMAND": {"search_callback": "desk.search.results"},
    "ACCOUNT": {
        "navigation": [
            {"title": "Your sign-in", "link": reverse_lazy("admin:own_sign_in")},
            {"title": "Change password", "link": reverse_lazy("admin:password_change")},
        ]
    },
    # Tailwind's sky.
    "COLORS": {
        "primary": {
            "50": "oklch(97.7% .013 236.62)",
            "100": "oklch(95.1% .026 236.824)",
            "200": "oklch(90.1% .058 230.902)",
            "300": "oklch(82.8% .111 230.318)",
            "400": "oklch(74.6% .16 232.661)",
            "500": "oklch(68.5% .169 237.323)",
            "600": "oklch(58.8% .158 241.966)",
            "700": "oklch(50% .134 242.749)",
            "800": "oklch(44.3% .11 240.79)",
            "900": "oklch(39.1% .09 240.876)",
            "950": "oklch(29.3% .066 243.157)",
        }
    },
}

REST_FRAMEWORK = {
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["rest_framework.parsers.JSONParser"],
    "DEFAULT_AUTHENTICATION_CLASSES": [],
    "DEFAULT_PERMISSION_CLASSES": [],
    "UNAUTHENTICATED_USER": None,
    "UNAUTHENTICATED_TOKEN": None,
    "EXCEPTION_HANDLER": "venue.errors.problem_response",
}

# Streams and periodic work


def broker_url(url: str) -> str:
    """Celery's way to write a Redis behind a Unix socket; others as they are."""
    parts = urlsplit(url)
    if parts.scheme != "unix":
        return url
    database = parse_qs(parts.query).get("db", ["0"])[0]
    return urlunsplit(parts._replace(scheme="redis+socket", query=f"virtual_host={database}"))


CHANNEL_LAYERS = {
    "default": {
        "BACKEND": "channels_redis.pubsub.RedisPubSubChannelLayer",
        "CONFIG": {"hosts": [REDIS_URL], "prefix": "channels"},
    }
}
CELERY_BROKER_URL = broker_url(REDIS_URL)
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_DEFAULT_QUEUE = "periodic"
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_TIMEZONE = TIME_ZONE
CELERY_IMPORTS = ["quotes.expiry", "mmapi.incentives.tasks", "desk.recording", "desk.kill.repeating"]
CELERY_BEAT_SCHEDULE = {
    # A tick that nobody took within its second is dropped: the next one does the same work.
    "expire-due-quotes": {"task": "quotes.expiry.expire_due", "schedule": 1.0, "options": {"expires": 1.0}},
    "follow-fills": {"task": "mmapi.incentives.follow_fills", "schedule": 1.0, "options": {"expires": 1.0}},
    "apply-due-rates": {"task": "mmapi.incentives.apply_due_rates", "schedule": 1.0, "options": {"expires": 1.0}},
    "announce-rates": {"task": "mmapi.incentives.announce_rates", "schedule": 30.0, "options": {"expires": 30.0}},
    "issue-statements": {"task": "mmapi.incentives.issue_statements", "schedule": 600.0, "options": {"expires": 600.0}},
    "hear-the-beat": {"task": "desk.recording.hear_beat", "schedule": 5.0, "options": {"expires": 5.0}},
    "record-markets": {"task": "desk.recording.record_markets", "schedule": 5.0, "options": {"expires": 5.0}},
    "finish-kill-switches": {
        "task": "desk.kill.repeating.finish_switches",
        "schedule": 1.0,
        "options": {"expires": 1.0},
    },
}

# Logs

LOG_FORMAT = environment.choice("LOG_FORMAT", "console", ("console", "json"))
LOG_LEVEL = environment.choice("LOG_LEVEL", "INFO", ("DEBUG", "INFO", "WARNING", "ERROR"))
LOGGING = logs.configuration(LOG_FORMAT, LOG_LEVEL)
logs.configure()

# The venue

# What every Redis key begins with, so that several venues may share a server.
REDIS_PREFIX = environment.text("REDIS_PREFIX", "venue:")

# How long a web process waits for the matcher's reply before it answers "unknown".
SUBMIT_TIMEOUT_MS = environment.integer("SUBMIT_TIMEOUT_MS", 5_000, minimum=100)
# How long a matcher that is not heard of keeps its shard.
LEASE_TTL_MS = environment.integer("LEASE_TTL_MS", 3_000, minimum=500)
# The commands and events of the standard lane that one commit takes together, and how many it takes while the fast lane
# is in use: whoever uses that waits for two commits at most.
MATCHER_GROUP_WEIGHT = environment.integer("MATCHER_GROUP_WEIGHT", 500, minimum=1)
MATCHER_SHORT_GROUP_WEIGHT = environment.integer("MATCHER_SHORT_GROUP_WEIGHT", 200, minimum=1)
# Called by the journal in this order within its transaction.
PROJECTIONS = [
    "venue.projections.MarketRows",
    "quotes.projections.QuoteRows",
    "venue.disconnect_rows.DisconnectRows",
    "mmapi.projections.MakerRows",
    "venue.protection_rows.ProtectionRows",
    "venue.fee_rows.FeeRows",
]
# Where the streams are to be reached, as clients see it; empty: STREAM_PORT of the host that was asked.
STREAM_URL = environment.text("STREAM_URL", "")
# How long a drop-copy consumer may leave a message unread, and how many reports it may fall behind once it is live.
DROPCOPY_SEND_TIMEOUT_MS = environment.integer("DROPCOPY_SEND_TIMEOUT_MS", 5_000, minimum=100)
DROPCOPY_LAG_LIMIT = environment.integer("DROPCOPY_LAG_LIMIT", 20_000, minimum=1)
# How many connections a firm may have to one stream process.
DROPCOPY_CONNECTION_LIMIT = environment.integer("DROPCOPY_CONNECTION_LIMIT", 100, minimum=1)
# Who says how far quote obligations were met: (account, market, day) -> Fraction | None; empty: nobody.
INCENTIVES_COMPLIANCE = "mmapi.obligations.reading.part_met"
# What the admin and the commands suspend, reinstate and off-board through.
PARTICIPANTS = "venue.participants"
# Asked before a firm, an account or a market is given free: what holds it, in words.
HOLDS = "desk.kill.switches.holder"
# Where applicants' documents lie; several REST machines share one folder.
DOCUMENTS_FOLDER = environment.text("DOCUMENTS_FOLDER") or VENUE_DATA / "documents"
# Whether applicants get keys of this venue to try its API before they are approved.
SANDBOX = environment.boolean("SANDBOX", not HTTPS)

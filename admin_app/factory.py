"""create_app(): the table of contents of the application."""

import gc
from pathlib import Path

from flask import Flask
from flask_migrate import Migrate
from flask_wtf.csrf import CSRFProtect

import config
from admin_app import command_table, job_table, menu
from admin_app.foundation import (
    cache,
    database,
    database_clock,
    database_refusals,
    deadline,
    foreign_commands,
    logs,
    patience,
    private_files,
    sqlite_file,
    start_refusals,
)
from admin_app.foundation import settings as settings_in_force
from admin_app.foundation.database import db
from admin_app.foundation.i18n import LANGUAGES
from admin_app.foundation.printing import press
from admin_app.intake_api import api as programs
from admin_app.online import views as online
from admin_app.staff.models import StaffMember
from admin_app.staff.security import DeskSecurityManager
from admin_app.web import (
    doors,
    error_pages,
    gate,
    headers,
    kept_forms,
    locales,
    public_view,
    request_limits,
    self_check,
    stamps,
    template_filters,
)
from admin_app.web.app_builder import DeskAppBuilder
from admin_app.web.sessions import ServerSessionInterface
from admin_app.web.trusted_proxies import TrustedProxies

NEW_OBJECTS = 20_000
"""How many the collector waits for, a few megabytes."""
HERE = Path(__file__).resolve().parent


def create_app(settings: config.Settings | None = None) -> Flask:
    """The whole application for `settings` (default: from the environment); refuses to start where that is unsafe."""
    foreign_commands.refuse_foreign_commands()
    settings = settings or config.load()
    start_refusals.refuse_unsafe_start(settings)
    private_files.keep_private(settings)
    press.shut_in()
    logs.configure()
    app = Flask("admin_app", root_path=str(HERE), instance_path=str(settings.instance))
    app.config.from_mapping(flask_config(settings))
    with app.app_context():
        settings_in_force.use(settings)
    app.session_interface = ServerSessionInterface(StaffMember)
    app.teardown_appcontext(lambda _error: patience.end())  # what is registered first ends last: the database is let go before
    _add_database(app)
    gate.install(app)
    csrf = CSRFProtect(app)
    kept_forms.install(app)
    _add_screens(app, csrf)
    headers.install(app)
    error_pages.install(app)
    app.wsgi_app = TrustedProxies(app.wsgi_app, config.networks(settings.trusted_proxies))  # type: ignore[method-assign]
    template_filters.install(app)
    return app


def create_server(settings: config.Settings | None = None) -> Flask:
    """create_app() for a process that serves pages for hours: what is in memory after it stays.

    Otherwise Python's collector walks through its 460,000 objects again and again, in the middle of somebody's page; and it looks
    at the new ones every 700, that is several times a page, though hardly any of them ever waits for it.

    It is made once and then forked into the web processes: it holds no thread and no connection that they would share.
    """
    app = create_app(settings)
    with app.app_context():
        database_refusals.refuse_unsafe_database()
        database_clock.follow()
        db.engine.dispose()
    gc.collect()
    gc.freeze()
    gc.set_threshold(NEW_OBJECTS, *gc.get_threshold()[1:])
    return app


def flask_config(settings: config.Settings) -> dict[str, object]:
    """What Flask and its extensions read; every switch of the framework that opens a door is off."""
    return {
        "SECRET_KEY": settings.secret_key.get_secret_value(),
        "SETTINGS": settings,
        "SQLALCHEMY_DATABASE_URI": settings.database_url,
        "SQLALCHEMY_ENGINE_OPTIONS": database.engine_options(settings.database_url),
        "SESSION_COOKIE_NAME": "__Host-card_desk" if settings.https else "card_desk",
        "SESSION_COOKIE_PATH": "/",
        "MAX_CONTENT_LENGTH": settings.request_max_bytes,
        "MAX_FORM_MEMORY_SIZE": request_limits.FORM_BYTES,
        "MAX_FORM_PARTS": request_limits.FORM_FIELDS,
        "TRUSTED_HOSTS": [host.strip() for host in settings.trusted_hosts.split(",") if host.strip()] or None,
        "WTF_CSRF_TIME_LIMIT": settings.session_hours * 3600,
        "APP_NAME": "Card Desk",
        "LANGUAGES": {code: {"flag": "", "name": name} for code, name in LANGUAGES.items()},
        "BABEL_DEFAULT_LOCALE": "en",
        "BABEL_DEFAULT_TIMEZONE": settings.timezone,
        "BABEL_TRANSLATION_DIRECTORIES": str(HERE / "translations"),
        "FAB_BASE_TEMPLATE": "desk/base.html",
        "FAB_ADD_SECURITY_API": False,
        "FAB_ADD_SECURITY_VIEWS": False,
        "FAB_ADD_OPENAPI_VIEWS": False,
        "FAB_API_SWAGGER_UI": False,
        "FAB_API_KEY_ENABLED": False,
        "FAB_CREATE_DB": False,
        "FAB_UPDATE_PERMS": False,
        "FAB_SECURITY_MANAGER_CLASS": f"{DeskSecurityManager.__module__}.{DeskSecurityManager.__name__}",
        "AUTH_USER_REGISTRATION": False,
        "AUTH_ROLE_ADMIN": "nobody_holds_this",
        "RATELIMIT_ENABLED": False,
    }


def _add_database(app: Flask) -> None:
    db.init_app(app)
    Migrate(app, db, directory=str(HERE / "migrations"), render_as_batch=True)
    with app.app_context():
        database.prepare_engine(db.engine, sqlite_file.key_of(app.config["SETTINGS"]))
        database.guard_session()
        deadline.watch(db.engine)
        cache.install(db.engine)


def _add_screens(app: Flask, csrf: CSRFProtect) -> None:
    with app.app_context():
        appbuilder = DeskAppBuilder(app, db.session, update_perms=False)
        locales.install(app)
        menu.add_passages(appbuilder)
        if doors.has("staff", app.config["SETTINGS"]):
            menu.add_screens(appbuilder)
        if doors.has("online", app.config["SETTINGS"]):
            public_view.install(app, online.PAGES)
            stamps.take_over(app, csrf)
        if doors.has("api", app.config["SETTINGS"]):
            csrf.exempt(programs.blueprint)  # programs have no form of ours whose token they could send
            app.register_blueprint(programs.blueprint)
        job_table.add_jobs()
        self_check.refuse_unsafe_screens(app, appbuilder)
    command_table.add_commands(app)

"""Sambang: home visits for electronic identity cards. `create_app` wires everything, and nothing else."""

from __future__ import annotations

from importlib import import_module

from flask import Flask
from flask_wtf.csrf import CSRFProtect
from werkzeug.middleware.proxy_fix import ProxyFix

from outreach import clock, tables, web
from outreach.accounts import identity
from outreach.audit.log import set_audit_key
from outreach.db import Database
from outreach.places.models import Office
from outreach.security.headers import init_headers
from outreach.security.keys import load_keys
from outreach.security.sealed import Sealer
from outreach.security.sessions import Sessions
from outreach.settings import Settings, settings_from

__all__ = ["create_app", "make_core"]

VIEWS = (
    "outreach.home",
    "outreach.audit.views",
    "outreach.places.views",
    "outreach.places.river_views",
    "outreach.accounts.session_views",
    "outreach.accounts.views",
    "outreach.teams.views",
    "outreach.teams.calendar_views",
    "outreach.teams.decree_views",
    "outreach.teams.shift_views",
    "outreach.referrals.views",
    "outreach.referrals.writing_views",
    "outreach.referrals.photo_views",
    "outreach.referrals.hamlet_views",
    "outreach.referrals.case_views",
    "outreach.referrals.pair_views",
    "outreach.referrals.imports.views",
    "outreach.referrals.bulk_views",
    "outreach.referrals.triage_views",
    "outreach.planning.views",
    "outreach.planning.board_views",
    "outreach.planning.search_views",
    "outreach.planning.closure_views",
    "outreach.planning.decision_views",
    "outreach.planning.weight_views",
    "outreach.planning.speed_views",
    "outreach.planning.day_change_views",
    "outreach.planning.day_rule_views",
    "outreach.fieldwork.views",
    "outreach.fieldwork.learning_views",
    "outreach.fieldwork.village_views",
    "outreach.fieldwork.day_views",
    "outreach.notices.views",
    "outreach.fieldwork.tablet.app_views",
    "outreach.fieldwork.tablet.views",
    "outreach.fieldwork.tablet.office_views",
    "outreach.paperwork.views",
    "outreach.followup.views",
    "outreach.coverage.views",
    "outreach.coverage.unrecorded_views",
    "outreach.queue.views",
    "outreach.queue.case_views",
    "outreach.public.views",
)
"""Every module with a blueprint named `bp`."""


def make_core(settings: Settings) -> web.Core:
    """Open the database and the keys. Raises ConfigurationError when a key is missing."""
    keys = load_keys(settings.keys_file)
    clock.set_office_zone(settings.timezone)
    set_audit_key(keys.audit)
    assert tables.METADATA.tables  # every table is known before the first query
    return web.Core(settings, Database(settings.database_url), keys, Sealer(keys))


def create_app(settings: Settings | None = None) -> Flask:
    """Return the application for these settings (the environment's when none are given)."""
    settings = settings or settings_from()
    core = make_core(settings)
    app = Flask(
        __name__,
        root_path=str(settings.root),
        template_folder=str(settings.root / "templates"),
        static_folder=str(settings.root / "static"),
    )
    app.config.update(
        SECRET_KEY=core.keys.session,
        MAX_CONTENT_LENGTH=settings.max_upload_bytes,
        MAX_FORM_MEMORY_SIZE=settings.max_upload_bytes,
        SEND_FILE_MAX_AGE_DEFAULT=365 * 24 * 3600,
        WTF_CSRF_TIME_LIMIT=None,
        WTF_CSRF_SSL_STRICT=False,
    )
    app.extensions["sambang"] = core
    app.session_interface = Sessions(core.database, core.keys, secure=settings.secure_cookies)
    app.url_map.converters["id"] = web.IdConverter
    identity.init_identity(app)
    web.init_web(app)
    CSRFProtect(app)
    init_headers(app)
    for name in VIEWS:
        app.register_blueprint(import_module(name).bp)
    web.check_endpoints(app)
    with core.database.read() as session:
        office = session.get(Office, 1)
        app.jinja_env.globals["demo"] = bool(office and office.is_demo)
    if settings.proxies:
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=settings.proxies, x_proto=settings.proxies)  # type: ignore[method-assign]
    return app

"""What every view needs: the actor, the transaction, the authorisation line, the page.

A view reads like its page: load, allow, act, answer. `endpoint` only names the action; whether the person may
touch this object is the view's own second line (`allow(obj)`), and an answer without that line is refused here.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from functools import cache
from typing import Any, Final, TypeVar, cast
from urllib.parse import urlsplit

from flask import (
    Flask,
    Response,
    current_app,
    flash,
    g,
    redirect,
    render_template,
    request,
    session,
    url_for,
)
from flask_wtf.csrf import CSRFError
from sqlalchemy.orm import Session
from werkzeug.exceptions import HTTPException
from werkzeug.routing import BaseConverter
from werkzeug.wrappers import Response as BaseResponse

from outreach import clock, i18n, policy
from outreach.db import Base, Database, is_writing
from outreach.errors import ConfigurationError, Forbidden, NotThere, Refused
from outreach.i18n import gettext as _
from outreach.policy import ANONYMOUS, Actor, Scoped
from outreach.security.keys import Keys
from outreach.security.sealed import Sealer
from outreach.settings import Settings

Row = TypeVar("Row", bound=Base)
View = TypeVar("View", bound=Callable[..., Any])
_ACTION: Final = "sambang_action"
_MOST_BYTES: Final = "sambang_most_bytes"


@dataclass(frozen=True)
class Core:
    """What the application is made of; one for each application, found by `core()`."""

    settings: Settings
    database: Database
    keys: Keys
    sealer: Sealer


def core() -> Core:
    """Return the core of the running application."""
    return cast(Core, current_app.extensions["sambang"])


# --- the actor and the transaction ---------------------------------------------------------------


def actor() -> Actor:
    """Return who asks: the signed-in person, or ANONYMOUS."""
    found: Actor = g.get("actor", ANONYMOUS)
    return found


def reading() -> Session:
    """Return this request's session for reading; it is closed when the request ends."""
    if "reader" not in g:
        g.reader = core().database.open_reader()
    return cast(Session, g.reader)


def writing() -> AbstractContextManager[Session]:
    """Give a write transaction: kept when the block ends, undone when it raises."""
    return core().database.write()


# --- authorisation -------------------------------------------------------------------------------


def endpoint(action: str, *, most_bytes: int = 0) -> Callable[[View], View]:
    """Name the action of a view. The role is checked before the view runs, the object inside it.

    `most_bytes`: the largest body that this view takes, where it is more than the settings allow anywhere.
    """
    policy.rule(action)  # an unknown action fails when the module is imported

    def mark(view: View) -> View:
        setattr(view, _ACTION, action)
        setattr(view, _MOST_BYTES, most_bytes)
        return view

    return mark


def load(database: Session, model: type[Row], key: str) -> Row:
    """Return the row with this key; who is going to write has it alone until then. Raises NotThere."""
    alone = {"of": model} if is_writing(database) else None
    row = database.get(model, key, with_for_update=alone)
    if row is None:
        raise NotThere(f"{model.__name__} {key}")
    return row


def allow(obj: Scoped | None = None) -> None:
    """Let this person do this endpoint's action on `obj`, or raise NotThere."""
    policy.allow(actor(), g.action, obj)
    g.allowed = True


@contextmanager
def changing(model: type[Row], key: str) -> Iterator[tuple[Session, Row]]:
    """Give a row that this person may do the endpoint's action on, in a write transaction.

    A refusal undoes all of it and is told on the next page. Raises NotThere.
    """
    try:
        with writing() as session:
            row = load(session, model, key)
            allow(cast(Scoped, row))
            yield session, row
    except Refused as refusal:
        flash(refusal.message, "error")


def action_of(app: Flask, endpoint_name: str) -> str | None:
    """Return the action that an endpoint names."""
    if endpoint_name == "static":
        return "static.read"
    return getattr(app.view_functions.get(endpoint_name), _ACTION, None)


def check_endpoints(app: Flask) -> None:
    """Refuse to start while an endpoint does not name its action."""
    nameless = [r.endpoint for r in app.url_map.iter_rules() if not action_of(app, r.endpoint)]
    if nameless:
        raise ConfigurationError(f"These endpoints name no action: {', '.join(sorted(nameless))}")


# --- pages ---------------------------------------------------------------------------------------


@dataclass(frozen=True)
class NavItem:
    """One entry of the navigation: an endpoint, its English label (a catalogue message) and its place."""

    endpoint: str
    label: str
    order: int
    badge: Callable[[Session, Actor], int] | None = None


@dataclass(frozen=True)
class ShownNavItem:
    """A navigation entry as the template sees it."""

    url: str
    label: str
    current: bool
    badge: int


@dataclass(frozen=True)
class HomeCard:
    """A figure on somebody's first page. `tone` is one of "", "good", "warn"."""

    title: str
    value: str
    text: str
    url: str
    tone: str = ""


@dataclass(frozen=True)
class Todo:
    """A thing that waits for this person."""

    title: str
    text: str
    url: str


@dataclass(frozen=True)
class HomeList:
    """Something that this person is told of, with where there is more of it."""

    title: str
    items: tuple[Todo, ...]
    more: str
    url: str


HomePart = Callable[[Session, Actor], Iterator[HomeCard | Todo | HomeList]]
_navigation: list[NavItem] = []
_home_parts: list[HomePart] = []


def on_navigation(*items: NavItem) -> None:
    """Register entries of the navigation; each is shown to the roles that its action allows."""
    for item in items:
        if item.endpoint not in {known.endpoint for known in _navigation}:
            _navigation.append(item)
    _navigation.sort(key=lambda item: item.order)


def on_home(part: HomePart) -> HomePart:
    """Register a package's part of the first page."""
    if part not in _home_parts:
        _home_parts.append(part)
    return part


def home_parts() -> list[HomePart]:
    """Return the registered parts of the first page."""
    return list(_home_parts)


def render(template: str, **context: Any) -> str:
    """Render a page."""
    return render_template(template, **context)


def go(endpoint_name: str, **values: Any) -> BaseResponse:
    """Redirect to an endpoint, so that a reload does not send a form again."""
    return redirect(url_for(endpoint_name, **values), code=303)


def safe_next(target: str | None) -> str | None:
    """Return `target` when it is a path of this site, else None (no open redirects)."""
    if not target or not target.startswith("/") or target.startswith(("//", "/\\")):
        return None
    parts = urlsplit(target)
    return target if not parts.scheme and not parts.netloc and "\\" not in target else None


def nav_items() -> list[ShownNavItem]:
    """Return the navigation of this person; of two entries that lead to this page the nearer one is current."""
    open_to: list[tuple[NavItem, str]] = []
    for item in _navigation:
        action = action_of(current_app, item.endpoint)
        if action is not None and policy.can(actor(), action):
            open_to.append((item, url_for(item.endpoint)))
    above = [url for _item, url in open_to if _is_under(request.path, url)]
    current = max(above, key=len, default=None)
    return [
        ShownNavItem(
            url, _(item.label), url == current, item.badge(reading(), actor()) if item.badge else 0
        )
        for item, url in open_to
    ]


def _is_under(path: str, url: str) -> bool:
    return path == url or (url != "/" and path.startswith(url + "/"))


@cache
def _fingerprint(path: str, changed_ns: int) -> str:
    with open(path, "rb") as file:
        return hashlib.sha256(file.read()).hexdigest()[:10]


def asset(path: str) -> str:
    """Return the address of a static file with its fingerprint, so that it may be kept for ever."""
    file = core().settings.root / "static" / path
    return url_for("static", filename=path, v=_fingerprint(str(file), file.stat().st_mtime_ns))


class IdConverter(BaseConverter):
    """An identifier in an address; anything else is simply not found."""

    regex = "[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"


# --- wiring --------------------------------------------------------------------------------------


def init_web(app: Flask) -> None:
    """Wire the request cycle into the application."""
    app.before_request(_before)
    app.after_request(_refuse_unchecked)
    app.teardown_request(_close_reader)
    app.register_error_handler(Exception, _answer_error)
    app.jinja_env.add_extension("jinja2.ext.i18n")
    app.jinja_env.install_gettext_callables(  # type: ignore[attr-defined]
        i18n.translate, i18n.translate_plural, newstyle=True
    )
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.jinja_env.globals.update(
        asset=asset,
        nav_items=nav_items,
        can=lambda action, obj=None: policy.can(actor(), action, obj),
        format_date=i18n.format_date,
        format_date_short=i18n.format_date_short,
        format_time=i18n.format_time,
        format_datetime=i18n.format_datetime,
        format_number=i18n.format_number,
        translate=i18n.translate,
        now=clock.now,
    )

    @app.context_processor
    def _context() -> dict[str, Any]:
        person = actor()
        return {
            "current_actor": None if person.is_anonymous else person,
            "language": i18n.current_language(),
            "languages": i18n.LANGUAGES,
        }


def choose_language(person: Actor) -> str:
    """Return the language to speak: what was chosen here, else the person's own."""
    chosen = session.get("language")
    if chosen in i18n.LANGUAGES:
        return str(chosen)
    return i18n.DEFAULT_LANGUAGE if person.is_anonymous else person.language


def _before() -> BaseResponse | None:
    i18n.set_language(choose_language(actor()))
    if request.endpoint is None:
        return None  # no such address: the 404 comes by itself
    action = action_of(current_app, request.endpoint)
    if action is None:
        raise Forbidden(request.endpoint)
    g.action = action
    if policy.can(actor(), action):
        most = getattr(current_app.view_functions[request.endpoint], _MOST_BYTES, 0)
        request.max_content_length = max(most, core().settings.max_upload_bytes)
        return None
    if actor().is_anonymous:
        return _to_sign_in()
    raise Forbidden(action)


def _to_sign_in() -> BaseResponse:
    if wants_json():
        return Response('{"error": "signed_out"}', status=401, mimetype="application/json")
    target = request.full_path.rstrip("?") if request.method in {"GET", "HEAD"} else None
    if target and target != "/":
        flash(_("Sign in to go on."), "info")
    return go("accounts.sign_in", next=target if target != "/" else None)


def wants_json() -> bool:
    """Whether this request comes from a script rather than from somebody who reads a page."""
    best = request.accept_mimetypes.best_match(["text/html", "application/json"])
    return best == "application/json"


def _refuse_unchecked(response: Response) -> Response:
    """Turn an answer about an object that nobody asked the policy about into an error: closed by default."""
    action = g.get("action")
    if action and policy.rule(action).on and response.status_code < 400 and not g.get("allowed"):
        current_app.logger.error("endpoint %s answered without asking", request.endpoint)
        return Response(_error_page(500), status=500)
    return response


def _close_reader(_error: BaseException | None) -> None:
    reader = g.pop("reader", None)
    if reader is not None:
        reader.close()


def _answer_error(error: Exception) -> BaseResponse | tuple[str, int]:
    match error:
        case NotThere():
            status = 404
        case Forbidden():
            status = 403
        case CSRFError():
            status = 400
        case HTTPException():
            if error.code is None or error.code < 400:
                return error.get_response()  # a redirect that routing asked for
            status = error.code
        case _:
            current_app.logger.exception("%s %s failed", request.method, request.path)
            status = 500
    if wants_json():
        return Response(f'{{"error": {status}}}', status=status, mimetype="application/json")
    return _error_page(status), status


def _error_page(status: int) -> str:
    known = status if status in {400, 403, 404, 413, 429, 500} else 400 if status < 500 else 500
    try:
        return render(f"errors/{known}.html", status=status)
    except Exception:  # the page itself needs the database, which may be what is away
        current_app.logger.exception("the page for status %s failed", status)
        return _(
            "Something went wrong on our side. Nothing you sent was lost on the way: try again."
        )

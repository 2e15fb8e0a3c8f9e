"""From a session to an actor: Flask-Login for identity only, without its remember cookie."""

from __future__ import annotations

from collections.abc import Callable

from flask import Flask, g, request
from flask_login import LoginManager, UserMixin, current_user
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from outreach import policy, web
from outreach.accounts.models import User
from outreach.policy import Actor

Enricher = Callable[[Session, Actor], Actor]
_enrichers: list[Enricher] = []


class Identity(UserMixin):  # type: ignore[misc]
    """What Flask-Login holds: the actor, detached from the database."""

    def __init__(self, actor: Actor) -> None:
        self.actor = actor

    def get_id(self) -> str:
        return str(self.actor.id)


def on_actor(enrich: Enricher) -> Enricher:
    """Register what a package above knows of an actor (a team member's teams, for one)."""
    if enrich not in _enrichers:
        _enrichers.append(enrich)
    return enrich


def actor_of(session: Session, user: User, address: str = "") -> Actor:
    """Return the actor that a person is now."""
    actor = Actor(
        id=user.id,
        role=user.role,
        username=user.username,
        name=user.name,
        village_code=user.village_code,
        district_code=user.district_code,
        language=user.language,
        must_change_password=user.must_change_password,
        address=address,
    )
    for enrich in _enrichers:
        actor = enrich(session, actor)
    return actor


def init_identity(app: Flask) -> None:
    """Find out who asks, before anything else happens in a request."""
    manager = LoginManager()
    manager.session_protection = (
        None  # the session's token is the protection; phones change address
    )
    manager.init_app(app)

    @manager.user_loader  # type: ignore[untyped-decorator]
    def _load(user_id: str) -> Identity | None:
        user = web.reading().get(User, user_id)
        if user is None or not user.is_active:
            return None
        return Identity(actor_of(web.reading(), user, request.remote_addr or ""))

    @app.before_request
    def _who_asks() -> Response | None:
        if request.endpoint == "static":
            return None
        g.actor = current_user.actor if current_user.is_authenticated else policy.ANONYMOUS
        return None


def refuse_old_password(app_endpoint: str | None) -> bool:
    """Whether this request must wait until a one-time password was replaced."""
    if not web.actor().must_change_password:
        return False
    return app_endpoint not in {
        "static",
        "accounts.change_password",
        "accounts.sign_out",
        "accounts.set_language",
    }

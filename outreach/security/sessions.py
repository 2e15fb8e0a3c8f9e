"""Sessions on the server: the cookie holds a random token, the database its hash and the content.

Somebody who is not signed in has only a signed cookie (language, form token): strangers write nothing to the
database. Signing in makes a new token; signing out deletes the row, so a copied cookie stops working.
"""

from __future__ import annotations

import hashlib
import json
import secrets
from collections.abc import Iterator
from datetime import timedelta
from typing import Any, Final

from flask import Flask, Request, Response
from flask.sessions import SessionInterface, SessionMixin
from itsdangerous import BadSignature, URLSafeTimedSerializer
from sqlalchemy import delete
from sqlalchemy.orm import Session

from outreach import clock
from outreach.db import Database
from outreach.security.keys import Keys
from outreach.security.models import WebSession

USER_KEY: Final = "_user_id"  # where Flask-Login keeps the identity
_IDLE_KEY: Final = "_idle_s"
_LONGEST_S: Final = 16 * 3600
_ANONYMOUS_S: Final = 24 * 3600
_TOUCH_S: Final = 60
_COOKIE: Final = "sambang"


class PersonSession(SessionMixin):
    """The session of one request; `token` is None until somebody signs in."""

    def __init__(self, values: dict[str, Any] | None = None, token: str | None = None) -> None:
        self.values_by_key = dict(values or {})
        self.token = token
        self.old_token: str | None = None
        self.modified = False
        self.new = not values
        self.touched_late = False

    def __getitem__(self, key: str) -> Any:
        return self.values_by_key[key]

    def __setitem__(self, key: str, value: Any) -> None:
        self.values_by_key[key] = value
        self.modified = True

    def __delitem__(self, key: str) -> None:
        del self.values_by_key[key]
        self.modified = True

    def __iter__(self) -> Iterator[str]:
        return iter(self.values_by_key)

    def __len__(self) -> int:
        return len(self.values_by_key)

    def begin(self, idle_s: int) -> None:
        """Start over with a new token, as at every sign-in; it ends after `idle_s` idle seconds."""
        language = self.values_by_key.get("language")
        self.values_by_key = {"language": language} if language else {}
        self.values_by_key[_IDLE_KEY] = idle_s
        self.old_token, self.token, self.modified = self.token, None, True

    def end(self) -> None:
        """Forget everything but the language."""
        language = self.values_by_key.get("language")
        self.values_by_key = {"language": language} if language else {}
        self.old_token, self.token, self.modified = self.token, None, True


class Sessions(SessionInterface):
    """Opens and saves the session of each request."""

    def __init__(self, database: Database, keys: Keys, *, secure: bool) -> None:
        self._database = database
        self._signer = URLSafeTimedSerializer(keys.session, salt="sambang.session")
        self._secure = secure

    def open_session(self, app: Flask, request: Request) -> PersonSession:
        cookie = request.cookies.get(_COOKIE, "")
        kind, _, body = cookie.partition(".")
        if kind == "s" and body:
            return self._stored(body)
        if kind == "a" and body:
            try:
                return PersonSession(self._signer.loads(body, max_age=_ANONYMOUS_S))
            except BadSignature:
                pass
        return PersonSession()

    def save_session(self, app: Flask, session: SessionMixin, response: Response) -> None:
        assert isinstance(session, PersonSession)
        if not (session.modified or session.touched_late):
            return
        response.vary.add("Cookie")
        if USER_KEY in session:
            self._store(session)
            self._set_cookie(response, f"s.{session.token}")
            return
        if session.old_token or session.token:
            with self._database.write() as database:
                for token in (session.old_token, session.token):
                    if token:
                        database.execute(_row(token))
        if len(session):
            self._set_cookie(response, "a." + self._signer.dumps(session.values_by_key))
        else:
            response.delete_cookie(_COOKIE, path="/", samesite="Lax", httponly=True)

    def _stored(self, token: str) -> PersonSession:
        now = clock.now()
        with self._database.read() as database:
            row = database.get(WebSession, _hash(token))
            if row is None or row.ends_at <= now:
                return PersonSession()
            if row.seen_at + timedelta(seconds=row.idle_s) <= now:
                return PersonSession()
            session = PersonSession(json.loads(row.data), token)
            session.touched_late = now - row.seen_at > timedelta(seconds=_TOUCH_S)
            return session

    def _store(self, session: PersonSession) -> None:
        now = clock.now()
        with self._database.write() as database:
            if session.old_token:
                database.execute(_row(session.old_token))
            row = database.get(WebSession, _hash(session.token)) if session.token else None
            if row is None:
                if session.token:
                    return  # ended meanwhile, from another tab or by an administrator: stays ended
                session.token = secrets.token_urlsafe(32)
                row = WebSession(
                    token_hash=_hash(session.token),
                    user_id=str(session[USER_KEY]),
                    idle_s=int(session.get(_IDLE_KEY, 1800)),
                    created_at=now,
                    ends_at=now + timedelta(seconds=_LONGEST_S),
                )
                database.add(row)
            row.data, row.seen_at = json.dumps(session.values_by_key), now

    def _set_cookie(self, response: Response, value: str) -> None:
        response.set_cookie(
            _COOKIE, value, httponly=True, samesite="Lax", secure=self._secure, path="/"
        )


def end_sessions_of(database: Session, user_id: str, keep_token: str | None = None) -> None:
    """End every session of a person, but the one with `keep_token`."""
    ended = delete(WebSession).where(WebSession.user_id == user_id)
    if keep_token:
        ended = ended.where(WebSession.token_hash != _hash(keep_token))
    database.execute(ended)


def sweep(database: Session) -> None:
    """Delete sessions that are over."""
    database.execute(delete(WebSession).where(WebSession.ends_at <= clock.now()))


def _hash(token: str | None) -> str:
    return hashlib.sha256((token or "").encode()).hexdigest()


def _row(token: str) -> Any:
    return delete(WebSession).where(WebSession.token_hash == _hash(token))

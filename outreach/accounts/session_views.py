"""Pages for signing in and out, one's own password, and the language."""

from __future__ import annotations

from typing import cast

from flask import Blueprint, flash, redirect, request, session
from flask_login import login_user
from werkzeug.wrappers import Response
from wtforms import HiddenField, PasswordField, StringField
from wtforms.validators import InputRequired, Length

from outreach import i18n, web
from outreach.accounts import identity
from outreach.accounts import sign_in as service
from outreach.accounts.models import User
from outreach.errors import Refused
from outreach.forms import Form
from outreach.i18n import gettext as _
from outreach.i18n import lazy
from outreach.security.sessions import PersonSession
from outreach.web import actor, allow, endpoint, go, reading, render, writing

bp = Blueprint("accounts", __name__)


class SignInForm(Form):
    """User name and password."""

    username = StringField(
        lazy("User name"), [InputRequired(lazy("Type your user name.")), Length(max=40)]
    )
    password = PasswordField(
        lazy("Password"), [InputRequired(lazy("Type your password.")), Length(max=200)]
    )
    next = HiddenField()


class ChangePasswordForm(Form):
    """The present password and a new one, twice."""

    current = PasswordField(
        lazy("Present password"), [InputRequired(lazy("Type your present password."))]
    )
    new = PasswordField(
        lazy("New password"), [InputRequired(lazy("Type a new password.")), Length(max=200)]
    )
    repeat = PasswordField(
        lazy("New password again"), [InputRequired(lazy("Type the new password again."))]
    )


@bp.before_app_request
def _one_time_password_first() -> Response | None:
    if identity.refuse_old_password(request.endpoint):
        return go("accounts.change_password")
    return None


@bp.route("/masuk", methods=["GET", "POST"])
@endpoint("session.sign_in")
def sign_in() -> Response | tuple[str, int] | str:
    """Sign in, and go on to where one wanted to be."""
    allow()
    form = SignInForm(next=request.args.get("next", ""))
    if request.method == "GET":
        return go("home.index") if actor().id else render("accounts/sign_in.html", form=form)
    if form.validate():
        core = web.core()
        try:
            who = service.sign_in(
                core.database,
                core.settings,
                str(form.username.data),
                str(form.password.data),
                request.remote_addr or "",
            )
        except service.TooManyTries as refusal:
            form.form_errors.append(refusal.message)
            return render("accounts/sign_in.html", form=form), 429
        except Refused as refusal:
            form.form_errors.append(refusal.message)
        else:
            return _begin(who, web.safe_next(form.next.data))
    return render("accounts/sign_in.html", form=form), 422


def _begin(who: service.SignedIn, target: str | None) -> Response:
    cast(PersonSession, session).begin(who.idle_s)
    user = reading().get_one(User, who.user_id)
    login_user(identity.Identity(identity.actor_of(reading(), user)))
    session.pop("language", None)
    return redirect(target, code=303) if target else go("home.index")


@bp.post("/keluar")
@endpoint("session.sign_out")
def sign_out() -> Response:
    """Sign out: the session's row is gone, a copied cookie no longer works."""
    allow()
    cast(PersonSession, session).end()
    flash(_("You have signed out."), "success")
    return go("accounts.sign_in")


@bp.route("/kata-sandi", methods=["GET", "POST"])
@endpoint("password.change")
def change_password() -> Response | tuple[str, int] | str:
    """Change one's own password; the first thing after a one-time password."""
    allow()
    form = ChangePasswordForm()
    if request.method == "GET":
        return render("accounts/change_password.html", form=form)
    if form.validate():
        try:
            with writing() as database:
                service.change_password(
                    database,
                    actor(),
                    str(form.current.data),
                    str(form.new.data),
                    str(form.repeat.data),
                    cast(PersonSession, session).token,
                )
        except Refused as refusal:
            form[refusal.field or "new"].errors = [refusal.message]
        else:
            flash(_("Your password is changed."), "success")
            return go("home.index")
    return render("accounts/change_password.html", form=form), 422


@bp.post("/bahasa")
@endpoint("language.set")
def set_language() -> Response:
    """Speak another language from here on."""
    allow()
    language = request.form.get("language", "")
    if language in i18n.LANGUAGES:
        session["language"] = language
        if actor().id:
            with writing() as database:
                database.get_one(User, actor().id).language = language
    return redirect(web.safe_next(request.form.get("next")) or "/", code=303)

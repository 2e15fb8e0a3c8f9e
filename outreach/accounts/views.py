"""Pages of account administration."""

from __future__ import annotations

from flask import Blueprint, flash, request
from werkzeug.wrappers import Response

from outreach.accounts import service
from outreach.accounts.forms import ROLES, AccountForm, account_form
from outreach.accounts.models import User
from outreach.accounts.service import AccountFacts
from outreach.errors import Refused
from outreach.i18n import gettext as _
from outreach.i18n import translate
from outreach.policy import Role
from outreach.web import (
    NavItem,
    actor,
    allow,
    endpoint,
    go,
    load,
    on_navigation,
    reading,
    render,
    writing,
)

bp = Blueprint("account_admin", __name__, url_prefix="/akun")
on_navigation(NavItem("account_admin.index", "Accounts", 80))
_STATES = {"active": True, "closed": False}


@bp.get("")
@endpoint("account.list")
def index() -> str:
    """List the accounts, found by words, role and state."""
    allow()
    asked = request.args
    role = Role(asked["role"]) if asked.get("role") in {r.value for r in ROLES} else None
    search, state = asked.get("search", "")[:80], asked.get("state", "")
    listing = service.find_accounts(
        reading(),
        actor(),
        search=search,
        role=role,
        active=_STATES.get(state),
        number=asked.get("page", 1, type=int),
    )
    filters = {"search": search, "role": role.value if role else "", "state": state}
    return render("accounts/index.html", listing=listing, filters=filters, roles=_role_words())


@bp.route("/baru", methods=["GET", "POST"])
@endpoint("account.create")
def create() -> str | tuple[str, int]:
    """Open an account; the answer shows its one-time password, once."""
    allow()
    form = account_form(reading())
    if (facts := _facts(form)) is not None:
        try:
            with writing() as session:
                opened = service.create_account(session, actor(), facts)
        except Refused as refusal:
            form.refuse(refusal)
        else:
            return render(
                "accounts/password_once.html", user=opened.user, password=opened.password, new=True
            )
    status = 422 if form.is_submitted() else 200
    return render("accounts/edit.html", form=form, user=None, hints=_role_hints()), status


@bp.route("/<id:user_id>", methods=["GET", "POST"])
@endpoint("account.edit")
def edit(user_id: str) -> Response | str | tuple[str, int]:
    """Show and change an account."""
    user = load(reading(), User, user_id)
    allow(user)
    form = account_form(reading(), user)
    if (facts := _facts(form)) is not None:
        try:
            with writing() as session:
                service.edit_account(session, actor(), load(session, User, user_id), facts)
        except Refused as refusal:
            form.refuse(refusal)
        else:
            flash(_("The account is saved."), "success")
            return go("account_admin.edit", user_id=user_id)
    status = 422 if form.is_submitted() else 200
    return render("accounts/edit.html", form=form, user=user, hints=_role_hints()), status


@bp.route("/<id:user_id>/kata-sandi", methods=["GET", "POST"])
@endpoint("account.edit")
def reset(user_id: str) -> Response | str:
    """Ask, then give a new one-time password and show it, once."""
    user = load(reading(), User, user_id)
    allow(user)
    if request.method == "GET":
        return render("accounts/reset.html", user=user)
    try:
        with writing() as session:
            password = service.reset_password(session, actor(), load(session, User, user_id))
    except Refused as refusal:
        flash(refusal.message, "error")
        return go("account_admin.edit", user_id=user_id)
    return render("accounts/password_once.html", user=user, password=password, new=False)


@bp.route("/<id:user_id>/tutup", methods=["GET", "POST"])
@endpoint("account.edit")
def close(user_id: str) -> Response | str:
    """Ask, then close an account and end its sessions at once."""
    user = load(reading(), User, user_id)
    allow(user)
    if request.method == "GET":
        return render("accounts/close.html", user=user)
    try:
        with writing() as session:
            service.deactivate_account(session, actor(), load(session, User, user_id))
    except Refused as refusal:
        flash(refusal.message, "error")
    else:
        flash(_("The account of %(name)s is closed.", name=user.name), "success")
    return go("account_admin.edit", user_id=user_id)


@bp.post("/<id:user_id>/buka")
@endpoint("account.edit")
def reopen(user_id: str) -> Response:
    """Open a closed account again."""
    with writing() as session:
        user = load(session, User, user_id)
        allow(user)
        service.activate_account(session, actor(), user)
    flash(_("The account of %(name)s is open again.", name=user.name), "success")
    return go("account_admin.edit", user_id=user_id)


def _facts(form: AccountForm) -> AccountFacts | None:
    return form.facts() if form.validate_on_submit() else None


def _role_words() -> dict[str, str]:
    return {role.value: translate(label) for role, (label, _about) in ROLES.items()}


def _role_hints() -> dict[str, str]:
    return {role.value: translate(about) for role, (_label, about) in ROLES.items()}

"""Pages of the tail between a recording and the card in hand."""

from __future__ import annotations

from collections.abc import Iterator

from flask import Blueprint, flash, request, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response
from wtforms.fields.choices import SelectChoice

from outreach import clock, policy
from outreach.errors import NotThere, Refused
from outreach.followup import deliveries, tail
from outreach.followup.forms import AdvanceForm, DeliveryForm
from outreach.i18n import N_, ngettext, translate
from outreach.i18n import gettext as _
from outreach.ids import is_id
from outreach.planning.wording import place
from outreach.policy import Actor
from outreach.referrals.models import Referral
from outreach.referrals.states import ReferralState
from outreach.referrals.wording import STATE_LABELS
from outreach.web import (
    HomeCard,
    NavItem,
    Todo,
    actor,
    allow,
    endpoint,
    go,
    load,
    on_home,
    on_navigation,
    reading,
    render,
    writing,
)

bp = Blueprint("followup", __name__)
on_navigation(NavItem("followup.index", "Follow-up", 50))

STEP_LABELS = {**STATE_LABELS, ReferralState.SUBMITTED: N_("Back to triage")}


@on_home
def stuck_cards(session: Session, person: Actor) -> Iterator[HomeCard | Todo]:
    """What has waited at one step for more than ninety days, for the planner."""
    if not policy.can(person, "followup.advance"):
        return
    if stuck := tail.count_stuck(session):
        yield Todo(
            _("Look after slow cards"),
            ngettext("%(num)s card has waited more than 90 days at one step", "%(num)s cards have waited more than 90 days at one step", stuck),
            url_for("followup.index"),
        )  # fmt: skip


@bp.get("/tindak-lanjut")
@endpoint("followup.list")
def index() -> str:
    """List who stands at one step of the tail, the longest first."""
    allow()
    return _list_page(_chosen_state(request.args.get("status")), AdvanceForm())


@bp.post("/tindak-lanjut")
@endpoint("followup.advance")
def advance() -> Response | tuple[str, int]:
    """Take the people ticked in the list a step further."""
    form = AdvanceForm()
    ids = request.form.getlist("referral_ids")
    if not all(map(is_id, ids)):
        raise NotThere("referral")
    for referral_id in ids[: tail.MOST_AT_ONCE]:
        allow(load(reading(), Referral, referral_id))
    from_state = _chosen_state(form.from_state.data)
    if form.validate():
        to_state = _state(form.to_state.data) or from_state
        try:
            with writing() as session:
                done = tail.advance(
                    session, actor(), ids, from_state, to_state, form.remark.data or ""
                )
        except Refused as refusal:
            form.refuse(refusal)
        else:
            _tell(done, to_state)
            return go("followup.index", status=from_state.value)
    return _list_page(from_state, form, chosen=set(ids)), 422


@bp.route("/tindak-lanjut/<id:referral_id>/serah", methods=["GET", "POST"])
@endpoint("followup.advance")
def deliver(referral_id: str) -> Response | tuple[str, int] | str:
    """Note how a card reached its owner."""
    referral = load(reading(), Referral, referral_id)
    allow(referral)
    form = DeliveryForm()
    if request.method == "GET":
        form.delivered_on.data = clock.today()
        return _delivery_page(form, referral)
    handover = form.handover()
    if handover is not None:
        try:
            with writing() as session:
                deliveries.deliver(session, actor(), load(session, Referral, referral_id), handover)
        except Refused as refusal:
            form.refuse(refusal)
        else:
            flash(
                _(
                    "The card of %(name)s is in hand. This case is done.",
                    name=referral.resident.name,
                ),
                "success",
            )
            return go("followup.index", status=ReferralState.PRINTED.value)
    return _delivery_page(form, referral), 422


def _list_page(state: ReferralState, form: AdvanceForm, chosen: set[str] | None = None) -> str:
    counts = tail.counts(reading())
    people = tail.waiting_in(reading(), state)
    age = next((age for age in tail.AGES if age.code == request.args.get("umur")), None)
    form.from_state.data = state.value
    form.to_state.choices = [
        SelectChoice(to.value, translate(STEP_LABELS[to])) for to in tail.STEPS[state]
    ]
    if len(form.to_state.choices) == 1:
        form.to_state.data = form.to_state.choices[0].value
    return render(
        "followup/index.html",
        form=form,
        state=state,
        tabs=[_tab(item, count, item is state) for item, count in counts.items()],
        ages=[_age(item, people, state, item is age) for item in tail.AGES],
        age=age,
        people=[person for person in people if age is None or person.age is age],
        chosen=chosen or set(),
        may_advance=policy.can(actor(), "followup.advance"),
        most=tail.MOST_AT_ONCE,
        place=place,
    )


def _delivery_page(form: DeliveryForm, referral: Referral) -> str:
    return render(
        "followup/deliver.html",
        form=form,
        referral=referral,
        place=place(referral),
        is_printed=referral.state is ReferralState.PRINTED,
    )


def _tab(state: ReferralState, count: int, current: bool) -> dict[str, object]:
    url = url_for("followup.index", status=state.value)
    return {"label": translate(STATE_LABELS[state]), "url": url, "current": current, "count": count}


def _age(
    age: tail.Age, people: list[tail.Waiting], state: ReferralState, current: bool
) -> dict[str, object]:
    count = sum(person.age is age for person in people)
    url = url_for("followup.index", status=state.value, umur=None if current else age.code)
    tone = "warn" if count and age.first > tail.STUCK_DAYS else ""
    return {
        "label": translate(age.label),
        "value": count,
        "url": url,
        "tone": tone,
        "current": current,
    }


def _chosen_state(text: str | None) -> ReferralState:
    state = _state(text)
    return state if state in tail.TAIL else tail.TAIL[0]


def _state(text: str | None) -> ReferralState | None:
    return ReferralState(text) if text and text in set(ReferralState) else None


def _tell(done: tail.Advanced, to_state: ReferralState) -> None:
    if done.count:
        word = translate(STEP_LABELS[to_state])
        flash(
            ngettext(
                "%(num)s person is now at: %(word)s.",
                "%(num)s people are now at: %(word)s.",
                done.count,
                word=word,
            ),
            "success",
        )
    if done.skipped:
        flash(
            _("Somebody else had moved these before: %(codes)s.", codes=", ".join(done.skipped)),
            "warning",
        )

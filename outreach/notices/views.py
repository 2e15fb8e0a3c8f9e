"""Pages on which a family is told of its visit, and the telling is noted."""

from __future__ import annotations

from collections.abc import Iterator

from flask import Blueprint, flash, request, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from outreach import policy
from outreach.errors import Refused
from outreach.i18n import gettext as _
from outreach.i18n import ngettext, translate
from outreach.notices import service, wording
from outreach.notices.forms import NoticeForm, written
from outreach.notices.models import Channel
from outreach.notices.service import Standing
from outreach.planning.wording import place
from outreach.policy import Actor
from outreach.referrals import phones
from outreach.referrals.given import relation_label
from outreach.referrals.models import Referral
from outreach.referrals.pages import whatsapp_link
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

bp = Blueprint("notices", __name__)
on_navigation(NavItem("notices.index", "Families", 15))


@on_home
def untold_families(session: Session, person: Actor) -> Iterator[HomeCard | Todo]:
    """Which families do not know yet when they are visited."""
    if not policy.can(person, service.ACTION):
        return
    if count := service.count_untold(session, person):
        yield Todo(
            ngettext(
                "%(num)s family does not know yet when the team comes",
                "%(num)s families do not know yet when the team comes",
                count,
            ),
            _("Send them the text, or tell them another way, and note it."),
            url_for("notices.index"),
        )


@bp.get("/kabar")
@endpoint("notice.list")
def index() -> str:
    """List the families to tell, and those that know."""
    allow()
    found = service.tellings(reading(), actor())
    told = [telling for telling in found if telling.standing is Standing.TOLD]
    untold = [telling for telling in found if telling.standing is not Standing.TOLD]
    chosen = "told" if request.args.get("lihat") == "sudah" else "untold"
    return render(
        "notices/index.html",
        chosen=chosen,
        tellings=told if chosen == "told" else untold,
        tabs=[
            {
                "label": _("To tell"),
                "url": url_for("notices.index"),
                "current": chosen == "untold",
                "count": len(untold),
            },
            {
                "label": _("Told"),
                "url": url_for("notices.index", lihat="sudah"),
                "current": chosen == "told",
                "count": len(told),
            },
        ],
        place=place,
        standing=lambda telling: translate(wording.STANDING_LABELS[telling.standing]),
        channel=lambda notice: translate(wording.CHANNEL_LABELS[notice.channel]),
    )


@bp.route("/kabar/<id:referral_id>", methods=["GET", "POST"])
@endpoint("notice.record")
def tell(referral_id: str) -> Response | str | tuple[str, int]:
    """Show the text for one family with the ways to send it, and note that it was told."""
    referral = load(reading(), Referral, referral_id)
    allow(referral)
    form = NoticeForm()
    if form.is_submitted() and form.validate():
        try:
            with writing() as session:
                kept = load(session, Referral, referral_id)
                allow(kept)
                service.record_notice(
                    session, actor(), kept, form.promise(), Channel(form.channel.data)
                )
        except Refused as refusal:
            flash(refusal.message, "error")
            return go("notices.tell", referral_id=referral_id)
        flash(_("Noted: the family of %(name)s knows.", name=referral.resident.name), "success")
        return go("notices.index")
    try:
        telling = service.telling_of(reading(), actor(), referral)
    except Refused as refusal:
        flash(refusal.message, "info")
        return go("notices.index")
    form.seen.data = written(telling.promise)
    messages = [
        ("Bahasa Indonesia", "id", wording.message(telling)),
        ("Basa Jawa (krama)", "jv", wording.message_in_krama(telling)),
    ]
    relation = relation_label(referral.contact_relation) if referral.contact_relation else ""
    page = render(
        "notices/tell.html",
        contact=", ".join(filter(None, (referral.contact_name, relation))),
        phone=phones.display(referral.contact_phone) if referral.contact_phone else "",
        form=form,
        telling=telling,
        referral=referral,
        place=place,
        messages=[
            {"name": name, "lang": lang, "text": text, "whatsapp": whatsapp_link(referral, text)}
            for name, lang, text in messages
        ],
        standing=translate(wording.STANDING_LABELS[telling.standing]),
        before=service.told_before(reading(), referral),
        channel=lambda notice: translate(wording.CHANNEL_LABELS[notice.channel]),
    )
    return (page, 422) if form.is_submitted() else page

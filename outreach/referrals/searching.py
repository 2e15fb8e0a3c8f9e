"""Finding a referral by what a person types: a tracking code or a part of it, or words of a name in any spelling.

Both read an index: a word is found by its beginning, as it is written and as it sounds (`name_sounds`, kept by `keys.py`).
A beginning that very many share is cut at `MOST_NAMES`, and `is_cut` tells so that the screen can say it.
"""

from __future__ import annotations

import re
import unicodedata
from typing import Final

from sqlalchemy import ColumnElement, Select, func, or_, select, true
from sqlalchemy.orm import InstrumentedAttribute, Session, aliased

from outreach import policy
from outreach.errors import Forbidden
from outreach.policy import Actor, Relation
from outreach.referrals.models import Referral
from outreach.referrals.names import FATHER, TITLES, sound
from outreach.referrals.tracking import ALPHABET, LENGTH, PREFIX, TrackingError, normalise
from outreach.referrals.triage_models import NameSound

MOST_NAMES: Final = 1000
_MOST_WORDS: Final = 4
_LAST: Final = "z" * 40
_LEAST_OF_A_CODE: Final = 3
_LIKE_A_NIK: Final = re.compile(r"\d(?:[\s.\-]*\d){11}")


def is_like_nik(typed: str) -> bool:
    """Tell whether a NIK, or most of one, stands in what was typed: such words must not stand in an address."""
    return _LIKE_A_NIK.search(typed) is not None


def matching(actor: Actor, action: str, typed: str) -> ColumnElement[bool]:
    """Return the condition on `Referral` for what was typed, of residents that the actor may do this with.

    Raises Forbidden where the actor may do it with nobody.
    """
    try:
        return Referral.tracking_code == normalise(typed)
    except TrackingError:
        pass
    found = [Referral.id.in_(select(Referral.id).where(part)) for part in _parts_of_code(typed)]
    if words := _words(typed):
        named = _residents(actor, action, words).limit(MOST_NAMES)
        found.append(Referral.resident_id.in_(named))
    return or_(*found) if found else Referral.id.is_(None)


def is_cut(session: Session, actor: Actor, action: str, typed: str) -> bool:
    """Tell whether more residents bear such a name than a search shows."""
    words = _words(typed)
    if not words or _is_code(typed):
        return False
    some = _residents(actor, action, words).limit(MOST_NAMES + 1).subquery()
    return (session.scalar(select(func.count()).select_from(some)) or 0) > MOST_NAMES


def _words(typed: str) -> list[str]:
    """Return the words of a name that was typed, the longest first; titles and a father's name say nothing."""
    plain = unicodedata.normalize("NFKD", typed).encode("ascii", "ignore").decode().lower()
    found = re.findall(r"[a-z0-9]+", re.sub(r"['`]", "", plain))
    tokens = [word for word in found if word.isalpha()]
    own = next((tokens[:at] for at, word in enumerate(tokens) if at and word in FATHER), tokens)
    kept = [word for word in own if word not in TITLES] or own
    return sorted(dict.fromkeys(word[:40] for word in kept), key=len, reverse=True)[:_MOST_WORDS]


def _residents(actor: Actor, action: str, words: list[str]) -> Select[str]:
    first, *others = words
    query = select(NameSound.resident_id).where(
        _begins(NameSound.word, NameSound.sound, first), _reach(actor, action)
    )
    for word in others:
        more = aliased(NameSound)
        query = query.where(
            select(more.position)
            .where(more.resident_id == NameSound.resident_id, _begins(more.word, more.sound, word))
            .exists()
        )
    return query.distinct()


def _begins(
    word: InstrumentedAttribute[str], heard: InstrumentedAttribute[str], typed: str
) -> ColumnElement[bool]:
    """Ask an index for a beginning: only a to z stand in both columns, so every collation orders them alike."""
    written = word.between(typed, typed + _LAST)
    if len(typed) < 3:
        return written
    as_heard = sound(typed)
    return or_(written, heard.between(as_heard, as_heard + _LAST))


def _reach(actor: Actor, action: str) -> ColumnElement[bool]:
    match policy.relation(actor, action):
        case Relation.ANY:
            return true()
        case Relation.OWN_VILLAGE:
            return NameSound.village_code == actor.village_code
        case Relation.OWN_DISTRICT:
            return NameSound.village_code.startswith(f"{actor.district_code}.", autoescape=True)
        case _:
            raise Forbidden(action)


def _is_code(typed: str) -> bool:
    try:
        normalise(typed)
    except TrackingError:
        return False
    return True


def _parts_of_code(typed: str) -> list[ColumnElement[bool]]:
    """Return what finds a code of which only the beginning or the last four are known."""
    body = re.sub(r"[\s\-]", "", typed).upper().removeprefix(PREFIX)
    if not _LEAST_OF_A_CODE <= len(body) < LENGTH or not set(body) <= set(ALPHABET):
        return []
    written = f"{PREFIX}-{body[:4]}" + (f"-{body[4:]}" if len(body) > 4 else "")
    parts: list[ColumnElement[bool]] = [Referral.tracking_code.startswith(written)]
    if len(body) == 4:
        parts.append(Referral.tracking_code.endswith(f"-{body}"))
    return parts

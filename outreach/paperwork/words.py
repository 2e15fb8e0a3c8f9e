"""How values are written on paper: safe to draw, short enough to fit, and in the words that people know."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from typing import Final

from outreach.i18n import N_, format_time, ngettext, translate
from outreach.i18n import gettext as _
from outreach.paperwork.document import Block, Window

LONGEST: Final = 160
"""Characters of one value on paper; what is longer was not meant for a form, and ends in an ellipsis."""
_NOT_DRAWN: Final = {"Cc", "Cf", "Cs", "Co", "Cn"}
_BLANKS: Final = re.compile(r"\s+")


@dataclass(frozen=True, slots=True)
class Tick:
    """A box to tick: the code that a result is kept under, and its label."""

    code: str
    label: str


# The codes and words of the outcomes that a tablet sends (fieldwork.reasons, fieldwork.biometrics): paper asks the
# same, so that it can be typed in later. A test holds the two together.
PARTS: Final = (
    Tick("photo", N_("Photo")),
    Tick("fingers", N_("Ten fingers")),
    Tick("irises", N_("Two irises")),
    Tick("signature", N_("Signature")),
)
MARKS: Final = (
    Tick("taken", N_("Taken")),
    Tick("unreadable", N_("Unreadable")),
    Tick("exempt", N_("Exempt")),
)
REASONS: Final = (
    Tick("not_home", N_("Not at home")),
    Tick("too_ill", N_("Too ill today")),
    Tick("refused", N_("Refused")),
    Tick("equipment", N_("Kit, power or network failed")),
    Tick("no_access", N_("Address not found or no access")),
    Tick("died", N_("Has died")),
    Tick("moved", N_("Moved away or works elsewhere")),
    Tick("already_recorded", N_("Already recorded before")),
)
_SEX: Final = {"L": N_("Man"), "P": N_("Woman")}


def clean(text: str, longest: int = LONGEST) -> str:
    """Return text on one line, without characters that draw nothing or turn the writing round, cut when too long."""
    drawn = "".join(
        " " if character.isspace() else character
        for character in text
        if character.isspace() or unicodedata.category(character) not in _NOT_DRAWN
    )
    line = _BLANKS.sub(" ", drawn).strip()
    return line if len(line) <= longest else line[: longest - 1].rstrip() + "…"


def lines(text: str) -> list[str]:
    """Return the lines of a text (a signer's title), each clean."""
    return [line for line in map(clean, text.splitlines()) if line]


def person(block: Block) -> str:
    """Return sex and age, as far as they are known: "Perempuan, 84 tahun"."""
    sex = translate(_SEX[block.sex]) if block.sex else ""
    age = "" if block.age is None else ngettext("%(num)s year old", "%(num)s years old", block.age)
    return ", ".join(part for part in (sex, age) if part) or _("age not known")


def address(block: Block) -> str:
    """Return hamlet and neighbourhood: "Dusun Ngrombo, RT 003/RW 001"; empty where neither is known."""
    rt_rw = "/".join(
        part
        for part in (f"RT {block.rt}" if block.rt else "", f"RW {block.rw}" if block.rw else "")
        if part
    )
    return ", ".join(part for part in (clean(block.hamlet), clean(rt_rw)) if part)


def village(block: Block) -> str:
    """Return village and district, always together: twelve village names stand for more than one village."""
    return f"{clean(block.village)}, {clean(block.district)}"


def contact(block: Block) -> str:
    """Return who answers for the resident: "Sutini (anak)"."""
    name, relation = clean(block.contact_name), clean(block.contact_relation)
    return f"{name} ({relation})" if name and relation else name or relation


def span(window: Window) -> str:
    """Return a span of the day: "08.00-10.00"."""
    return f"{format_time(window[0])}–{format_time(window[1])}"

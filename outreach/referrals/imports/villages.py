"""Which village a row means: by code, or by district and village with spelling forgiven; never guessed between two."""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Final

from outreach.places.models import Village

_KINDS: Final = re.compile(
    r"^(?:pemerintah\s+)?(?:desa|ds|kelurahan|kalurahan|kel|village)\b[\s.:]*"
)
_DISTRICTS: Final = re.compile(r"^(?:kecamatan|kec|kapanewon|district)\b[\s.:]*")
_INNER_DISTRICT: Final = re.compile(r"[\s,(\-/]+(?:kecamatan|kec)\b[\s.:]*")
_REGENCY: Final = re.compile(r"[\s,(\-/]+(?:kabupaten|kab)\b.*$")
_CODE: Final = re.compile(r"33[.\s]?14[.\s]?(\d\d)[.\s]?(\d{4})")
_ALIKE: Final = 0.8
_ALIKE_IN_DISTRICT: Final = 0.72
_LEAD: Final = 0.06
"""How much more alike the best name must be than the second, to be taken without a question."""
_OLD: Final = (("oe", "u"), ("dj", "j"), ("tj", "c"), ("nj", "ny"), ("ch", "h"))


@dataclass(frozen=True, slots=True)
class VillageFound:
    """One village and no other is meant. `spelt` is True where the writing differs from the name."""

    code: str
    spelt: bool = False


@dataclass(frozen=True, slots=True)
class VillageAsked:
    """Several villages may be meant: a person must say which. `key` names the question, `text` what was written."""

    key: str
    text: str
    codes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class VillageUnknown:
    """No village is meant. `reason`: "empty", "code", "name", "district", or "elsewhere" with the villages so called."""

    reason: str
    text: str
    codes: tuple[str, ...] = ()


VillageAnswer = VillageFound | VillageAsked | VillageUnknown


class Villages:
    """The regency's villages, to be found by what people write. Each writing is looked up once."""

    def __init__(self, villages: Iterable[Village], answers: Mapping[str, str]) -> None:
        self.by_code = {village.code: village for village in villages}
        self._answers = answers
        self._by_digits = {code.replace(".", ""): code for code in self.by_code}
        self._districts: dict[str, str] = {}
        self._in_district: dict[str, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
        self._by_name: dict[str, list[str]] = defaultdict(list)
        for code, village in self.by_code.items():
            name = plain_name(village.name)
            self._districts[plain_name(village.district.name)] = village.district_code
            self._in_district[village.district_code][name].append(code)
            self._by_name[name].append(code)
        self._seen: dict[tuple[str, str, str], VillageAnswer] = {}

    def find(self, code: str, district: str, village: str) -> VillageAnswer:
        """Return the village that a code, or a district and a village as written, mean."""
        asked = code.strip(), district.strip(), village.strip()
        if asked not in self._seen:
            self._seen[asked] = self._find(*asked)
        return self._seen[asked]

    def _find(self, code: str, district: str, village: str) -> VillageAnswer:
        if code:
            digits = re.sub(r"\D", "", code)
            if digits in self._by_digits:
                return VillageFound(self._by_digits[digits])
            if not village:
                return VillageUnknown("code", code)
        if not village:
            return VillageUnknown("empty", "")
        if coded := _CODE.search(village):
            known = self._by_digits.get("3314" + coded[1] + coded[2])
            return VillageFound(known) if known else VillageUnknown("code", village)
        name, district = _apart(village, district)
        key = f"{plain_name(district)}|{plain_name(name)}"
        if (answer := self._answers.get(key)) in self.by_code:
            return VillageFound(str(answer))
        wanted = plain_name(name)
        if not wanted:
            return VillageUnknown("name", village)
        if district:
            return self._within(key, district, wanted, village)
        return self._anywhere(key, wanted, village)

    def _within(self, key: str, district: str, wanted: str, text: str) -> VillageAnswer:
        """Look in one district only: a name that lies in another is asked about, never taken."""
        place = self._district(district)
        if place is None:
            return VillageUnknown("district", district)
        names = self._in_district[place]
        if wanted in names:
            return VillageFound(names[wanted][0], spelt=_differs(text, names[wanted][0], self))
        if wanted in self._by_name:  # the name is right, so the district may be wrong
            return VillageUnknown("elsewhere", text, tuple(self._by_name[wanted]))
        close = _closest(wanted, names, _ALIKE_IN_DISTRICT)
        if len(close) == 1:
            return VillageFound(names[close[0]][0], spelt=True)
        if close:
            return VillageAsked(key, text, tuple(names[name][0] for name in close))
        return VillageUnknown("name", text)

    def _anywhere(self, key: str, wanted: str, text: str) -> VillageAnswer:
        close = [wanted] if wanted in self._by_name else _closest(wanted, self._by_name, _ALIKE)
        codes = tuple(code for name in close for code in self._by_name[name])
        if len(codes) == 1:
            return VillageFound(codes[0], spelt=_differs(text, codes[0], self))
        return VillageAsked(key, text, codes) if codes else VillageUnknown("name", text)

    def _district(self, text: str) -> str | None:
        wanted = plain_name(_DISTRICTS.sub("", _lower(text)))
        if wanted in self._districts:
            return self._districts[wanted]
        digits = re.sub(r"\D", "", text)
        for code in set(self._districts.values()):
            if digits and digits in (code.replace(".", ""), code[-2:]):
                return code
        close = _closest(wanted, self._districts, _ALIKE_IN_DISTRICT)
        return self._districts[close[0]] if len(close) == 1 else None


def plain_name(text: str) -> str:
    """Return a place's name without what people write differently: kind, blanks, old spelling, doubled letters."""
    name = _KINDS.sub("", _lower(text))
    name = re.sub(r"[^a-z]", "", name)
    for old, new in _OLD:
        name = name.replace(old, new)
    return re.sub(r"(.)\1+", r"\1", name)


def code_in(text: str) -> str | None:
    """Return the village code that a title holds ("Desa Jenar (33.14.20.2001)"), with its dots."""
    found = _CODE.search(text)
    return f"33.14.{found[1]}.{found[2]}" if found else None


def _lower(text: str) -> str:
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
    return " ".join(plain.lower().split())


def _apart(village: str, district: str) -> tuple[str, str]:
    """Part "Jati, Kec. Masaran" and "Jati (Masaran)" into village and district."""
    text = _REGENCY.sub("", _lower(village))
    parts = _INNER_DISTRICT.split(text, maxsplit=1)
    if len(parts) == 1:
        parts = re.split(r"\s*[,(/]\s*|\s+-\s+", text, maxsplit=1)
    name = parts[0]
    inner = parts[1].strip(" )") if len(parts) > 1 else ""
    return name, district or inner


def _differs(text: str, code: str, villages: Villages) -> bool:
    name = villages.by_code[code].name
    return re.sub(r"[^a-z]", "", _apart(_KINDS.sub("", _lower(text)), "")[0]) != re.sub(r"[^a-z]", "", name.lower())  # fmt: skip


def _closest(wanted: str, names: Iterable[str], least: float) -> list[str]:
    """Return the name that is most alike, or all that are nearly as much alike."""
    scored = sorted(
        ((SequenceMatcher(None, wanted, name).ratio(), name) for name in names), reverse=True
    )
    if not scored or scored[0][0] < least:
        return []
    best = scored[0][0]
    return [name for score, name in scored[:4] if score >= least and score > best - _LEAD]

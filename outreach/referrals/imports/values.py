"""What words in a list mean: sex, condition, power, relation, hours, RT and RW, an address in one cell."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from functools import cache
from typing import Final

from outreach.i18n import LANGUAGES, in_language, translate
from outreach.referrals.circumstances import RELATIONS, TIME_WISHES
from outreach.referrals.conditions import CONDITIONS, NEEDS, POWER

_NOTHING: Final = frozenset(
    """- -- --- . .. ? x n/a na nihil kosong tidak ada|tdk ada|tak ada|belum ada|blm ada|tidak tahu|tdk tahu|tidak punya
    |tdk punya|tidak diketahui|belum diketahui|lupa|none|unknown|not known|0|00|000|null|#n/a""".replace("\n", "").replace("    ", "").split("|")
) | frozenset("- -- --- . .. ? x n/a na nihil kosong".split())  # fmt: skip
_LONGEST_NOTHING: Final = 40
_SEXES: Final = {
    **dict.fromkeys(("l", "lk", "lk2", "laki", "laki laki", "laki2", "pria", "m", "male", "man", "cowok", "1", "lelaki"), "L"),
    **dict.fromkeys(("p", "pr", "prp", "perempuan", "wanita", "w", "f", "female", "woman", "cewek", "2", "pere", "putri"), "P"),
}  # fmt: skip
_CONDITIONS: Final = {
    "elderly": "lansia,lanjut usia,usia lanjut,manula,tua,elderly,lansia 60",
    "frail": "jompo,sepuh,renta,tua renta,uzur,lansia jompo,lemah,frail,lansia renta",
    "bedridden": "terbaring,tirah baring,tidak bisa bangun,tdk bisa bangun,hanya berbaring,bedridden,berbaring,tidak bisa bangun dari tempat tidur,bed rest,lumpuh total",
    "wheelchair": "kursi roda,pakai kursi roda,pengguna kursi roda,wheelchair",
    "ill": "sakit,sakit menahun,stroke,sakit keras,sakit kronis,sakit lama,ill,sakit parah,penyakit menahun,stroke ringan,gerah",
    "physical": "cacat,cacat fisik,disabilitas fisik,tuna daksa,tunadaksa,difabel fisik,lumpuh,cacat kaki,cacat tubuh,physical",
    "deaf": "tuli,tuna rungu,tunarungu,bisu,tuna wicara,tunawicara,tuna rungu wicara,bisu tuli,deaf",
    "blind": "buta,tuna netra,tunanetra,netra,blind",
    "cognitive": "pikun,demensia,tuna grahita,tunagrahita,retardasi,retardasi mental,down syndrome,down sindrom,disabilitas intelektual,dementia",
    "psychosocial": "odgj,gangguan jiwa,orang dengan gangguan jiwa,disabilitas mental,disabilitas psikososial,tuna laras,psychosocial",
    "multiple": "cacat ganda,disabilitas ganda,ganda,cacat fisik dan mental,multiple",
    "care_home": "panti,panti jompo,panti wreda,panti werdha,penghuni panti,care home",
}  # fmt: skip
_POWER: Final = {
    "va_450": "450,450 va,450va,450 watt,450w,450 w",
    "va_900": "900,900 va,900va,900 watt,900w,900 w",
    "va_1300": "1300,1300 va,1300va,1 300 va,1 300,1300 watt,1300w,2200,2200 va,2200va,2 200 va,3500,3500 va,1300 ke atas,lebih dari 1300",
    "none": "tidak ada listrik,belum ada listrik,tanpa listrik,tidak ada,none",
    "unknown": "tidak tahu,belum tahu,tidak diketahui,belum diketahui,unknown",
}  # fmt: skip
_RELATIONS: Final = {
    "child": "anak,putra,putri,anak kandung,child,son,daughter",
    "child_in_law": "menantu,mantu,anak menantu",
    "spouse": "suami,istri,isteri,suami istri,spouse,wife,husband",
    "grandchild": "cucu,grandchild",
    "sibling": "adik,kakak,saudara,saudara kandung,sibling,saudari",
    "neighbour": "tetangga,neighbour,neighbor",
    "neighbourhood_head": "rt,ketua rt,pak rt,bu rt",
    "hamlet_head": "kadus,kepala dusun,bayan,kebayan,kepala dukuh",
    "other": "lain,lainnya,lain lain,kerabat,famili,family,keponakan,sepupu,other,keluarga",
}  # fmt: skip
_WISHES: Final = {
    "any": "kapan saja,sewaktu waktu,setiap saat,bebas,any time,anytime,selalu",
    "morning": "pagi,pagi hari,morning",
    "after_9": "setelah jam 9,di atas jam 9,sesudah jam 9",
    "before_11": "sebelum jam 11,di bawah jam 11",
}  # fmt: skip
_NEEDS: Final = {
    "female_officer": "petugas perempuan,petugas wanita,petugas putri",
    "escort": "pendamping,pengawal,didampingi,perlu pengawalan,escort",
    "motorbike": "motor,sepeda motor,jalan sempit,motorbike",
    "portable_iris": "iris portabel,pemindai iris portabel",
    "two_operators": "dua operator,dua petugas,2 petugas,2 operator",
}  # fmt: skip
_TABLES: Final[Mapping[str, tuple[Mapping[str, str], Mapping[str, str]]]] = {
    "condition": (_CONDITIONS, {code: item.label for code, item in CONDITIONS.items()}),
    "house_power": (_POWER, {code: item.label for code, item in POWER.items()}),
    "contact_relation": (_RELATIONS, {code: item.label for code, item in RELATIONS.items()}),
    "home": (_WISHES, {code: item.label for code, item in TIME_WISHES.items()}),
    "needs": (_NEEDS, {code: item.label for code, item in NEEDS.items()}),
}
CODED: Final = ("sex", *_TABLES)
"""Fields whose words stand for one of a few codes."""

_UNITS: Final = re.compile(r"(?:rt)?\W*0*(\d{1,3})\W*(?:/|-|\\|rw|,|;|\s)\W*(?:rw)?\W*0*(\d{1,3})")
_UNITS_IN_ADDRESS: Final = re.compile(
    r"[\s,]*\b(?:rt)\W*0*(\d{1,3})\W*(?:/|\\|-|,)?\s*(?:rw)?\W*0*(\d{1,3})\b|[\s,]*\brt\W*0*(\d{1,3})\b|[\s,]*\b0*(\d{1,3})\s*/\s*0*(\d{1,3})\b",
    re.IGNORECASE,
)
_AFTER_HAMLET: Final = re.compile(r"[\s,]*\b(?:desa|ds|kel|kelurahan|kec|kecamatan|kab|sragen)\b.*$", re.IGNORECASE)  # fmt: skip

_NO_PHONE: Final = re.compile(r"(?:tidak|tdk|tak|ga|gak|nggak) (?:ada|punya|memiliki)(?: (?:hp|wa|telepon|telpon|telp|handphone))?|tanpa (?:hp|telepon)|no phone|none")  # fmt: skip


def words(text: str) -> str:
    """Return a text as it is compared: small letters, single blanks, without marks."""
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    return " ".join(re.sub(r"[^a-z0-9]+", " ", plain).split())


def is_nothing(text: str) -> bool:
    """Tell whether a text says that there is nothing to say: "-", "tidak ada"."""
    if len(text) > _LONGEST_NOTHING:
        return not text.strip(" '")
    return " ".join(text.lower().split()).strip(" '") in _NOTHING or not text.strip(" '")


def says_no_phone(text: str) -> bool:
    """Tell whether a cell says in words that there is no phone; an empty cell or a dash only leaves it open."""
    return _NO_PHONE.fullmatch(words(text)) is not None


def code_of(field: str, text: str) -> str | None:
    """Return the code that a text stands for in one of the fields of `CODED`, or None."""
    known = _SEXES if field == "sex" else _table(field)
    return known.get(words(text)) or known.get(words(re.sub(r"\(.*?\)", "", text)))


def label_of(field: str, code: str) -> str:
    """Return the words for a code, in the reader's language."""
    if field == "sex":
        return {"L": translate("Man"), "P": translate("Woman")}[code]
    return translate(_TABLES[field][1][code])


def codes_of(field: str) -> tuple[str, ...]:
    """Return the codes that a field may have."""
    return ("P", "L") if field == "sex" else tuple(_TABLES[field][1])


@cache
def _table(field: str) -> Mapping[str, str]:
    synonyms, labels = _TABLES[field]
    found = {}
    for code, label in labels.items():
        for text in synonyms.get(code, "").split(","):
            found[words(text)] = code
        found[words(code)] = code
        for language in LANGUAGES:
            with in_language(language):
                written = translate(label)
            found[words(written)] = code
            found[words(re.sub(r"\(.*?\)", "", written))] = code
    found.pop("", None)
    return found


_ROMAN: Final[Mapping[str, int]] = {
    tens + ones: 10 * high + low
    for high, tens in enumerate(("", "x", "xx", "xxx"))
    for low, ones in enumerate(("", "i", "ii", "iii", "iv", "v", "vi", "vii", "viii", "ix"))
}


def needs_of(text: str) -> tuple[tuple[str, ...], str]:
    """Return the codes of the needs that a text lists, and the first part that stands for none."""
    codes = []
    for part in re.split(r"[;,+&\n]|\bdan\b|\band\b", text):
        if not part.strip() or is_nothing(part):
            continue
        code = code_of("needs", part)
        if code is None:
            return (), part.strip()
        codes.append(code)
    return tuple(dict.fromkeys(codes)), ""


def unit_of(text: str) -> str | None:
    """Return one RT or RW with three digits ("3", "003", "RT 3", "III"), or None where it cannot be read."""
    found = re.fullmatch(
        r"(?:rt|rw)?\W*(?:0*(\d{1,3})(?:[.,]0+)?|([ivx]{1,6}))\W*", text.strip().lower()
    )
    if not found:
        return None
    number = int(found[1]) if found[1] else _ROMAN.get(found[2], 0)
    return f"{number:03d}" if number else None


def units_of(text: str) -> tuple[str, str] | None:
    """Return RT and RW from one cell ("001/002", "RT 1 RW 2"), or None."""
    found = _UNITS.fullmatch(text.strip().lower())
    if not found or not int(found[1]) or not int(found[2]):
        return None
    return f"{int(found[1]):03d}", f"{int(found[2]):03d}"


def address_parts(text: str) -> tuple[str, str, str]:
    """Part an address ("Dk. Ngrejeng RT 01/02, Desa Jenar") into hamlet, RT and RW; what is not there is empty."""
    rt = rw = ""
    found = _UNITS_IN_ADDRESS.search(text)
    hamlet = text
    if found:
        first, second = found[1] or found[3] or found[4], found[2] or found[5]
        rt = f"{int(first):03d}" if first and int(first) else ""
        rw = f"{int(second):03d}" if second and int(second) else ""
        hamlet = text[: found.start()] if found.start() > 2 else text[found.end() :]
    hamlet = _AFTER_HAMLET.sub("", hamlet) if not _AFTER_HAMLET.match(hamlet) else hamlet
    return hamlet.strip(" ,.;-/"), rt, rw

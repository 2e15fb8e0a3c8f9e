"""Labelled pairs from another hand than `pairs.py`: other names, other noise, other proportions.

`names.py` and `duplicates.py` were made against the pairs of `pairs.py`; these tell whether what was learnt there
holds elsewhere.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from typing import Final

from outreach.referrals.duplicates import Traits
from tests.outreach.referrals.pairs import Pair

VILLAGES: Final = ("33.14.05.2003", "33.14.05.2004", "33.14.11.2002", "33.14.20.2005")
WOMEN: Final = tuple(
    """Suwarni Ngadinah Ponirah Sarinem Tugirah Mursinah Kasiyem Painem Samiyem Warsiyem Sumarni Lasiyem Giyem Tentrem
    Marsiyah Jumiyati Cikrak Supadmi Sulastri Rubiyah Katinem Parinem Sutinah Darsinah Surati Yatinem Sumirah Mariyem
    Karsiyem Jamilah Rukayah Fatonah Maimunah Chotimah Sulimah Musripah Rusmini Endang Djuminten Tjarmi""".split()
)
MEN: Final = tuple(
    """Suwito Ngadimin Ponidi Saridi Tugiman Mursidi Kasiman Painu Samidi Warsito Sumarno Lasimin Giman Parto Marsudi
    Jumadi Cipto Supardi Sulardi Rubiman Katiman Parjo Sutarman Darsono Suratman Yatiman Sumadi Mardi Karsono Jamal
    Rukani Abdullah Mansyur Chamim Sulaiman Musthofa Rusman Joyo Djoko Tjokro Wongso Kerto Harjo Pawiro""".split()
)
SECOND: Final = tuple(
    """Wiyono Utomo Dikromo Pawiro Sentono Suwito Harjo Dimejo Rejo Widodo Santoso Mulyono Prayitno Raharjo Lestari
    Rahayu Wahyuningsih Handayani""".split()
)
OF_FAITH_MEN: Final = (
    "Muhammad Ridho", "Muhammad Sidiq", "Mohammad Tohari", "Ahmad Sujadi", "Abdul Ghofur", "Abdul Jalil",
    "Muhammad Nur Yasin", "Muhammad Djupri",
)  # fmt: skip
OF_FAITH_WOMEN: Final = (
    "Siti Rohmah",
    "Siti Munawaroh",
    "Nur Jannah",
    "Siti Djariyah",
    "Umi Salamah",
)
_YEAR: Final = timedelta(days=365)


def _person(source: random.Random) -> Traits:
    woman = source.random() < 0.6
    if source.random() < 0.2:
        name = source.choice(OF_FAITH_WOMEN if woman else OF_FAITH_MEN)
    else:
        name = source.choice(WOMEN if woman else MEN)
        name += f" {source.choice(SECOND)}" if source.random() < 0.4 else ""
    return Traits(
        name,
        sex="P" if woman else "L",
        birth_date=date(source.randrange(1930, 1966), source.randrange(1, 13), source.randrange(1, 28)),
        village_code=source.choice(VILLAGES),
        hamlet=source.choice(("Ngrombo", "Kedungwaru", "Sambirejo", "Jetis", "Bulak")),
        rt=f"{source.randrange(1, 25):03d}",
        rw=f"{source.randrange(1, 6):03d}",
        contact_name=f"{source.choice(WOMEN + MEN)} {source.choice(SECOND)}",
        contact_phone=f"+628000000{source.randrange(10_000):04d}",
    )  # fmt: skip


def _old(name: str, source: random.Random) -> str:
    for new, old in (("U", "Oe"), ("u", "oe"), ("J", "Dj"), ("j", "dj"), ("C", "Tj"), ("c", "tj"), ("y", "j")):  # fmt: skip
        name = name.replace(new, old) if source.random() < 0.6 else name
    return name


def _today(name: str, source: random.Random) -> str:
    name = name.replace("Dj", "J").replace("dj", "j").replace("Tj", "C").replace("oe", "u")
    return name.replace("Ch", source.choice(("Kh", "H")))


def _shortened(name: str, source: random.Random) -> str:
    for whole, others in (
        ("Muhammad", ("Muh.", "Muh", "Moh", "Mochammad", "Muhamad", "M.", "Mohamad", "Mukhamad")),
        ("Mohammad", ("Muh.", "Moh", "Mochamad", "Muhammad")),
        ("Abdul ", ("Abdul", "Abd. ", "Abd ")),
        ("Siti ", ("St. ", "Siti")),
        ("Ahmad", ("Akhmad", "Achmad")),
        ("Nur ", ("Noer ", "Nur")),
    ):
        if name.startswith(whole):
            return name.replace(whole, source.choice(others), 1)
    return name


def _titled(name: str, source: random.Random) -> str:
    return source.choice(("Mbah ", "Mb. ", "Simbah ", "Ny. ", "Bpk ", "Sdr. ", "Hj ", "H. ", "Ibu ")) + name  # fmt: skip


def _of_a_father(name: str, source: random.Random) -> str:
    return f"{name} {source.choice(('bin', 'binti', 'Bin', 'BINTI'))} {source.choice(MEN)}"


def _first_word(name: str, source: random.Random) -> str:
    first, *rest = name.split()
    return first if rest and len(first) > 3 else name


def _shuffled(name: str, source: random.Random) -> str:
    words = name.split()
    source.shuffle(words)
    return " ".join(words)


def _initial(name: str, source: random.Random) -> str:
    first, *rest = name.split()
    return f"{first} {rest[0][0]}." if rest else name


def _slip(name: str, source: random.Random) -> str:
    place = source.choice([at for at, letter in enumerate(name) if at > 1 and letter.isalpha()])
    match source.randrange(3):
        case 0:
            return name[:place] + name[place + 1 :]
        case 1:
            return name[:place] + source.choice("aiueonrst") + name[place + 1 :]
    return name[: place - 1] + name[place] + name[place - 1] + name[place + 1 :]


def _in_capitals(name: str, source: random.Random) -> str:
    return source.choice((name.upper(), name.lower(), f"  {name.replace(' ', '  ')} "))


WRITINGS: Final[dict[str, Callable[[str, random.Random], str]]] = {
    "old spelling": _old, "today's spelling": _today, "Muh. and the like": _shortened, "title": _titled,
    "bin or binti": _of_a_father, "first word": _first_word, "other order": _shuffled, "initial": _initial,
    "slip": _slip, "capitals": _in_capitals,
}  # fmt: skip
STRANGERS: Final = ("twins", "namesakes in one village", "namesakes elsewhere", "married", "sisters and brothers", "parent", "anybody")  # fmt: skip


def _again(person: Traits, about: str, source: random.Random) -> Traits:
    assert person.birth_date is not None
    name = WRITINGS[about](person.name, source)
    if source.random() < 0.3:
        name = WRITINGS[source.choice(("title", "old spelling", "capitals"))](name, source)
    other, chance = replace(person, name=name), source.random()
    if chance < 0.2:
        other = replace(other, birth_date=None)
    elif chance < 0.35:
        year = person.birth_date.year + source.choice((-1, 0, 0, 1))
        other = replace(other, birth_date=None, birth_year=year)
    elif chance < 0.42:
        other = replace(other, birth_date=person.birth_date.replace(month=person.birth_date.day % 12 + 1))  # fmt: skip
    elif chance < 0.47:
        other = replace(other, birth_date=date(person.birth_date.year, 7, 1))
    if source.random() < 0.35:
        other = replace(other, contact_phone="", contact_name="")
    if source.random() < 0.25:
        other = replace(other, rt="", rw="", hamlet="")
    return other


def _stranger(person: Traits, about: str, source: random.Random) -> Traits:
    assert person.birth_date is not None
    woman, first = person.sex == "P", person.name.split()[0]
    own, others = (WOMEN, MEN) if woman else (MEN, WOMEN)
    away = source.choice((-1, 1)) * source.randrange(5, 25) * _YEAR
    match about:
        case "twins":
            near = [name for name in own if name != first and name[:2] == first[:2]]
            return replace(person, name=source.choice(near or [n for n in own if n != first]))
        case "namesakes in one village" | "namesakes elsewhere":
            elsewhere = source.choice([code for code in VILLAGES if code != person.village_code])
            village = person.village_code if about.endswith("village") else elsewhere
            other = replace(_person(source), name=person.name, sex=person.sex)
            return replace(other, village_code=village, birth_date=person.birth_date + away)
        case "married":
            born = person.birth_date + source.randrange(-9, 9) * _YEAR + timedelta(days=40)
            return replace(person, name=source.choice(others), sex="L" if woman else "P", birth_date=born)  # fmt: skip
        case "sisters and brothers":
            near = [name for name in WOMEN + MEN if name != first and name[:3] == first[:3]]
            name = source.choice(near or [n for n in own if n != first])
            born = person.birth_date + source.choice((-1, 1)) * source.randrange(2, 8) * _YEAR
            return replace(person, name=name, birth_date=born)
        case "parent":
            born = person.birth_date - source.randrange(18, 30) * _YEAR
            return replace(person, name=f"{source.choice(WOMEN + MEN)} {first}", birth_date=born)
    return replace(_person(source), village_code=person.village_code)


def make_other_pairs(count: int, seed: int) -> list[Pair]:
    """Return so many pairs, half of them one person; the same seed gives the same pairs."""
    source, pairs = random.Random(seed), list[Pair]()
    writings = list(WRITINGS)
    for number in range(count):
        person, turn = _person(source), number // 2
        if number % 2:
            about = STRANGERS[turn % len(STRANGERS)]
            pairs.append(Pair(person, _stranger(person, about, source), False, about))
        else:
            about = writings[turn % len(writings)]
            pairs.append(Pair(person, _again(person, about, source), True, about))
    return pairs

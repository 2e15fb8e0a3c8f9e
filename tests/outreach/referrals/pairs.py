"""Labelled pairs of made-up people: one person written down twice, or two people who look like one.

The writing slips are those of lists and forms: old spelling, titles, bin and binti, words that are left out or change
places, and slips of the finger. The strangers are the hard ones: father and son, twins, sisters whose names differ by
an ending, husband and wife, and the many who share a common name.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Final

from outreach.referrals.duplicates import Traits
from outreach.sample import names as lists

VILLAGES: Final = ("33.14.20.2001", "33.14.20.2002", "33.14.01.2001", "33.14.12.2003")
FAITH_MEN: Final = (
    "Muhammad Sholeh", "Abdul Hamid", "Ahmad Fauzi", "Nur Kholis", "Imam Syafii", "Zainal Arifin", "Khoirul Anwar",
    "Muhammad Yusuf", "Mustofa", "Abdul Rohman", "Hasyim Asyari", "Zuhdi", "Masykur", "Thohir", "Qomari", "Fatkhurrohman",
)  # fmt: skip
FAITH_WOMEN: Final = (
    "Siti Aminah", "Siti Khotimah", "Nur Hidayah", "Zulaikhah", "Khomsatun", "Sofiyah", "Umi Kulsum", "Siti Zubaidah",
    "Marfu'ah", "Rofiatun", "Syarifah", "Mutmainah", "Fathonah", "Istiqomah", "Chalimah",
)  # fmt: skip
RARE: Final = (
    "Wongsodimejo", "Kertowijoyo", "Jayengsari", "Ronggolelono", "Singotruno", "Karyoutomo", "Joyopuspito", "Giyatmi",
    "Djarwati", "Yatijem", "Semiatun", "Tjiptorini", "Prawirosentono", "Endrakila", "Kuwatijo", "Juwarijah",
)  # fmt: skip
NEAR_KEY: Final = dict(zip("qwertuiopasdfghjklzxcvbnm", "weqrtyuopasdsdfghjkzxcvbn", strict=True))


@dataclass(frozen=True)
class Pair:
    """Two writings, whether they are one person, and what the pair is about."""

    one: Traits
    other: Traits
    same: bool
    about: str


def _person(source: random.Random) -> Traits:
    woman = source.random() < 0.6
    pools = (
        [lists.OLD_WOMEN, lists.OLD_WOMEN, FAITH_WOMEN, RARE]
        if woman
        else [lists.OLD_MEN, lists.OLD_MEN, FAITH_MEN, RARE]
    )
    name = source.choice(source.choice(pools))
    if " " not in name and source.random() < 0.45:
        name += " " + source.choice(lists.SECOND_WOMEN if woman else lists.SECOND_MEN)
    born = date(source.randrange(1928, 1966), 1, 1) + timedelta(days=source.randrange(365))
    if source.random() < 0.4:
        born = born.replace(month=source.choice((1, 7)), day=1)
    return Traits(
        name,
        sex="P" if woman else "L",
        birth_date=born,
        village_code=source.choice(VILLAGES),
        hamlet=source.choice(lists.HAMLETS),
        rt=f"{source.randrange(1, 20):03d}",
        rw="001",
        contact_name=source.choice(lists.YOUNG_WOMEN) + " " + source.choice(lists.YOUNG_SECOND_WOMEN),
        contact_phone=f"+628000000{source.randrange(10_000):04d}",
    )  # fmt: skip


def _old_spelling(name: str, source: random.Random) -> str:
    for new, old in (("j", "dj"), ("y", "j"), ("c", "tj"), ("u", "oe")):
        name = name.lower().replace(new, old)
    return name.title()


def _title(name: str, source: random.Random) -> str:
    return source.choice(("Mbah ", "H. ", "Hj. ", "Bp. ", "Ibu ", "Mbok ", "Alm. ", "Pak ")) + name


def _father(name: str, source: random.Random) -> str:
    return f"{name} {source.choice(('bin', 'binti', 'bt.'))} {source.choice(lists.OLD_MEN)}"


def _fewer_words(name: str, source: random.Random) -> str:
    words = name.split()
    return words[0] if len(words) == 2 and len(words[0]) > 3 else name


def _other_order(name: str, source: random.Random) -> str:
    return " ".join(reversed(name.split()))


def _together(name: str, source: random.Random) -> str:
    return name.replace(" ", "").capitalize()


def _muhammad(name: str, source: random.Random) -> str:
    for whole, short in (
        ("Muhammad", ("Muh.", "Moh.", "Mohammad", "Moch.", "M.", "Mohamad")),
        ("Abdul", ("Abd.", "Abdoel")),
        ("Siti", ("St.", "Sitti")),
        ("Ahmad", ("Achmad", "Akhmad")),
    ):
        if name.startswith(whole):
            return name.replace(whole, source.choice(short), 1)
    return name


def _sounds(name: str, source: random.Random) -> str:
    swaps = [("f", "p"), ("kh", "h"), ("kh", "ch"), ("sy", "s"), ("sh", "s"), ("iy", "i"), ("z", "j"), ("uw", "u"), ("th", "t"), ("o ", "a ")]  # fmt: skip
    usable = [(a, b) for a, b in swaps if a in name.lower()]
    if not usable:
        return name
    a, b = source.choice(usable)
    return name.lower().replace(a, b, 1).title()


def _place_of_slip(name: str, source: random.Random) -> int:
    places = [i for i, letter in enumerate(name) if letter.isalpha() and i > 0]
    return source.choice(places)


def _dropped(name: str, source: random.Random) -> str:
    place = _place_of_slip(name, source)
    return name[:place] + name[place + 1 :]


def _doubled(name: str, source: random.Random) -> str:
    place = _place_of_slip(name, source)
    return name[:place] + name[place] + name[place:]


def _turned(name: str, source: random.Random) -> str:
    places = [i for i in range(1, len(name) - 1) if name[i : i + 2].isalpha()]
    place = source.choice(places)
    return name[:place] + name[place + 1] + name[place] + name[place + 2 :]


def _near_key(name: str, source: random.Random) -> str:
    place = _place_of_slip(name, source)
    return name[:place] + NEAR_KEY.get(name[place].lower(), "a") + name[place + 1 :]


WRITINGS: Final[dict[str, Callable[[str, random.Random], str]]] = {
    "old spelling": _old_spelling, "title": _title, "bin or binti": _father, "fewer words": _fewer_words,
    "other order": _other_order, "one word": _together, "Muh. and the like": _muhammad, "other letters": _sounds,
    "dropped letter": _dropped, "doubled letter": _doubled, "turned letters": _turned, "next key": _near_key,
}  # fmt: skip


def _written_again(person: Traits, about: str, source: random.Random) -> Traits:
    name = WRITINGS[about](person.name, source)
    if source.random() < 0.25:
        name = WRITINGS[source.choice(("title", "old spelling", "Muh. and the like"))](name, source)
    chance = source.random()
    if chance < 0.2:
        person = replace(person, birth_date=None, birth_year=None)
    elif chance < 0.3:
        assert person.birth_date is not None
        person = replace(
            person,
            birth_date=None,
            birth_year=person.birth_date.year + source.choice((-2, -1, 0, 1)),
        )
    elif chance < 0.38:
        assert person.birth_date is not None
        person = replace(
            person, birth_date=person.birth_date.replace(day=1 + person.birth_date.day % 9)
        )
    if source.random() < 0.3:
        person = replace(person, contact_name="", contact_phone="")
    if source.random() < 0.2:
        person = replace(person, hamlet="", rt="", rw="")
    if source.random() < 0.06:
        person = replace(person, village_code=source.choice(VILLAGES), hamlet="", rt="")
    return replace(person, name=name)  # fmt: skip


def _stranger(person: Traits, about: str, source: random.Random) -> Traits:
    assert person.birth_date is not None
    woman = person.sex == "P"
    first = person.name.split()[0]
    years = timedelta(days=365)
    match about:
        case "father and son":
            given = source.choice(lists.YOUNG_MEN + lists.OLD_MEN)
            name = source.choice((f"{given} {first}", f"{given} bin {person.name}", given))
            return replace(
                person,
                name=name,
                sex="L",
                birth_date=person.birth_date + source.randrange(19, 38) * years,
            )
        case "twins":
            pool = lists.OLD_WOMEN if woman else lists.OLD_MEN
            near = [name for name in pool if name != first and name[:3] == first[:3]] or [
                n for n in pool if n != first
            ]
            return replace(person, name=source.choice(near))
        case "sisters and brothers":
            pool = lists.OLD_WOMEN + lists.OLD_MEN
            near = [name for name in pool if name != first and name[:4] == first[:4]] or [
                n for n in pool if n != first
            ]
            born = person.birth_date + source.choice((-1, 1)) * source.randrange(2, 9) * years
            return replace(person, name=source.choice(near), birth_date=born)
        case "husband and wife":
            other = replace(
                person,
                sex="L" if woman else "P",
                birth_date=person.birth_date
                + source.choice((-1, 1)) * source.randrange(1, 12) * years,
            )
            pool = lists.OLD_MEN if woman else lists.OLD_WOMEN
            return replace(other, name=source.choice(pool))
        case "namesakes elsewhere":
            village = source.choice([code for code in VILLAGES if code != person.village_code])
            born = person.birth_date + source.choice((-1, 1)) * timedelta(
                days=source.randrange(3 * 365, 20 * 365)
            )
            return replace(
                _person(source),
                name=person.name,
                sex=person.sex,
                village_code=village,
                birth_date=born,
            )
        case "namesakes in one village":
            born = person.birth_date + source.choice((-1, 1)) * timedelta(
                days=source.randrange(7 * 365, 30 * 365)
            )
            return replace(
                _person(source),
                name=person.name,
                sex=person.sex,
                village_code=person.village_code,
                birth_date=born,
            )
        case _:
            pool = lists.OLD_WOMEN if woman else lists.OLD_MEN
            near = [name for name in pool if name != first and name[-3:] == first[-3:]] or [
                n for n in pool if n != first
            ]
            return replace(_person(source), name=source.choice(near), sex=person.sex, village_code=person.village_code)  # fmt: skip


STRANGERS: Final = (
    "father and son", "twins", "sisters and brothers", "husband and wife", "namesakes elsewhere",
    "namesakes in one village", "neighbours whose names rhyme",
)  # fmt: skip


def make_pairs(count: int, seed: int) -> list[Pair]:
    """Return so many pairs, half of them one person; the same seed gives the same pairs."""
    source = random.Random(seed)
    pairs: list[Pair] = []
    abouts = list(WRITINGS)
    while len(pairs) < count:
        person = _person(source)
        if len(pairs) % 2:
            about = STRANGERS[len(pairs) // 2 % len(STRANGERS)]
            pairs.append(Pair(person, _stranger(person, about, source), False, about))
            continue
        about = abouts[len(pairs) // 2 % len(abouts)]
        again = _written_again(person, about, source)
        pairs.append(Pair(person, again, True, about))
    return pairs


# Names alone, written by hand: nothing else is known of the two.
SAME_NAMES: Final = (
    ("Soekijem", "Sukiyem"), ("Mbah Djojo", "Joyo"), ("Muh. Ridwan", "Mohammad Ridwan"), ("Arief Rahman", "Arif Rohman"),
    ("Siti Aminah binti Karto", "Siti Aminah"), ("Soeharto", "Suharto"), ("Tjipto Mangunkusumo", "Cipto Mangunkusuma"),
    ("Achmad Fauzi", "Ahmad Pauzi"), ("H. Slamet Riyadi, S.Pd.", "Slamet Riadi"), ("Sri Wahyuni", "Sriwahyuni"),
    ("Abdul Rahman", "Abdurrahman"), ("Moch. Sholeh", "Saleh"), ("Djumadi", "Jumadi"), ("Soejatmi", "Suyatmi"),
    ("Karto Wiyono", "Wiyono Karto"), ("Suparmi", "Suprmi"), ("Ngatinem", "Ngatnem"), ("Hj. Khotijah", "Katijah"),
    ("Zaenab", "Jainab"), ("Rahmat Hidayat", "Rohmad Hidayat"), ("Mitro Diharjo", "Mitrodiharjo"), ("Poniyem", "Ponijem"),
    ("Tugiyem", "Mbok Tugiem"), ("Slamet", "Selamet"), ("Chomsatun", "Komsatun"), ("Nj. Soekarti", "Sukarti"),
    ("Muhamad Yusup", "M. Yusuf"), ("Wagiyem", "Wagyiem"), ("Nurhayati", "Nur Hayati"), ("Sholikin", "Solikhin"),
    ("Tuminah", "Tumina"), ("Darmi", "Darmi Lestari"), ("Djoewarijah", "Juwariyah"), ("Bp. Kromo", "Kromo"),
    ("Tukijo", "Toekidjo"), ("Karto al. Paimin", "Paimin"), ("Moehammad Ichsan", "Muh Ikhsan"), ("Tukiyem", "Tukiyme"),
)  # fmt: skip
OTHER_NAMES: Final = (
    ("Sukinem", "Sukiyem"), ("Suparno", "Suparni"), ("Paimin", "Paiman"), ("Slamet Riyadi", "Slamet Raharjo"),
    ("Siti Aminah", "Siti Fatimah"), ("Budi bin Slamet", "Slamet"), ("Bambang Suharto", "Suharto"), ("Hasan", "Husein"),
    ("Sri Rahayu", "Sri Wahyuni"), ("Tukinem", "Tuginem"), ("Kartini", "Kartono"), ("Sumiyati", "Sumiyatun"),
    ("Wagirah", "Wagiyem"), ("Rini", "Reni"), ("Roni", "Rani"), ("Tarmi", "Darmi"), ("Suparmi", "Suparti"),
    ("Joko Santoso", "Joko Susanto"), ("Yuliana", "Yulianto"), ("Muhammad Ridwan", "Muhammad Rifai"), ("Sami", "Samin"),
    ("Eko Prasetyo", "Dwi Prasetyo"), ("Karto Wiyono", "Karto Dikromo"), ("Hartini", "Hartati"), ("Mulyono", "Mulyani"),
    ("Sadinem", "Sadiyem"), ("Sugiyanto", "Sugiyono"), ("Dwi Lestari", "Tri Lestari"), ("Sukarman", "Sukarmin"),
    ("Wagiyem binti Karto", "Wagiyem binti Sastro"), ("Agus Riyanto", "Agus Priyanto"), ("Sutrisno", "Sutrisni"),
)  # fmt: skip

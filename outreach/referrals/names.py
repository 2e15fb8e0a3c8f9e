"""Names as people here write them: what is a title, what is spelling, and how much two names are alike.

One person may be Soekijem, Sukiyem, Mbah Sukiyem, Ny. Sukiem or Sukiyem binti Karto; Sukiyem, Sukinem and Sukirah are
three. So spelling is cheap here, endings that Javanese names are told apart by are dear, and everything between is a
slip of the pen. Sources of the spellings: the reforms of 1947 (oe becomes u) and 1972 (dj, tj, j, nj, sj, ch become
j, c, y, ny, sy, kh); the rest is what officers' lists show: f for p, a for o, a final h or k that comes and goes.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import cache, lru_cache
from itertools import pairwise
from pathlib import Path
from typing import Final

from rapidfuzz.distance import OSA, Levenshtein

TITLES: Final = frozenset(
    """h hj haji hajah hajjah hji kh kyai kiai ki nyai ny nyonya nj tn tuan nn nona bp bpk bapak pak pa ibu bu ibuk mbok
    mbah mb simbah embah eyang mbak mas kakek nenek mbahputri mbahkakung mak yu lik pakde bude sdr sdri saudara saudari
    alm almh almarhum almarhumah raden rr rm ra rngt kp krt drs dra dr drg ir prof ust ustad ustadz ustadzah gus ning
    dik dek cak""".split()
)
"""Words of respect before a name. They say nothing about who it is."""
_DEGREES: Final = frozenset(
    """sh se spd sag sip sos ssos skm skep stp st skom mm msi mpd mh mag ma amd amk amdkeb spdi spdsd bsc ba phd""".split()
)
_OLD: Final = frozenset(("putri", "kakung"))
"""Grandmother and grandfather, behind a word of respect: Mbah Putri Saminah is Saminah."""
FATHER: Final = frozenset("bin binti bint binte bt bte bti bn ibnu".split())
"""What stands before a father's name."""
_ALSO: Final = re.compile(r"\b(?:al|alias|als|aka|dikenal|panggilan)\b\.?|[/()=]", re.IGNORECASE)
_WHOLE: Final = {
    **dict.fromkeys(
        """m md mh mhd muh moh much moch mohd muhd mohamad mohammad mohamed mohammed muhamad muhammad muhamed muhammed
        mochamad mochammad muchamad muchammad mukhamad mukhammad mokhamad mokhammad muhamat mohamat mukamad mokamad
        """.split(),
        "muhammad",
    ),
    **dict.fromkeys("a ach akh achmad akhmad ahmat achmat akhmat achmed ahmed akmad".split(), "ahmad"),
    **dict.fromkeys("abd abdoel abdl abdu".split(), "abdul"),
    **dict.fromkeys("st sitti".split(), "siti"),
    **dict.fromkeys("nr noer nor".split(), "nur"),
    **dict.fromkeys("sr srie srih".split(), "sri"),
}  # fmt: skip
"""Names that are more often shortened or spelt otherwise than written out. A single letter only at the front."""
COMMON_FIRST: Final = frozenset("muhammad ahmad abdul siti nur sri".split())
"""First names that many bear and many leave out: alone they say little."""

# Old spelling to new, in this order.
_SPELLING: Final = tuple(
    (re.compile(old), new)
    for old, new in (
        ("oe", "u"), ("tj", "C"), ("dj", "J"), ("nj", "ny"), ("sj", "s"), ("[kc]h(?=[^aeiou])", "h"), ("[kc]h", "k"),
        ("ij(?=(?:em|ah?)$)", "iy"), ("C", "c"), ("J", "j"),
        ("sy|sh|ts", "s"), ("dh|dl|dz", "d"), ("th", "t"), ("bh", "b"), ("gh", "g"), ("ph|f|v", "p"), ("q", "k"), ("x", "ks"),
        ("uw(?=[aeiou])", "u"), ("iy(?=[aeiou])", "i"), ("ie(?=[fpks]?$)", "i"),
        ("ae|ay(?=[^aeiou]|$)|ei|ey(?=[^aeiou]|$)", "ai"), ("oi|oy(?=[^aeiou]|$)", "ai"), ("(?<=[aeiou])h$", ""), ("(.)\\1+", "\\1"),
    )
)  # fmt: skip
_TAIL: Final = re.compile(r"^(.*?)([^aeiou]*[aeiou][^aeiou]*)$")
_ENDINGS: Final = frozenset(
    """mi ni ti di si ri ki ji yi li pi em nem yem kem rem tem gem jem im am min man mun din dan nin kin kan rin ran tin
    tan jan jin min no mo to do so ro ko jo yo lo po go nah na yah ya rah ra mah ma lah la tun yun nun un yat sih tri
    yanti yanto wati wanti wanto wani tini tinah tono yono yani sono ani ati anti anto ah a i o an ini ina it at""".split()
)
"""What Javanese names end with. The same beginning with two different endings is a sister, a brother or a stranger."""
_NEAR_KEYS: Final = frozenset(
    frozenset(pair)
    for row in ("qwertyuiop", "asdfghjkl", "zxcvbnm")
    for pair in map("".join, pairwise(row))
) | frozenset(map(frozenset, ("qa", "ws", "ed", "rf", "tg", "yh", "uj", "ik", "ol", "az", "sx", "dc", "fv", "gb", "hn", "jm")))  # fmt: skip
_SWAPS: Final = {
    frozenset(pair): cost
    for cost, pairs in {
        0.2: "sz vf vp fp kq",
        0.3: "ao ei jy zj hk",
        0.4: "uo ck dt bp gk",
    }.items()
    for pair in pairs.split()
}
_SILENT: Final = {"h": 0.25, "y": 0.3, "w": 0.35, "e": 0.45, "k": 0.5}
ALIKE: Final = 0.84
"""From here on two names may be one person's, when nothing else is known."""
MISREAD: Final = 0.78
"""Two names that handwriting makes one (Sutarni, Sutami): one person's when something else agrees."""
CLOSE: Final = 0.7
"""Two names that people really bear, a letter apart: one person's only when much else agrees."""


@dataclass(frozen=True, slots=True)
class Name:
    """A name taken apart: `words` in today's spelling without titles, and `father` after bin or binti."""

    words: tuple[str, ...]
    father: tuple[str, ...] = ()

    @property
    def sounds(self) -> tuple[str, ...]:
        """How each word sounds, in order."""
        return tuple(map(sound, self.words))


@lru_cache(maxsize=20_000)
def read(text: str) -> tuple[Name, ...]:
    """Take a name apart; one with an alias ("Karto al. Paimin") gives each of its names, the first one first."""
    parts = [part for part in _ALSO.split(text) if part and part.strip(" .,-")]
    found = [_read_one(part) for part in parts]
    return tuple(dict.fromkeys(name for name in found if name.words)) or (Name(()),)


def _read_one(text: str) -> Name:
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    head, *behind = plain.split(",")
    for part in behind:
        if part.replace(".", "").replace(" ", "") not in _DEGREES and not _only_degrees(part):
            head += " " + part
    tokens = re.findall(r"[a-z]+", re.sub(r"['`]", "", _dotted(head)))
    own, father = tokens, list[str]()
    for position, token in enumerate(tokens):
        if token in FATHER and 0 < position < len(tokens) - 1:
            own, father = tokens[:position], tokens[position + 1 :]
            break
    return Name(_words(own), _words(father))


def _dotted(text: str) -> str:
    """Keep what dots part: "Muh.Amin" is two words, "S.Pd." is one."""
    text = re.sub(r"\b([a-z])\.([a-z]{1,3})\.(?=\W|$)", r"\1\2 ", text)
    return text.replace(".", " ")


def _only_degrees(part: str) -> bool:
    words = [word.replace(".", "") for word in part.split()]
    return bool(words) and all(word in _DEGREES or word in TITLES for word in words)


def _words(tokens: list[str]) -> tuple[str, ...]:
    kept = [
        token
        for before, token in zip(["", *tokens], tokens, strict=False)
        if token not in TITLES and not (token in _OLD and before in TITLES)
    ] or tokens
    while len(kept) > 1 and kept[-1] in _DEGREES:
        kept = kept[:-1]
    words = []
    for position, token in enumerate(kept):
        alone = len(kept) == 1
        short = len(token) == 1 and (position > 0 or alone)
        words.append(token if short else _WHOLE.get(token, token))
    return tuple(words)


@lru_cache(maxsize=100_000)
def sound(word: str) -> str:
    """Return how a word sounds: every spelling of one name gives the same, and other names another."""
    if word in _WHOLE and len(word) > 1:
        word = _WHOLE[word]
    if (
        "oe" in word or "dj" in word or "tj" in word
    ):  # then a bare j is today's y: Soejatmi is Suyatmi
        word = re.sub(r"(?<![dtns])j", "y", word)
    for pattern, new in _SPELLING:
        word = pattern.sub(new, word)
    return word


@cache
def _known() -> frozenset[str]:
    text = (Path(__file__).parent / "data" / "given_names.txt").read_text("utf-8")
    lines = (line for line in text.splitlines() if not line.startswith("#"))
    return frozenset(sound(word) for line in lines for word in line.split())


@lru_cache(maxsize=100_000)
def word_likeness(one: str, other: str) -> float:
    """Return how much two words of a name are alike, from 0 to 1."""
    if one == other:
        return 1.0
    first, second = sound(one), sound(other)
    if first == second:
        return 0.98
    if len(one) == 1 or len(other) == 1:
        return 0.86 if one[0] == other[0] else 0.0
    if OSA.normalized_similarity(first, second) < 0.5:
        return _called_short(first, second)
    cost, length = min(
        (_cost(mine, theirs), max(len(mine), len(theirs), 5))
        for mine, theirs in ((first, second), (one, other))
    )
    likeness = max(0.0, 1.0 - cost / length)
    if one.replace("rn", "m") == other.replace("rn", "m"):
        return MISREAD
    if likeness >= 0.6 and not _turned(one, other) and _are_two_names(first, second, cost):
        one_letter = abs(len(first) - len(second)) == 1 and OSA.distance(first, second) == 1
        return min(likeness, CLOSE if one_letter else 0.62)
    return max(likeness, _called_short(first, second))


def _cost(first: str, second: str) -> float:
    steps = Levenshtein.editops(first, second)
    swapped = OSA.distance(first, second) < len(steps)
    cost = 0.0
    last = max(_last_vowel(first), 0)
    for step in steps:
        if step.tag == "replace":
            mine, theirs = first[step.src_pos], second[step.dest_pos]
            cost += _swap_cost(mine, theirs, at_end=step.src_pos >= last)
        else:
            letter = first[step.src_pos] if step.tag == "delete" else second[step.dest_pos]
            cost += _SILENT.get(letter, 0.7)
    return min(cost, 0.75) if swapped and len(steps) == 2 else cost


def _swap_cost(mine: str, theirs: str, *, at_end: bool) -> float:
    pair = frozenset((mine, theirs))
    if at_end and pair in (frozenset("io"), frozenset("ia"), frozenset("iu")):
        return 2.0  # Suparni is a woman, Suparno a man
    if pair in _SWAPS:
        return _SWAPS[pair]
    return 0.7 if pair in _NEAR_KEYS else 1.0


def _last_vowel(word: str) -> int:
    return max((word.rfind(vowel) for vowel in "aeiou"), default=-1)


def _turned(one: str, other: str) -> bool:
    """Tell whether two letters that changed places are all that differs: a slip, never another name."""
    return OSA.distance(one, other) == 1 and Levenshtein.distance(one, other) == 2


def _are_two_names(first: str, second: str, cost: float) -> bool:
    """Tell whether two words that are nearly the same are two names that people really bear."""
    if first in _known() and second in _known():
        return True
    mine, theirs = _TAIL.match(first), _TAIL.match(second)
    if mine is None or theirs is None or len(mine[1]) < 2:
        return False
    same_start = mine[1] == theirs[1] or mine[1][:-1] == theirs[1] or mine[1] == theirs[1][:-1]
    return same_start and mine[2] != theirs[2] and {mine[2], theirs[2]} <= _ENDINGS and cost > 0.5


def _called_short(first: str, second: str) -> float:
    """Mbah Tinem may be Sutinem: people are called by the end of their name."""
    short, long = sorted((first, second), key=len)
    return 0.8 if len(short) >= 4 and len(long) - len(short) <= 3 and long.endswith(short) else 0.0


@lru_cache(maxsize=100_000)
def likeness(one: Name, other: Name) -> float:
    """Return how much two names are alike, from 0 to 1: every word finds its best partner, in any order."""
    if not one.words or not other.words:
        return 0.0
    first, second = sorted((one.words, other.words), key=len)
    if len(first) != len(second):
        joined = word_likeness("".join(first), "".join(second))
        if joined >= 0.9:
            return joined
    return max(_aligned(first, second), _aligned(*_without_common(first, second)))


def best_likeness(one: tuple[Name, ...], other: tuple[Name, ...]) -> float:
    """Return the likeness of the two names that fit best, of people who may each have several."""
    if len(one) == len(other) == 1:
        return likeness(one[0], other[0])
    return max((likeness(mine, theirs) for mine in one for theirs in other), default=0.0)


def _without_common(
    first: tuple[str, ...], second: tuple[str, ...]
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Leave out a first name that only one of them carries and that many leave out."""
    for mine, theirs in ((first, second), (second, first)):
        if len(theirs) > len(mine) and theirs[0] in COMMON_FIRST and theirs[0] not in mine:
            rest = theirs[1:]
            pair = sorted((mine, rest), key=len)
            return pair[0], pair[1]
    return first, second


def _aligned(first: tuple[str, ...], second: tuple[str, ...]) -> float:
    left = list(range(len(second)))
    values, order = [], []
    for word in first:
        best = max(left, key=lambda place: (word_likeness(word, second[place]), -place))
        left.remove(best)
        values.append(word_likeness(word, second[best]))
        order.append(best)
    weakest = min(values)
    value = sum(values) / len(values) if weakest >= 0.76 else weakest
    if order != sorted(order):
        value -= 0.02
    if left:  # words that only one of them carries
        value -= 0.03 * sum(1 for place in left if len(second[place]) > 1)
        if order[0] != 0 and len(first) == 1:
            value -= 0.16  # Suharto and Bambang Suharto: rather father and son
    elif len(first) == 1 and len(first[0]) < 4 and value < 0.98:
        value -= 0.1  # a short name has no room for slips
    return max(0.0, min(1.0, value))


def skeleton(word: str) -> str:
    """Return the consonants of how a word sounds: what slips of vowels leave alone."""
    heard = sound(word)
    bare = heard[0] + re.sub("[aeiouhyw]", "", heard[1:]) if heard else ""
    return re.sub(r"(.)\1+", r"\1", bare)[:8]

"""What lists mean: births in every usual writing, villages, columns under any headings."""

from __future__ import annotations

from datetime import date
from types import SimpleNamespace
from typing import Any

import pytest

from outreach.places.gazetteer import read_gazetteer
from outreach.referrals.imports.births import BirthError, read_birth
from outreach.referrals.imports.columns import find_layout, guess, letter
from outreach.referrals.imports.reading import Sheet
from outreach.referrals.imports.values import address_parts, unit_of, units_of
from outreach.referrals.imports.villages import VillageAsked, VillageFound, Villages, VillageUnknown

TODAY = date(2026, 11, 25)


@pytest.mark.parametrize(
    "written",
    [
        "1 Juli 1941", "01-07-1941", "1/7/41", "1.7.1941", "Sragen, 1 Juli 1941", "1 Jul 41", "1-VII-1941", "1941-07-01",
        "01071941", ("n", "1071941"), ("n", "15158"), ("d", "1941-07-01"), "Selasa Legi, 1 Juli 1941", "July 1, 1941",
        "1941/07/01", "01/07/1941 00:00:00", "1juli1941", "1 juli '41",
    ],
)  # fmt: skip
def test_a_birth_date_is_read_in_every_usual_writing(written: Any) -> None:
    assert read_birth(written, TODAY).day == date(1941, 7, 1)


@pytest.mark.parametrize("written", ["1941", "th. 1941", "± 1941", "00-00-1941", ("n", "1941")])
def test_a_year_alone_is_a_birth(written: Any) -> None:
    assert read_birth(written, TODAY).year == 1941


@pytest.mark.parametrize(
    ("written", "reason"),
    [
        ("31 Februari 1941", "no_such_date"), ("15/02/05", "century"), ("1/7/2031", "future"),
        ("lupa-lupa", "unreadable"), ("31-12-1870", "too_old"), (("f", "=A1"), "unreadable"),
    ],
)  # fmt: skip
def test_a_birth_date_that_cannot_be_says_why(written: Any, reason: str) -> None:
    with pytest.raises(BirthError) as refused:
        read_birth(written, TODAY)
    assert refused.value.reason == reason


def _villages(**answers: str) -> Villages:
    known = [
        SimpleNamespace(
            code=v.code, name=v.name, district_code=v.district_code,
            district=SimpleNamespace(name=v.district_name),
        )
        for v in read_gazetteer().villages
    ]  # fmt: skip
    return Villages(known, answers)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("code", "district", "village", "meant"),
    [
        ("33.14.20.2001", "", "", "33.14.20.2001"), ("3314202001", "", "", "33.14.20.2001"),
        ("", "", "desa  JENAR ", "33.14.20.2006"), ("", "Kali jambe", "Kerikilan", "33.14.01.2005"),
        ("", "", "Jati, Kec. Masaran", "33.14.03.2009"), ("", "", "Jati (Sumber Lawang)", "33.14.15.2003"),
        ("", "", "Karang tngah", "33.14.10.1006"), ("", "", "Djetis", "33.14.05.2003"),
    ],
)  # fmt: skip
def test_a_village_is_found_by_code_or_by_name_with_spelling_forgiven(
    code: str, district: str, village: str, meant: str
) -> None:
    found = _villages().find(code, district, village)
    assert isinstance(found, VillageFound)
    assert found.code == meant


def test_each_of_the_twelve_names_that_two_villages_bear_is_asked_about() -> None:
    villages, seen = read_gazetteer().villages, _villages()
    names = [v.name for v in villages]
    twice = sorted({name for name in names if names.count(name) > 1})
    assert len(twice) == 12
    for name in twice:
        asked = seen.find("", "", name)
        assert isinstance(asked, VillageAsked)
        assert len(asked.codes) == 2


def test_every_village_is_found_by_its_own_name_and_district() -> None:
    seen = _villages()
    for v in read_gazetteer().villages:
        assert seen.find("", v.district_name, v.name) == VillageFound(v.code)


def test_a_village_that_lies_in_another_district_is_not_taken() -> None:
    found = _villages().find("", "Masaran", "Jenar")
    assert isinstance(found, VillageUnknown)
    assert found.reason == "elsewhere"


def _fields(rows: list[list[str]]) -> tuple[tuple[int, ...], dict[str, str], int]:
    sheet = Sheet("", tuple((n, tuple(c or None for c in row)) for n, row in enumerate(rows, 1) if any(row)))  # fmt: skip
    layout = find_layout(sheet, {})
    fields = guess(sheet, layout, {}, TODAY)
    return layout.head, {letter(c): f for c, f in fields.items()}, len(layout.rows_of(sheet))


def test_titles_two_rows_of_headings_and_a_row_that_counts_them_are_understood() -> None:
    head, fields, rows = _fields(
        [
            ["DAFTAR USULAN REKAM KTP-EL"], [],
            ["No", "Nama", "NIK", "Alamat", "", "", "", "Ket"],
            ["", "", "", "Dukuh", "RT", "RW", "Desa", ""],
            ["1", "2", "3", "4", "5", "6", "7", "8"],
            ["1", "Siti", "3314004107410001", "Krajan", "1", "2", "Dukuh", "jompo"],
            ["2", "Sari", "3314004107410002", "Krajan", "1", "2", "Dukuh", "stroke"],
        ]
    )  # fmt: skip
    assert head == (3, 4)
    assert rows == 2
    assert fields == {
        "B": "name", "C": "nik", "D": "hamlet", "E": "rt", "F": "rw", "G": "village", "H": "condition",
    }  # fmt: skip


def test_a_heading_with_spaced_letters_and_a_column_of_cut_niks_are_known() -> None:
    rows = [["No.", "N a m a", "N I K", ""], ["1", "Siti", "x", "3,31419E+15"], ["2", "Sari", "", "3.31419E+15"]]  # fmt: skip
    assert _fields(rows)[1] == {"B": "name", "C": "nik"}
    rows[0][2] = "Lain"
    assert _fields(rows)[1] == {"B": "name", "D": "nik"}


def test_columns_without_headings_are_guessed_from_what_they_hold() -> None:
    head, fields, rows = _fields(
        [
            ["Siti", "3314004107410001", "P", "1-7-1941", "081234567890"],
            ["Sari", "3314004107410002", "L", "2-7-1942", "081234567891"],
        ]
    )
    assert head == ()
    assert rows == 2
    assert fields == {"B": "nik", "C": "sex", "D": "birth", "E": "contact_phone"}


def test_an_address_in_one_cell_is_parted() -> None:
    assert address_parts("Dk. Ngrejeng RT 01/02, Desa Jenar") == ("Dk. Ngrejeng", "001", "002")
    assert units_of("RT 1 RW 2") == ("001", "002")


@pytest.mark.parametrize(
    ("written", "unit"),
    [("3", "003"), ("RT 03", "003"), ("IV", "004"), ("rw. xii", "012"), ("0", None), ("iiii", None), ("tiga", None)],
)  # fmt: skip
def test_a_neighbourhood_is_read_in_every_usual_writing(written: str, unit: str | None) -> None:
    assert unit_of(written) == unit

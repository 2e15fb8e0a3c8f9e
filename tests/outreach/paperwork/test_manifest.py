"""The manifest says everything a team needs, in order, and nothing that a lost sheet should not tell."""

from __future__ import annotations

import html
import io
import re

import pytest
import segno
from pypdf import PdfReader

from outreach.fieldwork.biometrics import Mark
from outreach.fieldwork.reasons import NOT_RECORDED
from outreach.i18n import in_language
from outreach.paperwork import manifest, navigation, words
from outreach.paperwork.document import Paper
from tests.machine import needs
from tests.outreach.paperwork.given import OFFICE, a_block, a_page, a_stop


def _text(page: str) -> str:
    return re.sub(
        r"\s+", " ", html.unescape(re.sub(r"<style>.*?</style>|<[^>]+>", " ", page, flags=re.S))
    )


def test_the_head_tells_the_office_the_team_the_date_and_the_sealed_version() -> None:
    page = a_page()
    text = _text(manifest.as_html([page]))
    for line in (*OFFICE.name_lines, OFFICE.address, page.team, page.date_text, page.content_hash):
        assert line in text
    assert "12.3" in text
    assert "Cetakan ke-1" in text
    assert "GRATIS" in text
    assert "KONSEP" not in text


def test_a_plan_that_nobody_approved_is_marked_as_a_draft() -> None:
    text = _text(manifest.as_html([a_page(content_hash="")]))
    assert "KONSEP: belum disetujui" in text
    assert "Tanpa segel" in text


def test_everybody_stands_on_the_paper_once_in_the_order_of_the_route() -> None:
    names = [f"Mbah Nomor {n}" for n in "ABCDE"]
    stops = [
        a_stop(1, a_block(name=names[0])),
        a_stop(2, a_block(name=names[1]), a_block(name=names[2])),
        a_stop(3, a_block(name=names[3]), a_block(name=names[4])),
    ]
    assert re.findall(r"Mbah Nomor \w", _text(manifest.as_html([a_page(*stops)]))) == names


def test_a_block_holds_all_that_is_needed_at_the_door() -> None:
    text = _text(manifest.as_html([a_page()]))
    for wanted in (
        "08.30", "perekaman 08.40", "ditunggu 08.00–10.00", "Sariyem binti Karto", "331415******0001",
        "Perempuan, 84 tahun", "Dusun Ngrombo", "RT 003/RW 001", "Desa Jati, Kec. Sumberlawang",
        "Selatan masjid Al-Hidayah", "Sutini (anak)", "0812-3456-7890", "Tirah baring", "900 VA",
        "Bantal dan latar polos", "7KQ 4M9", "Ketua tim", "Saksi keluarga", "Perangkat desa",
    ):  # fmt: skip
        assert wanted in text, wanted


def test_a_nik_that_is_not_masked_never_reaches_the_paper() -> None:
    with pytest.raises(ValueError, match="masked"):
        a_block(nik_masked="3314000107410001")


def test_the_boxes_on_paper_are_the_outcomes_that_the_office_types_in() -> None:
    assert [tick.code for tick in words.REASONS] == list(NOT_RECORDED)
    assert [tick.code for tick in words.MARKS] == [mark.value for mark in Mark]


def test_the_code_to_scan_holds_coordinates_and_nothing_about_a_person() -> None:
    link = navigation.directions_link(-7.42651, 111.0223)
    assert link == "https://www.google.com/maps/dir/?api=1&destination=-7.42651,111.02230"
    stop = a_stop()
    drawn = navigation.qr_svg(navigation.directions_link(stop.place.lat, stop.place.lon))
    assert str(drawn) in manifest.as_html([a_page(stop)])
    wanted = segno.make(
        navigation.directions_link(stop.place.lat, stop.place.lon),
        error="m",
        micro=False,
        boost_error=False,
    )
    assert re.search(r'<path[^>]* d="([^"]+)"', str(drawn)) is not None
    assert re.search(r'd="([^"]+)"', wanted.svg_inline(border=4, omitsize=True)).group(1) in str(
        drawn
    )  # type: ignore[union-attr]


HOSTILE = (
    "<script>alert(1)</script>",
    '"; } @page { size: 1mm } </style><img src=x onerror=alert(1)>',
    "{{ 7 * 7 }} %(name)s \\0022",
)


@pytest.mark.parametrize("name", HOSTILE)
def test_what_people_typed_is_written_and_never_obeyed(name: str) -> None:
    block = a_block(name=name, landmark=name, hamlet=name, contact_name=name)
    page = manifest.as_html([a_page(a_stop(1, block), team=name, vehicle=name)])
    assert name in _text(page.split("<body>")[1])
    assert "<script" not in page
    assert "<img" not in page
    assert page.count("</style>") == 1


def test_clean_leaves_one_line_without_signs_that_draw_nothing() -> None:
    assert words.clean("  Mbah\n\tKarso\u202e\u0000 \u200bWiyono ") == "Mbah Karso Wiyono"
    assert words.clean("Ṣāliḥ Ngatiyêm ꦱꦿꦒꦺꦤ꧀") == "Ṣāliḥ Ngatiyêm ꦱꦿꦒꦺꦤ꧀"
    assert words.clean("a" * 300) == "a" * 159 + "…"


def test_the_paper_speaks_english_where_english_was_chosen() -> None:
    with in_language("en"):
        text = _text(manifest.as_html([a_page()]))
    assert "Visit list" in text
    assert "FREE OF CHARGE" in text
    assert "GRATIS" not in text


@pytest.mark.parametrize("paper", Paper)
def test_every_sheet_is_counted_dated_and_named_by_its_team(paper: Paper) -> None:
    needs("pango")
    stops = [a_stop(n) for n in range(1, 6)]
    content = manifest.as_pdf([a_page(*stops), a_page(team="Tim 2; <b>")], paper)
    sheets = PdfReader(io.BytesIO(content)).pages
    width, height = paper.size_mm
    assert {
        (round(float(s.mediabox.width) * 25.4 / 72), round(float(s.mediabox.height) * 25.4 / 72))
        for s in sheets
    } == {(width, height)}
    texts = [re.sub(r"\s+", " ", sheet.extract_text()) for sheet in sheets]
    second = next(n for n, text in enumerate(texts) if "Tim 2; <b>" in text)
    for first, last in ((0, second), (second, len(texts))):
        for number, text in enumerate(texts[first:last], start=1):
            assert f"Halaman {number} dari {last - first}" in text
            assert "Senin Wage, 23 November 2026" in text
            assert "Cetakan ke-1" in text
            assert "3f2a 91bc" in text

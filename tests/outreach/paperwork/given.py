"""Builders of manifests: `a_page(...)`, `a_stop(...)`, `a_block(...)`, and a day as an office has it."""

from __future__ import annotations

import csv
import random
from typing import Any

from outreach.paperwork.document import (
    Block,
    ManifestPage,
    ManifestStop,
    Member,
    OfficeHeader,
    Point,
    Signer,
)
from outreach.settings import PROJECT_ROOT

HOUR_S = 3600
NAMES = (
    "Sariyem", "Karto Wiyono", "Mbok Sinem", "Suparmi", "Parto Dikromo", "Ngatiyem", "Wagiman", "Sukinah",
    "Tukiyo", "Painem", "Marto Sentono", "Rubiyem", "Sadinem", "Kromo Pawiro", "Giyem", "Surip", "Lasiyem",
    "Paijan", "Saminah", "Warsito", "Jumirah", "Sastro Utomo", "Poniyem", "Ngadimin", "Kasinem",
)  # fmt: skip
SECOND_NAMES = (
    "binti Karto",
    "Hadi",
    "Wiryo",
    "Rejo",
    "Sumarto",
    "Atmo",
    "Sudarmo",
    "Ijoyo",
    "Suwito",
    "Raharjo",
)
CONDITIONS = (
    ("Tirah baring (hanya berbaring)", ("Bantal dan latar polos untuk foto berbaring",), "900 VA"),
    ("Lansia (60 tahun ke atas)", (), "1.300 VA atau lebih"),
    ("Menggunakan kursi roda", ("Tripod rendah dan papan alas pemindai",), "900 VA"),
    ("Sepuh dan lemah", ("Genset dengan bahan bakar, kabel perpanjangan",), "450 VA"),
    (
        "Disabilitas ganda (mental dan fisik)",
        (
            "Operator kedua",
            "Formulir pengecualian biometrik",
            "Orang yang dikenal mendampingi warga",
        ),
        "Daya listrik tidak diketahui",
    ),
)
LANDMARKS = (
    "Selatan masjid Al-Hidayah, rumah cat hijau",
    "Gang sebelah warung Bu Yanti, rumah paling ujung",
    "",
    "Belakang pos ronda, ada pohon mangga besar di depan rumah",
    "Timur lapangan desa, pagar bambu",
)
HAMLETS = (
    "Ngrombo",
    "Karangasem",
    "Kedungdowo",
    "Plosorejo",
    "Tegalsari",
    "Sumberejo",
    "Jatimulyo",
)
OFFICE = OfficeHeader(
    name_lines=("Pemerintah Kabupaten Sragen", "Dinas Kependudukan dan Pencatatan Sipil"),
    address="Mal Pelayanan Publik Askara Bumi Sukowati, Sragen",
    phone="(0271) 891025",
    place="Sragen",
    signer=Signer(
        title="a.n. Kepala Dinas\nKepala Bidang Pelayanan Pendaftaran Penduduk",
        name="Haryo Kusumo, S.Sos., M.M.",
        rank="Pembina (IV/a)",
        nip="19740512 200003 1 004",
    ),
)
START = Point(-7.4265, 111.0223, "Dispendukcapil")


def a_block(**changed: Any) -> Block:
    """A resident who is known well, with whatever the test is about changed."""
    given: dict[str, Any] = {
        "name": "Sariyem binti Karto",
        "short_code": "7KQ 4M9",
        "start_s": 8 * HOUR_S + 2400,
        "service_s": 1800,
        "village": "Desa Jati",
        "district": "Kec. Sumberlawang",
        "nik_masked": "331415******0001",
        "age": 84,
        "sex": "P",
        "hamlet": "Dusun Ngrombo",
        "rt": "003",
        "rw": "001",
        "landmark": LANDMARKS[0],
        "contact_name": "Sutini",
        "contact_relation": "anak",
        "contact_phone": "0812-3456-7890",
        "condition": CONDITIONS[0][0],
        "power": "900 VA",
        "bring": CONDITIONS[0][1],
    }
    return Block(**given | changed)


def a_stop(position: int = 1, *blocks: Block, **changed: Any) -> ManifestStop:
    """An address with one resident, or those given."""
    given: dict[str, Any] = {
        "position": position,
        "place": Point(-7.30 + 0.004 * position, 110.86 + 0.003 * position),
        "arrive_s": 8 * HOUR_S + 1800 * position,
        "travel_s": 900,
        "travel_m": 4200,
        "blocks": blocks or (a_block(),),
        "window": (8 * HOUR_S, 10 * HOUR_S),
    }
    return ManifestStop(**given | changed)


def a_page(*stops: ManifestStop, **changed: Any) -> ManifestPage:
    """A team's approved day with one stop, or those given."""
    given: dict[str, Any] = {
        "office": OFFICE,
        "start": START,
        "team": "Tim 1",
        "members": (
            Member("Bambang Setiawan", "Ketua tim"),
            Member("Ratna Wulandari", "Operator"),
            Member("Agus Priyanto", "Pengemudi"),
        ),
        "vehicle": "Minibus dinas AD 9512 E",
        "kits": ("AR-01 dengan genset",),
        "date_text": "Senin Wage, 23 November 2026",
        "plan_number": 12,
        "version": 3,
        "copy": 1,
        "leave_s": 8 * HOUR_S,
        "back_s": 15 * HOUR_S,
        "pause": (12 * HOUR_S, 13 * HOUR_S),
        "stops": stops or (a_stop(),),
        "return_s": 2100,
        "return_m": 21300,
        "content_hash": "3f2a91bc0d1177e04c55a8d0b7e6f1928340aa5bd7c9e2f61b0d8c4a7e9f5d13",
        "villages": VILLAGES,
        "always_bring": (
            "Tisu alkohol dan losion tangan untuk sidik jari yang aus",
            "Bantalan tinta untuk cap jempol pengganti tanda tangan",
        ),
    }
    return ManifestPage(**given | changed)


def a_day(teams: int = 5, people: int = 12, seed: int = 7) -> list[ManifestPage]:
    """A day of several teams: people clustered around villages, some of them at one address."""
    source = random.Random(seed)
    pages = []
    for team in range(1, teams + 1):
        centre = source.choice(VILLAGES)
        near = sorted(
            VILLAGES, key=lambda v: (v.lat - centre.lat) ** 2 + (v.lon - centre.lon) ** 2
        )[:4]
        stops: list[ManifestStop] = []
        left, at = people, 8 * HOUR_S + 2100
        while left:
            here = min(left, source.choice((1, 1, 1, 1, 2, 3)))
            village = source.choice(near)
            blocks = tuple(
                _somebody(source, village.name, at + 600 + 1500 * k) for k in range(here)
            )
            place = Point(
                village.lat + source.gauss(0, 0.006), village.lon + source.gauss(0, 0.006)
            )
            stops.append(
                a_stop(len(stops) + 1, *blocks, place=place, arrive_s=at, window=(at - at % 1800, at - at % 1800 + 7200),
                       travel_s=source.randint(4, 25) * 60, travel_m=source.randint(800, 14000))
            )  # fmt: skip
            at += 600 + 1500 * here + 600
            left -= here
        pages.append(a_page(*stops, team=f"Tim {team}", back_s=min(at, 18 * HOUR_S)))
    return pages


def _somebody(source: random.Random, village: str, start_s: int) -> Block:
    condition, bring, power = source.choice(CONDITIONS)
    code = "".join(source.choices("23456789ACDEFGHJKMNPQRTUVWXYZ", k=6))
    known = source.random() < 0.8
    return a_block(
        name=f"{source.choice(NAMES)} {source.choice(SECOND_NAMES)}",
        short_code=f"{code[:3]} {code[3:]}",
        start_s=start_s,
        village=f"Desa {village}",
        district="Kec. Sumberlawang",
        hamlet=f"Dusun {source.choice(HAMLETS)}",
        rt=f"{source.randint(1, 18):03d}",
        rw=f"{source.randint(1, 9):03d}",
        nik_masked=f"331415******{source.randint(1, 9999):04d}" if known else "",
        age=source.randint(61, 101) if source.random() < 0.95 else None,
        sex=source.choice("LP"),
        landmark=source.choice(LANDMARKS),
        contact_phone=f"08{source.randint(10, 99)}-{source.randint(1000, 9999)}-{source.randint(1000, 9999)}"
        if source.random() < 0.85
        else "",
        condition=condition,
        bring=bring,
        power=power,
    )


def _villages() -> tuple[Point, ...]:
    path = PROJECT_ROOT / "outreach" / "places" / "data" / "villages.csv"
    with path.open(encoding="utf-8", newline="") as file:
        return tuple(
            Point(float(row["lat"]), float(row["lon"]), row["name"]) for row in csv.DictReader(file)
        )


VILLAGES = _villages()

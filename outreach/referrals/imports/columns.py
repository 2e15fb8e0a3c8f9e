"""Which column holds what: guessed from Indonesian and English headings, from what an office chose before, from values.

A sheet may begin with titles, have its headings in two rows, number its columns below them, or have none at all.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from outreach.i18n import N_
from outreach.referrals.imports.births import BirthError, read_birth
from outreach.referrals.imports.reading import Cell, Sheet, kind_of, text_of
from outreach.referrals.imports.values import code_of, is_nothing
from outreach.referrals.phones import PhoneError, normalise

FIELDS: Final[Mapping[str, str]] = {
    "name": N_("Full name"),
    "nik": N_("NIK"),
    "birth": N_("Birth date or year"),
    "age": N_("Age in years"),
    "sex": N_("Sex"),
    "village_code": N_("Village code"),
    "district": N_("District"),
    "village": N_("Village"),
    "address": N_("Address (hamlet with RT/RW)"),
    "hamlet": N_("Hamlet"),
    "rt_rw": N_("RT/RW in one column"),
    "rt": N_("RT"),
    "rw": N_("RW"),
    "landmark": N_("Landmark"),
    "coordinates": N_("Place on the map"),
    "lat": N_("Latitude"),
    "lon": N_("Longitude"),
    "condition": N_("Condition"),
    "needs": N_("What the visit needs"),
    "house_power": N_("Power at the house"),
    "home": N_("When is someone at home?"),
    "contact_name": N_("Name of the contact person"),
    "contact_relation": N_("Who is this to the resident?"),
    "contact_phone": N_("Phone or WhatsApp"),
    "note": N_("Note for the team"),
}
"""What a column may hold, and its words."""

MARKS: Final = "Catatan Sambang"
"""The heading of the column that a marked copy gains; it is passed over when the copy comes back."""

_HEADINGS: Final[Mapping[str, str]] = {
    "nik": "nik,no nik,nomor nik,nomor induk kependudukan,no induk kependudukan,no ktp,nomor ktp,ktp,no ktp nik,nik ktp,no nik ktp,nik no ktp,nik 16 digit,no identitas,nomor identitas,national id,id number,identity number",
    "name": "nama,nama lengkap,nama warga,nama penduduk,nama lansia,nama jompo,nama pemohon,nama calon,nama usulan,nama yang diusulkan,nama difabel,nama lengkap warga,name,full name,resident,resident name,nama wajib ktp,nama orang",
    "birth": "tanggal lahir,tgl lahir,tgl lhr,tanggal lhr,ttl,tempat tanggal lahir,tempat tgl lahir,tempat dan tanggal lahir,tmp tgl lahir,tmpt tgl lahir,tempat tanggal lhr,lahir,tahun lahir,th lahir,thn lahir,tgl bln thn lahir,tanggal bulan tahun lahir,tanggal atau tahun lahir,tanggal lahir atau tahun,birth date,date of birth,birthdate,dob,year of birth,birth date or year,born",
    "age": "umur,usia,umur th,usia th,umur tahun,usia tahun,age,age in years",
    "sex": "jenis kelamin,jk,j k,l p,lp,kelamin,jns kelamin,jenis kel,jenkel,gender,sex,jk l p,jenis kelamin l p",
    "village_code": "kode desa,kode wilayah,kode kelurahan,kode desa kelurahan,village code,kode kel desa",
    "village": "desa,kelurahan,desa kelurahan,desa kel,kel desa,kelurahan desa,nama desa,nama desa kelurahan,nama kelurahan,asal desa,kalurahan,village,alamat desa,alamat kelurahan,alamat desa kelurahan,alamat desa kel",
    "district": "kecamatan,kec,nama kecamatan,asal kecamatan,district,sub district,subdistrict,alamat kecamatan,alamat kec",
    "hamlet": "dukuh,dusun,dukuh dusun,dusun dukuh,nama dukuh,nama dusun,kampung,hamlet,jalan,lingkungan,kebayanan,dukuh atau jalan,alamat dukuh,alamat dusun,alamat dukuh dusun,dk",
    "rt": "rt,no rt,alamat rt,nomor rt",
    "rw": "rw,no rw,alamat rw,nomor rw",
    "rt_rw": "rt rw,rtrw,alamat rt rw,rt rw dalam satu kolom,rt dan rw",
    "address": "alamat,alamat lengkap,alamat rumah,alamat domisili,alamat tinggal,alamat sekarang,alamat dukuh rt rw,dukuh rt rw,alamat dukuh dengan rt rw,address,home address",
    "landmark": "patokan,ancer ancer,ancer,petunjuk arah,petunjuk lokasi,landmark,ciri rumah,ciri ciri rumah,tanda rumah,patokan rumah",
    "coordinates": "koordinat,titik lokasi,titik koordinat,lokasi,lokasi peta,lat long,latlong,lat lon,maps,google maps,link maps,place on the map,coordinates,titik peta,letak di peta,lokasi di peta",
    "lat": "lintang,latitude,lat,garis lintang",
    "lon": "bujur,longitude,lon,lng,long,garis bujur",
    "condition": "kondisi,keadaan,kondisi warga,kondisi penduduk,keadaan warga,keterangan kondisi,jenis disabilitas,disabilitas,ragam disabilitas,jenis kecacatan,kecacatan,alasan,alasan diusulkan,sebab,kategori,status kondisi,kondisi kesehatan,condition,disability,reason",
    "needs": "kebutuhan,kebutuhan kunjungan,kebutuhan khusus,keperluan kunjungan,needs,what the visit needs,special needs",
    "house_power": "daya listrik,listrik,daya,daya listrik rumah,listrik rumah,va,power,power at the house,house power",
    "home": "jam di rumah,waktu di rumah,ada di rumah,waktu kunjungan,kapan ada orang di rumah,when is someone at home,time at home",
    "contact_name": "narahubung,nama narahubung,kontak,nama kontak,nama keluarga,keluarga,penanggung jawab,nama pelapor,pelapor,contact,contact name,contact person,name of the contact person,kontak keluarga,pendamping,nama pendamping",
    "contact_relation": "hubungan,hubungan keluarga,hub keluarga,hub,hubungan dengan warga,hubungannya,relation,relationship,hubungan narahubung,status narahubung,who is this to the resident",
    "contact_phone": "no hp,hp,nomor hp,no telp,no telpon,no telepon,telp,telepon,nomor telepon,no wa,wa,whatsapp,nomor wa,no hp wa,hp wa,no hp wa aktif,no telp hp,telp hp,nomor hp wa,handphone,no handphone,no kontak,phone,phone number,mobile,phone or whatsapp,telepon atau whatsapp,telepon wa,no hp keluarga,hp narahubung,no hp narahubung",
    "note": "catatan,keterangan,ket,keterangan lain,catatan untuk tim,catatan tim,note,notes,remarks,note for the team",
    "": "no,nomor,no urut,nomor urut,number,no kk,nomor kk,kk,kartu keluarga,no kartu keluarga,agama,pekerjaan,status,status kawin,status perkawinan,pendidikan,tempat lahir,tempat lhr,shdk,nama ayah,nama ibu,foto,tanda tangan,ttd,paraf,kabupaten,provinsi,catatan sambang,family card number",
}  # fmt: skip
_KNOWN: Final = {
    heading: field for field, headings in _HEADINGS.items() for heading in headings.split(",")
}
_LOOKED_AT: Final = 25  # rows in which headings are looked for
_SAMPLE: Final = 40  # rows by whose values a column is guessed
_MOSTLY: Final = 0.6
_NIK: Final = re.compile(r"33\d{14}|3[.,]?\d+[eE]\+?15")


@dataclass(frozen=True, slots=True)
class Layout:
    """Where a sheet's headings stand and what they say.

    `head` are the numbers of the heading rows (none, one or two), `headings` the words over each column, `numbered`
    the number of a row below them that only numbers the columns.
    """

    head: tuple[int, ...]
    headings: tuple[str, ...]
    numbered: int = 0

    def rows_of(self, sheet: Sheet) -> list[tuple[int, tuple[Cell, ...]]]:
        """Return the rows below the headings; the headings come again on each printed page, and are passed over."""
        start = max(self.head, default=0)
        again = [
            tuple(normal(text_of(cell)) for cell in row)
            for number, row in sheet.rows
            if number in self.head
        ]
        return [
            (number, row)
            for number, row in sheet.rows
            if number > start
            and number != self.numbered
            and not any(_says(row, headings) for headings in again)
        ]

    def title(self, sheet: Sheet) -> str:
        """Return what stands above the headings."""
        first = min(self.head, default=0)
        return " ".join(
            text_of(cell) for number, row in sheet.rows if number < first for cell in row if cell
        )


def _says(row: Sequence[Cell], headings: Sequence[str]) -> bool:
    """Tell whether a row only says the headings once more."""
    return len(row) == len(headings) and all(
        normal(text_of(cell)) == heading for cell, heading in zip(row, headings, strict=True)
    )


def normal(heading: str) -> str:
    """Return a heading as it is compared: small letters, single blanks, without marks and brackets."""
    text = unicodedata.normalize("NFKD", heading).encode("ascii", "ignore").decode().lower()
    bare = re.sub(r"\(.*?\)", " ", text)
    words = re.sub(r"[^a-z0-9]+", " ", bare).split()
    spaced = len(words) > 2 and all(len(word) == 1 for word in words)  # N I K
    cleaned = ("" if spaced else " ").join(words)
    return cleaned or " ".join(re.sub(r"[^a-z0-9]+", " ", text).split())


def field_of(heading: str) -> str | None:
    """Return the field that a heading names, "" for one that is passed over, None where it is not known."""
    return _KNOWN.get(normal(heading))


def find_layout(sheet: Sheet, remembered: Mapping[str, str]) -> Layout:
    """Return where the headings of a sheet stand: the row, or pair of rows, that names most fields."""
    rows = sheet.rows[:_LOOKED_AT]
    best, best_score = layout_at(sheet, ()), 1.0
    for position, (number, row) in enumerate(rows):
        single = layout_at(sheet, (number,))
        score = _score(single.headings, remembered)
        if score > best_score and "name" in _fields(single.headings, remembered):
            best, best_score = single, score
        below = rows[position + 1] if position + 1 < len(rows) else None
        if below and below[0] <= number + 2 and _may_be_second(row, below[1]):
            pair = layout_at(sheet, (number, below[0]))
            score = _score(pair.headings, remembered)
            if score > best_score and "name" in _fields(pair.headings, remembered):
                best, best_score = pair, score
    return best


def layout_at(sheet: Sheet, head: Sequence[int]) -> Layout:
    """Return the layout of a sheet whose headings stand in these rows."""
    rows = dict(sheet.rows)
    width = sheet.width
    lines = [_padded(rows.get(number, ()), width) for number in head]
    if not lines:
        return Layout((), tuple(map(letter, range(width))), _numbering(sheet, 0))
    headings = lines[0] if len(lines) == 1 else _joined(lines[0], lines[1])
    return Layout(tuple(head), tuple(headings), _numbering(sheet, max(head)))


def guess(
    sheet: Sheet, layout: Layout, remembered: Mapping[str, str], today: date
) -> dict[int, str]:
    """Return the field of each column that can be guessed; no field twice, and no column for both."""
    found: dict[int, str] = {}
    for known in (remembered, _KNOWN):
        for column, heading in enumerate(layout.headings):
            field = known.get(normal(heading)) if layout.head else None
            if field is not None and column not in found and field not in found.values():
                found[column] = field
            elif field == "" and column not in found:
                found[column] = ""
    sample = [row for _number, row in layout.rows_of(sheet)[:_SAMPLE]]
    for column in range(len(layout.headings)):
        if column in found and found[column] != "note":
            continue
        field = _by_values([row[column] if column < len(row) else None for row in sample], today)
        if field and field not in found.values():
            found[column] = field
    _settle(found)
    return {column: field for column, field in found.items() if field}


def _settle(found: dict[int, str]) -> None:
    """A single column of RT and RW, or an address with parts of its own, need each other's room."""
    columns = {field: column for column, field in found.items()}
    if "address" in columns and "hamlet" not in columns and {"rt", "rw"} <= columns.keys():
        found[columns["address"]] = "hamlet"
    if "age" in columns and "birth" in columns:
        del found[columns["age"]]


def letter(column: int) -> str:
    """Return a column's letter, as spreadsheet programs show it: 0 is "A"."""
    name = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        name = chr(65 + rest) + name
    return name


def _padded(row: Sequence[Cell], width: int) -> list[str]:
    texts = [" ".join(text_of(cell).split()) for cell in row]
    return texts + [""] * (width - len(texts))


def _joined(upper: list[str], lower: list[str]) -> list[str]:
    """Join two rows of headings: what stands below wins, with the word above it where it alone says too little."""
    joined, above = [], ""
    for top, bottom in zip(upper, lower, strict=True):
        above = top or (above if bottom else "")
        both = f"{above} {bottom}".strip() if bottom and bottom != top else top
        if bottom and bottom != top and field_of(bottom) is not None:
            joined.append(bottom)
        else:
            joined.append(both)
    return joined


def _may_be_second(upper: Sequence[Cell], lower: Sequence[Cell]) -> bool:
    """Tell whether a row can be the second of two rows of headings: words only, most of them known."""
    texts = [text_of(cell) for cell in lower if cell]
    if not texts or any(kind_of(cell) or re.search(r"\d{2}", text_of(cell)) for cell in lower):
        return False
    known = sum(field_of(text) is not None for text in texts)
    if known * 2 < len(texts):
        return False
    # A row of data may hold a word that is also a heading; a second row of headings names something new.
    named = {field_of(text_of(cell)) for cell in upper if cell}
    return any(field_of(text) not in named for text in texts)


def _fields(headings: Sequence[str], remembered: Mapping[str, str]) -> set[str]:
    found = {remembered.get(normal(heading), _KNOWN.get(normal(heading))) for heading in headings}
    return {field for field in found if field}


def _score(headings: Sequence[str], remembered: Mapping[str, str]) -> float:
    passed = sum(_KNOWN.get(normal(heading)) == "" for heading in headings if heading)
    return len(_fields(headings, remembered)) + 0.2 * min(passed, 3)


def _numbering(sheet: Sheet, head: int) -> int:
    """Return the number of a row right below the headings that only counts the columns, or 0."""
    for number, row in sheet.rows:
        if number <= head:
            continue
        texts = [re.sub(r"[()\s.]", "", text_of(cell)) for cell in row if cell]
        counts = len(texts) > 2 and texts == [str(count) for count in range(1, len(texts) + 1)]
        return number if counts else 0
    return 0


def _by_values(cells: Sequence[Cell], today: date) -> str | None:
    filled = [cell for cell in cells if cell and not is_nothing(text_of(cell))]
    if len(filled) < 2:
        return None
    tests = (
        ("nik", lambda cell: _NIK.fullmatch(re.sub(r"[\s.'-]", "", text_of(cell))) is not None),
        ("contact_phone", _is_phone),
        ("sex", lambda cell: code_of("sex", text_of(cell)) is not None and not text_of(cell).isdigit()),
        ("birth", lambda cell: _is_birth(cell, today)),
        ("condition", lambda cell: code_of("condition", text_of(cell)) is not None),
    )  # fmt: skip
    for field, fits in tests:
        if sum(map(fits, filled)) >= _MOSTLY * len(filled):
            return field
    return None


def _is_phone(cell: Cell) -> bool:
    text = text_of(cell)
    if not re.match(r"\s*[('+]*(?:0|62|8)", text) or sum(map(str.isdigit, text)) < 9:
        return False
    try:
        normalise(text.strip(" '"))
    except PhoneError:
        return False
    return True


def _is_birth(cell: Cell, today: date) -> bool:
    text = text_of(cell)
    if kind_of(cell) != "d" and not re.search(r"\d\D+\d|[a-z]", text.lower()):
        return False
    try:
        birth = read_birth(cell, today)
    except BirthError:
        return False
    return birth.day is not None

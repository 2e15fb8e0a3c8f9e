"""Lists that sample people are composed from. Common words only: nobody real is copied."""

from __future__ import annotations

from typing import Final

# Given names usual in Central Java among those born before 1966; many have just one.
OLD_WOMEN: Final = (
    "Aminah", "Darsini", "Jumirah", "Kamsiyah", "Kartinah", "Karsiyem", "Kasinem", "Katiyem",
    "Lasinem", "Lasmi", "Lasiyem", "Mardiyah", "Marsiyem", "Marinem", "Ngadinem", "Ngatinem",
    "Painem", "Paniyem", "Parinem", "Partinah", "Poniyem", "Rubinem", "Rubiyem", "Sainem",
    "Sakinem", "Saminem", "Samiyem", "Sarinem", "Satiyem", "Senen", "Sikem", "Sinem",
    "Siyem", "Sukinem", "Sumarni", "Sumiyati", "Sumiyem", "Suparmi", "Suparti", "Surip",
    "Sutarmi", "Sutinah", "Suwarni", "Tarmi", "Tugiyem", "Tukinem", "Tumiyem", "Tuminah",
    "Wagirah", "Wagiyem", "Wakinem", "Warsini", "Warsiyem", "Yatmi",
)  # fmt: skip
OLD_MEN: Final = (
    "Atmo", "Darmo", "Harjo", "Harto", "Jumadi", "Kamidi", "Karto", "Kasimin",
    "Kasiman", "Kromo", "Lasimin", "Marto", "Mitro", "Mulyono", "Ngadimin", "Ngatiman",
    "Ngatno", "Paimin", "Paiman", "Parman", "Parto", "Pawiro", "Ponimin", "Rakiman",
    "Reso", "Sadiman", "Saimin", "Sakiman", "Saliman", "Samidi", "Samin", "Sarimin",
    "Sastro", "Satimin", "Slamet", "Sodikromo", "Somo", "Sukimin", "Sumadi", "Sunardi",
    "Suparmin", "Suradi", "Suroso", "Tarno", "Tugiman", "Tukimin", "Tukiman", "Tumin",
    "Wagimin", "Wagiman", "Wakidi", "Warsito", "Wiryo", "Wongso",
)  # fmt: skip
# Second names: elders took them when they married, or carry a second given name.
SECOND_WOMEN: Final = (
    "Lestari", "Ningsih", "Rahayu", "Sulastri", "Suwarti", "Utami", "Wahyuni", "Wiyarti",
)  # fmt: skip
SECOND_MEN: Final = (
    "Diharjo", "Dikromo", "Diwiryo", "Miharjo", "Prawiro", "Rejo", "Sentono",
    "Sudarmo", "Suwarno", "Suwito", "Taruno", "Utomo", "Wardoyo", "Wijoyo", "Wiyono",
)  # fmt: skip
# Given names of their children and grandchildren, for either generation.
YOUNG_WOMEN: Final = (
    "Desi", "Endah", "Eni", "Erna", "Fitri", "Indah", "Ika", "Lilis", "Nur", "Puji",
    "Ratna", "Rini", "Siti", "Sri", "Sulis", "Tri", "Tutik", "Wiwik", "Yanti", "Yuli",
)  # fmt: skip
YOUNG_MEN: Final = (
    "Agus", "Andi", "Anton", "Arif", "Bambang", "Budi", "Danang", "Dedi", "Eko", "Giyanto",
    "Hari", "Heri", "Ismail", "Jarot", "Mulyadi", "Rudi", "Supri", "Teguh", "Wawan",
)  # fmt: skip
YOUNG_SECOND_WOMEN: Final = (
    "Handayani", "Kusumawati", "Lestari", "Ningsih", "Purwanti", "Rahayu",
    "Setyowati", "Susilowati", "Utami", "Wahyuni", "Widayati",
)  # fmt: skip
YOUNG_SECOND_MEN: Final = (
    "Hartanto", "Kurniawan", "Nugroho", "Prasetyo", "Purnomo", "Riyanto", "Santoso",
    "Setiawan", "Suryanto", "Susanto", "Wahyudi", "Wibowo",
)  # fmt: skip

HAMLETS: Final = (
    "Bulu", "Dukuh Lor", "Dukuh Kidul", "Gebang Kulon", "Gempol", "Grasak", "Jambangan",
    "Jatirejo", "Jetak", "Kaliwuluh", "Karangasem", "Karanglo", "Karangwuni", "Kebonagung",
    "Kedungdowo", "Kendal", "Klumpit", "Mojorejo", "Ngablak", "Ngasinan", "Nglebak", "Ngrejo",
    "Pilang", "Plosorejo", "Pojok", "Randusari", "Ringinanom", "Sambeng", "Sendang", "Sidomulyo",
    "Sidorejo", "Sumberejo", "Tanjung", "Tegalrejo", "Tempel", "Wates", "Widoro", "Wonosari",
)  # fmt: skip

COLOURS: Final = ("biru", "cokelat", "hijau", "krem", "kuning", "merah muda", "putih")
HOUSES: Final = (
    "rumah cat {colour}",
    "rumah joglo, pagar {colour}",
    "rumah papan, pintu {colour}",
    "rumah limasan cat {colour}",
    "rumah pagar besi {colour}",
)
SIDES: Final = ("timur", "barat", "utara", "selatan", "depan", "belakang")
PLACES: Final = (
    "balai RT", "gapura dukuh", "gardu ronda", "jembatan kecil", "lapangan voli", "masjid",
    "musala", "pohon beringin", "pohon mangga besar", "pos kamling", "posyandu", "sumur umum",
    "tempat penggilingan padi", "toko kelontong", "warung soto",
)  # fmt: skip

# Why a person cannot come to the office, as an officer would write it, by condition.
REASONS: Final[dict[str, tuple[str, ...]]] = {
    "elderly": (
        "Sudah sepuh, tidak kuat perjalanan jauh ke kantor.",
        "Tinggal sendiri, tidak ada yang mengantar ke kantor.",
    ),
    "frail": (
        "Badan lemah, berjalan harus dipapah.",
        "Sering pusing, tidak kuat duduk lama di kendaraan.",
    ),
    "bedridden": (
        "Hanya bisa berbaring, tidak bisa dibawa kendaraan.",
        "Sudah lama di tempat tidur dan dirawat keluarga.",
    ),
    "wheelchair": ("Memakai kursi roda, tidak ada kendaraan yang sesuai.",),
    "ill": ("Sakit menahun, tidak kuat antre di kantor.",),
    "physical": ("Sulit bergerak, tidak bisa naik kendaraan umum.",),
    "deaf": ("Perlu pendamping bahasa isyarat dari keluarga.",),
    "blind": ("Tidak melihat dan tidak ada yang mengantar.",),
    "cognitive": ("Mudah bingung di tempat ramai, perlu suasana rumah.",),
    "psychosocial": ("Tidak tenang di tempat ramai, keluarga minta didatangi.",),
    "multiple": ("Perlu bantuan penuh, tidak bisa dibawa ke kantor.",),
}

# Staff of the sample office, none of them real.
STAFF_WOMEN: Final = (
    "Anisa Rahmawati", "Dian Puspitasari", "Endang Kusumawati", "Fitri Handayani",
    "Galuh Setyowati", "Hesti Purwanti", "Indri Widiastuti", "Kartika Widayati",
    "Laras Mulyani", "Maya Susilowati", "Nita Wahyuni", "Retno Utami",
)  # fmt: skip
STAFF_MEN: Final = (
    "Adi Prasetyo", "Bagus Santoso", "Cahyo Nugroho", "Dimas Setiawan", "Edi Purnomo",
    "Fajar Wibowo", "Gunawan Hartanto", "Hendra Suryanto", "Imam Wahyudi", "Krisna Kurniawan",
    "Lukman Riyanto", "Nanang Susanto",
)  # fmt: skip

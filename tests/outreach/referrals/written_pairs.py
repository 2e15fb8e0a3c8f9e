"""Labelled pairs that were written one by one: what two papers about one person say, and people who are easily mistaken.

No rule makes them, as in `pairs.py` and `other_pairs.py`. Each stands for a way in which lists are written: a family card
copied by hand, a name told over the telephone, a scribe who writes as it is spoken, a card from before 1972, a list cut
off at 20 letters, a married woman under her husband's name. All people are made up.

One pair a line: name, birth (a date, a year, or nothing), sex where it is given; and where the other lives: nothing for
the same village, "=" for the same RT, "+" for another village of the district, "-" for another district.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Final

from outreach.referrals.duplicates import Traits
from tests.outreach.referrals.pairs import Pair

_SAME: Final = """
Soepardjo 1938-04-11 L | Suparjo 1938-04-11 L
Ngatidjah 1941 P | Ngatijah 1941-07-01 P
Moekinem 1939-02-03 | Mukinem 1939
Tjokrosoewarno 1935-01-01 L | Cokrosuwarno 1935 L
Djaenodin 1944-08-17 L | Jaenudin 1944-08-17 L
Soetijah P | Sutiyah 1947 P
Soerjati 1942-03-04 | Suryati 1942-03-04
Joedhokoesoemo 1936 L | Yudokusumo 1936 L
Sjamsoeddin 1945-06-07 L | Syamsudin 1945-06-07 L
Noerdjanah 1949 P | Nurjanah 1949-11-02 P
Choesnoel Chotimah 1951-05-06 P | Khusnul Khotimah 1951-05-06 P
Achmad Djoenaidi 1943 L | Ahmad Junaidi 1943-12-31 L
Moehammad Toha 1940-10-01 L | M. Toha 1940-10-01 L
Moch. Solichin 1948-02-02 L | Muhammad Sholikhin 1948-02-02 L
Muh Ikhsan 1950 L | Mohamad Ihsan 1950 L
Moh. Djazuli 1946-05-05 L | Muhammad Jazuli 1946 L
Mochamad Kasan 1937 L | Muhamad Hasan 1937 L
Mbah Kartinah 1939-09-09 P | Kartinah 1939-09-09 P
Mbah Putri Saminah P | Saminah 1936 P
Mbah Kakung Wiro L | Wiro 1933 L
Simbah Dinem P = | Dinem 1938-03-01 P
Mbok Tukinah 1942 P | Ny. Tukinah 1942-07-01 P
Bpk. Sastro Diharjo 1937-01-01 L | Sastrodiharjo 1937 L
Pak Harjo Suwito L = | Harjosuwito 1940 L
H. Abdul Wahab 1944 L | Abdulwahab 1944-03-02 L
Hj. Siti Rochani 1950-01-07 P | Siti Rokhani 1950-01-07 P
Hj Sukarti, S.Pd 1955-02-02 P | Sukarti 1955-02-02 P
KH. Zaenal Mustofa 1948-12-12 L | Zainal Mustafa 1948-12-12 L
Alm. Sarmo 1935 L | Sarmo 1935 L
R. Ngt. Soelastri 1940-05-04 P | Sulastri 1940-05-04 P
Drs. Soenarto 1952-06-06 L | Sunarto, Drs. 1952-06-06 L
Rukinah binti Kasanredjo 1941-02-02 P | Rukinah 1941-02-02 P
Wagimin bin Wongsodikromo 1936 L | Wagimin Wongsodikromo 1936 L
Marinem bt Karsoikromo 1943 P | Marinem binti Karso Ikromo 1943 P
Painah binti Ponidjan P | Painah binti Ponijan 1939 P
Sadiman bin Sarto 1945-04-04 L | SADIMAN 1945-04-04 L
Ginem alias Pademi 1938 P | Pademi 1938 P
Parto Pawiro al Paidin 1934 L | Paidin 1934 L
Kromo Dimedjo (Samingan) 1932 L | Samingan 1932 L
Suminah / Mbah Min 1944 P | Suminah 1944-07-01 P
Karsoutomo als Saimin 1937-01-01 L | Karso Utomo 1937-01-01 L
Suratinem 1942-03-03 P | Surtinem 1942-03-03 P
Wakiyem 1940-01-01 P = | Wakijem 1940-01-01 P
Sri Rahayuningsih 1953-08-21 P | Sri Rahayu Ningsih 1953-08-21 P
Tri Wahyuningsih 1956-01-30 P | Triwahyuningsih 1956-01-30 P
Dwi Hartatik 1957-04-06 P | Dwihartatik 1957-04-06 P
Endang Sri Lestari 1958-09-10 P | Endang Srilestari 1958-09-10 P
Joko Susilo 1954-06-15 L | Djoko Soesilo 1954-06-15 L
Bambang Irawan 1959-02-28 L | Bambang Irwan 1959-02-28 L
Yohanes Sugiyono 1950-03-19 L | Johannes Sugiono 1950-03-19 L
Yosep Paiman 1947-08-01 L | Yosef Paiman 1947-08-01 L
Maria Sumiyati 1949-12-08 P | Mariya Sumiati 1949-12-08 P
Fransiska Sutarmi 1951-10-04 P | Fransisca Sutarmi 1951-10-04 P
Katarina Suyatmi 1946-11-25 P | Catharina Suyatmi 1946-11-25 P
Agustinus Wagiyo 1948-08-28 L | Agustinus Wagijo 1948-08-28 L
Petrus Ngadiman 1943-06-29 L | Petrus Ngadimin 1943-06-29 L =
Sulasih Wiryosumarto 1942 P | Sulasih 1942-02-02 P
Partini Atmo Suwarno 1945-05-05 P | Partini 1945-05-05 P
Kasinem Hadi Sutrisno 1939-01-01 P | Kasinem 1939-01-01 P
Martorejo Kaseran 1931 L | Martoredjo Kaseran 1931 L
Wiryo Sumarto 1938 L | Wirjosoemarto 1938-07-01 L
Atmo Sukarto 1936-01-01 L | Atmosukarto 1936-07-01 L
Hardjo Soewignjo 1934 L | Harjo Suwignyo 1934 L
Pawiro Ijoyo 1933 L | Pawiro Wijoyo 1933 L
Dipo Kertopati L | Dipokertopati 1930 L
Somo Diwiryo 1932-01-01 L | Somodiwirjo 1932-01-01 L
Resosemito 1929 L | Reso Semito 1929-12-31 L
Trunosetiko 1931 L | Truno Setiko L
Setrodimejo 1936 L | Setro Dimejo 1936-05-05 L
Poncowati 1944-04-24 P | Pontjowati 1944-04-24 P
Tumiyem 1941-02-12 P | Tumiem 1941-02-12 P
Rebiyem 1940 P | Rebiem 1940 P
Sainem 1938-08-08 P | Sahinem 1938-08-08 P
Waginah 1946-06-26 P | Waginnah 1946-06-26 P
Sukarmin 1943-03-13 L | Soekarmien 1943-03-13 L
Supiyati 1949-09-19 P | Supijati 1949-09-19 P
Satiyem 1937-07-07 P | Satiem 1937 P
Kusnadi 1951-11-11 L | Koesnadi 1951-11-11 L
Wardoyo 1947-04-14 L | Wardojo 1947-04-14 L
Kasiyo 1939-12-05 L | Kasijo 1939 L
Mulyadi 1952-05-25 L | Moeljadi 1952-05-25 L
Tugiyo 1945 L | Toegijo 1945-07-01 L
Umi Kalsum 1950-08-18 P | Umi Kulsum 1950-08-18 P
Siti Maesaroh 1948-06-16 P | Siti Maisaroh 1948-06-16 P
Siti Khodijah 1946-01-26 P | Siti Hadijah 1946-01-26 P
Nafisah 1953-03-23 P | Nafisyah 1953-03-23 P
Rofi'ah 1949-07-27 P | Rofiah 1949-07-27 P
Ma'rufah 1947-10-20 P | Marufah 1947-10-20 P
Mu'minah 1951-01-21 P | Mukminah 1951-01-21 P
Syafi'i 1944-02-24 L | Sapii 1944-02-24 L
Fathurrohman 1950-12-02 L | Fatkhurrahman 1950-12-02 L
Abdurrahman 1945-09-15 L | Abdul Rahman 1945-09-15 L
Abdullah Faqih 1946 L | Abdulloh Fakih 1946-07-01 L
Nurrohmad 1952-04-22 L | Nur Rohmad 1952-04-22 L
Zubaedah 1948-08-08 P | Jubaidah 1948-08-08 P
Fatimah 1943-03-03 P | Patimah 1943-03-03 P
Khoiriyah 1949-05-15 P | Choirijah 1949-05-15 P
Lestari Budi Utami 1958-08-18 P | Lestari Budi U. 1958-08-18 P
Siti Nur Hasanah 1955-05-15 P | St. Nurhasanah 1955-05-15 P
Sri Mulyani Indrawat 1956-06-16 P | Sri Mulyani Indrawati 1956-06-16 P
Hadi Purwanto 1954-10-14 L | Purwanto Hadi 1954-10-14 L
Darmo Sutikno 1940-01-01 L | Sutikno Darmo 1940-01-01 L
Suharno 1947-02-17 L | Suhamo 1947-02-17 L
Karmin 1944-06-24 L | Karrnin 1944-06-24 L
Sutarni 1950-09-29 P | Sutami 1950-09-29 P =
Tentrem 1938-11-18 P | Tentram 1938-11-18 P
Senen 1936-08-06 L | Sennen 1936-08-06 L
Legiyem 1942-12-12 P | Legjyem 1942-12-12 P
Sumarsih 1951-07-17 P | Sumarshi 1951-07-17 P
Jumadi 1946-05-16 L | Jumaid 1946-05-16 L
Suparmi 1948-04-28 P = | Supami 1948-04-28 P
Ngadiyo 1937-10-07 L | Ngadyio 1937-10-07 L
Giyarti 1955-01-15 P | Giyari 1955-01-15 P =
Warsinah 1943-09-03 P | Wasinah 1943-09-03 P =
Sunarmi 1949-02-19 P | Sunarmi 1949-12-09 P
Suyadi 1952-08-12 L | Suyadi 1952-12-08 L
Sukiman 1941-03-04 L | Sukiman 1941-04-03 L
Katiyem 1939-06-01 P | Katiyem 1938 P
Sunaryo 1945-05-05 L | Soenarjo 1946 L
Pariyem 1940 P | Parijem 1941-07-01 P
"""

_OTHERS: Final = """
Sutini 1948-05-05 P = | Sutinah 1948-05-05 P
Suparno 1950-02-02 L = | Suparman 1950-02-02 L
Rukiyem 1944-08-08 P = | Rukinem 1944-08-08 P
Kasmi 1946-03-03 P = | Kasmo 1946-03-03 L
Hasan 1951-01-10 L = | Husen 1951-01-10 L
Sri Lestari 1955-06-06 P = | Sri Lestanti 1960-06-06 P
Tukijan 1943-04-04 L = | Tukijo 1943-04-04 L
Ngatini 1947-09-09 P = | Ngatinah 1947-09-09 P
Partini 1939-01-01 P = | Partinem 1939-01-01 P
Supardi 1952-12-02 L = | Supardo 1952-12-02 L
Slamet 1938-03-03 L | Slamet 1957-10-10 L
Sukarni 1941-05-05 P | Sukarni 1959-02-01 P
Paimin 1936-07-01 L | Paimin 1951-07-01 L
Tukiyem 1940-02-14 P | Tukiyem 1953-11-30 P
Suyatno 1948-08-18 L | Suyatno 1962-01-05 L
Sutrisno 1950-03-13 L | Sutrisno 1939-09-29 L
Sumiyati 1955-04-24 P | Sumiyati 1942-12-01 P
Wagiyem 1937-01-01 P | Wagiyem 1950-01-01 P
Mulyono 1946-06-16 L | Mulyono 1961-08-07 L
Siti Aminah 1952-02-22 P | Siti Aminah 1938-10-19 P
Suparmi 1944-05-15 P + | Suparmi 1953-09-09 P
Harjo Suwito 1934 L + | Harjo Suwito 1947 L
Ngadiman 1940-04-14 L - | Ngadiman 1949-11-23 L
Sadinem 1938-08-28 P - | Sadinem 1945-03-17 P
Joko Santoso 1958-01-11 L - | Joko Santoso 1951-07-23 L
Sugiyanto 1956-05-06 L - | Sugiyanto 1948-02-14 L
Sri Wahyuni 1957-09-19 P + | Sri Wahyuni 1949-01-20 P
Kromodimejo 1931 L = | Sukirman Kromodimejo 1955 L
Wongsorejo 1930-01-01 L = | Ngatman Wongsorejo 1953-02-03 L
Atmo Wiyono 1933 L = | Suwarno bin Atmo Wiyono 1958 L
Kartodikromo 1929 L = | Sutarti binti Kartodikromo 1954-04-04 P
Paidi bin Karto 1947 L | Paidi bin Somo 1948 L
Tuminah binti Kromo 1942 P | Tuminah binti Sastro 1943 P
Sumarni binti Wiro 1950-07-01 P | Sumarni binti Harjo 1951-07-01 P
Ngadinem binti Setro P | Ngadinem binti Truno P
Suharjo 1945-03-03 L = | Suharti 1948-05-09 P
Karjo 1938 L = | Karni 1941 P
Suwarno 1944-10-10 L = | Suwarni 1949-06-17 P
Darmo 1936 L = | Darmi 1940 P
Ponidi 1943-01-01 L = | Poniyem 1946-07-01 P
Wiryo 1935 L = | Wiryani 1959-05-05 P
Sunarto 1949-02-12 L = | Sunarti 1953-11-03 P
Kasiran 1941-07-07 L = | Kasirah 1944-07-01 P
Rubiman 1946-09-16 L = | Rubinem 1947-03-06 P
Jumadi 1950-05-25 L = | Jumiyati 1955-08-15 P
Sukiyem 1941-02-07 P | Sukinah 1940-10-11 P
Sukinem P | Sukirah P
Sarinem 1939 P | Sarinah 1940 P
Ngatiyem 1944-04-04 P | Ngatimin 1943-06-06 L
Saminem 1937-01-01 P | Samikem 1937-01-01 P
Tuginem 1942-07-01 P | Tugiyem 1942-07-01 P
Lasinem 1940-01-01 P | Lasikem 1941-01-01 P
Wasiyem 1938-07-01 P | Wakiyem 1938-07-01 P
Parmi 1943-01-01 P | Parni 1943-07-01 P
Karsini 1946 P | Karsiti 1947 P
Suliyem P | Sulinah 1944 P
Sukarno 1945-07-01 L | Sukardi 1945-07-01 L
Sumarno 1940-01-01 L | Sumarto 1940-01-01 L
Suratno 1947 L | Suratmo 1948 L
Sutarno 1950-01-01 L | Sutarjo 1950-01-01 L
Suwardi 1944-01-01 L | Suwarno 1944-01-01 L
Supriyadi 1955-05-05 L | Supriyanto 1957-07-07 L
Sugiyono 1951-03-13 L | Sugiyarto 1952-04-14 L
Hartono 1953-03-03 L | Hartoyo 1954-04-04 L
Mariyem 1938 P | Marikem 1939 P
Giyem 1941 P | Giyah 1942 P
Painem 1936-01-01 P | Painah 1937-07-01 P
Ginem P | Ginah P
Tumini 1945-01-01 P | Tuminem 1945-07-01 P
Paiman 1942 L | Paimo 1943 L
Saiman 1940-01-01 L | Saimin 1941-07-01 L
Ngadimin 1939 L | Ngadimun 1940 L
Wagiman 1944 L | Wagimin 1945 L
Tukimin 1938-01-01 L | Tukiman 1939-01-01 L
Legiman 1943 L | Legimin 1942 L
Suyati 1948-01-01 P | Suyatmi 1949-01-01 P
Sumini 1946-07-01 P | Suminah 1947-07-01 P
Sri Hartini 1955-05-15 P | Sri Haryani 1956-06-16 P
Sri Sulastri 1950-01-01 P | Sri Suyatmi 1951-02-02 P
Sri Rahayu 1953-03-23 P | Sri Utami 1954-04-24 P
Siti Fatimah 1948-08-18 P | Siti Fatonah 1949-09-19 P
Siti Khotimah 1951-01-11 P | Siti Halimah 1952-02-12 P
Siti Rohmah 1946-06-06 P | Siti Rohimah 1955-05-05 P
Nur Hidayah 1953-03-03 P | Nur Hidayat 1954-04-04 L
Nur Khasanah 1955-05-05 P | Nur Khotimah 1956-06-06 P
Muhammad Sholeh 1945-05-05 L | Muhammad Saleh 1958-08-08 L
Muhammad Arifin 1950-10-10 L | Muhammad Aripudin 1951-11-11 L
Muh. Yusuf 1947-07-17 L | Muh. Yunus 1948-08-18 L
Moh. Amin 1944-04-14 L | Moh. Ali 1945-05-15 L
Ahmad Rifai 1952-02-02 L | Ahmad Rofii 1953-03-03 L
Ahmad Zaenuri 1949-09-09 L | Ahmad Zaenudin 1950-10-10 L
Abdul Rohim 1948-08-08 L | Abdul Rohman 1949-09-09 L
Abdul Kadir 1945-01-05 L | Abdul Kodim 1946-02-06 L
Abdul Hamid 1943-03-03 L | Abdul Majid 1944-04-04 L
Imam Supardi 1951-01-21 L | Imam Suhadi 1952-02-22 L
Bambang Sutejo 1956-06-26 L | Bambang Sutopo 1957-07-27 L
Joko Sutopo 1955-05-25 L | Joko Suprapto 1956-06-26 L
Endang Sulastri 1957-07-07 P | Endang Sulistyowati 1958-08-08 P
Sastro Wiyono 1935 L | Sastro Suwito 1936 L
Harjo Wiyono 1938-01-01 L | Harjo Winoto 1939-01-01 L
Karto Sentono 1934 L | Karto Semito 1936 L
Pawiro Rejo 1933 L | Pawiro Utomo 1934 L
Wiryo Sumarto 1937-01-01 L | Wiryo Suwarno 1938-01-01 L
Marto Utomo 1940 L | Marto Diharjo 1941 L
Sumo Diharjo 1936 L | Somo Diharjo 1951 L
Kasan Mukmin 1939 L | Kasan Rejo 1940 L
Mbah Kerto L | Mbah Karso L
Mbah Wiro 1934 L | Mbah Warno 1935 L
Mbah Tini P | Mbah Tinah P
Mbah Sri 1942 P | Mbah Sri Lestari 1959 P
Bu Darmi 1944 P | Bu Darsi 1945 P
Pak Min L | Pak Man L
Suwito 1946-06-06 L + | Suwito 1958-10-10 L
Ponirah 1940-01-01 P - | Ponirah 1950-01-01 P
Kustinah 1949-04-14 P | Kusmiyati 1950-05-15 P
Rusmini 1952-12-12 P | Rusminah 1949-01-21 P
Dalinem 1938 P | Dalijo 1939 L
Prapti 1947-07-07 P | Prapto 1948-08-08 L
"""

_VILLAGES: Final = {"": "33.14.20.2001", "=": "33.14.20.2001", "+": "33.14.20.2002", "-": "33.14.01.2001"}  # fmt: skip


def _read(text: str) -> tuple[Traits, str]:
    words, born, sex, where = text.split(), "", "", ""
    while words[-1] in {"L", "P", *_VILLAGES} or words[-1][:4].isdigit():
        word = words.pop()
        if word in ("L", "P"):
            sex = word
        elif word in _VILLAGES:
            where = word
        else:
            born = word
    traits = Traits(
        " ".join(words),
        sex=sex,
        birth_date=date.fromisoformat(born) if len(born) > 4 else None,
        birth_year=int(born) if len(born) == 4 else None,
    )
    return traits, where


def _pairs(text: str, *, same: bool) -> list[Pair]:
    found = []
    for line in text.strip().splitlines():
        (one, here), (other, there) = map(_read, line.split("|"))
        where = here or there
        unit = ("003", "001") if where == "=" else ("", "")
        found.append(
            Pair(
                _at(one, _VILLAGES[""], unit),
                _at(other, _VILLAGES[where], unit),
                same,
                line,
            )
        )
    return found


def _at(one: Traits, village: str, unit: tuple[str, str]) -> Traits:
    return replace(one, village_code=village, rt=unit[0], rw=unit[1])


WRITTEN_PAIRS: Final = (*_pairs(_SAME, same=True), *_pairs(_OTHERS, same=False))
"""All of them."""

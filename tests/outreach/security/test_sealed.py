"""A NIK is sealed for its own row, found only with the key, and lost without it."""

from __future__ import annotations

import base64
import json
from pathlib import Path

import pytest

from outreach.errors import ConfigurationError
from outreach.security.keys import Keys, create_keys, load_keys
from outreach.security.sealed import Sealer

NIK = "3314000107410001"


def _keys(path: Path) -> Keys:
    return create_keys(path / "keys.json")


def test_a_sealed_nik_opens_in_its_own_row_only(tmp_path: Path) -> None:
    sealer = Sealer(_keys(tmp_path))
    sealed = sealer.seal_nik(NIK, "resident-1")
    assert NIK.encode() not in sealed
    assert sealer.open_nik(sealed, "resident-1") == NIK
    with pytest.raises(ConfigurationError):
        sealer.open_nik(sealed, "resident-2")


def test_sealing_twice_looks_different_and_indexes_alike(tmp_path: Path) -> None:
    sealer = Sealer(_keys(tmp_path))
    assert sealer.seal_nik(NIK, "r") != sealer.seal_nik(NIK, "r")
    assert sealer.nik_index(NIK) == sealer.nik_index(NIK)


def test_another_key_finds_nothing_and_opens_nothing(tmp_path: Path) -> None:
    ours, theirs = Sealer(_keys(tmp_path / "a")), Sealer(_keys(tmp_path / "b"))
    assert ours.nik_index(NIK) != theirs.nik_index(NIK)
    with pytest.raises(ConfigurationError):
        theirs.open_nik(ours.seal_nik(NIK, "r"), "r")


@pytest.mark.parametrize("position", [0, 1, 14, -1])
def test_a_changed_byte_does_not_open(tmp_path: Path, position: int) -> None:
    sealer = Sealer(_keys(tmp_path))
    sealed = bytearray(sealer.seal_nik(NIK, "r"))
    sealed[position] ^= 1
    with pytest.raises(ConfigurationError):
        sealer.open_nik(bytes(sealed), "r")


def test_a_missing_key_is_named(tmp_path: Path) -> None:
    path = tmp_path / "keys.json"
    create_keys(path)
    stored = json.loads(path.read_text())
    del stored["index"]
    path.write_text(json.dumps(stored))
    with pytest.raises(ConfigurationError, match="SAMBANG_KEY_INDEX"):
        load_keys(path, {})


def test_a_key_from_the_environment_wins_and_must_be_whole(tmp_path: Path) -> None:
    path = tmp_path / "keys.json"
    create_keys(path)
    other = base64.b64encode(b"k" * 32).decode()
    assert load_keys(path, {"SAMBANG_KEY_SEAL": other}).seal == b"k" * 32
    with pytest.raises(ConfigurationError, match="32 bytes"):
        load_keys(path, {"SAMBANG_KEY_SEAL": base64.b64encode(b"short").decode()})
    with pytest.raises(ConfigurationError, match="base64"):
        load_keys(path, {"SAMBANG_KEY_SEAL": "not base64!"})


def test_a_key_file_is_for_its_owner_only_and_never_replaced(tmp_path: Path) -> None:
    keys = _keys(tmp_path)
    assert (tmp_path / "keys.json").stat().st_mode & 0o077 == 0
    with pytest.raises(ConfigurationError, match="exists already"):
        create_keys(tmp_path / "keys.json")
    assert "seal" not in repr(keys)

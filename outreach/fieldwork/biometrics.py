"""What was taken of a resident: photo, ten fingers, two irises, signature, each taken, unreadable or exempt."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from enum import StrEnum
from typing import Any, Final

from outreach.i18n import N_


class Mark(StrEnum):
    """How it went with one of the four."""

    TAKEN = "taken"
    UNREADABLE = "unreadable"
    EXEMPT = "exempt"


MARK_LABELS: Final[Mapping[Mark, str]] = {
    Mark.TAKEN: N_("Taken"),
    Mark.UNREADABLE: N_("Unreadable"),
    Mark.EXEMPT: N_("Exempt"),
}
PART_LABELS: Final[Mapping[str, str]] = {
    "photo": N_("Photo"),
    "fingers": N_("Ten fingers"),
    "irises": N_("Two irises"),
    "signature": N_("Signature"),
}


@dataclass(frozen=True, slots=True)
class Biometrics:
    """The four, as a team marks them. Whether a card can be made from them is the centre's to say."""

    photo: Mark
    fingers: Mark
    irises: Mark
    signature: Mark

    @property
    def marks(self) -> dict[str, Mark]:
        """Each part with its mark, in the order of the form."""
        return {part.name: getattr(self, part.name) for part in fields(self)}

    @property
    def is_whole(self) -> bool:
        """Whether everything was taken."""
        return all(mark is Mark.TAKEN for mark in self.marks.values())

    @property
    def is_nothing(self) -> bool:
        """Whether nothing was taken."""
        return all(mark is not Mark.TAKEN for mark in self.marks.values())

    def to_json(self) -> dict[str, str]:
        """Return what is stored."""
        return {name: str(mark) for name, mark in asdict(self).items()}

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> Biometrics:
        """Read what was stored. Raises ValueError or KeyError on anything else."""
        return cls(**{part.name: Mark(stored[part.name]) for part in fields(cls)})


EVERYTHING: Final = Biometrics(Mark.TAKEN, Mark.TAKEN, Mark.TAKEN, Mark.TAKEN)

"""What a resident's condition, special needs and the power at the house mean for a visit.

Labels are message ids; translate them where they are shown. Service times start from what offices
reported (`source` of each row); a time that no office reported lies between two that were.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final, Literal

from outreach.i18n import N_
from outreach.teams.accepted import offer_conditions

Mobility = Literal["walks", "walks_with_help", "seated", "lying"]
Supply = Literal["enough", "short", "unknown"]

# Unpacking and packing the kit at each stop, once for all who are recorded there. Banjar's office
# reports that the kit is put together anew at every stop, without a figure (banjarkota.go.id):
# ten minutes is our assumption, to be replaced by what the teams' own times show.
SETUP_S: Final = 600

# Camera, fingerprint and iris scanner, computer and their battery need about this much (Sragen's
# own mobile service of 2012 sought out houses with 900 VA; timlo.net).
POWER_NEEDED_VA: Final = 900

# What a kit must carry where the house has too little power; stands beside the codes of NEEDS.
GENERATOR: Final = "generator"

# The times that are offered, so that a plan and a clerk reckon with the same few.
SERVICE_TIMES_S: Final = (900, 1200, 1500, 1800, 2700, 3600)


@dataclass(frozen=True, slots=True)
class NeedFact:
    """A special need, asked of a team's ability (the code names it too), of a kit, or of the village.

    Without the ability or the kit a team cannot make the visit; what the village does keeps no team away.
    """

    code: str
    label: str
    bring: str
    asks: Literal["team", "kit", "village"] = "team"


@dataclass(frozen=True, slots=True)
class ConditionFact:
    """A condition, coded so that no diagnosis need be written down.

    `service_s` is the recording itself, without unpacking; `mobility` tells whether the resident
    might come as far as a gathering point; `needs` are ticked at first and may be changed.
    """

    code: str
    label: str
    service_s: int
    mobility: Mobility
    source: str
    needs: tuple[str, ...] = ()
    bring: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if self.service_s not in SERVICE_TIMES_S:
            raise ValueError(f"condition {self.code}: {self.service_s} s is not an offered time")
        if unknown := set(self.needs) - set(NEEDS):
            raise ValueError(f"condition {self.code}: unknown needs {sorted(unknown)}")


@dataclass(frozen=True, slots=True)
class PowerFact:
    """What the house's electricity can carry; `va` is None where there is none or nobody knows."""

    code: str
    label: str
    va: int | None
    supply: Supply
    bring: str | None = None

    def __post_init__(self) -> None:
        if self.va is not None and (self.supply == "enough") != (self.va >= POWER_NEEDED_VA):
            raise ValueError(f"power {self.code}: {self.va} VA cannot be {self.supply}")

    @property
    def needs_generator(self) -> bool:
        """Whether the team must bring its own power. Not known means: ask the day before."""
        return self.supply == "short"


_EXCEPTION_FORM: Final = N_("Biometric exception form")
_GENERATOR: Final = N_("Generator set with fuel, extension lead")

# For every visit, whatever the condition: fingers are worn and hands cannot always write.
BRING_ALWAYS: Final = (
    N_("Alcohol wipes and hand lotion for worn fingerprints"),
    N_("Ink pad for a thumbprint in place of a signature"),
)

NEEDS: Final[Mapping[str, NeedFact]] = MappingProxyType(
    {
        need.code: need
        for need in (
            NeedFact(
                "female_officer", N_("Needs a female officer"), N_("A woman operates the kit")
            ),
            NeedFact(
                "escort",
                N_("Needs an escort"),
                N_("Escort: the village police officer or a village official"),
            ),
            NeedFact(
                "motorbike",
                N_("Can be reached by motorbike only"),
                N_("Motorbike, the kit in carrying bags"),
            ),
            NeedFact(
                "portable_iris",
                N_("Needs the portable iris scanner"),
                N_("Portable iris scanner"),
                "kit",
            ),
            NeedFact(
                "portable_kit",
                N_("Needs the portable kit"),
                N_("Portable kit that one person can carry"),
                "kit",
            ),
            NeedFact(
                "sign_language", N_("Needs sign language"), N_("Somebody who knows sign language")
            ),
            NeedFact(
                "guide",
                N_("A guide meets the team at the village hall"),
                N_("Meet the guide at the village hall first"),
                "village",
            ),
            NeedFact("two_operators", N_("Needs two operators"), N_("A second operator")),
        )
    }
)

CONDITIONS: Final[Mapping[str, ConditionFact]] = MappingProxyType(
    {
        condition.code: condition
        for condition in (
            ConditionFact(
                "elderly",
                N_("Elderly (60 or older)"),
                900,
                "walks",
                "15 min: Solo, at home with the kit ready (dispendukcapil.surakarta 2018)",
            ),
            ConditionFact(
                "frail",
                N_("Frail with age"),
                1200,
                "walks_with_help",
                "assumed: between Solo's 15 min and Karangasem's 30",
            ),
            ConditionFact(
                "bedridden",
                N_("Bedridden (can only lie down)"),
                1800,
                "lying",
                "up to 30 min for the elderly (Karangasem, nusabali); a photo lying down is allowed"
                " (Surakarta)",
                bring=(N_("Pillow and plain backdrop for a photo lying down"),),
            ),
            ConditionFact(
                "wheelchair",
                N_("Uses a wheelchair"),
                1200,
                "seated",
                "assumed: between Solo's 15 min and Karangasem's 30",
                bring=(N_("Low tripod, and a board to rest the scanner on"),),
            ),
            ConditionFact(
                "ill",
                N_("Long-term illness"),
                1500,
                "walks_with_help",
                "assumed: between Solo's 15 min and Karangasem's 30",
                bring=(N_("Masks and hand sanitiser"),),
            ),
            ConditionFact(
                "physical",
                N_("Physical disability"),
                1800,
                "seated",
                "assumed: as long as the elderly at most (Karangasem, 30 min)",
                bring=(_EXCEPTION_FORM,),
            ),
            ConditionFact(
                "deaf",
                N_("Deaf"),
                1200,
                "walks",
                "assumed: between Solo's 15 min and Karangasem's 30",
                bring=(N_("Writing board and picture cards"),),
            ),
            ConditionFact(
                "blind",
                N_("Blind"),
                1200,
                "walks_with_help",
                "assumed: between Solo's 15 min and Karangasem's 30",
                bring=(_EXCEPTION_FORM,),
            ),
            ConditionFact(
                "cognitive",
                N_("Intellectual disability or dementia"),
                2700,
                "walks_with_help",
                "assumed: between Sidoarjo's 30 min and Sragen's 60",
                bring=(N_("A familiar person stays beside the resident"),),
            ),
            ConditionFact(
                "psychosocial",
                N_("Psychosocial disability"),
                1800,
                "walks",
                "about 30 min (Sidoarjo, bangsaonline); a team withdrew from a weapon (Wonogiri"
                " 23-8-2025), hence the escort",
                needs=("escort",),
                bring=(N_("A familiar person stays beside the resident"),),
            ),
            ConditionFact(
                "multiple",
                N_("Multiple disabilities (mental and physical)"),
                3600,
                "lying",
                "60 min, two officers, dozens of shots (Sragen, solopos 12-2-2024)",
                needs=("two_operators",),
                bring=(_EXCEPTION_FORM, N_("A familiar person stays beside the resident")),
            ),
            ConditionFact(
                "care_home",
                N_("Lives in a care home"),
                900,
                "walks_with_help",
                "15 min: Solo, with the kit ready; carers have prepared the residents",
                bring=(N_("List of names from the care home"),),
            ),
        )
    }
)

offer_conditions({code: condition.label for code, condition in CONDITIONS.items()})

UNKNOWN_SERVICE_S: Final = max(SERVICE_TIMES_S)
"""What is set aside for a resident whose condition nobody has told yet: the longest, so that no day is planned too full."""


def service_s_of(condition: str) -> int:
    """Return the seconds a recording takes with this condition; the longest where it is not known ("")."""
    return CONDITIONS[condition].service_s if condition else UNKNOWN_SERVICE_S


def condition_words(condition: str) -> str:
    """Return the message id of a condition, also where it is not known ("")."""
    return CONDITIONS[condition].label if condition else N_("Not known yet")


POWER: Final[Mapping[str, PowerFact]] = MappingProxyType(
    {
        power.code: power
        for power in (
            PowerFact("va_450", N_("450 VA"), 450, "short", _GENERATOR),
            PowerFact("va_900", N_("900 VA"), 900, "enough"),
            PowerFact("va_1300", N_("1,300 VA or more"), 1300, "enough"),
            PowerFact("none", N_("No electricity"), None, "short", _GENERATOR),
            PowerFact(
                "unknown",
                N_("Power not known"),
                None,
                "unknown",
                N_("Ask about the power the day before"),
            ),
        )
    }
)


def bring(condition: str, needs: Iterable[str], power: str) -> tuple[str, ...]:
    """Return what a team brings for one resident beyond `BRING_ALWAYS`, as message ids.

    Takes the codes of `CONDITIONS` (or ""), `NEEDS` and `POWER`; each line comes once, needs first. Raises
    KeyError on an unknown code.
    """
    wanted = set(needs)
    if unknown := wanted - set(NEEDS):
        raise KeyError(*sorted(unknown))
    lines = [need.bring for need in NEEDS.values() if need.code in wanted]
    lines += CONDITIONS[condition].bring if condition else ()
    if line := POWER[power].bring:
        lines.append(line)
    return tuple(dict.fromkeys(lines))

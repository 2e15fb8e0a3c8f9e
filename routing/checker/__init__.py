"""Re-times a plan from the problem alone and lists every rule that it breaks. Shares no code with the search.

What a solver says about its own answer is no evidence: a plan is stored only when `check` returns an empty list.
"""

from __future__ import annotations

from routing.checker.rules import Broken, Rule
from routing.checker.score import score_of
from routing.checker.whole import check

__all__ = ["Broken", "Rule", "check", "score_of"]

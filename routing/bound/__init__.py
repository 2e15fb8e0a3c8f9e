"""How much better a plan could be at most: a bound that is proven, and says how.

`proof` is what the search calls; `free` says what of a shift is still free, `groups` which shifts are priced as one,
`margin` what the last seconds and people of a plan are worth; `master` sets the prices, `relaxed` and `labels` find the
best relaxed route for them, and `idle` says which visits are only a rate at which idle time earns.
"""

from routing.bound.proof import (
    BoundTask,
    Proof,
    can_bound,
    constant_of,
    percent_better,
    prove_bound,
    trivial_proof,
)

__all__ = [
    "BoundTask",
    "Proof",
    "can_bound",
    "constant_of",
    "percent_better",
    "prove_bound",
    "trivial_proof",
]

"""How hard the property tests try: the same examples every time in `make test`, fresh ones and many in `make fuzz`.

A test suite that is run to learn whether a change broke something must not fail for an example nobody met before; one
that is run to find such examples should try as many as there is time for.
"""

import os
from collections.abc import Callable

import pytest
from hypothesis import HealthCheck, settings

FACTOR = int(os.environ.get("INGEST_FUZZ", "0"))


def tries(examples: int) -> Callable[[Callable], Callable]:
    """Marks a property test: `examples` of them, or that many times `INGEST_FUZZ`, then fresh ones each time."""
    how = settings(
        max_examples=examples * (FACTOR or 1),
        derandomize=not FACTOR,
        deadline=None,
        suppress_health_check=[HealthCheck.too_slow],
    )
    return lambda test: pytest.mark.property(how(test))

"""igraph draws at random from a source of its own: here it is seeded, then given back."""

from __future__ import annotations

import random
from collections.abc import Iterator
from contextlib import contextmanager

import igraph


@contextmanager
def drawing_from(seed: int) -> Iterator[None]:
    """All that igraph draws inside comes from `seed`."""
    igraph.set_random_number_generator(random.Random(seed))  # noqa: S311  # drawings, not secrets
    try:
        yield
    finally:
        igraph.set_random_number_generator(random)

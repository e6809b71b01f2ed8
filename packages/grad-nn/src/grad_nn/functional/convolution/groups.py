"""Groups of channels, each with weights of its own.

Groups of few channels are computed together, as larger ones with zeros between their channels: a
product of matrices of twice the width takes much less than twice the time.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from grad_core import Array

# Channels up to which it pays
_WIDE = 32


def grouped(outputs: int, channels: int, groups: int) -> Iterator[tuple[slice, slice]]:
    """Yield the channels of the input and of the output that belong together.

    Args:
        outputs: The channels of all groups of the output.
        channels: The channels of one group of the input.
        groups: How many there are.
    """
    each = outputs // groups
    for i in range(groups):
        yield slice(i * channels, (i + 1) * channels), slice(i * each, (i + 1) * each)


def together(outputs: int, channels: int, groups: int) -> int:
    """How many groups are computed as one; the arguments are those of `grouped`."""
    most = max(1, _WIDE // max(1, outputs // groups, channels))
    return max(n for n in range(1, min(most, groups) + 1) if groups % n == 0)


def joined(w: Array, groups: int) -> tuple[Array, int]:
    """Weights `(O, C / groups, *kernel)` for fewer groups, and how many these are."""
    o, c, *kernel = w.shape
    n = together(o, c, groups)
    if n == 1:
        return w, groups
    whole = np.zeros((groups // n, n, o // groups, n, c, *kernel), w.dtype)
    each = w.reshape(groups // n, n, o // groups, c, *kernel)
    for i in range(n):
        whole[:, i, :, i] = each[:, i]
    return whole.reshape(o, n * c, *kernel), groups // n


def apart(w: Array, groups: int, n: int) -> Array:
    """The part `(O, *kernel, C / groups)` of such weights that `joined` does not fill with zeros.

    Args:
        w: `(O, *kernel, n * C / groups)`.
        groups: How many groups there really are.
        n: How many of them are one in `w`.
    """
    if n == 1:
        return w
    o, *kernel, c = w.shape
    whole = w.reshape(groups // n, n, o // groups, *kernel, n, c // n)
    each = np.stack([whole[:, i, ..., i, :] for i in range(n)], 1)
    return each.reshape(o, *kernel, c // n)

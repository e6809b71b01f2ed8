"""Memory of large arrays, which the process keeps for the next ones.

The C library of most Linux systems (glibc) asks the kernel anew for each block above 128 KiB and
gives it back at once. Its pages are then missing, one fault for every 4 KiB, when the array is
filled, and that takes several times as long as the arithmetic. A step of training makes the same
arrays again and again. glibc learns from what is freed: once a block of up to 32 MiB was, it takes
blocks of that size from memory that it keeps, and keeps up to twice as much of it unused.

So one such block is freed here, untouched, which takes some microseconds. Other C libraries are not
changed by it, nor is glibc where `MALLOC_MMAP_THRESHOLD_` and the like are set.

Reference:
    mallopt(3), "M_MMAP_THRESHOLD", on the dynamic threshold.
"""

from __future__ import annotations

import numpy as np

_LEARNT = 32 << 20  # the largest block that glibc learns from, with its header, in bytes


def keep_freed_memory() -> None:
    """Have the C library keep what large arrays leave, for the next ones."""
    np.empty(_LEARNT - (64 << 10), np.uint8)

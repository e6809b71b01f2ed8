"""Memory of large arrays is kept for the next ones, where the C library learns to."""

from __future__ import annotations

import os
import platform
import subprocess
import sys

import pytest

FAULTS = """
import resource
import numpy as np
import grad_core as gc

def faults():
    before = resource.getrusage(resource.RUSAGE_SELF).ru_minflt
    results = [gc.exp(x) for _ in range(8)]
    del results
    return resource.getrusage(resource.RUSAGE_SELF).ru_minflt - before

x = gc.Tensor(np.zeros(1 << 20))
faults()
print(faults())
"""


@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="other C libraries do not learn")
def test_large_results_need_no_new_pages() -> None:
    environment = {k: v for k, v in os.environ.items() if not k.startswith(("MALLOC", "GLIBC"))}
    run = subprocess.run(
        [sys.executable, "-c", FAULTS], capture_output=True, text=True, check=True, env=environment
    )
    assert int(run.stdout) < 1000  # 8 results of 4 MiB, 1024 pages each

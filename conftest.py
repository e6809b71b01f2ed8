"""Tests run on all cores, a process on each: threads of linear algebra would only get in their way."""

import os

for library in ("OMP", "OPENBLAS", "MKL"):  # before NumPy is imported
    os.environ.setdefault(f"{library}_NUM_THREADS", "1")

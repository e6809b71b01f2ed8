"""How tests run: a process on each core, whose speed says nothing about what is tested."""

import os

for library in ("OMP", "OPENBLAS", "MKL"):  # before NumPy is imported
    os.environ.setdefault(f"{library}_NUM_THREADS", "1")

from hypothesis import settings

settings.register_profile("grad", deadline=None)
settings.load_profile("grad")

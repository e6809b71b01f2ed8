"""grad's training steps with its optimizers' `fused=True`, which needs numba."""

from functools import partial

from benchmarks.works import with_grad

read = with_grad.read
WORKS = {name: partial(build, fused=True) for name, build in with_grad.TRAINING.items()}

"""PyTorch's training steps with its optimizers' `fused=True`."""

from functools import partial

from benchmarks.works import with_torch

read = with_torch.read
WORKS = {name: partial(build, fused=True) for name, build in with_torch.TRAINING.items()}

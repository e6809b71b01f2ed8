"""Only grad-core and NumPy are installed."""

from importlib.util import find_spec

import numpy as np

import grad_core as gc

x = gc.Tensor([1.0, 2.0, 3.0], requires_grad=True)
y = (x * x).sum()
y.backward()
assert isinstance(x.grad, np.ndarray)
assert x.grad.tolist() == [2.0, 4.0, 6.0]

for other in ("grad_init", "grad_nn", "safetensors"):
    assert find_spec(other) is None, other

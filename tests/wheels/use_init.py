"""Only grad-init and NumPy are installed."""

from importlib.util import find_spec

import grad_init

weight = grad_init.Xavier()((64, 32), rng=0)
assert weight.shape == (64, 32)
assert weight.std() > 0

for other in ("grad_core", "grad_nn", "safetensors"):
    assert find_spec(other) is None, other

"""The types of files and of training."""

from __future__ import annotations

from typing import assert_type

import numpy as np
from numpy.typing import NDArray

import grad_nn as nn
from grad_core import Tensor

FloatArray = NDArray[np.floating]

model = nn.Sequential(nn.Linear(2, 3), nn.ReLU(), nn.Linear(3, 1))
optimizer = nn.optim.Adam(model.parameters())
rng = np.random.default_rng(0)
loader = nn.data.DataLoader([Tensor([1.0, 2.0])], rng=0)

assert_type(nn.load_model(model, "m.safetensors").missing_keys, list[str])
assert_type(nn.load_file("m.safetensors"), dict[str, FloatArray])
assert_type(nn.save_file({"a": Tensor([1.0]), "b": np.ones(2)}, "m.safetensors"), None)
nn.save_checkpoint("c", model=model, optimizer=optimizer, rngs={"a": rng}, extra={"epoch": 1})
nn.save_checkpoint("c", scheduler=loader)
assert_type(
    nn.load_checkpoint("c", model=model, optimizer=optimizer, rngs={"a": rng}), dict[str, object]
)
assert_type(nn.rng_state(rng), dict[str, object])
assert_type(nn.set_rng_state(rng, nn.rng_state(rng)), None)

# Mistakes
nn.save_checkpoint("c", model=optimizer)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
nn.save_checkpoint("c", optimizer=rng)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
nn.save_checkpoint("c", rngs=[rng])  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]

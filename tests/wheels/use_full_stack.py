"""grad-nn and what it requires are installed, no extra."""

from importlib.util import find_spec

import numpy as np

import grad_core as gc
import grad_nn as nn

rng = np.random.default_rng(0)
inputs = rng.normal(size=(64, 2))
x = gc.Tensor(inputs)
target = gc.Tensor(np.sin(inputs.sum(1, keepdims=True)))

model = nn.Sequential(nn.Linear(2, 16, rng=rng), nn.Tanh(), nn.Linear(16, 1, rng=rng))
loss_of = nn.MSELoss()
optimizer = nn.optim.Adam(model.parameters(), lr=0.02)
losses: list[float] = []
for _ in range(50):
    optimizer.zero_grad()
    loss = loss_of(model(x), target)
    loss.backward()
    optimizer.step()
    losses.append(loss.item())
assert losses[-1] < losses[0] / 2, losses

assert find_spec("safetensors") is None
complaint = ""
try:
    nn.save_model(model, "model.safetensors")
except ImportError as error:
    complaint = str(error)
assert 'pip install "grad-nn[safetensors]"' in complaint

"""The types of files and of training."""

from __future__ import annotations

from typing import assert_type

import numpy as np
from numpy.typing import NDArray

import grad_nn as nn
from grad_core import Tensor
from grad_nn import training

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


class Scored(nn.Module):
    def forward(self, a: Tensor, b: Tensor) -> Tensor:
        return a * b


def step(batch: dict[str, Tensor]) -> Tensor:
    return Scored()(**batch).mean()


pairs = nn.data.DataLoader(nn.data.TensorDataset(Tensor([[1.0, 2.0]]), np.array([0])), 2)
supervised = training.supervised(model, nn.CrossEntropyLoss(), accuracy=training.accuracy)
trainer = training.Trainer(model, supervised, optimizer, folder="run", max_norm=1.0)
history = trainer.fit(pairs, pairs, epochs=3, resume=True)
assert_type(history, training.History)
assert_type(history[0], training.Row)
assert_type(history[0].metrics, dict[str, float])
assert_type(history.column("loss"), list[float])
assert_type(history.plot("curves.png"), None)
general = training.Trainer(Scored(), step, optimizer)
assert_type(general, training.Trainer[dict[str, Tensor]])
general.fit([{"a": Tensor([1.0]), "b": Tensor([2.0])}], epochs=1)
assert_type(training.evaluate(supervised, pairs, model), dict[str, float])
assert_type(training.predict(model, loader), Tensor)
assert_type(training.predict(lambda pair: model(pair[0]), pairs, model), Tensor)

# Mistakes
general.fit(loader, epochs=1)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
trainer.fit(loader, epochs=1)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
training.supervised(model, nn.MSELoss, mse=nn.MSELoss())  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
training.Trainer(model, model, optimizer, schedule="step")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
nn.save_checkpoint("c", model=optimizer)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
nn.save_checkpoint("c", optimizer=rng)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
nn.save_checkpoint("c", rngs=[rng])  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]

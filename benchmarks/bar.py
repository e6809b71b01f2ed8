"""What is measured, in the order of the report, and how fast grad is meant to be.

A bar is the largest ratio of what grad needs to what a peer needs at which it counts as met.
"""

from __future__ import annotations

from typing import NamedTuple


class Work(NamedTuple):
    """A work, and its bars against peers; None for no bar."""

    title: str
    torch: float | None = None
    numpy: float | None = None
    other: float | None = None  # against MyGrad, and against autograd


TIMED = {
    "chain": Work("chain of 300 elementwise ops on 32 numbers", 0.5, 2, 0.25),
    "tiny_mlp": Work("MLP 4-64-64-2, batch 32", 0.45, 1.3, 0.3),
    "mnist_mlp": Work("MLP 784-256-128-10, batch 64", 0.8, 1.1, 0.35),
    "wide_mlp": Work("MLP 512-1024-1024-10, batch 256", 1.0, 1.05, 0.5),
    "cnn": Work("CNN 1-16-32, 28x28, batch 64", 1.0, 0.8),
    "lstm": Work("LSTM 64-128, 32 steps, batch 32", 1.0, 0.8),
    "gpt": Work("GPT, 4 layers, width 128, context 64, batch 12", 1.0, 0.8),
    "hvp": Work("Hessian-vector product, MLP 4-64-64-2", 0.5),
    "infer_mlp:1": Work("inference, MLP 784-256-128-10, batch 1"),
    "infer_mlp:64": Work("inference, the same, batch 64"),
    "infer_gpt:1": Work("inference, GPT, batch 1"),
    "infer_gpt:64": Work("inference, the same, batch 64"),
}
STARTUP = {
    "import": Work("import", 0.15, 1.3),
    "start": Work("import and a first step of MLP 4-64-64-2"),
}
SIZE = {"size": Work("installed size, with dependencies")}
MEMORY = {
    "memory:wide_mlp": Work("peak memory above import, MLP 512-1024-1024-10", 1.0, 1.4),
    "memory:gpt": Work("peak memory above import, GPT", 1.0, 1.4),
    "peak:wide_mlp": Work("peak memory with import, MLP 512-1024-1024-10", 1.0, 1.4),
    "peak:gpt": Work("peak memory with import, GPT", 1.0, 1.4),
}
WORKS = TIMED | STARTUP | SIZE | MEMORY

ALL = frozenset({"grad", "numpy", "torch", "jax"})
SMALL = ALL | {"mygrad", "autograd"}
FUSED = frozenset(
    {"torch_fused", "grad_fused"}
)  # optimizers in one pass, where they are asked to be
ENTRANTS = {
    "chain": SMALL,
    "tiny_mlp": SMALL | FUSED,
    "mnist_mlp": SMALL | FUSED,
    "wide_mlp": SMALL | FUSED,
    "cnn": ALL | FUSED,
    "lstm": ALL | FUSED,
    "gpt": ALL | FUSED,
    "hvp": ALL | {"autograd"},  # MyGrad has derivatives of the first order only
    "infer_mlp": SMALL,
    "infer_gpt": ALL,
}


def entrants(work: str) -> frozenset[str]:
    """The libraries that do a work, which may have a number."""
    return ENTRANTS[work.partition(":")[0]]

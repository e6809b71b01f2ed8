"""An operator on one sample, run by PyTorch and by grad: values, first and second gradients."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import torch

import grad_core as gc
from grad_core import Tensor

# Tolerances relative to each number, and to the largest of all: sums are taken in another order
# here, and what they lose is relative to their largest term.
RTOL = {np.float64: 1e-9, np.float32: 5e-5}
OF_LARGEST = {np.float64: 1e-11, np.float32: 1e-5}


@dataclass
class Comparison:
    """Finds where an operator of PyTorch and ours first differ on a sample.

    `sample` has an input, args and kwargs, such as a SampleInput of PyTorch, `orders` says how many
    gradients are compared, and `state` what is differentiated besides the operands: parameters.
    Afterwards `stages` holds what was: "value", "first", "second".
    """

    theirs: Callable[..., Any]
    ours: Callable[..., Any]
    sample: Any
    orders: int
    rng: np.random.Generator
    state: list[tuple[torch.Tensor, Tensor]] = field(default_factory=list)
    stages: list[str] = field(default_factory=list)

    def difference(self) -> tuple[str, str] | None:
        """What differs first, and how; None where nothing does."""
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # both warn at special values, each in its way
            operands = Operands(self.state)
            args, our_args = operands.both((self.sample.input, *self.sample.args))
            kwargs, our_kwargs = operands.both(self.sample.kwargs)
            expected = list(flat(self.theirs(*args, **kwargs)))
            steps = self.steps(expected, our_args, our_kwargs, operands)
            while True:
                try:
                    message = next(steps, "")
                except Exception as error:  # noqa: BLE001  # whatever it is, it is a difference
                    message = f"{type(error).__name__}: {error}"
                if message is not None:
                    return (self.stages[-1], message) if message else None

    def steps(
        self, expected: list[Any], args: Any, kwargs: Any, operands: Operands
    ) -> Iterator[str | None]:
        """Say after each stage how it differs, or None."""
        self.stages.append("value")
        results = list(flat(self.ours(*args, **kwargs)))
        yield values_differ(results, expected)

        leaves = [(y, t) for t, y in operands.arrays.values() if t.requires_grad]
        xs, t_xs = [y for y, _ in leaves], [t for _, t in leaves]
        ends, t_ends = list(xs), list(t_xs)
        pairs = list(zip(results, expected, strict=True))
        for stage in ("first", "second")[: self.orders]:
            pairs = [(y, t) for y, t in pairs if isinstance(t, torch.Tensor) and t.requires_grad]
            if not pairs or not leaves:
                return
            self.stages.append(stage)
            weights = [cotangent(t, self.rng) for _, t in pairs]
            ws = [gc.Tensor(w, requires_grad=True, dtype=w.dtype) for w in weights]
            t_ws = [torch.tensor(w, requires_grad=True) for w in weights]
            again = stage == "first" and self.orders > 1
            theirs = torch.autograd.grad(
                [t for _, t in pairs], t_ends, t_ws,
                create_graph=again, allow_unused=True, materialize_grads=True,
            )  # fmt: skip
            ours = summed(
                [
                    gc.gradient(y, ends, w, create_graph=again, retain_graph=True)
                    for (y, _), w in zip(pairs, ws, strict=True)
                    if isinstance(y, Tensor) and y.requires_grad
                ],
                ends,
            )
            yield gradients_differ(ours, theirs)
            pairs = list(zip(ours, theirs, strict=True))
            ends, t_ends = xs + ws, t_xs + t_ws


# ---------------------------------------------------------------------------- differences


def values_differ(ours: list[Any], theirs: list[Any]) -> str | None:
    if len(ours) != len(theirs):
        return f"{len(ours)} results, expected {len(theirs)}"
    for i, (x, y) in enumerate(zip(ours, theirs, strict=True)):
        a, b = array(x), array(y)
        alike = a.dtype == b.dtype if b.dtype.kind in "fcb" else a.dtype.kind in "iu"
        message = differ(a, b, largest(0.0, [b])) if alike else f"{a.dtype}, expected {b.dtype}"
        if message:
            return f"result {i}: {message}"
    return None


def gradients_differ(ours: Iterable[Any], theirs: Iterable[Any]) -> str | None:
    """Compare relative to the largest of all, for what should be 0 is made of larger numbers."""
    expected = [array(h) for h in theirs]
    scale = largest(1.0, expected)
    for i, (g, h) in enumerate(zip(ours, expected, strict=True)):
        message = differ(array(g), h, scale)
        if message:
            return f"gradient of operand {i}: {message}"
    return None


def differ(a: Any, b: Any, scale: float) -> str | None:
    if a.shape != b.shape:
        return f"shape {a.shape}, expected {b.shape}"
    if b.dtype.kind not in "fc":
        return None if np.array_equal(a, b) else f"{a}, expected {b}"
    real = np.float64 if b.dtype.char in "dD" else np.float32
    close = np.isclose(a, b, RTOL[real], OF_LARGEST[real] * scale, equal_nan=True)
    if close.all():
        return None
    i = tuple(int(k) for k in np.argwhere(~close)[0])
    return f"{(~close).sum()} of {b.size} numbers, such as {a[i]!r} at {i}, expected {b[i]!r}"


def largest(least: float, arrays: list[Any]) -> float:
    """The largest finite number of some arrays, if it is larger than `least`."""
    return float(max([least, *(np.abs(x[np.isfinite(x)]).max(initial=0) for x in arrays)]))


# ---------------------------------------------------------------------------- arrays


class Operands:
    """The arguments of a sample, for PyTorch and for grad; what is one array is one for both."""

    def __init__(self, state: list[tuple[torch.Tensor, Tensor]]) -> None:
        self.arrays = {id(t): (t, y) for t, y in state}

    def both(self, x: Any) -> tuple[Any, Any]:
        if isinstance(x, torch.Tensor):
            if id(x) not in self.arrays:
                self.arrays[id(x)] = leaf(x)
            return self.arrays[id(x)]
        if isinstance(x, dict):
            pairs = {key: self.both(value) for key, value in x.items()}
            return {key: t for key, (t, _) in pairs.items()}, {k: y for k, (_, y) in pairs.items()}
        if isinstance(x, torch.Size) or type(x) in (list, tuple):
            kind = list if isinstance(x, list) else tuple
            both = [self.both(y) for y in x]
            return kind(t for t, _ in both), kind(y for _, y in both)
        if isinstance(x, torch.dtype):
            return x, torch.empty(0, dtype=x).numpy().dtype
        return x, x


def leaf(x: torch.Tensor) -> tuple[torch.Tensor, Tensor]:
    """An array with the same strides in both, a leaf of the graph where it requires a gradient."""
    a = array(x)
    ours = Tensor(a, requires_grad=True, dtype=a.dtype) if x.requires_grad else gc.from_numpy(a)
    return x.detach().requires_grad_(x.requires_grad), ours


def array(x: Any) -> Any:
    if isinstance(x, torch.Tensor):
        return x.detach().resolve_conj().resolve_neg().numpy(force=True)
    return x.data if isinstance(x, Tensor) else np.asarray(x)


def cotangent(t: torch.Tensor, rng: np.random.Generator) -> Any:
    w = rng.uniform(0.5, 1.5, t.shape)
    if t.is_complex():
        w = w + 1j * rng.uniform(-1, 1, t.shape)
    return np.asarray(w, array(t).dtype)


def summed(gradients: list[Any], xs: list[Tensor]) -> list[Tensor]:
    """The sum of the gradients of several results; zeros where none depends on anything."""
    if not gradients:
        return [gc.zeros_like(x.detach()) for x in xs]
    total = list(gradients[0])
    for more in gradients[1:]:
        total = [g + h for g, h in zip(total, more, strict=True)]
    return total


def flat(x: Any) -> Iterator[Any]:
    """The results of an operator, one after another."""
    if isinstance(x, (tuple, list)):
        for y in x:
            yield from flat(y)
    else:
        yield x

"""A recurrent layer over a whole sequence, in one direction, as one primitive.

Forward and first gradients are loops over time in NumPy (backpropagation through time), written
out in `recurrent_kernels.py`. Under `create_graph` the rule builds the same sequence step by step of
primitives and differentiates that: derivatives of any order come out, and no second backward is
written.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator
from typing import Any, Generic, NamedTuple, TypeVar
from weakref import ReferenceType, ref

import numpy as np

import grad_core as gc
from grad_core import Array, Tensor, Variadic
from grad_core.primitive import wrap
from grad_nn.functional.checks import check_shape

R = TypeVar("R")


class Steps:
    """Which rows of a sequence's data each step takes, and in which order the steps go.

    Rows stand step after step, and those of a step are its first `sizes[t]` sequences: a sequence
    that has ended is one of the last (PyTorch's packed sequences). Where all go on to the end, all
    sizes are the same.

    Args:
        sizes: How many sequences have each step, never increasing.
        batch: How many sequences there are.
        reverse: Whether the last step goes first.
    """

    def __init__(self, sizes: tuple[int, ...], batch: int, reverse: bool = False) -> None:
        self.batch = batch
        self.rows: int = sum(sizes)
        self._steps: list[tuple[slice[int, int, None], int]] = []
        start = 0
        for k in sizes:
            self._steps.append((slice(start, start + k), k))
            start += k
        self.reverse = reverse
        if reverse:
            self._steps.reverse()

    def __iter__(self) -> Iterator[tuple[slice[int, int, None], int]]:
        """Yield the rows of each step, and how many they are."""
        return iter(self._steps)

    def __reversed__(self) -> Iterator[tuple[slice[int, int, None], int]]:
        return reversed(self._steps)

    def __len__(self) -> int:
        return len(self._steps)

    def joined(self, parts: list[Array]) -> Array:
        """Return what is given step after step as the rows of one array."""
        return np.concatenate(parts[::-1] if self.reverse else parts)


class Operands(NamedTuple, Generic[R]):
    """The arrays of a run, ndarrays or Tensors; None for what a layer has not."""

    x: R
    """The input, `(rows, input)`."""
    h: R
    """The first state, `(batch, output)`."""
    c: R | None
    """The first cell state, `(batch, hidden)`."""
    w_ih: R
    w_hh: R
    b_ih: R | None
    b_hh: R | None
    w_hr: R | None
    """The projection of the state, `(output, hidden)`."""


class Pulled(NamedTuple):
    """What backpropagation through time finds, from which each gradient is one product."""

    ih: Array
    """The gradient of x @ w_ih.T + b_ih, `(rows, gates * hidden)`."""
    hh: Array
    """The gradient of h @ w_hh.T + b_hh in each step."""
    h: Array
    c: Array | None
    projected: Array | None
    """The gradient of the projected states, `(rows, output)`."""


class Kernel(ABC):
    """What a recurrent layer does in a step; one object for each kind, without a state."""

    gates: int
    """How many blocks of `hidden` rows its weights have."""
    has_c: bool = False
    """Whether there is a cell state beside the state."""

    @abstractmethod
    def forward(
        self,
        h: Array,
        c: Array | None,
        y: Array,
        o: Operands[Array],
        steps: Steps,
        keeps: bool,
    ) -> tuple[Array, ...]:
        """Run through the steps.

        Args:
            h: The first state, to be turned into the last.
            c: The same of the cell state.
            y: Where the states go, `(rows, output)`.
            o: All operands.
            steps: The steps.
            keeps: Whether there will be a gradient. If not, nothing need be returned.

        Returns:
            What `backward` takes as `kept`: first the state before each step, then, where states
            are projected, what they are projected from, and then what the kernel likes.
        """

    @abstractmethod
    def backward(
        self,
        dy: Array,
        dh: Array,
        dc: Array | None,
        o: Operands[Array],
        steps: Steps,
        kept: tuple[Array, ...],
    ) -> Pulled:
        """Pull the gradient back through the steps.

        Args:
            dy: The gradient of the states, not to be written to.
            dh: That of the last state, to be turned into that of the first.
            dc: The same of the cell state.
            o: All operands.
            steps: The steps.
            kept: What `forward` has returned.
        """

    @abstractmethod
    def step(
        self, gates: Tensor, h: Tensor, c: Tensor | None, o: Operands[Tensor]
    ) -> tuple[Tensor, Tensor | None]:
        """Take one step, of primitives.

        Args:
            gates: x @ w_ih.T + b_ih of this step.
            h: The state, `(k, output)`.
            c: The cell state, `(k, hidden)`.
            o: All operands.

        Returns:
            The next state and cell state.
        """


class Run:
    """One run of a layer: what forward leaves for the rule, and what the rules of operands share.

    Args:
        kernel: The kind of layer.
        steps: The steps.
        names: The operands that there are, in order.
        keeps: Whether there will be a gradient.
    """

    def __init__(self, kernel: Kernel, steps: Steps, names: tuple[str, ...], keeps: bool) -> None:
        self.kernel = kernel
        self.steps = steps
        self.names = names
        self.keeps = keeps
        self.kept: tuple[Array, ...] = ()
        # The sweep asks for the gradient of one operand after the other, with the same `g`. As
        # long as that lives, what was found for it is remembered.
        self._found: tuple[ReferenceType[Any], Any] | None = None

    def forward(self, xs: tuple[Array, ...]) -> Array:
        """Return the states of all steps, the last states and the last cell states, in one row."""
        dtype = np.result_type(*xs)
        o, work = self._operands(xs, dtype)
        rows, batch, out = self.steps.rows, self.steps.batch, o.h.shape[1]
        hidden = o.w_hh.shape[0] // self.kernel.gates
        flat = np.empty((rows + batch) * out + (batch * hidden if self.kernel.has_c else 0), work)
        y, h, c = self._parts(flat, out, hidden)
        h[...] = o.h
        if c is not None:
            c[...] = o.c
        with np.errstate(over="ignore"):  # exp, in the logistic function of large numbers
            kept = self.kernel.forward(h, c, y, o, self.steps, self.keeps)
        if self.keeps:
            self.kept = kept
        return flat.astype(dtype, copy=False)

    def gradient(self, g: Any, xs: tuple[Any, ...], i: int) -> Any:
        """Return the gradient of operand `i`, at either level."""
        if isinstance(g, Tensor):
            given = g
            found: dict[int, Tensor] = self._once(g, lambda: self._composed_gradients(given, xs))
            return found[i]
        o, work = self._operands(xs, np.result_type(*xs))
        p: Pulled = self._once(g, lambda: self._pulled(g.astype(work, copy=False), o))
        kept = self.kept
        match self.names[i]:
            case "x":
                return p.ih @ o.w_ih
            case "w_ih":
                return p.ih.T @ o.x
            case "b_ih":
                return np.ones(len(p.ih), work) @ p.ih  # faster than sum(0)
            case "w_hh":
                return p.hh.T @ kept[0]
            case "b_hh":
                return np.ones(len(p.hh), work) @ p.hh
            case "h":
                return p.h
            case "c":
                return p.c
            case _:  # w_hr
                assert p.projected is not None  # where there is a projection
                return p.projected.T @ kept[1]

    def _operands(
        self, xs: tuple[Any, ...], dtype: np.dtype[Any]
    ) -> tuple[Operands[Array], np.dtype[Any]]:
        """The operands in the dtype to work in: products of float16 are slow, and lose digits."""
        work = np.dtype(np.float32) if dtype == np.float16 else dtype
        return Operands(**self._by_name([np.asarray(a, work) for a in xs])), work

    def _by_name(self, xs: list[R]) -> dict[str, Any]:
        return {**dict.fromkeys(Operands._fields), **dict(zip(self.names, xs, strict=True))}

    def _parts(self, flat: Any, out: int, hidden: int) -> tuple[Any, Any, Any]:
        """The states, the last states and the last cell states, as parts of one row."""
        rows, batch = self.steps.rows, self.steps.batch
        end = (rows + batch) * out
        y = flat[: rows * out].reshape((rows, out))
        h = flat[rows * out : end].reshape((batch, out))
        return y, h, flat[end:].reshape((batch, hidden)) if self.kernel.has_c else None

    def _once(self, g: Any, compute: Callable[[], Any]) -> Any:
        found = self._found
        if found is None or found[0]() is not g:
            self._found = found = (ref(g, self._forget), compute())
        return found[1]

    def _forget(self, gone: ReferenceType[Any]) -> None:
        found = self._found
        if found is not None and found[0] is gone:
            self._found = None

    def _pulled(self, g: Array, o: Operands[Array]) -> Pulled:
        dy, dh, dc = self._parts(g, o.h.shape[1], o.w_hh.shape[0] // self.kernel.gates)
        dc = None if dc is None else dc.copy()
        return self.kernel.backward(dy, dh.copy(), dc, o, self.steps, self.kept)

    def _composed_gradients(self, g: Tensor, xs: tuple[Any, ...]) -> dict[int, Tensor]:
        """The gradients of all operands that need one, with graphs of their own."""
        tensors = [x if isinstance(x, Tensor) else wrap(x) for x in xs]
        with gc.enable_grad():
            out = self._composed(Operands(**self._by_name(tensors)))
        wanted = [i for i, x in enumerate(tensors) if x.requires_grad]
        found = gc.gradient(out, [tensors[i] for i in wanted], g, create_graph=True)
        return dict(zip(wanted, found, strict=True))

    def _composed(self, o: Operands[Tensor]) -> Tensor:
        """What `forward` returns, of primitives."""
        gates = o.x @ o.w_ih.T
        if o.b_ih is not None:
            gates = gates + o.b_ih
        states: dict[int, Tensor] = {}
        h, c = o.h, o.c
        for rows, k in self.steps:
            rest_h, rest_c = h[k:], None if c is None else c[k:]
            h, c = self.kernel.step(gates[rows], h[:k], None if c is None else c[:k], o)
            states[rows.start] = h
            if k < self.steps.batch:
                h = gc.concat([h, rest_h])
                c = None if c is None or rest_c is None else gc.concat([c, rest_c])
        last = [h.reshape(-1)] if c is None else [h.reshape(-1), c.reshape(-1)]
        return gc.concat([*(states[start].reshape(-1) for start in sorted(states)), *last])


_run: Variadic[Run] = Variadic(
    "recurrence",
    lambda xs, run: run.forward(xs),
    lambda g, _out, xs, i, run: run.gradient(g, xs, i),
)


def recurrence(
    kernel: Kernel, steps: Steps, o: Operands[Tensor]
) -> tuple[Tensor, Tensor, Tensor | None]:
    """Run a layer through the steps of a sequence.

    Args:
        kernel: The kind of layer.
        steps: The steps.
        o: The input, the first states, whose shapes fit, and the weights.

    Returns:
        The states, `(rows, output)`, the last states, `(batch, output)`, and the last cell states
        where there are any, `(batch, hidden)`.

    Raises:
        ValueError: A weight has a shape that does not fit, as one that was put in its place may.
    """
    out, width = o.h.shape[1], o.w_ih.shape[0]
    hidden = width // kernel.gates
    for name, weight, shape in (
        ("weight_ih", o.w_ih, (kernel.gates * hidden, o.x.shape[1])),
        ("weight_hh", o.w_hh, (width, out)),
        ("bias_ih", o.b_ih, (width,)),
        ("bias_hh", o.b_hh, (width,)),
        ("weight_hr", o.w_hr, (out, hidden)),
    ):
        check_shape("recurrence", name, weight, shape)
    present = {name: t for name, t in o._asdict().items() if t is not None}
    tensors: list[Tensor] = list(present.values())
    keeps = gc.is_grad_enabled() and any(t.requires_grad for t in tensors)
    run = Run(kernel, steps, tuple(present), keeps)
    y, h, c = run._parts(_run(tensors, run), out, hidden)
    return y, h, c

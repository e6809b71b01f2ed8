"""What RNN, LSTM and GRU share: parameters, layers and directions, padded and packed input."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from typing import TypeAlias, TypeVar

import numpy as np
from numpy.typing import DTypeLike

import grad_core as gc
from grad_core import Tensor
from grad_core.primitive import wrap
from grad_init import Initializer, InitMethod, Rng, as_generator
from grad_nn.functional.checks import check_floating, size
from grad_nn.functional.dropouts import dropout as dropped
from grad_nn.functional.recurrence import Operands, Steps, recurrence
from grad_nn.functional.recurrent_kernels import KERNELS, Mode
from grad_nn.layers.recurrent_parts import check_state, drawn_parameter, redraw_parameter
from grad_nn.module import Module
from grad_nn.parameter import Parameter
from grad_nn.utils.packed import Integers, PackedSequence

S = TypeVar("S", Tensor, PackedSequence)
_Weights: TypeAlias = (
    "tuple[Parameter, Parameter, Parameter | None, Parameter | None, Parameter | None]"
)


class RNNBase(Module):
    """Base class of RNN, LSTM and GRU.

    Args:
        mode: `"RNN_TANH"`, `"RNN_RELU"`, `"LSTM"` or `"GRU"`.
        input_size: How many numbers each step takes.
        hidden_size: How many numbers the state has.
        num_layers: How many layers stand on one another.
        bias: Whether there are biases.
        batch_first: Whether the batch is the first axis of input and output; of states it never is.
        dropout: The probability to drop an output of a layer below another, while training.
        bidirectional: Whether a second run goes from the last step to the first.
        proj_size: How many numbers the state is projected to; 0 for no projection.
        init_method: How the weights are drawn, by name or by an initializer, each gate by itself;
            biases are 0 then. None draws all from U(-a, a), a = 1 / sqrt(hidden_size).
        rng: Where random numbers come from, for dropout too.
        dtype: The dtype of the parameters; None for the default dtype, float32.

    Raises:
        ValueError: A setting is out of range.
    """

    weight_ih_l0: Parameter
    weight_hh_l0: Parameter
    bias_ih_l0: Parameter
    bias_hh_l0: Parameter

    def __init__(
        self,
        mode: Mode,
        input_size: int,
        hidden_size: int,
        num_layers: int = 1,
        bias: bool = True,
        batch_first: bool = False,
        dropout: float = 0.0,
        bidirectional: bool = False,
        proj_size: int = 0,
        *,
        init_method: InitMethod | Initializer | None = None,
        rng: Rng = None,
        dtype: DTypeLike | None = None,
    ) -> None:
        name = type(self).__name__
        if mode not in KERNELS:
            raise ValueError(f"{name}: mode must be one of {', '.join(KERNELS)}; got {mode!r}")
        self.mode: Mode = mode
        self.input_size: int = size(name, "input_size", input_size)
        self.hidden_size: int = size(name, "hidden_size", hidden_size, 1)
        self.num_layers: int = size(name, "num_layers", num_layers, 1)
        self.bias: bool = bias
        self.batch_first: bool = batch_first
        self.dropout: float = _probability(name, dropout, self.num_layers)
        self.bidirectional: bool = bidirectional
        self.proj_size: int = size(name, "proj_size", proj_size)
        if self.proj_size >= self.hidden_size or (self.proj_size and mode != "LSTM"):
            raise ValueError(
                f"{name}: proj_size is for LSTM, and less than hidden_size {self.hidden_size}; got"
                f" {proj_size}"
            )
        self.rng: Rng = None if rng is None else as_generator(rng)
        self.init_method: InitMethod | Initializer | None = init_method
        n = self.hidden_size
        for part, blocks, shape in self._parts():
            drawn = drawn_parameter(blocks, shape, n, init_method, self.rng, dtype)
            setattr(self, part, drawn)

    def _parts(self) -> Iterator[tuple[str, int, tuple[int, ...]]]:
        """Yield the name of each Parameter, how many blocks it is made of, and their shape."""
        gates, state = KERNELS[self.mode].gates, self.proj_size or self.hidden_size
        n = self.hidden_size
        for layer, suffix in self._runs():
            width = self.input_size if layer == 0 else state * self._directions
            yield "weight_ih" + suffix, gates, (n, width)
            yield "weight_hh" + suffix, gates, (n, state)
            if self.bias:
                yield "bias_ih" + suffix, gates, (n,)
                yield "bias_hh" + suffix, gates, (n,)
            if self.proj_size:
                yield "weight_hr" + suffix, 1, (self.proj_size, n)

    def reset_parameters(self, *, rng: Rng = None) -> None:
        """Draw the weights and biases anew, as they were at first."""
        generator = as_generator(rng)
        for part, blocks, _ in self._parts():
            redraw_parameter(self, part, blocks, self.hidden_size, self.init_method, generator)

    @property
    def all_weights(self) -> list[list[Parameter]]:
        """The Parameters of each layer and direction."""
        return [[p for p in self._weights(suffix) if p is not None] for _, suffix in self._runs()]

    def flatten_parameters(self) -> None:
        """Do nothing: for programs that call it, as PyTorch's layers lay out weights for cuDNN."""

    def extra_repr(self) -> str:
        """Return the sizes, and the settings that are not the default ones."""
        settings = {
            "proj_size": self.proj_size,
            "num_layers": self.num_layers,
            "bias": self.bias,
            "batch_first": self.batch_first,
            "dropout": self.dropout,
            "bidirectional": self.bidirectional,
        }
        usual = {"num_layers": 1, "bias": True}
        shown = [f"{k}={v}" for k, v in settings.items() if v != usual.get(k, 0)]
        return ", ".join([str(self.input_size), str(self.hidden_size), *shown])

    # ------------------------------------------------------------------------ the run

    @property
    def _directions(self) -> int:
        return 2 if self.bidirectional else 1

    def _runs(self) -> Iterator[tuple[int, str]]:
        """Yield the layer and the end of the names of each run, in PyTorch's order."""
        for layer in range(self.num_layers):
            yield layer, f"_l{layer}"
            if self.bidirectional:
                yield layer, f"_l{layer}_reverse"

    def _weights(self, suffix: str) -> _Weights:
        """The Parameters whose names end so, in PyTorch's order; None where there is none."""
        names = ("weight_ih", "weight_hh", "bias_ih", "bias_hh", "weight_hr")
        ih, hh, *others = (getattr(self, name + suffix, None) for name in names)
        assert ih is not None
        assert hh is not None
        return ih, hh, others[0], others[1], others[2]

    def _run(self, input: S, h: Tensor | None, c: Tensor | None) -> tuple[S, Tensor, Tensor | None]:
        """Run all layers; return the states, the last states and the last cell states."""
        if isinstance(input, PackedSequence):
            sizes = tuple(input.batch_sizes.tolist())
            rows = self._checked(input.data, "(rows, {})", 2)
            batch = sizes[0] if sizes else 0
            h, c = self._states(h, c, batch, True, input.sorted_indices)
            y, h, c = self._rows(rows, sizes, batch, h, c)
            back = input.unsorted_indices
            if back is not None:
                h, c = gc.take(h, back, 1), None if c is None else gc.take(c, back, 1)
            return PackedSequence(y, input.batch_sizes, input.sorted_indices, back), h, c
        batched = getattr(input, "ndim", 3) != 2
        leading = "(batch, time, {})" if self.batch_first else "(time, batch, {})"
        x = self._checked(input, f"{leading}, or (time, {{}})", 3 if batched else 2)
        if not batched:
            x = x[:, None]
        elif self.batch_first:
            x = x.swapaxes(0, 1)
        time, batch, width = x.shape
        h, c = self._states(h, c, batch, batched, None)
        y, h, c = self._rows(x.reshape((time * batch, width)), (batch,) * time, batch, h, c)
        y = y.reshape((time, batch, y.shape[1]))
        if not batched:
            return y[:, 0], h[:, 0], None if c is None else c[:, 0]
        return y.swapaxes(0, 1) if self.batch_first else y, h, c

    def _rows(
        self,
        x: Tensor,
        sizes: tuple[int, ...],
        batch: int,
        h: Tensor | None,
        c: Tensor | None,
    ) -> tuple[Tensor, Tensor, Tensor | None]:
        """Run all layers on rows of data, step after step."""
        kernel = KERNELS[self.mode]
        steps = (Steps(sizes, batch), Steps(sizes, batch, reverse=True))
        out = self.proj_size or self.hidden_size
        ys: list[Tensor] = []
        hs: list[Tensor] = []
        cs: list[Tensor] = []
        for i, (layer, suffix) in enumerate(self._runs()):
            first_h = wrap(np.zeros((batch, out), x.dtype)) if h is None else h[i]
            first_c = None
            if kernel.has_c:
                n = self.hidden_size
                first_c = wrap(np.zeros((batch, n), x.dtype)) if c is None else c[i]
            y, last_h, last_c = recurrence(
                kernel,
                steps[suffix.endswith("reverse")],
                Operands(x, first_h, first_c, *self._weights(suffix)),
            )
            ys.append(y)
            hs.append(last_h)
            if last_c is not None:
                cs.append(last_c)
            if len(ys) == self._directions:
                x = ys[0] if len(ys) == 1 else gc.concat(ys, 1)
                ys = []
                if self.dropout and self.training and layer < self.num_layers - 1:
                    x = dropped(x, self.dropout, rng=self.rng)
        return x, gc.stack(hs), gc.stack(cs) if cs else None

    # ------------------------------------------------------------------------ checks

    def _checked(self, x: Tensor, expected: str, ndim: int) -> Tensor:
        name = type(self).__name__
        check_floating(name, x)
        if x.ndim != ndim or x.shape[-1] != self.input_size:
            raise ValueError(
                f"{name}: input has shape {x.shape}, expected"
                f" {expected.format(self.input_size, self.input_size)}"
            )
        return x

    def _states(
        self,
        h: Tensor | None,
        c: Tensor | None,
        batch: int,
        batched: bool,
        order: Integers | None,
    ) -> tuple[Tensor | None, Tensor | None]:
        """Check the first states, and put them into the order of the data."""
        runs = self.num_layers * self._directions
        widths = (self.proj_size or self.hidden_size, self.hidden_size)
        states: list[Tensor | None] = []
        for what, state, width in zip(("h_0", "c_0"), (h, c), widths, strict=True):
            if state is not None:
                shape = (runs, batch, width) if batched else (runs, width)
                check_state(type(self).__name__, what, state, shape)
                if not batched:
                    state = state[:, None]
                elif order is not None:
                    state = gc.take(state, order, 1)
            states.append(state)
        return states[0], states[1]


def _probability(name: str, dropout: float, num_layers: int) -> float:
    number = isinstance(dropout, (int, float, np.number)) and not isinstance(dropout, bool)
    if not (number and 0 <= dropout <= 1):
        raise ValueError(f"{name}: dropout is a probability, from 0 to 1; got {dropout!r}")
    if dropout and num_layers == 1:
        warnings.warn(
            f"{name}: dropout is between layers, and there is only one", UserWarning, stacklevel=4
        )
    return float(dropout)

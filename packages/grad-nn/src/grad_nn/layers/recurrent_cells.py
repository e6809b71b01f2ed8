"""Recurrent layers that take one step: RNNCell, LSTMCell, GRUCell."""

from __future__ import annotations

import numpy as np
from numpy.typing import DTypeLike

from grad_core import Tensor
from grad_core.primitive import wrap
from grad_init import Initializer, InitMethod, Rng, as_generator
from grad_nn.functional.checks import check_floating, size
from grad_nn.functional.recurrence import Operands, Steps, recurrence
from grad_nn.functional.recurrent_kernels import KERNELS, Mode
from grad_nn.layers.recurrent_parts import (
    Nonlinearity,
    check_state,
    drawn_parameter,
    mode_of,
    pair,
    redraw_parameter,
)
from grad_nn.module import Module
from grad_nn.parameter import Parameter


class RNNCellBase(Module):
    """Base class of RNNCell, LSTMCell and GRUCell.

    Args:
        input_size: How many numbers the input has.
        hidden_size: How many numbers the state has.
        bias: Whether there are biases.
        num_chunks: How many gates there are.
        init_method: How the weights are drawn, by name or by an initializer, each gate by itself;
            biases are 0 then. None draws all from U(-a, a), a = 1 / sqrt(hidden_size).
        rng: Where random numbers come from.
        dtype: The dtype of the parameters; None for the default dtype, float32.

    Raises:
        ValueError: A size is out of range.
    """

    def __init__(
        self,
        input_size: int,
        hidden_size: int,
        bias: bool,
        num_chunks: int,
        *,
        init_method: InitMethod | Initializer | None = None,
        rng: Rng = None,
        dtype: DTypeLike | None = None,
    ) -> None:
        name = type(self).__name__
        self.input_size: int = size(name, "input_size", input_size)
        self.hidden_size: int = size(name, "hidden_size", hidden_size, 1)
        self.bias: bool = bias
        self.init_method: InitMethod | Initializer | None = init_method
        generator = as_generator(rng)

        def drawn(*shape: int) -> Parameter:
            return drawn_parameter(
                num_chunks, shape, self.hidden_size, init_method, generator, dtype
            )

        self.weight_ih: Parameter = drawn(self.hidden_size, self.input_size)
        self.weight_hh: Parameter = drawn(self.hidden_size, self.hidden_size)
        self.bias_ih: Parameter | None = drawn(self.hidden_size) if bias else None
        self.bias_hh: Parameter | None = drawn(self.hidden_size) if bias else None

    def reset_parameters(self, *, rng: Rng = None) -> None:
        """Draw the weights and biases anew, as they were at first."""
        generator = as_generator(rng)
        n = self.hidden_size
        blocks = self.weight_ih.shape[0] // n
        for part in ("weight_ih", "weight_hh", *(("bias_ih", "bias_hh") if self.bias else ())):
            redraw_parameter(self, part, blocks, n, self.init_method, generator)

    def extra_repr(self) -> str:
        """Return the sizes, and the settings that are not the default ones."""
        bias = "" if self.bias else ", bias=False"
        return f"{self.input_size}, {self.hidden_size}{bias}"

    def _step(
        self, mode: Mode, input: Tensor, h: Tensor | None, c: Tensor | None
    ) -> tuple[Tensor, Tensor | None]:
        """Take a step; return the next state and cell state."""
        name = type(self).__name__
        check_floating(name, input)
        shape = input.shape
        if len(shape) not in (1, 2) or shape[-1] != self.input_size:
            raise ValueError(
                f"{name}: input has shape {shape}, expected (batch, {self.input_size}), or"
                f" ({self.input_size},)"
            )
        batched = len(shape) == 2
        batch = shape[0] if batched else 1
        kernel = KERNELS[mode]
        expected = (*shape[:-1], self.hidden_size)
        states: list[Tensor] = []
        for what, state in (("h_0", h), ("c_0", c)):
            if state is None:
                states.append(wrap(np.zeros((batch, self.hidden_size), input.dtype)))
            else:
                check_state(name, what, state, expected)
                states.append(state if batched else state[None])
        first_h, first_c = states
        _, h, c = recurrence(
            kernel,
            Steps((batch,), batch),
            Operands(
                input if batched else input[None],
                first_h,
                first_c if kernel.has_c else None,
                self.weight_ih,
                self.weight_hh,
                self.bias_ih,
                self.bias_hh,
                None,
            ),
        )
        return (h, c) if batched else (h[0], None if c is None else c[0])


class RNNCell(RNNCellBase):
    """One step of an RNN: h' = tanh(W_ih x + b_ih + W_hh h + b_hh).

    Shape:
        input: `(batch, input_size)` or `(input_size,)`.
        hx, zeros if not given, and the result: `(batch, hidden_size)` or `(hidden_size,)`.

    Args:
        input_size: How many numbers the input has.
        hidden_size: How many numbers the state has.
        bias: Whether there are biases.
        nonlinearity: `"tanh"` or `"relu"`.
        init_method: How the weights are drawn, by name or by an initializer; biases are 0 then. None
            draws all from U(-a, a), a = 1 / sqrt(hidden_size).
        rng: Where random numbers come from: a generator, a seed, or None for the default one.
        dtype: The dtype of the parameters; None for the default dtype, float32.

    Attributes:
        weight_ih: `(hidden_size, input_size)`.
        weight_hh: `(hidden_size, hidden_size)`.
        bias_ih: `(hidden_size,)`, or None.
        bias_hh: `(hidden_size,)`, or None.

    Raises:
        ValueError: A setting is out of range; on a call, if a shape does not fit.
        TypeError: On a call, if an argument is no Tensor.

    Example:
        >>> cell = RNNCell(3, 2, rng=0)
        >>> h = cell(Tensor([1.0, 2.0, 3.0]))
        >>> cell(Tensor([1.0, 2.0, 3.0]), h).shape
        (2,)

    Reference:
        J. Elman, "Finding structure in time", Cognitive Science 14, 1990.
    """

    def __init__(
        self,
        input_size: int,
        hidden_size: int,
        bias: bool = True,
        nonlinearity: Nonlinearity = "tanh",
        *,
        init_method: InitMethod | Initializer | None = None,
        rng: Rng = None,
        dtype: DTypeLike | None = None,
    ) -> None:
        mode_of("RNNCell", nonlinearity)
        self.nonlinearity: Nonlinearity = nonlinearity
        super().__init__(
            input_size, hidden_size, bias, 1, init_method=init_method, rng=rng, dtype=dtype
        )

    def forward(self, input: Tensor, hx: Tensor | None = None) -> Tensor:
        """Compute the next state."""
        return self._step(mode_of("RNNCell", self.nonlinearity), input, hx, None)[0]

    def extra_repr(self) -> str:
        """Return the sizes, and the settings that are not the default ones."""
        more = "" if self.nonlinearity == "tanh" else f", nonlinearity={self.nonlinearity}"
        return super().extra_repr() + more


class LSTMCell(RNNCellBase):
    """One step of an LSTM, whose formulas those of `LSTM` are.

    Shape:
        input: `(batch, input_size)` or `(input_size,)`.
        hx, a pair of states (h, c), zeros if not given, and the result, the next pair: each
        `(batch, hidden_size)` or `(hidden_size,)`.

    Args:
        input_size: How many numbers the input has.
        hidden_size: How many numbers each state has.
        bias: Whether there are biases.
        init_method: How the weights are drawn, by name or by an initializer, each gate by itself;
            biases are 0 then. None draws all from U(-a, a), a = 1 / sqrt(hidden_size).
        rng: Where random numbers come from: a generator, a seed, or None for the default one.
        dtype: The dtype of the parameters; None for the default dtype, float32.

    Attributes:
        weight_ih: W_ii, W_if, W_ig, W_io, `(4 * hidden_size, input_size)`.
        weight_hh: W_hi, W_hf, W_hg, W_ho, `(4 * hidden_size, hidden_size)`.
        bias_ih: `(4 * hidden_size,)`, or None.
        bias_hh: `(4 * hidden_size,)`, or None.

    Raises:
        ValueError: A size is out of range; on a call, if a shape does not fit.
        TypeError: On a call, if an argument is no Tensor, or hx no pair of them.

    Example:
        >>> cell = LSTMCell(3, 2, rng=0)
        >>> h, c = cell(Tensor([1.0, 2.0, 3.0]))
        >>> h, c = cell(Tensor([1.0, 2.0, 3.0]), (h, c))
        >>> h.shape, c.shape
        ((2,), (2,))

    Reference:
        S. Hochreiter and J. Schmidhuber, "Long short-term memory", Neural Computation 9(8), 1997;
        F. Gers, J. Schmidhuber and F. Cummins, "Learning to forget", Neural Computation 12(10),
        2000.
    """

    def __init__(
        self,
        input_size: int,
        hidden_size: int,
        bias: bool = True,
        *,
        init_method: InitMethod | Initializer | None = None,
        rng: Rng = None,
        dtype: DTypeLike | None = None,
    ) -> None:
        super().__init__(
            input_size, hidden_size, bias, 4, init_method=init_method, rng=rng, dtype=dtype
        )

    def forward(
        self, input: Tensor, hx: tuple[Tensor, Tensor] | None = None
    ) -> tuple[Tensor, Tensor]:
        """Compute the next states."""
        h, c = (None, None) if hx is None else pair("LSTMCell", hx)
        h, c = self._step("LSTM", input, h, c)
        assert c is not None  # an LSTM has it
        return h, c


class GRUCell(RNNCellBase):
    """One step of a GRU, whose formulas those of `GRU` are.

    Shape:
        input: `(batch, input_size)` or `(input_size,)`.
        hx, zeros if not given, and the result: `(batch, hidden_size)` or `(hidden_size,)`.

    Args:
        input_size: How many numbers the input has.
        hidden_size: How many numbers the state has.
        bias: Whether there are biases.
        init_method: How the weights are drawn, by name or by an initializer, each gate by itself;
            biases are 0 then. None draws all from U(-a, a), a = 1 / sqrt(hidden_size).
        rng: Where random numbers come from: a generator, a seed, or None for the default one.
        dtype: The dtype of the parameters; None for the default dtype, float32.

    Attributes:
        weight_ih: W_ir, W_iz, W_in, `(3 * hidden_size, input_size)`.
        weight_hh: W_hr, W_hz, W_hn, `(3 * hidden_size, hidden_size)`.
        bias_ih: `(3 * hidden_size,)`, or None.
        bias_hh: `(3 * hidden_size,)`, or None.

    Raises:
        ValueError: A size is out of range; on a call, if a shape does not fit.
        TypeError: On a call, if an argument is no Tensor.

    Example:
        >>> cell = GRUCell(3, 2, rng=0)
        >>> h = cell(Tensor([1.0, 2.0, 3.0]))
        >>> cell(Tensor([1.0, 2.0, 3.0]), h).shape
        (2,)

    Reference:
        K. Cho et al., "Learning phrase representations using RNN encoder-decoder for statistical
        machine translation", EMNLP 2014, section 2.3.
    """

    def __init__(
        self,
        input_size: int,
        hidden_size: int,
        bias: bool = True,
        *,
        init_method: InitMethod | Initializer | None = None,
        rng: Rng = None,
        dtype: DTypeLike | None = None,
    ) -> None:
        super().__init__(
            input_size, hidden_size, bias, 3, init_method=init_method, rng=rng, dtype=dtype
        )

    def forward(self, input: Tensor, hx: Tensor | None = None) -> Tensor:
        """Compute the next state."""
        return self._step("GRU", input, hx, None)[0]

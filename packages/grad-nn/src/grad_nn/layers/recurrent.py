"""Recurrent layers: RNN, LSTM, GRU."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, overload

from numpy.typing import DTypeLike

from grad_core import Tensor
from grad_init import Initializer, InitMethod, Rng
from grad_nn.layers.recurrent_base import RNNBase, S
from grad_nn.layers.recurrent_parts import Nonlinearity, mode_of, pair
from grad_nn.parameter import Parameter
from grad_nn.utils.packed import PackedSequence


class _Plain(RNNBase):
    """A layer whose state is one Tensor."""

    if TYPE_CHECKING:
        # Module.__call__ lends the signature of forward; but mypy cannot see a generic one through
        # it, and so finds this to be another one, while pyright finds that of any overload.
        @overload  # type: ignore[override]  # as said above
        def __call__(self, input: Tensor, hx: Tensor | None = None) -> tuple[Tensor, Tensor]: ...
        @overload
        def __call__(
            self, input: PackedSequence, hx: Tensor | None = None
        ) -> tuple[PackedSequence, Tensor]: ...
        def __call__(self, input: Any, hx: Tensor | None = None) -> Any: ...  # pyright: ignore[reportIncompatibleMethodOverride]  # as said above

    def forward(self, input: S, hx: Tensor | None = None) -> tuple[S, Tensor]:
        """Run through the sequence."""
        output, h, _ = self._run(input, hx, None)
        return output, h


class RNN(_Plain):
    """A recurrent layer, or several: h_t = tanh(W_ih x_t + b_ih + W_hh h_(t-1) + b_hh).

    Shape:
        input: `(time, batch, input_size)`, `(batch, time, input_size)` with `batch_first`,
        `(time, input_size)` without a batch, or a PackedSequence.
        hx, the first states, zeros if not given: `(num_layers * D, batch, hidden_size)`, D being 2
        if bidirectional, else 1.
        output: as the input, with `D * hidden_size` numbers at each step; and the last states, as
        hx.

    Args:
        input_size: How many numbers each step takes.
        hidden_size: How many numbers the state has.
        num_layers: How many layers stand on one another.
        nonlinearity: `"tanh"` or `"relu"`.
        bias: Whether there are biases.
        batch_first: Whether the batch is the first axis of input and output; of states it never is.
        dropout: The probability to drop an output of a layer below another, while training.
        bidirectional: Whether a second run goes from the last step to the first.
        init_method: How the weights are drawn, by name or by an initializer; biases are 0 then. None
            draws all from U(-a, a), a = 1 / sqrt(hidden_size).
        rng: Where random numbers come from, for dropout too: a generator, a seed, or None for the
            default one.
        dtype: The dtype of the parameters; None for the default dtype, float32.

    Attributes:
        weight_ih_l0: `(hidden_size, input_size)`, in layer 0; in the layers above, which are `_l1`
            and so on, `(hidden_size, D * hidden_size)`. Those of the second run end in `_reverse`.
        weight_hh_l0: `(hidden_size, hidden_size)`.
        bias_ih_l0: `(hidden_size,)`.
        bias_hh_l0: `(hidden_size,)`.

    Raises:
        ValueError: A setting is out of range; on a call, if a shape does not fit.
        TypeError: On a call, if the input is neither a Tensor nor a PackedSequence.

    Example:
        >>> import numpy as np
        >>> layer = RNN(3, 4, num_layers=2, bidirectional=True, rng=0)
        >>> output, h = layer(Tensor(np.ones((5, 2, 3))))
        >>> output.shape, h.shape
        ((5, 2, 8), (4, 2, 4))

    Reference:
        J. Elman, "Finding structure in time", Cognitive Science 14, 1990; M. Schuster and K.
        Paliwal, "Bidirectional recurrent neural networks", IEEE Transactions on Signal Processing
        45(11), 1997.
    """

    def __init__(
        self,
        input_size: int,
        hidden_size: int,
        num_layers: int = 1,
        nonlinearity: Nonlinearity = "tanh",
        bias: bool = True,
        batch_first: bool = False,
        dropout: float = 0.0,
        bidirectional: bool = False,
        *,
        init_method: InitMethod | Initializer | None = None,
        rng: Rng = None,
        dtype: DTypeLike | None = None,
    ) -> None:
        mode = mode_of("RNN", nonlinearity)
        self.nonlinearity: Nonlinearity = nonlinearity
        super().__init__(
            mode,
            input_size,
            hidden_size,
            num_layers,
            bias,
            batch_first,
            dropout,
            bidirectional,
            init_method=init_method,
            rng=rng,
            dtype=dtype,
        )


class GRU(_Plain):
    """A layer of gated recurrent units, or several.

    In each step, with * elementwise:

        r = sigmoid(W_ir x + b_ir + W_hr h + b_hr)
        z = sigmoid(W_iz x + b_iz + W_hz h + b_hz)
        n = tanh(W_in x + b_in + r * (W_hn h + b_hn))
        h' = (1 - z) * n + z * h

    Shape:
        Those of `RNN`.

    Args:
        input_size: How many numbers each step takes.
        hidden_size: How many numbers the state has.
        num_layers: How many layers stand on one another.
        bias: Whether there are biases.
        batch_first: Whether the batch is the first axis of input and output; of states it never is.
        dropout: The probability to drop an output of a layer below another, while training.
        bidirectional: Whether a second run goes from the last step to the first.
        init_method: How the weights are drawn, by name or by an initializer, each gate by itself;
            biases are 0 then. None draws all from U(-a, a), a = 1 / sqrt(hidden_size).
        rng: Where random numbers come from, for dropout too: a generator, a seed, or None for the
            default one.
        dtype: The dtype of the parameters; None for the default dtype, float32.

    Attributes:
        weight_ih_l0: W_ir, W_iz, W_in, `(3 * hidden_size, input_size)`, in layer 0; the names in
            other layers and directions are those of `RNN`.
        weight_hh_l0: W_hr, W_hz, W_hn, `(3 * hidden_size, hidden_size)`.
        bias_ih_l0: `(3 * hidden_size,)`.
        bias_hh_l0: `(3 * hidden_size,)`.

    Raises:
        ValueError: A setting is out of range; on a call, if a shape does not fit.
        TypeError: On a call, if the input is neither a Tensor nor a PackedSequence.

    Example:
        >>> import numpy as np
        >>> output, h = GRU(3, 4, rng=0)(Tensor(np.ones((5, 2, 3))))
        >>> output.shape, h.shape
        ((5, 2, 4), (1, 2, 4))

    Reference:
        K. Cho et al., "Learning phrase representations using RNN encoder-decoder for statistical
        machine translation", EMNLP 2014, section 2.3. As in cuDNN and PyTorch, r is applied after
        the product with W_hn, not before.
    """

    def __init__(
        self,
        input_size: int,
        hidden_size: int,
        num_layers: int = 1,
        bias: bool = True,
        batch_first: bool = False,
        dropout: float = 0.0,
        bidirectional: bool = False,
        *,
        init_method: InitMethod | Initializer | None = None,
        rng: Rng = None,
        dtype: DTypeLike | None = None,
    ) -> None:
        super().__init__(
            "GRU",
            input_size,
            hidden_size,
            num_layers,
            bias,
            batch_first,
            dropout,
            bidirectional,
            init_method=init_method,
            rng=rng,
            dtype=dtype,
        )


class LSTM(RNNBase):
    """A layer of long short-term memory, or several.

    In each step, with * elementwise:

        i = sigmoid(W_ii x + b_ii + W_hi h + b_hi)
        f = sigmoid(W_if x + b_if + W_hf h + b_hf)
        g = tanh(W_ig x + b_ig + W_hg h + b_hg)
        o = sigmoid(W_io x + b_io + W_ho h + b_ho)
        c' = f * c + i * g
        h' = o * tanh(c'),  or W_hr of that, with proj_size

    Shape:
        input: `(time, batch, input_size)`, `(batch, time, input_size)` with `batch_first`,
        `(time, input_size)` without a batch, or a PackedSequence.
        hx, the first states h and c, zeros if not given: `(num_layers * D, batch, state)` and
        `(num_layers * D, batch, hidden_size)`, D being 2 if bidirectional, else 1, and state being
        `proj_size`, or else `hidden_size`.
        output: as the input, with `D * state` numbers at each step; and the last states, as hx.

    Args:
        input_size: How many numbers each step takes.
        hidden_size: How many numbers the cell state has.
        num_layers: How many layers stand on one another.
        bias: Whether there are biases.
        batch_first: Whether the batch is the first axis of input and output; of states it never is.
        dropout: The probability to drop an output of a layer below another, while training.
        bidirectional: Whether a second run goes from the last step to the first.
        proj_size: How many numbers h is projected to, less than `hidden_size`; 0 for no projection.
        init_method: How the weights are drawn, by name or by an initializer, each gate by itself;
            biases are 0 then. None draws all from U(-a, a), a = 1 / sqrt(hidden_size).
        rng: Where random numbers come from, for dropout too: a generator, a seed, or None for the
            default one.
        dtype: The dtype of the parameters; None for the default dtype, float32.

    Attributes:
        weight_ih_l0: W_ii, W_if, W_ig, W_io, `(4 * hidden_size, input_size)`, in layer 0; the
            names in other layers and directions are those of `RNN`.
        weight_hh_l0: W_hi, W_hf, W_hg, W_ho, `(4 * hidden_size, state)`.
        bias_ih_l0: `(4 * hidden_size,)`.
        bias_hh_l0: `(4 * hidden_size,)`.
        weight_hr_l0: `(proj_size, hidden_size)`, if there is a projection.

    Raises:
        ValueError: A setting is out of range; on a call, if a shape does not fit.
        TypeError: On a call, if the input is neither a Tensor nor a PackedSequence, or hx is no
            pair of Tensors.

    Example:
        >>> import numpy as np
        >>> output, (h, c) = LSTM(3, 4, proj_size=2, rng=0)(Tensor(np.ones((5, 2, 3))))
        >>> output.shape, h.shape, c.shape
        ((5, 2, 2), (1, 2, 2), (1, 2, 4))

    Reference:
        S. Hochreiter and J. Schmidhuber, "Long short-term memory", Neural Computation 9(8), 1997,
        with the forget gate of F. Gers, J. Schmidhuber and F. Cummins, "Learning to forget",
        Neural Computation 12(10), 2000; the projection is that of H. Sak, A. Senior and F.
        Beaufays, arXiv:1402.1128.
    """

    weight_hr_l0: Parameter

    def __init__(
        self,
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
        super().__init__(
            "LSTM",
            input_size,
            hidden_size,
            num_layers,
            bias,
            batch_first,
            dropout,
            bidirectional,
            proj_size,
            init_method=init_method,
            rng=rng,
            dtype=dtype,
        )

    if TYPE_CHECKING:
        # As in _Plain
        @overload  # type: ignore[override]  # as said there
        def __call__(
            self, input: Tensor, hx: tuple[Tensor, Tensor] | None = None
        ) -> tuple[Tensor, tuple[Tensor, Tensor]]: ...
        @overload
        def __call__(
            self, input: PackedSequence, hx: tuple[Tensor, Tensor] | None = None
        ) -> tuple[PackedSequence, tuple[Tensor, Tensor]]: ...
        def __call__(self, input: Any, hx: tuple[Tensor, Tensor] | None = None) -> Any: ...  # noqa: D102  # pyright: ignore[reportIncompatibleMethodOverride]  # as said there

    def forward(
        self, input: S, hx: tuple[Tensor, Tensor] | None = None
    ) -> tuple[S, tuple[Tensor, Tensor]]:
        """Run through the sequence."""
        h, c = (None, None) if hx is None else pair("LSTM", hx)
        output, h, c = self._run(input, h, c)
        assert c is not None  # an LSTM has it
        return output, (h, c)

"""What recurrent layers do in a step, forward and back: RNN, LSTM, GRU."""

from __future__ import annotations

from typing import Literal, TypeAlias

import numpy as np

import grad_core as gc
from grad_core import Array, Tensor
from grad_nn.functional.activation.rectifiers import relu
from grad_nn.functional.activation.sigmoids import sigmoid
from grad_nn.functional.recurrence import Kernel, Operands, Pulled, Steps

Mode: TypeAlias = Literal["RNN_TANH", "RNN_RELU", "LSTM", "GRU"]
"""The kinds of recurrent layers."""

_FEW_STEPS, _FEW_ROWS = 4, 128


def _one(x: Array) -> Array:
    """1 as an array, for which NumPy has not to look for a dtype at each call."""
    return np.ones((), x.dtype)


def _logistic_of_negative(z: Array, one: Array) -> None:
    """1 / (1 + exp(z)) in place; where exp overflows it is 0, as it should."""
    np.exp(z, out=z)
    np.add(z, one, out=z)
    np.divide(one, z, out=z)


def _logistic(z: Array, one: Array) -> None:
    """1 / (1 + exp(-z)) in place."""
    np.negative(z, out=z)
    _logistic_of_negative(z, one)


def _often(matrix: Array, steps: Steps) -> Array:
    """What each step multiplies by: a copy in order pays where there are many.

    For few sequences a product takes no longer without it, and the copy as long as ten products.
    """
    many = len(steps) > _FEW_STEPS and steps.rows > _FEW_ROWS
    return np.ascontiguousarray(matrix) if many else matrix


def _of_gates(w: Array) -> Array:
    """The weights of the four gates of an LSTM, each transposed: a view."""
    rows, columns = w.shape
    return w.reshape(4, rows // 4, columns).transpose(0, 2, 1)


def _step_of(gates: Array, rows: slice[int, int, None], k: int) -> Array:
    """What a step has in a row of memory, gate after gate: `(4, k, hidden)`, a view.

    NumPy takes twice as long for a call where an array lies in pieces.
    """
    return gates[rows].reshape(4, k, gates.shape[1] // 4)


def _first(new: Array, old: Array) -> Array:
    """The state of all sequences, of which the first ones have a new one."""
    return new if len(new) == len(old) else np.concatenate((new, old[len(new) :]))


def _recurrent(h: Tensor, o: Operands[Tensor]) -> Tensor:
    product = h @ o.w_hh.T
    return product if o.b_hh is None else product + o.b_hh


class RNNKernel(Kernel):
    """h' = tanh(W_ih x + b_ih + W_hh h + b_hh), or relu(...).

    Reference:
        J. Elman, "Finding structure in time", Cognitive Science 14, 1990.
    """

    gates = 1

    def __init__(self, with_relu: bool) -> None:
        self.with_relu = with_relu

    def forward(
        self,
        h: Array,
        c: Array | None,
        y: Array,
        o: Operands[Array],
        steps: Steps,
        keeps: bool,
    ) -> tuple[Array, ...]:
        """Run through the steps."""
        before = np.empty_like(y)
        gates, product, w = o.x @ o.w_ih.T, np.empty_like(h), _often(o.w_hh.T, steps)
        if o.b_ih is not None and o.b_hh is not None:
            gates += o.b_ih + o.b_hh
        for rows, k in steps:
            state = h[:k]
            before[rows] = state
            z = np.matmul(state, w, out=product[:k])
            z += gates[rows]
            if self.with_relu:
                np.maximum(z, 0, out=state)
            else:
                np.tanh(z, out=state)
            y[rows] = state
        # y belongs to the result, which others may be shown and write to
        return before, y.copy()

    def backward(
        self,
        dy: Array,
        dh: Array,
        dc: Array | None,
        o: Operands[Array],
        steps: Steps,
        kept: tuple[Array, ...],
    ) -> Pulled:
        """Pull the gradient back through the steps."""
        y = kept[1]
        d = (y > 0).astype(y.dtype) if self.with_relu else 1 - y * y
        for rows, k in reversed(steps):
            state = dh[:k]
            state += dy[rows]
            z = d[rows]
            z *= state
            np.matmul(z, o.w_hh, out=state)
        return Pulled(d, d, dh, None, None)

    def step(
        self, gates: Tensor, h: Tensor, c: Tensor | None, o: Operands[Tensor]
    ) -> tuple[Tensor, Tensor | None]:
        """Take one step."""
        z = gates + _recurrent(h, o)
        return relu(z) if self.with_relu else gc.tanh(z), None


class LSTMKernel(Kernel):
    """Long short-term memory, with gates in the order i, f, g, o; and a projection on request.

    i, f, o = sigmoid(W_i* x + b_i* + W_h* h + b_h*), g = tanh(the same with g);
    c' = f * c + i * g, h' = o * tanh(c'), or W_hr of that.

    Reference:
        S. Hochreiter and J. Schmidhuber, "Long short-term memory", Neural Computation 9(8), 1997,
        with the forget gate of F. Gers, J. Schmidhuber and F. Cummins, "Learning to forget", 2000;
        the projection is that of H. Sak, A. Senior and F. Beaufays, arXiv:1402.1128.
    """

    gates = 4
    has_c = True

    def forward(
        self,
        h: Array,
        c: Array | None,
        y: Array,
        o: Operands[Array],
        steps: Steps,
        keeps: bool,
    ) -> tuple[Array, ...]:
        """Run through the steps."""
        assert c is not None  # has_c says so
        n = c.shape[1]
        # All are of the negative inputs until the logistic function, which needs exp(-z).
        inputs = np.matmul(-o.x, _of_gates(o.w_ih))
        if o.b_ih is not None and o.b_hh is not None:
            inputs -= (o.b_ih + o.b_hh).reshape(4, 1, n)
        w, projection = _often(_of_gates(o.w_hh), steps), None if o.w_hr is None else o.w_hr.T
        # Without a gradient to come, each step may write over what the one before has left
        size = len(o.x) if keeps else len(h)
        gates = np.empty((size, 4 * n), inputs.dtype)
        m, tanh_c, one = np.empty((size, n), gates.dtype), np.empty((size, n), gates.dtype), _one(h)
        before_h, before_c = [h[:0].copy()], [c[:0].copy()]
        state, cell = h.copy(), c.copy()
        for rows, k in steps:
            at = rows if keeps else slice(k)
            if keeps:
                before_h.append(state[:k])
                before_c.append(cell[:k])
            z = _step_of(gates, at, k)
            np.matmul(state[:k], w, out=z)
            np.subtract(inputs[:, rows], z, out=z)
            minus_g = np.tanh(z[2])
            # Of g, too, in vain: i, f and o do not lie together, and twice the calls would cost more
            _logistic_of_negative(z, one)
            i, f, g, out = z
            np.negative(minus_g, out=g)
            new = cell[:k] * f
            new += i * g
            cell = _first(new, cell)
            hidden = np.multiply(np.tanh(new, out=tanh_c[at]), out, out=m[at])
            y[rows] = hidden if projection is None else hidden @ projection
            state = _first(hidden if projection is None else y[rows].copy(), state)
        h[...], c[...] = state, cell
        return steps.joined(before_h), m, steps.joined(before_c), tanh_c, gates

    def backward(
        self,
        dy: Array,
        dh: Array,
        dc: Array | None,
        o: Operands[Array],
        steps: Steps,
        kept: tuple[Array, ...],
    ) -> Pulled:
        """Pull the gradient back through the steps."""
        assert dc is not None  # has_c says so
        _, m, before_c, tanh_c, gates = kept
        n = before_c.shape[1]
        d = np.empty((len(before_c), 4, n), gates.dtype)
        projected = None if o.w_hr is None else np.empty_like(dy)
        slopes, scratch, one = np.empty((4, *dc.shape), d.dtype), np.empty_like(dc), _one(dc)
        for rows, k in reversed(steps):
            state, cell = dh[:k], dc[:k]
            state += dy[rows]
            dm = state
            if projected is not None and o.w_hr is not None:
                projected[rows] = state
                dm = state @ o.w_hr
            z, hidden, part = _step_of(gates, rows, k), m[rows], scratch[:k]
            i, f, g, out = z
            # c' is in h' = o * tanh(c'), whose slope is o * (1 - tanh(c')^2) = o - h' * tanh(c')
            np.multiply(hidden, tanh_c[rows], out=part)
            np.subtract(out, part, out=part)
            part *= dm
            cell += part
            # The slopes of the gates: that of g is 1 - g^2, of the others z * (1 - z). They stand
            # gate after gate: one copy to the order of d takes less than four results in it.
            dz = np.subtract(one, z, out=slopes[:, :k])
            np.multiply(i, g, out=part)
            np.multiply(part, g, out=dz[2])
            np.subtract(i, dz[2], out=dz[2])
            dz[2] *= cell
            part *= cell
            dz[0] *= part
            cell *= f
            dz[1] *= np.multiply(cell, before_c[rows], out=part)
            dz[3] *= np.multiply(dm, hidden, out=part)
            row = d[rows]
            row[...] = dz.transpose(1, 0, 2)
            np.matmul(row.reshape(k, 4 * n), o.w_hh, out=state)
        flat = d.reshape(-1, 4 * n)
        return Pulled(flat, flat, dh, dc, projected)

    def step(
        self, gates: Tensor, h: Tensor, c: Tensor | None, o: Operands[Tensor]
    ) -> tuple[Tensor, Tensor | None]:
        """Take one step."""
        assert c is not None  # has_c says so
        n = c.shape[1]
        z = gates + _recurrent(h, o)
        i, f, g, output = (z[:, j * n : (j + 1) * n] for j in range(4))
        c = sigmoid(f) * c + sigmoid(i) * gc.tanh(g)
        h = sigmoid(output) * gc.tanh(c)
        return h if o.w_hr is None else h @ o.w_hr.T, c


class GRUKernel(Kernel):
    """Gated recurrent unit, with gates in the order r, z, n.

    r, z = sigmoid(W_i* x + b_i* + W_h* h + b_h*), n = tanh(W_in x + b_in + r * (W_hn h + b_hn)),
    h' = (1 - z) * n + z * h.

    Reference:
        K. Cho et al., "Learning phrase representations using RNN encoder-decoder for statistical
        machine translation", EMNLP 2014, section 2.3. As in cuDNN and PyTorch, r is applied after
        the product with W_hn.
    """

    gates = 3

    def forward(
        self,
        h: Array,
        c: Array | None,
        y: Array,
        o: Operands[Array],
        steps: Steps,
        keeps: bool,
    ) -> tuple[Array, ...]:
        """Run through the steps."""
        n = h.shape[1]
        size = len(o.x) if keeps else len(h)
        before, inner = np.empty((size, n), h.dtype), np.empty((size, n), h.dtype)
        product, scratch = np.empty((len(h), 3 * n), h.dtype), np.empty_like(h)
        gates, w, one = o.x @ o.w_ih.T, _often(o.w_hh.T, steps), _one(h)
        if o.b_ih is not None:
            gates += o.b_ih
        for rows, k in steps:
            at = rows if keeps else slice(k)
            state = h[:k]
            before[at] = state
            part, p = gates[rows], np.matmul(state, w, out=product[:k])
            if o.b_hh is not None:
                p += o.b_hh
            inner[at] = p[:, 2 * n :]
            rz, candidate = part[:, : 2 * n], part[:, 2 * n :]
            rz += p[:, : 2 * n]
            _logistic(rz, one)
            candidate += np.multiply(rz[:, :n], inner[at], out=scratch[:k])
            np.tanh(candidate, out=candidate)
            state -= candidate
            state *= rz[:, n:]
            state += candidate
            y[rows] = state
        return before, inner, gates

    def backward(
        self,
        dy: Array,
        dh: Array,
        dc: Array | None,
        o: Operands[Array],
        steps: Steps,
        kept: tuple[Array, ...],
    ) -> Pulled:
        """Pull the gradient back through the steps."""
        before, inner, gates = kept
        n = before.shape[1]
        r, z, candidate = (gates[:, j * n : (j + 1) * n] for j in range(3))
        # What the gradient of h' is to be multiplied by, for W_hr h, W_hz h, W_hn h and W_in x
        d = np.empty((len(before), 4, n), gates.dtype)
        d[:, 3] = (1 - z) * (1 - candidate**2)
        d[:, 2] = d[:, 3] * r
        d[:, 1] = (before - candidate) * z * (1 - z)
        d[:, 0] = d[:, 2] * inner * (1 - r)
        product = np.empty_like(dh)
        for rows, k in reversed(steps):
            state = dh[:k]
            state += dy[rows]
            part = d[rows]
            part *= state[:, None]
            state *= z[rows]
            through = part[:, :3].reshape(k, 3 * n)
            state += np.matmul(through, o.w_hh, out=product[:k])
        flat = d.reshape(-1, 4 * n)
        of_x = np.concatenate((flat[:, : 2 * n], flat[:, 3 * n :]), 1)
        return Pulled(of_x, flat[:, : 3 * n], dh, None, None)

    def step(
        self, gates: Tensor, h: Tensor, c: Tensor | None, o: Operands[Tensor]
    ) -> tuple[Tensor, Tensor | None]:
        """Take one step."""
        n = h.shape[1]
        p = _recurrent(h, o)
        r = sigmoid(gates[:, :n] + p[:, :n])
        z = sigmoid(gates[:, n : 2 * n] + p[:, n : 2 * n])
        candidate = gc.tanh(gates[:, 2 * n :] + r * p[:, 2 * n :])
        return candidate + z * (h - candidate), None


KERNELS: dict[Mode, Kernel] = {
    "RNN_TANH": RNNKernel(with_relu=False),
    "RNN_RELU": RNNKernel(with_relu=True),
    "LSTM": LSTMKernel(),
    "GRU": GRUKernel(),
}

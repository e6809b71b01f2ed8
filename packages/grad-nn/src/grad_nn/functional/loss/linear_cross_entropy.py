"""The cross-entropy of an affine map, whose logits are never all in memory."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

import grad_core as gc
from grad_core import Array, Tensor, Ternary
from grad_core.primitive import unwrap, wrap
from grad_nn.functional.checks import check_floating, check_shape, size
from grad_nn.functional.loss.classification import Target, class_weights, cross_entropy, mean_of
from grad_nn.functional.loss.reduction import Reduction, check_reduction
from grad_nn.functional.loss.targets import as_tensor, class_indices

# How many logits are in memory at a time, unless the caller says how many rows of them; or as many as
# the weight has numbers, with fewer of which its gradient would be summed of many parts.
_AT_A_TIME = 1 << 21


class LinearCrossEntropyOptions:
    """How `linear_cross_entropy` saves memory.

    Args:
        batch_chunk_size: How many samples have their logits in memory at a time; None for as many as
            make two million logits, or as many logits as the weight has numbers.

    Raises:
        ValueError: It is no int, or less than 1.

    Example:
        >>> LinearCrossEntropyOptions(batch_chunk_size=256)
        LinearCrossEntropyOptions(batch_chunk_size=256)
    """

    def __init__(self, *, batch_chunk_size: int | None = None) -> None:
        if batch_chunk_size is not None:
            name = type(self).__name__
            batch_chunk_size = size(name, "batch_chunk_size", batch_chunk_size, 1)
        self.batch_chunk_size: int | None = batch_chunk_size

    def __repr__(self) -> str:
        return f"{type(self).__name__}(batch_chunk_size={self.batch_chunk_size})"


class _Chunks:
    """Samples whose logits are computed a chunk at a time, for the losses and again for gradients.

    The loss of a sample is f * (L - z[t]) + sum_c s[c] * (L - z[c]), where z are its logits, L the
    logarithm of the sum of their exponentials, t its class and f its factor, and s the share of each
    class in smoothed labels.

    Args:
        index: t, `(N,)`.
        factors: f, `(N,)`.
        shares: s, `(C,)`, or None.
        rows: How many samples are in a chunk; None to choose.
        needed: Which of the input, the weight and the bias need a gradient.
    """

    def __init__(
        self,
        index: NDArray[np.intp],
        factors: Array,
        shares: Array | None,
        rows: int | None,
        needed: tuple[bool, bool, bool],
    ) -> None:
        self.index = index
        self.factors = factors
        self.shares = shares
        self.whole: Array = factors if shares is None else factors + shares.sum()
        self.rows = rows
        self.needed = needed
        # A gradient of the losses, and those of operands that were made of it and not asked for yet
        self._waiting: tuple[Array, dict[int, Array]] | None = None

    def losses(self, x: Array, weight: Array, bias: Array | None) -> Array:
        """The losses, `(N,)`."""
        dtype = np.result_type(x, weight)
        x, weight, bias = _wide(x), _wide(weight), None if bias is None else _wide(bias)
        out = np.empty(len(x), dtype)
        for part, z in self._logits(x, weight, bias):
            at_target = z[np.arange(len(z)), self.index[part]] * self.factors[part]
            if self.shares is not None:
                at_target += z @ self.shares
            largest, total = _exponentials(z)
            out[part] = (largest + np.log(total)) * self.whole[part] - at_target
        return out

    def gradient(self, i: int, g: Any, x: Any, weight: Any, bias: Any) -> Any:
        """The gradient of operand `i`, on both levels of a rule."""
        if isinstance(g, Tensor):
            return _of_operand(i, self._traced_slope(g, x, weight, bias), x, weight)
        waiting = self._waiting
        if waiting is not None and waiting[0] is g and i in waiting[1]:
            return waiting[1].pop(i)
        # Those of the others are made at once, for they are made of the same logits.
        wanted = {k for k, need in enumerate(self.needed) if need} | {i}
        found = self._gradients(wanted, g, x, weight, bias)
        result = found.pop(i)
        self._waiting = (g, found) if found else None
        return result

    def _gradients(
        self, wanted: set[int], g: Array, x: Array, weight: Array, bias: Array | None
    ) -> dict[int, Array]:
        x, weight, bias = _wide(x), _wide(weight), None if bias is None else _wide(bias)
        dtype = np.result_type(x, weight)
        shapes = (x.shape, weight.shape, (len(weight),))
        found = {i: np.zeros(shapes[i], dtype) for i in wanted}
        more = np.empty(weight.shape, dtype) if 1 in wanted else None
        for part, z in self._logits(x, weight, bias):
            h = g[part]
            _, total = _exponentials(z)
            z *= (h * self.whole[part] / total)[:, np.newaxis]
            z[np.arange(len(z)), self.index[part]] -= h * self.factors[part]
            if self.shares is not None:
                z -= np.outer(h, self.shares)
            if 0 in found:
                np.matmul(z, weight, out=found[0][part])
            if more is not None:
                found[1] += np.matmul(z.T, x[part], out=more)
            if 2 in found:
                found[2] += z.sum(0)
        return found

    def _traced_slope(self, g: Tensor, x: Tensor, weight: Tensor, bias: Tensor | None) -> Tensor:
        """The gradient of the logits, all of them, for derivatives of a higher order."""
        z = x @ weight.T if bias is None else x @ weight.T + bias
        fixed = np.zeros(z.shape, z.dtype)
        fixed[np.arange(len(fixed)), self.index] = self.factors
        if self.shares is not None:
            fixed += self.shares
        whole = wrap(self.whole.astype(z.dtype)[:, np.newaxis])
        return gc.expand_dims(g, 1) * (gc.softmax(z, 1) * whole - wrap(fixed))

    def _logits(self, x: Array, weight: Array, bias: Array | None) -> Iterator[tuple[slice, Array]]:
        """Yield chunks of the logits, which may be written to, and where they belong."""
        classes = len(weight)
        rows = self.rows or max(weight.shape[1], _AT_A_TIME // classes, 1)
        memory = np.empty((min(rows, len(x)), classes), np.result_type(x, weight))
        for start in range(0, len(x), rows):
            part = slice(start, min(start + rows, len(x)))
            z = np.matmul(x[part], weight.T, out=memory[: part.stop - start])
            if bias is not None:
                z += bias
            yield part, z


def _wide(x: Array) -> Array:
    """float16 as float32, in which products of matrices are fast and sums do not overflow."""
    return x.astype(np.float32) if x.dtype.itemsize == 2 else x


def _exponentials(z: Array) -> tuple[Array, Array]:
    """Make z its exponential over that of the largest of a row; return that and the sums."""
    largest = np.maximum.reduce(z, axis=1)
    z -= largest[:, np.newaxis]
    np.exp(z, out=z)
    return largest, np.add.reduce(z, axis=1)


def _of_operand(i: int, slope: Tensor, x: Tensor, weight: Tensor) -> Tensor:
    if i == 0:
        return slope @ weight
    return slope.T @ x if i == 1 else slope.sum(0)


_fused: Ternary[_Chunks] = Ternary(
    "linear_cross_entropy",
    lambda x, weight, bias, chunks: chunks.losses(x, weight, bias),
    lambda g, _y, x, weight, bias, chunks: chunks.gradient(0, g, x, weight, bias),
    lambda g, _y, x, weight, bias, chunks: chunks.gradient(1, g, x, weight, bias),
    lambda g, _y, x, weight, bias, chunks: chunks.gradient(2, g, x, weight, bias),
)


def linear_cross_entropy(
    input: Tensor,
    linear_weight: Tensor,
    target: Target,
    *,
    linear_bias: Tensor | None = None,
    weight: Tensor | ArrayLike | None = None,
    reduction: Reduction = "mean",
    ignore_index: int | None = None,
    label_smoothing: float = 0.0,
    options: LinearCrossEntropyOptions | None = None,
) -> Tensor:
    """cross_entropy(linear(input, linear_weight, linear_bias), target), in less memory.

    With class indices, and more than two million logits or with `options`, the logits of some samples at
    a time are computed, and once more for the gradient. Otherwise all are, and kept.

    Args:
        input: `(N, in_features)` or `(in_features,)`.
        linear_weight: `(C, in_features)` for C classes, or `(C, d1, ..., in_features)` for logits of
            shape `(N, C, d1, ...)`.
        target: Class indices `(N,)`, `(N, d1, ...)` or `()`, or probabilities of the shape of the
            logits.
        linear_bias: `(C,)` or `(C, d1, ...)`, or None.
        weight: A factor for each class, `(C,)`.
        reduction: `"mean"` (weighted, with class indices), `"sum"` or `"none"`.
        ignore_index: The class index of samples that do not count; None for -100.
        label_smoothing: The share, between 0 and 1, of each target that is spread evenly over the
            classes.
        options: How many samples are taken at a time.

    Raises:
        TypeError: `input` is no floating Tensor, or a target in the shape of class indices is not made
            of integers.
        ValueError: The shapes do not fit, an index is out of range, `ignore_index` is given for
            probabilities, or an argument is unknown.

    Example:
        >>> x, weight = Tensor([[1.0, 2.0], [0.0, 9.0]]), Tensor([[0.0, 0.0], [9.0, 0.0]])
        >>> linear_cross_entropy(x, weight, [1, 0], reduction="sum")
        Tensor(0.69327056)

    Reference:
        E. Wijmans et al., "Cut your losses in large-vocabulary language models", ICLR 2025, for not
        keeping the logits.
    """
    name = "linear_cross_entropy"
    check_floating(name, input)
    check_reduction(name, reduction)
    _check_shapes(input, linear_weight, linear_bias)
    if not (options is None or isinstance(options, LinearCrossEntropyOptions)):
        raise TypeError(
            f"{name}: options is {type(options).__name__}, expected LinearCrossEntropyOptions or None"
        )
    classes, *places = linear_weight.shape[:-1]
    samples = input.shape[:-1]
    given = as_tensor(name, target)
    is_soft = given.shape == (*samples, classes, *places) and given.dtype.kind == "f"
    if is_soft and ignore_index is not None:
        raise ValueError(
            f"{name}: ignore_index is {ignore_index}, but the target has probabilities"
        )
    ignored = -100 if ignore_index is None else ignore_index
    few = options is None and input.size // input.shape[-1] * classes <= _AT_A_TIME
    if is_soft or places or not classes or few:
        flat = linear_weight.reshape(-1, linear_weight.shape[-1])
        logits = (input @ flat.T).reshape(*samples, classes, *places)
        return cross_entropy(
            logits if linear_bias is None else logits + linear_bias,
            given,
            weight,
            ignore_index=ignored,
            reduction=reduction,
            label_smoothing=label_smoothing,
        )
    if not 0.0 <= label_smoothing <= 1.0:
        raise ValueError(f"{name}: label_smoothing is {label_smoothing}, expected 0 to 1")
    scale = None if weight is None else class_weights(name, weight, classes, input.dtype)
    index = class_indices(name, given, samples, classes, ignored)
    x = input if samples else input.reshape(1, -1)
    counted = index != ignored
    rows = None if counted.all() else np.flatnonzero(counted)
    if rows is not None:
        x, index = x[rows], index[rows]
    factors = np.ones(index.size, x.dtype) if scale is None else unwrap(scale)[index]
    shares = None
    if label_smoothing:
        shares = np.full(classes, label_smoothing / classes, x.dtype)
        if scale is not None:
            shares *= unwrap(scale)
    needed = [t is not None and t.requires_grad for t in (x, linear_weight, linear_bias)]
    chunks = _Chunks(
        index,
        factors * (1.0 - label_smoothing),
        shares,
        None if options is None else options.batch_chunk_size,
        (needed[0], needed[1], needed[2]),
    )
    losses = _fused(x, linear_weight, linear_bias, chunks)
    if reduction == "mean":
        return mean_of(losses, float(factors.sum(dtype=np.float64)))
    if reduction == "sum":
        return losses.sum()
    if rows is not None:
        losses = gc.set_at(gc.zeros(counted.shape, dtype=losses.dtype), rows, losses)
    return losses.reshape(samples)


def _check_shapes(input: Tensor, weight: Tensor, bias: Tensor | None) -> None:
    name = "linear_cross_entropy"
    if not isinstance(weight, Tensor):
        raise TypeError(f"{name}: linear_weight is {type(weight).__name__}, expected a Tensor")
    if weight.ndim < 2:
        raise ValueError(
            f"{name}: linear_weight has shape {weight.shape}, expected (C, ..., in_features)"
        )
    expected = (1,) if weight.ndim > 2 else (0, 1)
    if input.ndim - 1 not in expected or input.shape[-1] != weight.shape[-1]:
        raise ValueError(
            f"{name}: input has shape {input.shape}, expected (N, {weight.shape[-1]})"
            f"{'' if weight.ndim > 2 else f' or ({weight.shape[-1]},)'}, as linear_weight has shape"
            f" {weight.shape}"
        )
    check_shape(name, "linear_bias", bias, weight.shape[:-1])

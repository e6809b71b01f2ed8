"""Normalisation of each channel: over a batch, or of each sample by itself."""

from __future__ import annotations

import math

import numpy as np

from grad_core import Array, Raw, Tensor, Ternary
from grad_core.primitive import unwrap
from grad_nn.functional.checks import check_eps, check_floating, check_shape
from grad_nn.functional.moments import Layout, Moments, dot_, total_
from grad_nn.functional.normalised import normalised_


def _frozen(
    x: Array, weight: Array | None, bias: Array | None, mean: Array, r: Array, channels: Layout
) -> Array:
    """One factor and one term for each channel: what the fixed statistics come to."""
    dtype = np.result_type(*(a for a in (x, weight, bias) if a is not None))
    within = np.result_type(dtype, np.float32)  # float16 has too few digits for the product
    factor = r if weight is None else r * weight
    term = -mean * factor
    if bias is not None:
        term = term + bias
    y = np.asarray(x.reshape(channels) * factor.astype(within).reshape(1, -1, 1))
    y += term.astype(within).reshape(1, -1, 1)
    return y.reshape(x.shape).astype(dtype, copy=False)


def _frozen_x(
    g: Array, _y: Array, _x: Array, weight: Array | None, _bias: Array, _mean: Array, r: Array,
    channels: Layout,
) -> Array:  # fmt: skip
    factor = r if weight is None else weight * r
    return (g.reshape(channels) * factor.reshape((1, channels[1], 1))).reshape(_x.shape)


def _frozen_weight(
    g: Array, _y: Array, x: Array, _weight: Array, _bias: Array, mean: Array, r: Array,
    channels: Layout,
) -> Array:  # fmt: skip
    standard = (x.reshape(channels) - mean.reshape(1, -1, 1)) * r.reshape(1, -1, 1)
    return dot_(g.reshape(channels), standard).reshape(_weight.shape)


def _frozen_bias(
    g: Array, _y: Array, _x: Array, _weight: Array, _bias: Array, _mean: Array, _r: Array,
    channels: Layout,
) -> Array:  # fmt: skip
    return total_(g.reshape(channels)).reshape(_bias.shape)


frozen_: Ternary[Array, Array, Layout] = Ternary(
    "normalise_by_running", _frozen, _frozen_x, _frozen_weight, _frozen_bias
)


def batch_norm(
    input: Tensor,
    running_mean: Tensor | None,
    running_var: Tensor | None,
    weight: Tensor | Raw | None = None,
    bias: Tensor | Raw | None = None,
    training: bool = False,
    momentum: float = 0.1,
    eps: float = 1e-5,
) -> Tensor:
    """(x - mean) / sqrt(var + eps) * weight + bias, for each channel.

    In training, mean and variance are those of the batch, the biased variance, and the running
    ones follow them: running <- (1 - momentum) * running + momentum * batch, with the unbiased
    variance. Otherwise they are the running ones, and no gradient passes them.

    Args:
        input: `(N, C, ...)`.
        running_mean: The running mean of each channel, `(C,)`, a leaf; changed in training. None
            for no such mean, in training only.
        running_var: The running variance, in the same way.
        weight: A factor for each channel, `(C,)`.
        bias: A term for each channel, `(C,)`.
        training: Whether the statistics are those of the batch.
        momentum: How much the running statistics take of the batch's.
        eps: What is added to the variance.

    Returns:
        A Tensor of the shape of `input`.

    Raises:
        TypeError: `input` is no Tensor of real floating numbers, or a running statistic is none.
        ValueError: The shapes do not fit, there is only one number for each channel to train with,
            or no running statistics without training, or `eps` is negative. Nothing has changed then.
        RuntimeError: A running statistic that should follow is no leaf.

    Example:
        >>> x = Tensor([[1.0, 10.0], [3.0, 30.0]])
        >>> mean, var = Tensor([0.0, 0.0]), Tensor([1.0, 1.0])
        >>> batch_norm(x, mean, var, training=True, eps=0.0)
        Tensor([[-1., -1.],
                [ 1.,  1.]])
        >>> mean, var
        (Tensor([0.2, 2. ]), Tensor([ 1.1, 20.9]))

    Reference:
        S. Ioffe and C. Szegedy, "Batch normalization", ICML 2015, algorithms 1 and 2.
    """
    check_floating("batch_norm", input)
    check_eps("batch_norm", eps)
    if input.ndim < 2:
        raise ValueError(f"batch_norm: input has shape {input.shape}, expected (N, C, ...)")
    layout = _channels(input)
    channels = (layout[1],)
    check_shape("batch_norm", "weight", weight, channels)
    check_shape("batch_norm", "bias", bias, channels)
    _check_running("batch_norm", running_mean, running_var, channels, training)
    if not training:
        assert running_mean is not None  # or there had been an error
        assert running_var is not None
        return _by_running(input, running_mean, running_var, weight, bias, eps, layout)
    n = layout[0] * layout[2]
    if n == 1:
        raise ValueError(
            f"batch_norm: input has shape {input.shape}, one number for each channel, and its"
            " variance is 0; train with larger batches, or call eval()"
        )
    moments = Moments(layout, eps, centred=True)
    out = normalised_(input, weight, bias, moments, layout)
    if n:
        _follow(running_mean, moments.mean.reshape(channels), momentum)
        _follow(running_var, moments.var.reshape(channels) * (n / (n - 1)), momentum)
    return out


def instance_norm(
    input: Tensor,
    running_mean: Tensor | None = None,
    running_var: Tensor | None = None,
    weight: Tensor | Raw | None = None,
    bias: Tensor | Raw | None = None,
    use_input_stats: bool = True,
    momentum: float = 0.1,
    eps: float = 1e-5,
) -> Tensor:
    """(x - mean) / sqrt(var + eps) * weight + bias, for each channel of each sample.

    With `use_input_stats`, mean and variance are those of the channel, the biased variance, and the
    running ones follow the mean that they have over the batch, as in `batch_norm`. Otherwise they
    are the running ones.

    Args:
        input: `(N, C, ...)`, with three axes at least.
        running_mean: The running mean of each channel, `(C,)`, a leaf; changed with
            `use_input_stats`. None for no such mean.
        running_var: The running variance, in the same way.
        weight: A factor for each channel, `(C,)`.
        bias: A term for each channel, `(C,)`.
        use_input_stats: Whether the statistics are those of the input.
        momentum: How much the running statistics take of the input's.
        eps: What is added to the variance.

    Returns:
        A Tensor of the shape of `input`.

    Raises:
        TypeError: `input` is no Tensor of real floating numbers, or a running statistic is none.
        ValueError: The shapes do not fit, a channel has only one number, or there are no running
            statistics without `use_input_stats`, or `eps` is negative. Nothing has changed then.
        RuntimeError: A running statistic that should follow is no leaf.

    Example:
        >>> instance_norm(Tensor([[[1.0, 3.0], [10.0, 30.0]]]), eps=0.0)
        Tensor([[[-1.,  1.],
                 [-1.,  1.]]])

    Reference:
        D. Ulyanov, A. Vedaldi and V. Lempitsky, "Instance normalization: the missing ingredient for
        fast stylization", arXiv:1607.08022, equation 2.
    """
    check_floating("instance_norm", input)
    check_eps("instance_norm", eps)
    if input.ndim < 3:
        raise ValueError(f"instance_norm: input has shape {input.shape}, expected (N, C, L, ...)")
    layout = _channels(input)
    channels = (layout[1],)
    check_shape("instance_norm", "weight", weight, channels)
    check_shape("instance_norm", "bias", bias, channels)
    _check_running("instance_norm", running_mean, running_var, channels, use_input_stats)
    if not use_input_stats:
        assert running_mean is not None  # or there had been an error
        assert running_var is not None
        return _by_running(input, running_mean, running_var, weight, bias, eps, layout)
    n = layout[2]
    if n == 1:
        raise ValueError(
            f"instance_norm: input has shape {input.shape}, one number for each channel, and its"
            " variance is 0"
        )
    moments = Moments((1, layout[0] * layout[1], n), eps, centred=True)
    out = normalised_(input, weight, bias, moments, layout)
    if n and layout[0]:
        mean, var = (a.reshape(layout[:2]).mean(0) for a in (moments.mean, moments.var))
        _follow(running_mean, mean, momentum)
        _follow(running_var, var * (n / (n - 1)), momentum)
    return out


def _channels(input: Tensor) -> Layout:
    shape = input.shape
    return shape[0], shape[1], math.prod(shape[2:])


def _check_running(
    name: str,
    mean: Tensor | None,
    var: Tensor | None,
    shape: tuple[int, ...],
    of_input: bool,
) -> None:
    """Raise an error where running statistics are missing, of another kind, or no leaves."""
    for argument, value in (("running_mean", mean), ("running_var", var)):
        if value is None:
            if not of_input:
                raise ValueError(
                    f"{name}: {argument} is None, expected a Tensor, as the statistics are not those"
                    " of the input"
                )
            continue
        check_floating(name, value, argument)
        check_shape(name, argument, value, shape)
        if of_input and not value.is_leaf:
            raise RuntimeError(
                f"{name}: {argument} is the result of a recorded operation, and cannot be changed;"
                " detach() it"
            )


def _follow(running: Tensor | None, value: Array, momentum: float) -> None:
    if running is not None:
        new = unwrap(running) * (1.0 - momentum) + value * momentum
        running.assign(new, copy=False)


def _by_running(
    input: Tensor,
    mean: Tensor,
    var: Tensor,
    weight: Tensor | Raw | None,
    bias: Tensor | Raw | None,
    eps: float,
    layout: Layout,
) -> Tensor:
    means, variances = (
        np.array(unwrap(a), np.result_type(a.dtype, np.float32)) for a in (mean, var)
    )
    with np.errstate(divide="ignore"):  # as in training
        r = 1.0 / np.sqrt(variances + eps)
    return frozen_(input, weight, bias, means, r, layout)

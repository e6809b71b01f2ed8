"""Rows of normalisations."""

from __future__ import annotations

from typing import Any

import numpy as np
from tests.nn.tables.common import Op, positive, real

from grad_core import Tensor
from grad_nn import functional as F  # noqa: N812  # the field's name


def standard(x: Any) -> Any:
    n = max(x.size, 1)
    mean = np.sum(x) / n
    return (x - mean) / np.sqrt(np.sum((x - mean) ** 2) / n + 1e-5)


def layer_norm(x: Any, shape: tuple[int, ...], weight: Any = 1.0, bias: Any = 0.0) -> Any:
    out = np.empty(x.shape)
    for i in np.ndindex(x.shape[: x.ndim - len(shape)]):
        out[i] = standard(x[i]) * weight + bias
    return out


def rms_norm(x: Any, shape: tuple[int, ...], weight: Any = 1.0, eps: float = 2.0**-52) -> Any:
    out = np.empty(x.shape)
    for i in np.ndindex(x.shape[: x.ndim - len(shape)]):
        out[i] = x[i] / np.sqrt(np.mean(x[i] ** 2) + eps) * weight
    return out


def group_norm(x: Any, groups: int, weight: Any = None, bias: Any = None) -> Any:
    out = np.empty(x.shape)
    channels = x.shape[1]
    for i in range(len(x)):
        for part in np.split(np.arange(channels), groups):
            out[i, part] = standard(x[i, part])
        for c in range(channels):
            out[i, c] *= 1.0 if weight is None else weight[c]
            out[i, c] += 0.0 if bias is None else bias[c]
    return out


def channel_norm(
    x: Any, each_sample: bool, weight: Any = None, bias: Any = None, given: Any = None
) -> Any:
    """Batch norm, or instance norm where each sample stands for itself."""
    out = np.empty(x.shape)
    for i in range(len(x)):
        for c in range(x.shape[1]):
            of = x[i : i + 1, c] if each_sample else x[:, c]
            mean, var = (of.mean(), of.var()) if given is None else (given[0][c], given[1][c])
            out[i, c] = (x[i, c] - mean) / np.sqrt(var + 1e-5)
            out[i, c] *= 1.0 if weight is None else weight[c]
            out[i, c] += 0.0 if bias is None else bias[c]
    return out


MEAN, VAR = np.array([0.5, -1.0, 2.0]), np.array([1.0, 0.25, 3.0])


def local_response_norm(x: Any, size: int) -> Any:
    out = np.empty(x.shape)
    channels = x.shape[1]
    for c in range(channels):
        near = [j for j in range(c - size // 2, c + (size - 1) // 2 + 1) if 0 <= j < channels]
        out[:, c] = x[:, c] / (1.5 + 0.3 / size * sum(x[:, j] ** 2 for j in near)) ** 0.7
    return out


def by_running(norm: Any, x: Any, *affine: Any, **settings: bool) -> Any:
    mean, var = (Tensor(a, dtype=x.dtype) for a in (MEAN, VAR))
    return norm(x, mean, var, *affine, **settings)


OPS = [
    Op(
        "batch_norm",
        lambda x, w=None, b=None: F.batch_norm(x, None, None, w, b, training=True),
        lambda x, w=None, b=None: channel_norm(x, False, w, b),
        (
            (real(4, 3), real(3), real(3)),
            (real(2, 2, 3), real(2), real(2)),
            (real(2, 2, 2, 2), real(2)),
            (real(3, 4),),
            (real(0, 3), real(3), real(3)),
            (real(2, 0, 3), real(0), real(0)),
        ),
    ),
    Op(
        "batch_norm-running",
        lambda x, w=None, b=None: by_running(F.batch_norm, x, w, b),
        lambda x, w=None, b=None: channel_norm(x, False, w, b, (MEAN, VAR)),
        (
            (real(2, 3), real(3), real(3)),
            (real(2, 3, 2), real(3)),
            (real(1, 3, 2, 1),),
            (real(0, 3, 2), real(3), real(3)),
        ),
    ),
    Op(
        "batch_norm-bias",
        lambda x, b: by_running(F.batch_norm, x, None, b),
        lambda x, b: channel_norm(x, False, None, b, (MEAN, VAR)),
        ((real(2, 3), real(3)),),
    ),
    Op(
        "instance_norm",
        lambda x, w=None, b=None: F.instance_norm(x, None, None, w, b),
        lambda x, w=None, b=None: channel_norm(x, True, w, b),
        (
            (real(2, 2, 4), real(2), real(2)),
            (real(2, 2, 2, 2), real(2)),
            (real(1, 2, 3),),
            (real(0, 2, 3), real(2), real(2)),
        ),
    ),
    Op(
        "instance_norm-running",
        lambda x, w=None, b=None: by_running(F.instance_norm, x, w, b, use_input_stats=False),
        lambda x, w=None, b=None: channel_norm(x, True, w, b, given=(MEAN, VAR)),
        ((real(2, 3, 2), real(3), real(3)),),
    ),
    Op(
        "layer_norm",
        lambda x, *affine: F.layer_norm(x, x.shape[-1], *affine),
        lambda x, *affine: layer_norm(x, x.shape[-1:], *affine),
        (
            (real(4),),
            (real(3, 4), real(4), real(4)),
            (real(2, 2, 3), real(3)),
            (real(0, 3), real(3), real(3)),
            (real(3, 0), real(0), real(0)),
        ),
    ),
    Op(
        "layer_norm-two-axes",
        lambda x, w, b: F.layer_norm(x, (2, 3), w, b),
        lambda x, w, b: layer_norm(x, (2, 3), w, b),
        ((real(2, 2, 3), real(2, 3), real(2, 3)),),
    ),
    Op(
        "layer_norm-bias",
        lambda x, b: F.layer_norm(x, 3, None, b),
        lambda x, b: layer_norm(x, (3,), 1.0, b),
        ((real(2, 3), real(3)),),
    ),
    Op(
        "rms_norm",
        lambda x, weight=None: F.rms_norm(x, x.shape[-1], weight, 1e-3),
        lambda x, weight=1.0: rms_norm(x, x.shape[-1:], weight, 1e-3),
        ((real(4),), (real(3, 4), real(4)), (real(2, 2, 3), real(3)), (real(0, 3), real(3))),
    ),
    Op(
        "rms_norm-two-axes",
        lambda x, w: F.rms_norm(x, (2, 3), w, 1e-3),
        lambda x, w: rms_norm(x, (2, 3), w, 1e-3),
        ((real(2, 2, 3), positive(2, 3)),),
    ),
    Op(
        "group_norm",
        lambda x, *affine: F.group_norm(x, 2, *affine),
        lambda x, *affine: group_norm(x, 2, *affine),
        (
            (real(2, 4), real(4), real(4)),
            (real(1, 4, 2, 2), real(4), real(4)),
            (real(2, 2, 3), real(2)),
            (real(2, 4, 1),),
            (real(0, 2, 3), real(2), real(2)),
        ),
    ),
    *(
        Op(
            f"local_response_norm-{size}",
            lambda x, size=size: F.local_response_norm(x, size, 0.3, 0.7, 1.5),
            lambda x, size=size: local_response_norm(x, size),
            ((real(2, 4, 2),), (real(1, 3, 2, 1),), (real(0, 2, 3),), (real(1, 0, 3),)),
        )
        for size in (1, 2, 3, 9)
    ),
]

"""Rows of convolutions, their transposes, and patches as columns; the references are plain loops."""

from __future__ import annotations

from collections.abc import Callable
from itertools import product
from typing import Any

import numpy as np
from tests.nn.tables.common import Arrays, Op, real

from grad_nn import functional as F  # noqa: N812  # the field's name


def each(value: Any, n: int) -> tuple[int, ...]:
    """One int for each of `n` axes."""
    return (value,) * n if isinstance(value, int) else tuple(value)


def positions(shape: Any) -> Any:
    return product(*map(range, shape))


def conv(
    x: Any,
    w: Any,
    b: Any = None,
    stride: Any = 1,
    padding: Any = 0,
    dilation: Any = 1,
    groups: int = 1,
) -> Any:
    """Every product of an element and a weight, one after another."""
    n = w.ndim - 2
    stride, dilation = each(stride, n), each(dilation, n)
    gaps = [d * (k - 1) for d, k in zip(dilation, w.shape[2:], strict=True)]
    if padding == "same":
        margins = [(gap // 2, gap - gap // 2) for gap in gaps]
    else:
        margins = [(p, p) for p in each(0 if padding == "valid" else padding, n)]
    x = np.pad(x, [(0, 0), (0, 0), *margins])
    size = [(m - gap - 1) // s + 1 for m, gap, s in zip(x.shape[2:], gaps, stride, strict=True)]
    y = np.zeros((len(x), len(w), *size), np.result_type(x, w))
    of_group = len(w) // groups
    for i, o, c, *rest in positions((len(x), len(w), w.shape[1], *size, *w.shape[2:])):
        place, tap = rest[:n], rest[n:]
        at = [p * s + t * d for p, s, t, d in zip(place, stride, tap, dilation, strict=True)]
        y[i, o, *place] += x[i, o // of_group * w.shape[1] + c, *at] * w[o, c, *tap]
    return y if b is None else y + b.reshape(-1, *(1,) * n)


def conv_transpose(
    x: Any, w: Any, b: Any = None, stride: Any = 1, padding: Any = 0,
    output_padding: Any = 0, groups: int = 1, dilation: Any = 1,
) -> Any:  # fmt: skip
    """Every element, spread over the kernel."""
    n = w.ndim - 2
    stride, dilation, padding = each(stride, n), each(dilation, n), each(padding, n)
    more = each(output_padding, n)
    whole = [
        (m - 1) * s + d * (k - 1) + 1 + o
        for m, s, d, k, o in zip(x.shape[2:], stride, dilation, w.shape[2:], more, strict=True)
    ]
    outputs = w.shape[1]
    y = np.zeros((len(x), outputs * groups, *whole), np.result_type(x, w))
    for i, c, o, *rest in positions((len(x), len(w), outputs, *x.shape[2:], *w.shape[2:])):
        place, tap = rest[:n], rest[n:]
        at = [p * s + t * d for p, s, t, d in zip(place, stride, tap, dilation, strict=True)]
        group = c // (len(w) // groups)
        y[i, group * outputs + o, *at] += x[i, c, *place] * w[c, o, *tap]
    y = y[:, :, *(slice(p, m - p) for p, m in zip(padding, whole, strict=True))]
    return y if b is None else y + b.reshape(-1, *(1,) * n)


def unfold(x: Any, kernel_size: Any, dilation: Any = 1, padding: Any = 0, stride: Any = 1) -> Any:
    """A convolution with a kernel of one 1 for each row of the columns."""
    kernel = each(kernel_size, 2)
    channels = x.shape[1]
    w = np.eye(channels * kernel[0] * kernel[1]).reshape(-1, channels, *kernel)
    y = conv(x, w, None, stride, padding, dilation)
    return y.reshape(len(x), len(w), y.shape[2] * y.shape[3])


def fold(
    x: Any, output_size: Any, kernel_size: Any, dilation: Any = 1, padding: Any = 0, stride: Any = 1
) -> Any:
    """The transpose of the matrix that `unfold` is."""
    channels = x.shape[1] // int(np.prod(each(kernel_size, 2)))
    shape = (channels, *each(output_size, 2))
    images = np.eye(int(np.prod(shape))).reshape(-1, *shape)
    matrix = unfold(images, kernel_size, dilation, padding, stride).reshape(len(images), -1)
    return (x.reshape(len(x), matrix.shape[1]) @ matrix.T).reshape(len(x), *shape)


def bilinear(x: Any, y: Any, w: Any, b: Any = 0.0) -> Any:
    z = np.zeros((*x.shape[:-1], len(w)))
    for *at, o, i, j in positions((*x.shape[:-1], *w.shape)):
        z[*at, o] += x[*at, i] * w[o, i, j] * y[*at, j]
    return z + b


def conv_tbc(x: Any, w: Any, b: Any = None, pad: int = 0) -> Any:
    return conv(x.transpose(1, 2, 0), w.transpose(2, 1, 0), b, padding=pad).transpose(2, 0, 1)


REFERENCES: dict[str, Callable[..., Any]] = {
    **dict.fromkeys(["conv1d", "conv2d", "conv3d"], conv),
    **dict.fromkeys(["conv_transpose1d", "conv_transpose2d", "conv_transpose3d"], conv_transpose),
    "conv_tbc": conv_tbc,
    "unfold": unfold,
    "fold": fold,
    "bilinear": bilinear,
}


def row(name: str, *samples: Arrays, **settings: Any) -> Op:
    """A row for a function with settings, which stand in its name."""
    function, reference = getattr(F, name), REFERENCES[name]
    label = ",".join(f"{key}={value}" for key, value in settings.items())
    return Op(
        f"{name}({label})",
        lambda *xs: function(*xs, **settings),
        lambda *xs: reference(*xs, **settings),
        samples,
    )


OPS = [
    row("conv1d", (real(2, 2, 5), real(3, 2, 2), real(3)), (real(1, 1, 3), real(1, 1, 1)), (real(0, 2, 5), real(3, 2, 2), real(3))),
    row("conv1d", (real(2, 1, 4), real(2, 1, 3), real(2)), padding="same", dilation=1),
    row("conv1d", (real(1, 2, 5), real(1, 2, 2)), padding="same", dilation=3),
    row("conv1d", (real(1, 4, 5), real(6, 2, 2), real(6)), groups=2, stride=2),
    row("conv1d", (real(1, 3, 5), real(3, 1, 2), real(3)), groups=3, padding=1),
    row("conv1d", (real(1, 2, 4), real(4, 1, 2)), groups=2, padding=2, stride=3),
    row("conv2d", (real(1, 2, 3, 4), real(2, 2, 2, 2), real(2))),
    row("conv2d", (real(2, 1, 4, 3), real(2, 1, 3, 3)), padding=1),
    row("conv2d", (real(1, 1, 5, 4), real(1, 1, 3, 2)), stride=(2, 3), padding=(1, 2)),
    row("conv2d", (real(1, 1, 5, 4), real(2, 1, 2, 2)), dilation=(3, 2), padding="valid"),
    row("conv2d", (real(1, 2, 4, 3), real(2, 1, 2, 2), real(2)), groups=2, stride=2, padding=1),
    row("conv2d", (real(2, 3, 2, 2), real(2, 3, 1, 1), real(2))),
    row("conv3d", (real(1, 1, 2, 3, 3), real(1, 1, 2, 2, 1), real(1)), padding=(0, 1, 0)),
    row("conv3d", (real(1, 1, 3, 2, 3), real(1, 1, 2, 1, 2)), stride=(1, 2, 2), dilation=(2, 1, 1)),
    row("conv_transpose1d", (real(2, 2, 3), real(2, 3, 2), real(3)), (real(0, 1, 3), real(1, 1, 2))),
    row("conv_transpose1d", (real(1, 1, 4), real(1, 2, 3)), stride=2, padding=1, output_padding=1),
    row("conv_transpose1d", (real(1, 2, 3), real(2, 1, 3), real(1)), stride=3, dilation=2),
    row("conv_transpose1d", (real(1, 2, 3), real(2, 1, 2), real(2)), groups=2, stride=4),
    row("conv_transpose1d", (real(1, 4, 3), real(4, 1, 2)), groups=2, padding=1),
    row("conv_transpose1d", (real(1, 1, 2), real(1, 1, 1), real(1)), stride=3, output_padding=2),
    row("conv_transpose1d", (real(1, 1, 3), real(1, 1, 2)), dilation=3, output_padding=2, padding=2),
    row("conv_transpose2d", (real(1, 2, 2, 3), real(2, 1, 2, 2), real(1))),
    row("conv_transpose2d", (real(1, 1, 2, 3), real(1, 2, 3, 3), real(2)), stride=2, padding=1),
    row("conv_transpose2d", (real(1, 1, 2, 2), real(1, 1, 2, 3)), stride=(3, 1), output_padding=(2, 0)),
    row("conv_transpose2d", (real(1, 1, 2, 2), real(1, 1, 2, 2), real(1)), stride=2),
    row("conv_transpose3d", (real(1, 1, 2, 2, 1), real(1, 1, 2, 1, 2), real(1)), stride=(1, 2, 1)),
    row("unfold", (real(1, 2, 3, 3),), (real(0, 1, 2, 2),), kernel_size=2),
    row("unfold", (real(2, 1, 3, 4),), kernel_size=(2, 1), stride=(1, 2), padding=(1, 0)),
    row("unfold", (real(1, 1, 5, 4),), kernel_size=(3, 2), dilation=(2, 3)),
    row("fold", (real(1, 8, 4),), (real(0, 4, 4),), output_size=3, kernel_size=2),
    row("fold", (real(2, 2, 8),), output_size=(3, 4), kernel_size=(2, 1), stride=(1, 2), padding=(1, 0)),
    row("fold", (real(1, 6, 1),), output_size=(5, 4), kernel_size=(3, 2), dilation=(2, 3)),
    row("bilinear", (real(2, 3), real(2, 2), real(2, 3, 2), real(2)), (real(2), real(1), real(3, 2, 1))),
    row("bilinear", (real(0, 2), real(0, 3), real(1, 2, 3)), (real(2, 2, 1), real(2, 2, 2), real(2, 1, 2))),
    row("conv_tbc", (real(4, 2, 2), real(2, 2, 3), real(3))),
    row("conv_tbc", (real(3, 1, 2), real(2, 2, 1), real(1)), pad=1),
]  # fmt: skip

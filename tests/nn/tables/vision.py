"""Rows of sampling and of shuffling: value by value."""

from __future__ import annotations

from functools import partial
from itertools import product
from math import floor, prod
from typing import Any

import numpy as np
from tests.nn.tables.common import Op, real, rng
from tests.nn.tables.interpolation import cubic

from grad_core import from_numpy
from grad_nn import functional as F  # noqa: N812  # the field's name


def reflected(at: float, size: int, aligned: bool) -> float:
    low, high = (0.0, size - 1.0) if aligned else (-0.5, size - 0.5)
    if low == high:
        return 0.0
    while not low <= at <= high:
        at = 2 * low - at if at < low else 2 * high - at
    return at


def moved(at: float, size: int, padding_mode: str, aligned: bool) -> float:
    """A position inside for one outside, but for zeros."""
    if padding_mode == "reflection":
        at = reflected(at, size, aligned)
    return at if padding_mode == "zeros" else min(max(at, 0.0), size - 1.0)


def read(x: Any, place: list[float], mode: str, padding_mode: str, aligned: bool) -> Any:
    """The value of all channels of `x` at a position that is counted in elements."""
    sizes = x.shape[1:]
    taps: list[list[tuple[int, float]]] = []
    for at, size in zip(place, sizes, strict=True):
        if mode == "bicubic":
            around = range(floor(at) - 1, floor(at) + 3)
            inside = [round(moved(j, size, padding_mode, aligned)) for j in around]
            weights = [cubic(at - j, -0.75) for j in around]
            taps.append(list(zip(inside, weights, strict=True)))
            continue
        at = moved(at, size, padding_mode, aligned)
        low = floor(at)
        near = [(round(at), 1.0)]
        taps.append(near if mode == "nearest" else [(low, low + 1 - at), (low + 1, at - low)])
    value = np.zeros(x.shape[0])
    for one in product(*taps):
        i = tuple(j for j, _ in one)
        if all(0 <= j < n for j, n in zip(i, sizes, strict=True)):
            value += x[(slice(None), *i)] * prod(w for _, w in one)
    return value


def sampled(
    x: Any,
    grid: Any,
    mode: str = "bilinear",
    padding_mode: str = "zeros",
    align_corners: bool = False,
) -> Any:
    sizes = x.shape[2:]
    y = np.zeros((*x.shape[:2], *grid.shape[1:-1]))
    for n, *at in np.ndindex(grid.shape[:-1]):
        place = []
        for v, size in zip(grid[(n, *at)][::-1], sizes, strict=True):
            ends = (0.0, size - 1.0) if align_corners else (-0.5, size - 0.5)
            place.append(ends[0] + (v + 1) / 2 * (ends[1] - ends[0]))
        y[(n, slice(None), *at)] = read(x[n], place, mode, padding_mode, align_corners)
    return y


def places(*shape: int) -> Any:
    """Places inside and outside of the input, none near a kink for the sizes below."""
    n = int(np.prod(shape))
    away = np.array([-2.63, -1.71, -1.17, -0.83, -0.57, -0.21, 0.13, 0.37, 0.79, 1.11, 1.87, 2.43])
    return rng.permutation(np.resize(away, n)).reshape(shape)


def affine(theta: Any, size: tuple[int, ...], align_corners: bool = False) -> Any:
    out = size[2:]
    y = np.zeros((size[0], *out, len(out)))
    for n, *at in np.ndindex(size[0], *out):
        point = []
        for i, k in zip(at[::-1], out[::-1], strict=True):
            corner = 2 * i / (k - 1) - 1 if k > 1 else 0.0
            point.append(corner if align_corners else (2 * i + 1) / k - 1)
        y[(n, *at)] = theta[n] @ [*point, 1.0]
    return y


def shuffled(x: Any, r: int) -> Any:
    c, h, w = x.shape[-3:]
    y = np.zeros((*x.shape[:-3], c // r**2, h * r, w * r))
    for k, i, j in product(range(c // r**2), range(h * r), range(w * r)):
        y[..., k, i, j] = x[..., k * r**2 + (i % r) * r + j % r, i // r, j // r]
    return y


def unshuffled(x: Any, r: int) -> Any:
    c, h, w = x.shape[-3:]
    y = np.zeros((*x.shape[:-3], c * r**2, h // r, w // r))
    for k, i, j in product(range(c), range(h), range(w)):
        y[..., k * r**2 + (i % r) * r + j % r, i // r, j // r] = x[..., k, i, j]
    return y


def exchanged(x: Any, groups: int) -> Any:
    each = x.shape[1] // groups
    return x[:, [g * each + k for k in range(each) for g in range(groups)]]


GRIDS = [
    (mode, padding_mode, aligned)
    for mode in ("bilinear", "nearest", "bicubic")
    for padding_mode in ("zeros", "border", "reflection")
    for aligned in (False, True)
]
NEAREST = places(2, 2, 3, 2)


def grid_row(mode: str, padding_mode: str, aligned: bool) -> Op:
    kwargs = {"mode": mode, "padding_mode": padding_mode, "align_corners": aligned}
    name = f"grid_sample-{mode}-{padding_mode}-{aligned}"
    if mode == "nearest":  # the grid gets no gradient
        return Op(
            name,
            lambda x: F.grid_sample(x, from_numpy(NEAREST.astype(x.dtype)), **kwargs),  # type: ignore[arg-type]  # a str
            lambda x: sampled(x, NEAREST, **kwargs),  # type: ignore[arg-type]  # a str
            ((real(2, 1, 3, 4),),),
        )
    cubic_too = [
        (real(2, 1, 2, 1), places(2, 1, 2, 2)),
        (real(1, 0, 2, 2), places(1, 1, 1, 2)),
        (real(1, 1, 2, 2), places(1, 0, 1, 2)),
    ]
    others = [(real(1, 2, 3, 4), places(1, 2, 2, 2)), (real(1, 1, 2, 3, 2), places(1, 1, 2, 1, 3))]
    images = [*cubic_too, (real(1, 2, 3, 3), places(1, 1, 1, 2))]
    return Op(
        name,
        partial(F.grid_sample, **kwargs),  # type: ignore[arg-type]  # a str
        partial(sampled, **kwargs),  # type: ignore[arg-type]  # a str
        tuple(images if mode == "bicubic" else [*cubic_too, *others]),
        rtol=2e-6,
    )


OPS = [
    *(grid_row(*kinds) for kinds in GRIDS),
    *(
        Op(
            f"affine_grid-{i}",
            partial(F.affine_grid, size=size, align_corners=aligned),
            partial(affine, size=size, align_corners=aligned),
            ((real(size[0], len(size) - 2, len(size) - 1),),),
        )
        for i, (size, aligned) in enumerate(
            [
                ((1, 1, 2, 3), False),
                ((2, 3, 1, 2), True),
                ((1, 1, 2, 1, 3), False),
                ((1, 2, 1, 2, 2), True),
            ]
        )
    ),
    Op(
        "pixel_shuffle",
        partial(F.pixel_shuffle, upscale_factor=2),
        partial(shuffled, r=2),
        ((real(4, 1, 2),), (real(2, 4, 2, 1),), (real(1, 2, 8, 1, 1),), (real(0, 4, 1, 1),)),
    ),
    Op(
        "pixel_unshuffle",
        partial(F.pixel_unshuffle, downscale_factor=2),
        partial(unshuffled, r=2),
        ((real(1, 2, 4),), (real(2, 1, 2, 2),), (real(1, 0, 2, 2),)),
    ),
    Op(
        "pixel_shuffle-1",
        partial(F.pixel_shuffle, upscale_factor=1),
        partial(shuffled, r=1),
        ((real(1, 2, 2),),),
    ),
    Op(
        "channel_shuffle",
        partial(F.channel_shuffle, groups=2),
        partial(exchanged, groups=2),
        ((real(1, 6, 2),), (real(2, 4, 1, 2),), (real(1, 0, 2),)),
    ),
    Op(
        "channel_shuffle-3",
        partial(F.channel_shuffle, groups=3),
        partial(exchanged, groups=3),
        ((real(1, 6, 2),), (real(1, 3, 2),)),
    ),
]

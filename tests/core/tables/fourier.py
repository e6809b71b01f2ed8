"""Rows of Fourier transforms: lengths, axes and ways of scaling."""

from __future__ import annotations

from typing import Any

import numpy as np
from tests.core.tables.common import Op, of

from grad_core import fft


def row(name: str, shape: tuple[int, ...], **options: Any) -> Op:
    """A function of grad_core.fft against the one of numpy.fft."""
    label = "-".join(str(value).replace(" ", "") for value in options.values())
    return Op(
        f"{name}-{label}" if label else name,
        lambda x: getattr(fft, name)(x, **options),
        lambda x: getattr(np.fft, name)(x, **options),
        of(shape),
        complex=name not in ("rfft", "ihfft", "rfftn", "rfft2"),
    )


def power(x: Any) -> Any:
    spectrum = fft.fft(x)
    return (spectrum * spectrum.conj()).real


ALONG_ONE = ("fft", "ifft", "rfft", "irfft", "hfft", "ihfft")
ALONG_SEVERAL = ("fftn", "ifftn", "rfftn", "irfftn")

OPS: list[Op] = [
    *(row(name, (2, 5), n=n) for name in ALONG_ONE for n in (None, 1, 2, 3, 6, 11)),
    *(
        row(name, (3, 2), axis=0, norm=norm)
        for name in ALONG_ONE
        for norm in ("backward", "ortho", "forward")
    ),
    *(
        row(name, (2, 3), **options)
        for name in ALONG_SEVERAL
        for options in (
            {},
            {"s": (3, 2), "axes": (0, 1)},
            {"s": (-1, 5), "axes": (1, 0), "norm": "ortho"},
            {"axes": (0, 0, 1), "norm": "forward"},
            {"s": (4, 3), "axes": (1, 1)},
        )
    ),
    *(row(name, (2, 3, 2)) for name in ("fft2", "ifft2", "rfft2", "irfft2")),
    *(row(name, (3, 4), axes=axes) for name in ("fftshift", "ifftshift") for axes in (None, 0)),
    row("fft", (0, 3)),
    row("irfft", (2, 0, 3)),
    Op("power-spectrum", power, lambda x: np.abs(np.fft.fft(x)) ** 2, of((4,)), arrays=False),
]

"""PyTorch's `torch.nn.init`: functions that fill a weight that there is already.

They take an ndarray, or anything that holds one as `data`, such as a Parameter of grad-nn, and
return it. A Tensor gets a new array through its `assign`, outside of the graph, so that what was
computed from the old one keeps its gradients.
"""

from __future__ import annotations

from typing import Protocol, TypeAlias, TypeGuard, TypeVar

import numpy as np
from numpy.typing import NDArray

from grad_init.basic import Constant, Normal, Uniform
from grad_init.gains import Nonlinearity, calculate_gain
from grad_init.generator import Rng
from grad_init.protocol import Array, Initializer
from grad_init.structured import Dirac, Eye, Orthogonal, Sparse
from grad_init.truncated import TruncatedNormal
from grad_init.variance import FanMode, VarianceScaling, Xavier


class HoldsData(Protocol):
    """Anything with an ndarray `data`."""

    @property
    def data(self) -> Array:
        """The array."""
        ...


Fillable: TypeAlias = NDArray[np.floating] | HoldsData
"""What these functions fill."""

T = TypeVar("T", bound=Fillable)


def uniform_(tensor: T, a: float = 0.0, b: float = 1.0, *, rng: Rng = None) -> T:
    """Fill with U(a, b); see `Uniform`.

    Example:
        >>> weight = np.empty((256, 128))
        >>> bool(uniform_(weight, -0.1, 0.1, rng=0) is weight)
        True
        >>> bool(abs(weight).max() <= 0.1)
        True
    """
    return _filled("uniform_", tensor, Uniform(a, b), rng)


def normal_(tensor: T, mean: float = 0.0, std: float = 1.0, *, rng: Rng = None) -> T:
    """Fill with N(mean, std^2); see `Normal`.

    Example:
        >>> weight = normal_(np.empty((256, 128)), std=0.02, rng=0)
        >>> round(float(weight.std()), 3)
        0.02
    """
    return _filled("normal_", tensor, Normal(mean, std), rng)


def trunc_normal_(
    tensor: T,
    mean: float = 0.0,
    std: float = 1.0,
    a: float = -2.0,
    b: float = 2.0,
    *,
    rng: Rng = None,
) -> T:
    """Fill with N(mean, std^2) given that it lies in [a, b]; see `TruncatedNormal`.

    Example:
        >>> weight = trunc_normal_(np.empty((256, 128)), std=0.02, a=-0.04, b=0.04, rng=0)
        >>> bool(abs(weight).max() <= 0.04)
        True
    """
    return _filled("trunc_normal_", tensor, TruncatedNormal(mean, std, a, b), rng)


def constant_(tensor: T, val: float) -> T:
    """Fill with one value.

    Example:
        >>> constant_(np.empty(3), 0.5)
        array([0.5, 0.5, 0.5])
    """
    return _filled("constant_", tensor, Constant(val), None)


def ones_(tensor: T) -> T:
    """Fill with 1.

    Example:
        >>> ones_(np.empty(3))
        array([1., 1., 1.])
    """
    return _filled("ones_", tensor, Constant(1.0), None)


def zeros_(tensor: T) -> T:
    """Fill with 0.

    Example:
        >>> zeros_(np.empty(3))
        array([0., 0., 0.])
    """
    return _filled("zeros_", tensor, Constant(0.0), None)


def eye_(tensor: T) -> T:
    """Fill with the identity matrix; see `Eye`.

    Example:
        >>> eye_(np.empty((2, 3)))
        array([[1., 0., 0.],
               [0., 1., 0.]])
    """
    return _filled("eye_", tensor, Eye(), None)


def dirac_(tensor: T, groups: int = 1) -> T:
    """Fill the weight of a convolution so that it hands on its input; see `Dirac`.

    Example:
        >>> dirac_(np.empty((1, 1, 3)))
        array([[[0., 1., 0.]]])
    """
    return _filled("dirac_", tensor, Dirac(groups), None)


def xavier_uniform_(tensor: T, gain: float = 1.0, *, rng: Rng = None) -> T:
    """Fill with U(-a, a), a = gain * sqrt(6 / (fan_in + fan_out)); see `Xavier`.

    Example:
        >>> weight = xavier_uniform_(np.empty((64, 32)), rng=0)
        >>> bool(abs(weight).max() <= (6 / (32 + 64)) ** 0.5)
        True
    """
    return _filled("xavier_uniform_", tensor, Xavier(gain), rng)


def xavier_normal_(tensor: T, gain: float = 1.0, *, rng: Rng = None) -> T:
    """Fill with N(0, std^2), std = gain * sqrt(2 / (fan_in + fan_out)); see `Xavier`.

    Example:
        >>> weight = xavier_normal_(np.empty((128, 128)), rng=0)
        >>> round(float(weight.std()), 2)
        0.09
    """
    return _filled("xavier_normal_", tensor, Xavier(gain, "normal"), rng)


def kaiming_uniform_(
    tensor: T,
    a: float = 0.0,
    mode: FanMode = "fan_in",
    nonlinearity: Nonlinearity = "leaky_relu",
    *,
    rng: Rng = None,
) -> T:
    """Fill with U(-c, c), c = gain * sqrt(3 / fan), gain = calculate_gain(nonlinearity, a).

    Example:
        >>> weight = kaiming_uniform_(np.empty((64, 6)), nonlinearity="relu", rng=0)
        >>> bool(abs(weight).max() <= 1)
        True

    Reference:
        K. He et al., "Delving deep into rectifiers", ICCV 2015, equations 10, 14 and 15.
    """
    init = VarianceScaling(calculate_gain(nonlinearity, a) ** 2, mode, "uniform")
    return _filled("kaiming_uniform_", tensor, init, rng)


def kaiming_normal_(
    tensor: T,
    a: float = 0.0,
    mode: FanMode = "fan_in",
    nonlinearity: Nonlinearity = "leaky_relu",
    *,
    rng: Rng = None,
) -> T:
    """Fill with N(0, gain^2 / fan), gain = calculate_gain(nonlinearity, a).

    Example:
        >>> weight = kaiming_normal_(np.empty((256, 128)), nonlinearity="relu", rng=0)
        >>> round(float(weight.std()), 3)
        0.125

    Reference:
        K. He et al., "Delving deep into rectifiers", ICCV 2015, equations 10, 14 and 15.
    """
    init = VarianceScaling(calculate_gain(nonlinearity, a) ** 2, mode, "normal")
    return _filled("kaiming_normal_", tensor, init, rng)


def orthogonal_(tensor: T, gain: float = 1.0, *, rng: Rng = None) -> T:
    """Fill with a matrix of orthonormal rows or columns; see `Orthogonal`.

    Example:
        >>> weight = orthogonal_(np.empty((2, 2)), rng=0)
        >>> bool(np.allclose(weight @ weight.T, np.eye(2)))
        True
    """
    return _filled("orthogonal_", tensor, Orthogonal(gain), rng)


def sparse_(tensor: T, sparsity: float, std: float = 0.01, *, rng: Rng = None) -> T:
    """Fill with columns of which a part is zero, and the rest N(0, std^2); see `Sparse`.

    Example:
        >>> (sparse_(np.empty((4, 3)), 0.75, rng=0) != 0).sum(0)
        array([1, 1, 1])
    """
    return _filled("sparse_", tensor, Sparse(sparsity, std), rng)


class _Assigned(Protocol):
    """A Tensor, as far as it matters here."""

    @property
    def shape(self) -> tuple[int, ...]: ...
    @property
    def dtype(self) -> np.dtype[np.floating]: ...
    def assign(self, value: Array, *, copy: bool = True) -> None: ...


def _filled(name: str, tensor: T, init: Initializer, rng: Rng) -> T:
    target: object = tensor
    if _is_assigned(target):
        target.assign(init(target.shape, rng=rng, dtype=target.dtype), copy=False)
        return tensor
    array: object = target if _is_array(target) else getattr(target, "data", None)
    if not _is_array(array):
        raise TypeError(
            f"{name}: got {type(tensor).__name__}, expected an ndarray, or a Tensor or Parameter,"
            " which holds one as data"
        )
    if not array.flags.writeable:
        raise ValueError(f"{name}: the array is read-only, and cannot be filled")
    array[...] = init(array.shape, rng=rng, dtype=array.dtype)
    return tensor


def _is_assigned(tensor: object) -> TypeGuard[_Assigned]:
    return callable(getattr(tensor, "assign", None))


def _is_array(tensor: object) -> TypeGuard[Array]:
    return isinstance(tensor, np.ndarray)

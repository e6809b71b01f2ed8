"""PyTorch's `torch.nn.init`: `nn.init.xavier_uniform_(layer.weight)`.

The functions are those of grad-init, which also has initializers that make new arrays.
"""

from grad_init import Fillable, Nonlinearity, calculate_gain
from grad_init.in_place import (
    constant_,
    dirac_,
    eye_,
    kaiming_normal_,
    kaiming_uniform_,
    normal_,
    ones_,
    orthogonal_,
    sparse_,
    trunc_normal_,
    uniform_,
    xavier_normal_,
    xavier_uniform_,
    zeros_,
)

__all__ = [
    "Fillable",
    "Nonlinearity",
    "calculate_gain",
    "constant_",
    "dirac_",
    "eye_",
    "kaiming_normal_",
    "kaiming_uniform_",
    "normal_",
    "ones_",
    "orthogonal_",
    "sparse_",
    "trunc_normal_",
    "uniform_",
    "xavier_normal_",
    "xavier_uniform_",
    "zeros_",
]

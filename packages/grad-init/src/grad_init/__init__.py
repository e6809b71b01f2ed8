"""Weight initializers: pure functions of a shape and a random generator."""

from typing import TYPE_CHECKING

from grad_init.__about__ import __version__ as __version__

if TYPE_CHECKING:
    from grad_init.basic import Constant as Constant
    from grad_init.basic import Normal as Normal
    from grad_init.basic import Ones as Ones
    from grad_init.basic import Uniform as Uniform
    from grad_init.basic import Zeros as Zeros
    from grad_init.fan import Fans as Fans
    from grad_init.fan import fans as fans
    from grad_init.gains import Nonlinearity as Nonlinearity
    from grad_init.gains import calculate_gain as calculate_gain
    from grad_init.generator import Rng as Rng
    from grad_init.generator import as_generator as as_generator
    from grad_init.generator import manual_seed as manual_seed
    from grad_init.in_place import Fillable as Fillable
    from grad_init.in_place import constant_ as constant_
    from grad_init.in_place import dirac_ as dirac_
    from grad_init.in_place import eye_ as eye_
    from grad_init.in_place import kaiming_normal_ as kaiming_normal_
    from grad_init.in_place import kaiming_uniform_ as kaiming_uniform_
    from grad_init.in_place import normal_ as normal_
    from grad_init.in_place import ones_ as ones_
    from grad_init.in_place import orthogonal_ as orthogonal_
    from grad_init.in_place import sparse_ as sparse_
    from grad_init.in_place import trunc_normal_ as trunc_normal_
    from grad_init.in_place import uniform_ as uniform_
    from grad_init.in_place import xavier_normal_ as xavier_normal_
    from grad_init.in_place import xavier_uniform_ as xavier_uniform_
    from grad_init.in_place import zeros_ as zeros_
    from grad_init.layouts import Grouped as Grouped
    from grad_init.layouts import Transposed as Transposed
    from grad_init.names import InitMethod as InitMethod
    from grad_init.names import initializer as initializer
    from grad_init.protocol import Array as Array
    from grad_init.protocol import Initializer as Initializer
    from grad_init.structured import DeltaOrthogonal as DeltaOrthogonal
    from grad_init.structured import Dirac as Dirac
    from grad_init.structured import Eye as Eye
    from grad_init.structured import Orthogonal as Orthogonal
    from grad_init.structured import Sparse as Sparse
    from grad_init.truncated import TruncatedNormal as TruncatedNormal
    from grad_init.variance import Distribution as Distribution
    from grad_init.variance import FanMode as FanMode
    from grad_init.variance import He as He
    from grad_init.variance import HeLeaky as HeLeaky
    from grad_init.variance import Lecun as Lecun
    from grad_init.variance import Scaling as Scaling
    from grad_init.variance import VarianceScaling as VarianceScaling
    from grad_init.variance import Xavier as Xavier
else:
    from grad_init.exports import EXPORTS
    from grad_init.lazy import attach

    attach(__name__, EXPORTS[__name__])

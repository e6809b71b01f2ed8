"""Weight initializers: pure functions of a shape and a random generator."""

from grad_init.__about__ import __version__ as __version__
from grad_init.basic import Constant as Constant
from grad_init.basic import Normal as Normal
from grad_init.basic import Uniform as Uniform
from grad_init.fans import Fans as Fans
from grad_init.fans import fans as fans
from grad_init.generator import Rng as Rng
from grad_init.generator import as_generator as as_generator
from grad_init.generator import manual_seed as manual_seed
from grad_init.initializer import Array as Array
from grad_init.initializer import Initializer as Initializer
from grad_init.names import InitMethod as InitMethod
from grad_init.names import initializer as initializer
from grad_init.variance import Distribution as Distribution
from grad_init.variance import FanMode as FanMode
from grad_init.variance import He as He
from grad_init.variance import HeLeaky as HeLeaky
from grad_init.variance import Xavier as Xavier

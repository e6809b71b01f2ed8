"""Parameters that are computed from others: a matrix that is symmetric, say, from one that is not.

A Module with a parametrized attribute has a class of its own, where the attribute is a property that
computes it, and a ModuleDict `parametrizations` with what it is computed from, and how.
"""

from grad_nn.utils.parametrize.parametrization_list import (
    ParametrizationList as ParametrizationList,
)
from grad_nn.utils.parametrize.parametrized_class import cached as cached
from grad_nn.utils.parametrize.registering import is_parametrized as is_parametrized
from grad_nn.utils.parametrize.registering import (
    register_parametrization as register_parametrization,
)
from grad_nn.utils.parametrize.registering import (
    remove_parametrizations as remove_parametrizations,
)
from grad_nn.utils.parametrize.registering import (
    transfer_parametrizations_and_params as transfer_parametrizations_and_params,
)
from grad_nn.utils.parametrize.registering import (
    type_before_parametrizations as type_before_parametrizations,
)

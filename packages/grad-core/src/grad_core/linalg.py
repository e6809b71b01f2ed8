"""Linear algebra by the names of `np.linalg` and of the array API's extension of that name."""

# `X as Y` says that Y is exported

from numpy.linalg import LinAlgError as LinAlgError

from grad_core.ops.linear_algebra.decompositions import cholesky as cholesky
from grad_core.ops.linear_algebra.decompositions import qr as qr
from grad_core.ops.linear_algebra.decompositions import svd as svd
from grad_core.ops.linear_algebra.decompositions import svdvals as svdvals
from grad_core.ops.linear_algebra.determinants import det as det
from grad_core.ops.linear_algebra.determinants import slogdet as slogdet
from grad_core.ops.linear_algebra.eigen import eig as eig
from grad_core.ops.linear_algebra.eigen import eigh as eigh
from grad_core.ops.linear_algebra.eigen import eigvals as eigvals
from grad_core.ops.linear_algebra.eigen import eigvalsh as eigvalsh
from grad_core.ops.linear_algebra.extension import cross as cross
from grad_core.ops.linear_algebra.extension import diagonal as diagonal
from grad_core.ops.linear_algebra.extension import outer as outer
from grad_core.ops.linear_algebra.extension import trace as trace
from grad_core.ops.linear_algebra.matmul import matmul as matmul
from grad_core.ops.linear_algebra.matrices import matrix_power as matrix_power
from grad_core.ops.linear_algebra.matrices import multi_dot as multi_dot
from grad_core.ops.linear_algebra.norms import cond as cond
from grad_core.ops.linear_algebra.norms import matrix_norm as matrix_norm
from grad_core.ops.linear_algebra.norms import matrix_rank as matrix_rank
from grad_core.ops.linear_algebra.norms import norm as norm
from grad_core.ops.linear_algebra.norms import vector_norm as vector_norm
from grad_core.ops.linear_algebra.products import tensordot as tensordot
from grad_core.ops.linear_algebra.solving import inv as inv
from grad_core.ops.linear_algebra.solving import lstsq as lstsq
from grad_core.ops.linear_algebra.solving import pinv as pinv
from grad_core.ops.linear_algebra.solving import solve as solve
from grad_core.ops.linear_algebra.solving import tensorinv as tensorinv
from grad_core.ops.linear_algebra.solving import tensorsolve as tensorsolve
from grad_core.ops.linear_algebra.vectors import vecdot as vecdot
from grad_core.ops.manipulation.axes import matrix_transpose as matrix_transpose

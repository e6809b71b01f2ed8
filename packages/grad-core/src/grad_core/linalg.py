"""Linear algebra by the names of `np.linalg` and of the array API's extension of that name."""

# `X as Y` says that Y is exported

from numpy.linalg import LinAlgError as LinAlgError

from grad_core.ops.axes import matrix_transpose as matrix_transpose
from grad_core.ops.decompositions import cholesky as cholesky
from grad_core.ops.decompositions import qr as qr
from grad_core.ops.decompositions import svd as svd
from grad_core.ops.decompositions import svdvals as svdvals
from grad_core.ops.determinants import det as det
from grad_core.ops.determinants import slogdet as slogdet
from grad_core.ops.eigen import eig as eig
from grad_core.ops.eigen import eigh as eigh
from grad_core.ops.eigen import eigvals as eigvals
from grad_core.ops.eigen import eigvalsh as eigvalsh
from grad_core.ops.linalg import matmul as matmul
from grad_core.ops.linalg_extension import cross as cross
from grad_core.ops.linalg_extension import diagonal as diagonal
from grad_core.ops.linalg_extension import outer as outer
from grad_core.ops.linalg_extension import trace as trace
from grad_core.ops.matrices import matrix_power as matrix_power
from grad_core.ops.matrices import multi_dot as multi_dot
from grad_core.ops.norms import cond as cond
from grad_core.ops.norms import matrix_norm as matrix_norm
from grad_core.ops.norms import matrix_rank as matrix_rank
from grad_core.ops.norms import norm as norm
from grad_core.ops.norms import vector_norm as vector_norm
from grad_core.ops.products import tensordot as tensordot
from grad_core.ops.solving import inv as inv
from grad_core.ops.solving import lstsq as lstsq
from grad_core.ops.solving import pinv as pinv
from grad_core.ops.solving import solve as solve
from grad_core.ops.solving import tensorinv as tensorinv
from grad_core.ops.solving import tensorsolve as tensorsolve
from grad_core.ops.vectors import vecdot as vecdot

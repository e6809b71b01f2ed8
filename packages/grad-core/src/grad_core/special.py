"""Special functions, differentiable; `grad-core[special]` adds those that SciPy computes.

NumPy is enough for the error function and its kin, the logistic functions, the terms of entropies,
`i0`, `logsumexp`, `softmax` and `log_softmax`.
"""

from grad_core.ops.special.bessel import i0 as i0
from grad_core.ops.special.bessel_scipy import dawsn as dawsn
from grad_core.ops.special.bessel_scipy import exp1 as exp1
from grad_core.ops.special.bessel_scipy import expi as expi
from grad_core.ops.special.bessel_scipy import i0e as i0e
from grad_core.ops.special.bessel_scipy import i1 as i1
from grad_core.ops.special.bessel_scipy import i1e as i1e
from grad_core.ops.special.bessel_scipy import j0 as j0
from grad_core.ops.special.bessel_scipy import j1 as j1
from grad_core.ops.special.entropy import entr as entr
from grad_core.ops.special.entropy import kl_div as kl_div
from grad_core.ops.special.entropy import rel_entr as rel_entr
from grad_core.ops.special.entropy import xlog1py as xlog1py
from grad_core.ops.special.entropy import xlogy as xlogy
from grad_core.ops.special.error_function import erf as erf
from grad_core.ops.special.error_function import erfc as erfc
from grad_core.ops.special.error_function import erfcx as erfcx
from grad_core.ops.special.error_function import erfinv as erfinv
from grad_core.ops.special.error_function import log_ndtr as log_ndtr
from grad_core.ops.special.error_function import ndtr as ndtr
from grad_core.ops.special.error_function import ndtri as ndtri
from grad_core.ops.special.gamma import beta as beta
from grad_core.ops.special.gamma import betainc as betainc
from grad_core.ops.special.gamma import betaln as betaln
from grad_core.ops.special.gamma import digamma as digamma
from grad_core.ops.special.gamma import gamma as gamma
from grad_core.ops.special.gamma import gammainc as gammainc
from grad_core.ops.special.gamma import gammaincc as gammaincc
from grad_core.ops.special.gamma import gammaln as gammaln
from grad_core.ops.special.gamma import multigammaln as multigammaln
from grad_core.ops.special.gamma import polygamma as polygamma
from grad_core.ops.special.gamma import zeta as zeta
from grad_core.ops.special.logistic import expit as expit
from grad_core.ops.special.logistic import log_expit as log_expit
from grad_core.ops.special.logistic import logit as logit
from grad_core.ops.special.softmax import log_softmax as log_softmax
from grad_core.ops.special.softmax import logsumexp as logsumexp
from grad_core.ops.special.softmax import softmax as softmax

psi = digamma

"""Parametrizations of weights: by length and direction, of bounded norm, orthogonal."""

from grad_nn.utils.parametrizations.orthogonal import Orthogonal as Orthogonal
from grad_nn.utils.parametrizations.orthogonal import orthogonal as orthogonal
from grad_nn.utils.parametrizations.spectral_norm import SpectralNorm as SpectralNorm
from grad_nn.utils.parametrizations.spectral_norm import spectral_norm as spectral_norm
from grad_nn.utils.parametrizations.weight_norm import WeightNorm as WeightNorm
from grad_nn.utils.parametrizations.weight_norm import weight_norm as weight_norm

"""Discrete Fourier transforms, differentiable: the array API's extension `fft` and `numpy.fft`."""

from grad_core.ops.fourier import fft as fft
from grad_core.ops.fourier import hfft as hfft
from grad_core.ops.fourier import ifft as ifft
from grad_core.ops.fourier import ihfft as ihfft
from grad_core.ops.fourier import irfft as irfft
from grad_core.ops.fourier import rfft as rfft
from grad_core.ops.fourier_axes import fft2 as fft2
from grad_core.ops.fourier_axes import fftn as fftn
from grad_core.ops.fourier_axes import ifft2 as ifft2
from grad_core.ops.fourier_axes import ifftn as ifftn
from grad_core.ops.fourier_axes import irfft2 as irfft2
from grad_core.ops.fourier_axes import irfftn as irfftn
from grad_core.ops.fourier_axes import rfft2 as rfft2
from grad_core.ops.fourier_axes import rfftn as rfftn
from grad_core.ops.frequencies import fftfreq as fftfreq
from grad_core.ops.frequencies import fftshift as fftshift
from grad_core.ops.frequencies import ifftshift as ifftshift
from grad_core.ops.frequencies import rfftfreq as rfftfreq

"""Discrete Fourier transforms, differentiable: the array API's extension `fft` and `numpy.fft`."""

from grad_core.ops.fourier.frequencies import fftfreq as fftfreq
from grad_core.ops.fourier.frequencies import fftshift as fftshift
from grad_core.ops.fourier.frequencies import ifftshift as ifftshift
from grad_core.ops.fourier.frequencies import rfftfreq as rfftfreq
from grad_core.ops.fourier.one_axis import fft as fft
from grad_core.ops.fourier.one_axis import hfft as hfft
from grad_core.ops.fourier.one_axis import ifft as ifft
from grad_core.ops.fourier.one_axis import ihfft as ihfft
from grad_core.ops.fourier.one_axis import irfft as irfft
from grad_core.ops.fourier.one_axis import rfft as rfft
from grad_core.ops.fourier.several_axes import fft2 as fft2
from grad_core.ops.fourier.several_axes import fftn as fftn
from grad_core.ops.fourier.several_axes import ifft2 as ifft2
from grad_core.ops.fourier.several_axes import ifftn as ifftn
from grad_core.ops.fourier.several_axes import irfft2 as irfft2
from grad_core.ops.fourier.several_axes import irfftn as irfftn
from grad_core.ops.fourier.several_axes import rfft2 as rfft2
from grad_core.ops.fourier.several_axes import rfftn as rfftn

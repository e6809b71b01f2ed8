"""Samples of functions: slopes, areas, interpolation, convolution, polynomials."""

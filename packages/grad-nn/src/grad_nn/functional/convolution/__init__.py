"""Convolution, its transpose, and patches as columns."""

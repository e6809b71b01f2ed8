"""Tensors from numbers, and their dtypes."""

"""Functions that turn functions into functions: their gradients, Jacobians and products of these."""

"""Helpers around training: clipping of gradients, parameters as one vector, parametrizations."""

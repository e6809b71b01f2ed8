"""The differentiable operations, a folder for each section of NumPy's reference."""

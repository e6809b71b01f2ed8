"""The differentiable operations, one file per section of the array API standard."""

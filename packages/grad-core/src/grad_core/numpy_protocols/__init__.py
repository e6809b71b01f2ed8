"""What functions of NumPy become when they are given Tensors."""

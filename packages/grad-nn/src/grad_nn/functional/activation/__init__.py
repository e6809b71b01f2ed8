"""The activations, a file for each kind."""

"""Poolings as layers; each is the function of the same name."""

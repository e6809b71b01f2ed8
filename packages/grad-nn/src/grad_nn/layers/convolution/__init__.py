"""Convolutions, their transposes, and patches as columns."""

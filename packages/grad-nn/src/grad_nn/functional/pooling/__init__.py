"""Pooling: one number for each window of the last axes."""

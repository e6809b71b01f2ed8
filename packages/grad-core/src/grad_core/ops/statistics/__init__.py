"""Reductions, running reductions and quantiles."""

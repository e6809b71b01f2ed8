"""The losses: how far predictions are from their targets, as one number. A file for each kind."""

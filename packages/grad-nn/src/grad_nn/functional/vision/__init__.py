"""Functions of images and volumes: resizing, sampling, and moving pixels."""

"""The losses as Modules, a file for each kind; each is the function of the same name."""

"""The data folder of one machine: what is in it, whose it is, whether it is whole."""

"""The nouns that all rooms share: frozen values, no I/O, no clock."""

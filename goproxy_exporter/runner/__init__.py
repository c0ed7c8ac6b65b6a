"""One run of one check, whatever happens."""

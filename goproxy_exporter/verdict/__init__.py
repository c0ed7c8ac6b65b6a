"""From findings to causes, axes and a state: pure."""

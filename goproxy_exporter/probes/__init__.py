"""One module per question that a mirror is asked."""

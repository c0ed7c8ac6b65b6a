"""What is true: the facts that mirrors are held against."""

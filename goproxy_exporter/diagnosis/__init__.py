"""What an answer, or a series of looks at it, means: pure decisions."""

"""Who is told how an inspection ended, or of an alert: chat robots, and endpoints that take JSON."""

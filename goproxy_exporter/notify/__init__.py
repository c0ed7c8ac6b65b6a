"""Who is told how an inspection ended: chat robots, and endpoints that take JSON."""

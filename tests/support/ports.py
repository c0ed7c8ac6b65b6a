"""Where can a program listen that cannot be given port 0?"""

import socket


def free_port() -> int:
    """Give a port of the loopback that was free a moment ago."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        port: int = server.getsockname()[1]
        return port

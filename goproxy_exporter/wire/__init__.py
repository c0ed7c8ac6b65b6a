"""One exchange over real sockets, measured phase by phase."""

"""A local world of module mirrors, healthy or faulty, over real sockets."""

"""What is done in a process of its own, so that nothing that is measured meanwhile waits for it."""

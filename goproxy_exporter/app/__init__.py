"""Where the rooms meet: the daemon, a reload, one inspection."""

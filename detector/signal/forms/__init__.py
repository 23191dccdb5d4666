"""What a short event may be: many forms of a twitch, and of what is taken for one."""

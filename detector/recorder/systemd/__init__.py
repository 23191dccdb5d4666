"""Every night by itself, as a service of the user's systemd: Linux only, but for what tells nothing elsewhere."""

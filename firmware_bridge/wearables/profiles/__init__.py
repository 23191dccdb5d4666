"""Profiles in TOML, in which people describe wearables of their own: read, checked, and bounded in what they cost."""

"""What a run of activity is, where it is no single twitch: kinds, tremor, clonus, held and sudden movements."""

"""What is to be computed: recordings, and whose they are."""

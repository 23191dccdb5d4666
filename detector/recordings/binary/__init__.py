"""What devices and libraries write as bytes: one module a format."""

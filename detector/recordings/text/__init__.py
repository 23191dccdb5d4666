"""Tables in text, as programs export them and people write them by hand."""

"""Commands that keep nights: check, copy, delete, make smaller."""

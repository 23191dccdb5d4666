"""Empatica's avro: its blocks checked before the library unpacks them."""

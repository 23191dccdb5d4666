"""The views of many nights: side by side, compared, and planned."""

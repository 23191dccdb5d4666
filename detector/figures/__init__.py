"""Figures of nights as SVG: for the sheets on paper, and for the page."""

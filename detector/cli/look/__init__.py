"""Commands that look at nights: lists, the page, sheets, trend, comparisons, the diary."""

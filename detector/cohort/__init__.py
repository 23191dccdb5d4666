"""Many nights: each computed once, wherever there is a processor, and put together into tables and sheets."""

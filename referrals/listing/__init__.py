"""Lists of deals: which rows, in which order, with which columns, one page at a time."""

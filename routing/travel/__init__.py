"""Travel between places: the matrix type and the ways to fill one."""

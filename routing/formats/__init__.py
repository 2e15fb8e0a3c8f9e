"""Reading and writing problems and plans: our own JSON, VROOM's, Solomon's files, and GeoJSON."""

"""The tablet: what it is given for a day, and how what it brings back is taken, each thing once."""

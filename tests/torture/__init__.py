"""The crash harness: newsbell is killed with -9 at bad moments, on a bad wire, and what people see is counted."""

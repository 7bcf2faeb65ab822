"""A folder becomes "this path is new, changed or gone": events are hints, the scan is the truth."""

"""The platforms, one folder each, with the same rooms in each: adapter, render, inbox, verdicts."""

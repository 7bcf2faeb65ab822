"""Speed, each figure beside its floor in the same run: absolute times say little, ratios hold."""

"""Speed as ratios: ours and a reference, side by side in one run on the same servers. Never asserted."""

"""Files of other programs: Deforum's settings, Parseq's manifests."""

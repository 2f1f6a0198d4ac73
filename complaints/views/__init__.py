"""The pages of complaints: `citizen` (no account), `officer` (queue and case) and `executive` (overview)."""

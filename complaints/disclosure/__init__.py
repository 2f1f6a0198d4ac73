"""What the public learns of complaints: how to complain, and statistics in which nobody can be found.

The statistics are those that are reported to the superior (`complaints.statistics`), month by month, without protected
complaints. `suppression` decides which figures are told; `publishing` tells them once and never takes them back.
"""

"""Requests to other units (รอคำชี้แจงจากหน่วยงาน): each is a case of its own in the unit that is asked, so that several
run side by side; the complaint waits until each is answered, timed out or cancelled. The shape is that of `complaints`.
"""

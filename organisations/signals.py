"""What happens in the house's own pages that floors above want to hear of."""

from django.dispatch import Signal

left_quickly = Signal()
"""Somebody who is not signed in pressed "leave this page now": `request`, and the `response` that takes him away.

Who keeps anything for visitors forgets it here, and takes back the cookie that led to it.
"""

staff_changed = Signal()
"""People left, posts were taken or given up, or units moved or closed: what somebody had in hand may be nobody's now.

`users`: the keys of the people, or None where it may be anybody. Sent within the transaction of the change.
"""

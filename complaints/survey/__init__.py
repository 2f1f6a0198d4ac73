"""The survey after a reply: five questions about the service, kept apart from who answered them.

**What is asked** follows the EIT of the integrity and transparency assessment (ITA), in which people outside the
agency judge its operation, its communication and how it improves (S4:755-770). The words are rule data. The stars of
the edge `rate` are another thing: they stand in the case, for those who handle it. The two are never shown as one.

**What is kept.** Of a case: one bit, that its complainant has answered. It is no edge, for a ledger entry would say
when. Of an answer: the unit, the main kind, the channel, the month in which it was counted, five figures, a remark. No
case, person, reply or time; the key is random, so that it gives no order.

**How the two are kept apart.** The bit is written first, in a transaction of its own: should the machine fail then,
an answer is lost rather than bound to its case by a common transaction number. The answer joins the pool of its unit,
a single row that is shuffled and written anew with each, so that its row versions order nothing. When `LEAST` lie
in it, all are counted at once, in the order of their random keys, and the pool is emptied. So the figures of a
unit move by five answers at least, no cell of unit and month ever holds one to four, and no difference of two pages
gives a smaller one. A kind and channel by which a single answer of those five would stand out is not kept. Of
a protected matter no remark is taken: it would be read by people for whom the case does not exist.

**What the owner of the database could still infer.** He who reads the versions of rows, the write-ahead log or one
backup after the other can tell which cases got their bit since a pool was last emptied, and so which five cases five
answers come from, but not which is whose, as far as the answers of the five do not differ in what only one of the five
can have written: a remark may give away its author. What waits in the pool is sealed, for the first answer of a small
unit waits beside a single case that has its bit: who has the master keys besides a copy of the database can bind
those, and so can who watches the log as it is written. Where that must not be, no survey on the same server helps.
"""

LEAST = 5
"""How many answers are mixed at the least, and with it the smallest figure that is shown (design: Privacy)."""

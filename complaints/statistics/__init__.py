"""Statistics of complaints for a month, six months or a fiscal year, as they are reported to the superior and to the
province (S4:194, S4:1684, S4:1784).

**What is counted.** Everything is read off the ledger as it stood when the period ended: computed again years later
the figures are the same, but for what was changed in the holidays and the rule data since.

* The day is the smallest step: of what happened to a complaint on one day, only how it stood when the day ended
  counts. A slip that was put right the same day (`correct`) is in no figure.
* Complaints that stay in hand are a *stock*, everything else a *flow* with a day and a unit, as courts count their
  cases (NCSC, State Court Guide to Statistical Reporting: pending, incoming, outgoing). So for every unit and period

      open at the start + received + parts + reopened + moved in
          = closed + merged + moved out + open at the end

* *Received* is what people filed. A part that was split off another complaint is counted under *parts*. A request to
  another unit is another kind of case, and is no complaint.
* *Closed* is every end: an outcome, answered without a finding, declined, withdrawn, discontinued, or gone to the
  protected register. *Merged* stands apart: the matter goes on in another complaint.
* A complaint that ended, was reopened and ended again has ended twice and was reopened once; it counts so, and stands
  so in the list behind the figure. **So every flow of a period is the sum of its months**, and what is open at its end
  is what is open at the end of its last month. Three things are as they stood when the period ended, and differ from a
  sum of months: the kind under which a received complaint counts (it may be decided later), medians, and shares.
* A flow counts in the unit in which the complaint stood that day. A unit "with all below it" adds up their figures, so
  that a move from one to another stands among *moved in* and among *moved out*.
* A duty (clock) counts once: *in time* on the day on which it was done or no longer owed, *late* on the day after its
  due day. What was granted after that day does not undo it. Duties that are neither yet are in no figure.
* An imported complaint came in with its first entry.

**Protected complaints** are counted apart and appear in nothing else. Of them a figure below `LEAST` is never stored
nor shown, and none is shown in the same way, so that nobody learns from a dash that there is one; nor is a figure of a
longer period from which, with those of its months, a smaller one could be computed (`figures.telling`). No such figure
opens its cases. A complaint that becomes protected leaves the others as closed, "moved to another register", for an
earlier report counted it; one that came in the same month was never among them.
"""

"""Questions: a citizen asks an office something, reads the answer with a code, and can write back. No complaint.

**Why a question is no kind of case.** A case is registered: it has a number of a series, a ledger entry for each
step, hands it is in, clocks that warn upwards, and it is kept as long as a file is. A question needs none of that, and
its asker did not ask for a file to be opened about him. It is a row with its thread, appended and never edited, and
two rules: whoever screens, handles or leads in the unit or above it answers, and an answer is due in the days of the
clock rule `question_answer`. What does become a matter is made a complaint in one step (`actions.turn`), and from then
on everything of `complaints.states` holds.

**Texts are sealed** with a key for each question. An asker may write what he would not say in a complaint, and in
public offices "just a question" is how accusations begin. Made a complaint, the texts move into it and the key of the
question is destroyed: what becomes protected is not left behind where the people of the unit accused can read it.
Nothing is searched by text. How long they are kept, and where a question goes whose unit has closed: `keeping`.
"""

"""Reports in the form in which an anti-corruption centre reports to its department (S0): summary, results with what was
done, problems, recommendations, the next phase, and the signature of who reports.

* A report is a case (`states`): a draft that several people write, signed by the head or an executive, corrected only
  as a new version with a reason.
* **Its figures are frozen as they stood when it was filled** (`filling`), each with its definition. A text names a
  figure by its code, ``[[complaints.received]]``, and so never says another number than the tables. Filling again
  changes figures, and never a text.
* The figures are those of the agency and not of who fills them: an officer who must not know of a complaint would
  otherwise sign too small a number. The statistics that he reads himself stay without it.
* What was signed is kept byte for byte, as PDF and as DOCX. What is published is another document of the same content,
  without counts of complaints, which everybody reads in the public statistics (`figures.for_public`).
"""

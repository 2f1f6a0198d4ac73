"""Checkpoints of the ledger: a Merkle root over the heads that changed, to be published outside."""

from django.db import connection, transaction
from django.utils import timezone

from workflows.ledger import merkle_root
from workflows.models import Checkpoint, CheckpointLeaf

_CHANGED = """
SELECT c.id, c.ledger_seq, c.ledger_head FROM workflows_case c
LEFT JOIN LATERAL (
    SELECT seq FROM workflows_checkpointleaf WHERE case_id = c.id ORDER BY checkpoint_id DESC LIMIT 1
) leaf ON true
WHERE leaf.seq IS DISTINCT FROM c.ledger_seq
"""


def make_checkpoint() -> Checkpoint | None:
    """Take a checkpoint of every case that changed since its last one; None when none did."""
    with transaction.atomic():
        with connection.cursor() as cursor:
            # One checkpoint at a time.
            cursor.execute("LOCK TABLE workflows_checkpoint IN SHARE ROW EXCLUSIVE MODE")
            cursor.execute(_CHANGED)
            leaves: list[tuple[int, int, str]] = cursor.fetchall()
        if not leaves:
            return None
        last = Checkpoint.objects.order_by("-pk").first()
        checkpoint = Checkpoint.objects.create(
            at=timezone.now(), leaves=len(leaves), previous=last.root if last else "", root=merkle_root(leaves)
        )
        CheckpointLeaf.objects.bulk_create(
            [CheckpointLeaf(checkpoint=checkpoint, case_id=case, seq=seq, head=head) for case, seq, head in leaves],
            batch_size=5000,
        )
        return checkpoint

"""Where 附件2, 附件1、3, 附件1至5 lead: attachments by their numbers, of a document that has them on the page."""

from ingest.references.expressions import Attachments
from ingest.references.structure import Structure
from ingest.references.targets import Target

_MOST_ATTACHMENTS = 99


def target(named: Attachments, structure: Structure, where: str) -> Target:
    """The attachments that an expression names, in a unit of the scope `where`."""
    if not named.runs:
        found = structure.attachments(named.word, None, where)
        if len(found) != 1 or structure.lists_several(found[0]):
            return Target("attachment", "several" if found else "no-such-unit")
        return Target("attachment", "found", (found[0].eid,), certainty="exact")
    if whole := structure.attachment_labelled(named.said):
        return Target("attachment", "found", (whole.eid,), certainty="exact")
    eids: list[str] = []
    sure = True
    for first, last in named.runs:
        for number in range(first, min(last, first + _MOST_ATTACHMENTS) + 1):
            found = structure.attachments(named.word, number)
            if not found and (listed := structure.component(number)) is not None:
                found, sure = [listed.record], sure and listed.sure
            if len(found) != 1:
                return Target("attachment", "several" if found else "no-such-unit")
            eids.append(found[0].eid)
    through = len(named.runs) == 1 and len(eids) > 1  # one range
    low, high = (eids[0], eids[-1]) if through else (None, None)
    return Target("attachment", "found", tuple(eids), low, high, certainty="exact" if sure else "likely")

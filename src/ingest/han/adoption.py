"""Adoption notes (题注): when, by whom and how a text was adopted, approved, published, amended, and came into force."""

from ingest.han.dates import WHOLE
from ingest.patterns import pattern

PROMULGATED = pattern(
    rf"(?:公元)?{WHOLE}[^。！？]{{4,100}}"
    r"(?:通过|通過|公布|发布|發布|令|颁布|頒布|批准|核定|核准|修订|修訂|修正|订定|訂定|制定|施行|实施|實施|备查|備查|函|条|條|条文|條文)"
)
"""A line under a title, without brackets, that looks like one: the outline asks where nothing else explains the line."""
_ACT = r"(?:通过|通過|批准|核准|修订|修訂|修正|施行|实施|實施|生效|废止|廢止)"
_BODY = r"(?:第[^。！？:：]{1,8}(?:次|号|號|届|屆)|人民代表大会|人民代表大會|常务委员会|國務院|国务院|人民政府|委员会|委員會|法院|检察院|主席|总局|部令)"
CERTAIN = pattern(
    rf"(?:公元)?{WHOLE}\s*(?:起|由|经|經|在|于|自)?(?:[^。！？:：]{{0,100}}{_ACT}"
    rf"|[^。！？:：]{{0,80}}{_BODY}[^。！？:：]{{0,40}}(?:公布|发布|發布|颁布|頒布|公告|令))[)）]?"
)
"""A line that is one wherever it stands, and no site's publish line: it names the act (通过, 施行) or the body that acted."""
FURTHER = pattern(
    rf"{WHOLE}\s*[^。！？:：]{{2,80}}(?:公布|发布|發布|颁布|頒布|印发|印發|通过|批准|修订|修正|施行)[)）]?"
)
"""The next line of a note that goes on: 1999年6月7日 云栖市档案局发布, which alone could be a site's publish line."""


def is_note(line: str) -> bool:
    """Whether a line under a title is an adoption note."""
    return PROMULGATED.fullmatch(line) is not None or CERTAIN.fullmatch(line) is not None

"""Tell an article's own words from what a web page puts around them.

Precision comes first: a line is boilerplate when it is a known formula as a whole, when it is one of the
page's furniture in a tail made of such formulas, or when it introduces the author behind the last paragraph.
"""

import re

from index.outline import Block

TAIL_CHARACTERS = 700
"""More text of its own than this behind a formula, or than a third of the whole, and what follows is no tail."""
TAIL_SHARE = 0.4
"""At least this share of a tail's blocks are formulas."""
LONGEST_BIOGRAPHY = 400
LONGEST_FORMULA = 600
SHORT = 4
"""Words of a formula that may end with a full stop of its own."""
PARTICLE = r"(?:al|bin|da|de|del|della|der|di|dos|du|el|ibn|la|le|ten|ter|van|von)"
"""Small words within a name."""

_FORMULAS = re.compile(
    r"""(?:
    share(?:\s(?:this(?:\s(?:article|post|story|page))?|on\s\w+|via\s\w+))? | tweet | pin(?:\sit)? | e-?mail(?:\sthis)? | print(?:\sthis(?:\s(?:page|article|story|post))?)?
    | (?:facebook|twitter|linkedin|whatsapp|telegram|reddit|x|instagram|youtube|copy\slink)(?:\s*[|/,·•]?\s*(?:facebook|twitter|linkedin|whatsapp|telegram|reddit|x|e-?mail|copy\slink))*
    | related(?:\s(?:posts?|articles?|stories|topics|news|reading|content|links))? | (?:you\s(?:may|might)\salso\slike|recommended(?:\sfor\syou)?|most\s(?:read|popular)|trending(?:\snow)?|latest\s(?:news|posts?)|read\s(?:more|next|also)|see\salso|more\sfrom\b[^.]*|don.t\smiss)(?::[^.]*)?
    | leave\sa\s(?:reply|comment) | (?:\d+\s)?comments?(?:\s\(\d+\)|\sare\s(?:closed|off))? | no\scomments(?:\syet)? | (?:post|add)\s(?:a\s)?comment | cancel\sreply | be\sthe\sfirst\sto\scomment
    | your\semail\saddress\swill\snot\sbe\spublished.* | required\sfields\sare\smarked.* | save\smy\sname.* | (?:name|email|website|comment)\s*\*?
    | about\sthe\sauthors? | authors? | view\sall\sposts(?:\sby.*)? | all\sposts\sby.* | follow(?:\sus)?(?:\son\b.*)? | follow\s@\w+
    | donate(?:\snow)? | support\s(?:us|quality\sanalysis|our\s(?:work|journalism)) | become\sa\s(?:member|patron)
    | (?:please\s)?subscribe(?:\s(?:now|here|today|to\s(?:our|the|us|my|the\w+)\b[^.]{0,60}))?\.? | sign\s(?:up|in)(?:\s(?:now|here|today|free|to\s[^.]{1,40}|for\s[^.]{0,40}(?:newsletters?|updates|alerts|e-?mails?)[^.]{0,20}))?\.? | log\s?in | register | newsletter(?:\ssign-?up)? | enter\syour\se-?mail.*
    | (?:estimated\s)?reading\stime:?\s(?:about\s)?\d.{0,20} | \d+\smin(?:ute)?s?(?:\sread)? | (?:last\s)?(?:updated|modified)(?:\son)?:?\s[^.]{0,40}
    | (?:home|menu|search|skip\sto\s(?:main\s)?content|back\sto\stop|top|previous|next|(?:previous|next)\s(?:post|article|page)(?::.*)?|toggle\snavigation|contact(?:\sus)?|about(?:\sus)?|privacy(?:\spolicy)?|terms(?:\s(?:of\s(?:use|service)|and\sconditions))?|cookie\s(?:policy|settings)|sitemap|careers|rss)
    | (?:\w[\w\s]{0,20}\s[>›»/|]\s){2,}.* | advertis(?:ement|e(?:\swith\sus)?) | sponsored(?:\scontent)? | (?:we|this\s(?:site|website))\suses?\scookies.* | accept(?:\sall)?(?:\scookies)?
    | tags?:.* | (?:filed\sunder|posted\sin|categor(?:y|ies)):\s.* | (?:filed\sunder|posted\sin)\s[^.,]{1,40} | topics?:.*
    | (?:copyright\s*)?(?:©\s?.*|\(c\)\s?\d{4}.*) | copyright\s\d{4}.* | .{0,80}\ball\srights\sreserved\.? | article\sprinted\sfrom\s.*
    | (?:a\sversion\sof\s)?this\s(?:article|story|post|piece)\s(?:was\s)?(?:first|originally)\s(?:published|appeared)\b.* | (?:first|originally)\s(?:published|appeared)\s(?:here|(?:in|on|by|at)(?:\s[^\s.,\d]+){1,4})\.?
    | (?:photo|image|picture|source|credit)s?(?:\s(?:credits?|by|courtesy))?:\s[^.]*\.? | .*\((?:photo|image|picture|credit|file\sphoto)s?(?::|\sby\b)[^)]*\)\.?
    )""",
    re.IGNORECASE | re.VERBOSE,
)
_BIOGRAPHY = re.compile(
    r"""(?:the\sauthor\s|(?:(?i:dr|prof(?:essor)?)\.?\s)?(?P<name>[A-Z][\w.’'-]+(?:\s(?:PARTICLE\s)?[A-Z][\w.’'-]*){1,3})(?:,\sph\.?d\.?)?,?\s)
    (?:is|was|are|serves|works|writes|teaches|covers|holds|studies)\s(?:\w+\s){0,3}?(?:an?|the|as|currently|at|about|for|from|pursuing)\b
    (?=.*\b(?i:professor|lecturer|fellow|researcher|research|scholar|analyst|journalist|reporter|correspondent|editor|columnist|writer|author
        |student|candidate|degree|director|historian|economist|consultant|ph\.?d|university|institute)\b)""".replace("PARTICLE", PARTICLE),
    re.VERBOSE | re.DOTALL,
)
_LEADING = re.compile(r"^[^\w©(]+|^_+")


def is_formula(text: str) -> bool:
    """Say whether a line is one of the page's set phrases (share, related posts, copyright …).

    >>> is_formula("Leave a Reply"), is_formula("• A"), is_formula("Comments on the treaty were harsh.")
    (True, True, False)
    """
    words = _LEADING.sub("", text).strip()
    if len(words.split()) <= SHORT:
        words = words.removesuffix(".")
    return len(words) <= 1 or (len(words) < LONGEST_FORMULA and bool(_FORMULAS.fullmatch(" ".join(words.split()))))


def biography_name(text: str) -> str | None:
    """Return whom a short note about an author introduces, or None if it is no such note.

    >>> biography_name("Ann Lee is an Associate Professor at the University of Oslo.")
    'Ann Lee'
    """
    match = _BIOGRAPHY.match(text) if len(text) <= LONGEST_BIOGRAPHY else None
    return match.group("name") if match else None


def strip_boilerplate(blocks: list[Block]) -> list[Block | None]:
    """Return the blocks with None in the place of each that is boilerplate."""
    formulas = [all(is_formula(line) for line in block.text.splitlines() if line.strip()) for block in blocks]
    tail = _tail(blocks, formulas)
    kept: list[Block | None] = [
        None if formula or i >= tail else block for i, (block, formula) in enumerate(zip(blocks, formulas, strict=True))
    ]
    last = next((i for i in range(len(kept) - 1, -1, -1) if kept[i] is not None), None)
    if last and not blocks[last].is_heading and biography_name(blocks[last].text):
        kept[last] = None
    return kept


def _tail(blocks: list[Block], formulas: list[bool]) -> int:
    """Return where the page's furniture begins for good; len(blocks) if nowhere."""
    start = len(blocks)
    total = sum(block.end - block.start for block, formula in zip(blocks, formulas, strict=True) if not formula)
    own = furniture = 0
    for i in range(len(blocks) - 1, 0, -1):
        furniture += formulas[i]
        own += 0 if formulas[i] else blocks[i].end - blocks[i].start
        if own > min(TAIL_CHARACTERS, total / 3):
            break
        if formulas[i] and furniture >= 2 and furniture >= TAIL_SHARE * (len(blocks) - i):
            start = i
    return start

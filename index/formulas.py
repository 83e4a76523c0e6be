"""Set phrases of web pages: buttons, forms, notices, credits, and the headings of what follows an article."""

import re

from index.byline import LETTERS

LONGEST_FORMULA = 600
SHORT = 4
"""Words of a formula that may end with a full stop of its own."""

_NETWORK = (
    r"(?:facebook|twitter|x|linkedin|whatsapp|telegram|reddit|instagram|youtube|pinterest|mastodon|bluesky|threads|e-?mail|copy(?:\slink)?)"
)
_AGENCY = r"(?-i:Reuters|REUTERS|AP(?:\sPhoto)?|Associated\sPress|AFP|Getty(?:\sImages)?|EPA|Shutterstock|iStock|Unsplash|Alamy|Anadolu|Xinhua|TASS|KCNA|Yonhap|dpa|Bloomberg|Wikimedia\sCommons)"
_FORMULAS = re.compile(
    rf"""(?:
    share(?:\s(?:this(?:\s(?:article|post|story|page))?|on\s\w+|via\s\w+))?:? | tweet | like | pin(?:\sit)? | e-?mail(?:\sthis)? | print(?:\sthis(?:\s(?:page|article|story|post))?)? | save | bookmark
    | {_NETWORK}(?:(?:\s?[|/,·•]\s?|\s){_NETWORK})* | (?:share|tweet|send)\s(?:on|via|to)\s.{{1,20}} | click\sto\s(?:share|e-?mail|print)\b.* | like\sthis: | like\sloading.* | (?:share\son\s\w+[\s·|•,]*)+
    | related(?:\s(?:posts?|articles?|stories|topics|news|reading|content|links|publications|coverage))? | (?:you\s(?:may|might)\salso\s(?:like|be\sinterested\sin)|recommended(?:\sfor\syou|\sreading)?|most\s(?:read|popular|viewed|shared)|trending(?:\snow)?|(?:latest|recent)\s(?:news|posts?|articles|stories|comments)|(?:also\s)?read(?:\s(?:more|next|also))?|see\salso|more\s(?:from|on|about|in)\b[^.]*|more\s(?:stories|news|articles)|don.t\smiss|popular(?:\sposts?)?|archives?|categories)(?::[^.]*)?
    | (?:also\sread|read\s(?:also|more|next)|see\salso|related|more|watch|listen|in\spictures|editor.s\spick):\s[^.]{{3,150}}\.?
    | leave\sa\s(?:reply|comment)(?:\scancel\sreply)? | (?:\d+\s|no\s)?(?:comments?|replies|responses)(?:\s\(\d+\)|\sare\s(?:closed|off)(?:\son\sthis\s\w+)?)? | no\scomments(?:\syet)? | (?:post|add|write|report)\s(?:a\s|this\s)?comment | cancel\sreply | be\sthe\sfirst\sto\scomment | reply | report | \d+\s(?:thoughts?|comments?|responses?)\son\s[“"‘'].* | join\sthe\s(?:conversation|discussion)\.? | discussion\sabout\sthis\s\w+
    | your\se-?mail\saddress\swill\snot\sbe\spublished.* | required\sfields\sare\smarked.* | save\smy\sname.* | (?:name|e-?mail|website|comment)\s*\*? | this\ssite\suses\sakismet.* | learn\show\syour\s(?:comment\s)?data\sis\sprocessed\.?
    | about\sthe\s(?:authors?|writers?|contributors?) | authors? | contributors? | view\sall\sposts(?:\sby.*)? | (?:all|more)\sposts\sby.* | follow(?:\sus)?(?:\son\b.*)? | follow\s@\w+(?:\s(?:for|on)\s.{{1,30}})?
    | donate(?:\snow)? | donate\s(?:today|to)\b.{{0,80}} | support\s(?:us|quality\sanalysis|(?:our|independent|quality)\s(?:work|journalism|reporting)(?:\.\s.{{0,60}})?) | become\sa\s(?:member|patron|subscriber|supporter)(?:\stoday)?\.? | buy\s(?:me|us)\sa\scoffee | you\scan\s(?:support|help)\b.*\bdonat\w+\b.*
    | (?:please\s)?subscribe(?:\s(?:now|here|today|for\s.{{1,40}}|to\s(?:our|the|us|my|the\w+)\b[^.]{{0,60}}|to\s(?:continue|keep|read)\b.{{0,60}}))?\.? | sign\s(?:up|in)(?:\s(?:now|here|today|free|to\s[^.]{{1,40}}|for\s[^.]{{0,40}}(?:newsletters?|updates|alerts|e-?mails?)[^.]{{0,20}}))?\.? | log\s?in | register(?:\snow)? | (?:our\s)?newsletters?(?:\ssign-?up)? | enter\syour\se-?mail.* | unsubscribe | (?:join|follow)\sour\s(?:whatsapp|telegram|mailing|newsletter|channel|e-?mail)\b.{{0,40}}
    | .{{0,120}}\b(?:in|to)\syour\sinbox\b.{{0,60}} | .{{0,120}}\bunsubscribe\sat\sany\stime\b.{{0,40}} | by\s(?:signing\sup|subscribing|clicking|continuing\sto\s(?:use|browse))\b.*\b(?:privacy|terms|cookies|agree)\b.* | terms\sand\sconditions\sapply\..* | if\syou\s(?:enjoyed|liked|value)\s(?:this\s(?:post|article|piece|story)|(?:our|my)\swork)\b.* | .{{0,100}}\breader-supported\spublication\b.* | .{{0,120}}\bbecoming\sa\s(?:free\sor\spaid|paid|free)\s(?:subscriber|member)\b.*
    | you\s(?:have|.ve)\s(?:read\s)?\d+\s(?:of\s.{{0,30}}|free\s)?(?:free\s)?articles?\b.* | already\s(?:a|an)\s(?:subscriber|member)\?.{{0,40}} | (?:this\s(?:article|content|story)\sis\s(?:for\s(?:our\s)?(?:subscribers|members)|free\sto\sread)\b.*|.{{0,60}}\byour\smonthly\s(?:limit|allowance)\b.*) | (?:to\s)?(?:continue|keep)\sreading\b.{{0,80}}(?:subscri|sign|register|log).{{0,80}} | (?:start|try)\s.{{0,30}}\bfree\strial\b.{{0,60}}
    | (?:estimated\s)?reading\stime:?\s(?:about\s)?\d.{{0,20}} | \d+[\s-]min(?:ute)?s?(?:\s(?:read|listen))?(?:\sread)? | (?:last\s)?(?:updated|modified)(?:\son)?:?\s[^.]{{0,40}} | (?:published|posted|updated)?\s?(?:\d+|an?)\s(?:minute|hour|day|week|month|year)s?\sago | listen(?:\sto\sthis\s(?:article|story))?(?:\s[\d(].{{0,20}})? | download(?:\s(?:the\s(?:full\s)?(?:report|paper|article)|as|pdf)\b.{{0,40}}|\s?\(pdf\b.*)? | view\spdf
    | (?:home|menu|search|skip\sto\s(?:main\s)?content|back\sto\s(?:top|front\spage|home|.{{1,20}}\spage)|top|(?:previous|next)(?::.*)?|(?:previous|next)\s(?:post|article|page|story)(?::.*)?|post\snavigation|toggle\snavigation|contact(?:\sus)?|about(?:\sus)?|privacy(?:\spolicy)?|legal(?:\snotice)?|imprint|accessibility|terms(?:\s(?:of\s(?:use|service)|and\sconditions))?|cookies?(?:\s(?:policy|settings|notice))?|(?:manage|cookie|your)\s(?:preferences|settings|choices)|sitemap|careers|rss|jobs|press|faq)
    | (?:(?:home|menu|search|contact|about|privacy(?:\spolicy)?|legal(?:\snotice)?|imprint|accessibility|terms(?:\s(?:of\suse|and\sconditions))?|cookies|sitemap|careers|rss|jobs|press|research|publications|events|people|news|opinion|sports?|world|business|politics|culture|log\sin|sign\sin|subscribe)(?:\s?[|·•/]\s?|\s|$)){{2,}}
    | (?:you\sare\shere:\s.*|\w[\w\s]{{0,20}}\s[>›»/]\s(?:\w[\w\s]{{0,20}}\s[>›»/]\s)+.*|(?:home|news|world)(?:\s[>›»/|]\s[\w\s]{{1,25}})+) | advertis(?:ement|e(?:\swith\sus)?|ing) | sponsored(?:\s(?:content|by\b.{{0,40}}))? | promoted | paid\scontent
    | (?:we|this\s(?:site|website))(?:\sand\sour\spartners)?\s(?:uses?|stores?)\b.{{0,40}}\bcookies?\b.* | (?:accept|reject|decline|allow)(?:\sall)?(?:\scookies)? | your\sprivacy(?:\smatters)? | you\scan\schange\syour\s(?:choices|settings|preferences)\b.*
    | tag(?:s|ged)?:.* | (?:filed\sunder|posted\sin|categor(?:y|ies)):\s.* | (?:filed\sunder|posted\sin)\s[^.,]{{1,40}} | topics?:.* | this\sentry\swas\sposted\sin\b.* | bookmark\sthe\spermalink\.?
    | (?:copyright\s*)?(?:©\s?.*|\(c\)\s?\d{{4}}.*) | copyright\s\d{{4}}.* | .{{0,80}}©.{{0,20}} | .{{0,80}}\ball\srights\sreserved\.? | article\sprinted\sfrom\s.* | (?:proudly\s)?powered\sby\s\w+
    | a\sversion\sof\sthis\s(?:article|story|post|piece|essay)\s(?:appears|appeared|was|is)\b.*
    | (?:a\sversion\sof\s)?this\s(?:article|story|post|piece|essay|commentary)\s(?:(?:was\s)?(?:first|originally)\s(?:published|appeared)|(?:was|is)\s(?:republished|reposted|reproduced))\b.* | (?:first|originally)\s(?:published|appeared)\s(?:here|(?:in|on|by|at)(?:\s[^\s.,\d]+){{1,4}})\.? | this\s(?:interview|conversation|transcript|article)\s(?:has\sbeen|was)\s(?:lightly\s)?(?:edited|translated|condensed|corrected|updated|amended)\b.*
    | (?:the\s)?(?:views|opinions)\s(?:expressed|presented|stated)\b.*\b(?:author|own|not|necessarily)\b.* | (?:our|read\sour)\sstandards:.* | .{{0,60}}\badheres?\sto\sthe\b.{{0,40}}\bcode\b.* | (?:do\syou\shave|have\syou\sgot|got)\sa\s(?:story|tip|news)\b.*\?.* | get\sinvolved\swith\s.{{0,60}} | if\syou\shave\sa\scomplaint\b.*
    | \(?(?:additional\s)?(?:reporting|writing|editing)\sby\s.{{1,200}} | (?:edited|translated|compiled|fact-checked|reviewed|illustration|illustrations|graphics?|map|video|audio|photography)\s?(?:by:?|:)\s[^.]{{2,80}}
    | (?:for\s)?(?:more\sinformation|further\sinformation|media\s(?:enquiries|inquiries|contacts?)|press\scontacts?|notes?\sto\seditors?|contacts?)(?:,?\s(?:please\s)?(?:contact|visit|see)\b.{{0,80}})?:? | (?:tel|phone|mobile|fax|e-?mail)\.?:\s.* | [\w.+-]+@[\w-]+\.[\w.-]+
    | (?:for\s)?(?:subscription|advertising|general|press|media|all|other)\s(?:enquiries|inquiries|queries)\b.{{0,100}} | (?:reproduction|republication|copying|redistribution)\b.{{0,60}}\b(?:prohibited|permission|forbidden)\b.{{0,40}} | no\spart\sof\sthis\s(?:publication|site|website|article)\smay\sbe\b.* | .{{0,40}}\bnot\sresponsible\sfor\sthe\scontent\b.{{0,60}} | (?:published|licen[cs]ed|available)\sunder\s(?:an?\s)?(?:creative\scommons|cc\b).*
    | (?:media|press)\scontacts?:.* | follow\s.{{3,40}}\son\s\w+(?::.*)? | thanks?(?:\syou)?\sfor\sreading\b.{{0,60}} | .{{0,80}}\b(?:log|sign)\sin\sto\s(?:continue|keep|read)\b.{{0,40}} | (?:newer|older)\s(?:posts?|entries|comments) | labels:.* | subscribe\sto:.* | site\s(?:index|map) | see\smore\son:.*
    | cite\sthis\s(?:article|paper|page)\b.* | (?:suggested|recommended)\scitation\b.* | (?:figure|fig\.|table|map|chart)\s\d+[.:]\s.*\b(?:source|photo|data|credit)s?:\s.* | \[?\d+\]?
    | (?:photo(?:graph)?|image|picture|source|credit|map|video|illustration|graphic|chart)s?(?:\s(?:credits?|by|courtesy(?:\sof)?))?:\s[^.]*\.? | .*\((?:photo(?:graph)?|image|picture|credit|file\sphoto)s?(?::|\sby\b)[^)]*\)\.? | .{{0,300}}(?:^|[.!?]\s|\b(?-i:P))(?:photo(?:graph)?s?|hoto(?:graph)?s?|(?:image|picture)\scredits?):\s(?-i:[^\W\d_a-z])[^.]{{2,60}}\.? | (?:photo(?:graph)?|image|picture|illustration)s?\s(?:by|courtesy(?:\sof)?)\s(?-i:[^\W\d_a-z])[^.]{{2,60}}
    | .{{0,300}}(?:[./|—–-]\s?|\s\(|\s\[){_AGENCY}(?:\s?[/,]\s?[\w\s.’'-]{{2,40}})?[)\]]?\.? | .{{0,300}}\[[\w\s.’'-]{{3,40}}/[\w\s.’'-]{{2,40}}\] | (?:handout|courtesy)(?:\sof)?(?:\s?[/:]\s?|\s).{{2,60}}
    )""",
    re.IGNORECASE | re.VERBOSE,
)
_CREDIT = re.compile(
    rf"(?:(?:photo(?:graph)?|image|picture|credit)s?(?:\s(?:credits?|by|courtesy(?:\sof)?))?:?\s[^.]{{2,60}}|\(?{_AGENCY}(?:\s?[/,]\s?[\w\s.’'-]{{2,40}})?\)?|©.{{2,60}})\.?",
    re.IGNORECASE,
)
_TAIL = re.compile(
    r"""about\sthe\s(?:authors?|writers?) | authors? | (?:notes?\sto|about\sthe)\seditors? | (?:media|press)\s(?:contacts?|enquiries|inquiries)(?::.*)? | for\s(?:more|further)\sinformation\b.{0,60}
    | leave\sa\s(?:reply|comment)(?:\scancel\sreply)? | original\spublication | view\sall\sposts\b.* | post\snavigation | like\sthis:""",
    re.IGNORECASE | re.VERBOSE,
)
_BOX = re.compile(
    r"""related(?:\s(?:posts?|articles?|stories|topics|news|reading|content|links|publications|coverage))? | you\s(?:may|might)\salso\s.{3,25} | recommended(?:\s(?:for\syou|reading))? | most\s(?:read|popular|viewed|shared) | trending(?:\snow)?
    | (?:latest|recent|more)\s(?:news|posts|articles|stories|comments) | more\s(?:from|on|about|in)\s[^.]{2,60} | (?:read|up)\snext | (?:also\s)?read(?:\s(?:more|also))? | see\salso""",
    re.IGNORECASE | re.VERBOSE,
)
_COMMENTS = re.compile(
    r"(?:\d+ )?(?:comments?|replies|responses)(?: \(\d+\))?:?|\d+ (?:thoughts?|comments?|responses?) on [“\"‘'].*|discussion about this \w+|join the (?:conversation|discussion)",
    re.IGNORECASE,
)
_WITHIN = re.compile(
    r"(?:also read|read(?: also| more| next)?|see also|related|more|watch|listen)\b.*|share\b.*|tweet|pin it|e-?mail|print|copy link|click to .*|facebook|x|whatsapp|telegram|linkedin"
    r"|advertis.*|sponsored.*|promoted|(?:photo|image|picture|source|credit|map|video|illustration|graphic|chart|figure|fig|table)\b.*|\[.*|.*[)\]]|you (?:have|.ve) .*|already a.*|subscribe.*|sign up.*|newsletter.*|donate.*|support.*|join our.*|enter your.*|.*inbox.*|if you (?:enjoyed|liked|value).*",
    re.IGNORECASE,
)
_REPLY = re.compile(
    r"reply|report|.{1,40} (?:says|said|wrote)(?::|\.{3}|…)|(?:\d+|an?) (?:minute|hour|day|week|month|year)s? ago|leave a (?:reply|comment)\b.{0,20}|cancel reply",
    re.IGNORECASE,
)
_STROKES = re.compile(r"\s[|·•]\s")
_BEFORE = re.compile(r"[^\w©(\[]+|_+")
_ARROWS = "→»›>↑–—-"


def is_formula(text: str) -> bool:
    """Say whether a line is one of the page's set phrases (share, related posts, copyright …).

    >>> is_formula("Leave a Reply"), is_formula("• A"), is_formula("Comments on the treaty were harsh.")
    (True, True, False)
    """
    words = _bare(text)
    if len(words) <= 1 or _is_set_phrase(words):
        return True
    parts = _STROKES.split(text)
    return len(parts) > 1 and all(LETTERS.search(one) and _is_set_phrase(_bare(one)) for one in parts)


def _is_set_phrase(words: str) -> bool:
    if len(words.split()) <= SHORT:
        words = words.removesuffix(".")
    return len(words) < LONGEST_FORMULA and bool(_FORMULAS.fullmatch(" ".join(words.split())))


def is_credit(line: str) -> bool:
    """Say whether a line says whose a picture is, and nothing else."""
    return bool(_CREDIT.fullmatch(line))


def begins_tail(line: str) -> bool:
    """Say whether a line may be the heading of what follows an article: related posts, comments, forms."""
    return bool(_TAIL.fullmatch(_bare(line)))


def begins_box(line: str) -> bool:
    """Say whether a line may stand above titles of other articles, behind an article or between its paragraphs."""
    return bool(_BOX.fullmatch(_bare(line).removesuffix(":")))


def begins_comments(line: str) -> bool:
    """Say whether a line may be the heading of readers' comments."""
    return bool(_COMMENTS.fullmatch(_bare(line)))


def stands_within(line: str) -> bool:
    """Say whether a formula is of those that stand between the paragraphs of an article, too: credits, advertisements, pointers."""
    words = _bare(line)
    return bool(_WITHIN.fullmatch(words)) and not begins_tail(line)


def is_reply(line: str) -> bool:
    """Say whether a line stands only among readers' comments."""
    return bool(_REPLY.fullmatch(line))


def _bare(line: str) -> str:
    """Return a line without the marks before it and the arrows behind it."""
    before = _BEFORE.match(line)
    return line[before.end() if before else 0 :].rstrip().rstrip(_ARROWS).strip()

"""Tell names of people from other words that begin with a capital letter."""

import re

PARTICLE = r"(?:al|bin|da|de|del|della|der|di|dos|du|el|ibn|la|le|ten|ter|van|von)"
"""Small words within a name."""
_WORD = r"(?:[^\W\d_a-z]\.(?:-?[^\W\d_a-z]\.)*|(?:(?:al|el|ad|an|ar|as|ash)-)?[^\W\d_a-z](?:[\w’'-]*\w)?)"
NAME = rf"(?:(?i:dr|prof|professor|sir|dame|rev)\.? )?{_WORD}(?: (?:(?:{PARTICLE} ){{1,2}})?{_WORD}){{1,3}}(?:,? (?:Jr|Sr|II|III|Ph\.?D|M\.?D)\.?)?"
"""A pattern of two to four words; `is_name` decides."""
NAMES = rf"{NAME}(?:(?:, and |, | and | & | with | et | und ){NAME})*"
MOST_LETTERS = 60

_NAME = re.compile(NAME)
_PARTICLE = re.compile(PARTICLE)
_BETWEEN = re.compile(r"\s*;\s*|\s*\|\s*|,? and | & |,? with | et | und ")
_NO_NAME = frozenset(
    """
    a about across admin administrator affairs africa african afternoon agency agenda agriculture all america american americas analysis analyst
    and anonymous archive article articles arts asia asian association at attribution author authors automotive baltic bank best blog board books
    breaking brief briefing bureau business by capital caribbean caspian center central centre chapter chief city climate column command comment
    commentary comments commission committee company conference contact contents contributor contributors cookie copyright corporation correspondent council country
    court coverage crisis culture daily data debate defence defense department desk development digital dispatch east eastern economic economics economy
    edition editor editorial editors education energy english environment essay essays europe european evening event exclusive executive explained explainer
    faculty feature features federation file finance flash focus food for forces foreign forum foundation free friday from full fund gallery gazette general global
    government group guest guide harbour headlines health herald high history home house housing human humanitarian image in industry inside institute insight
    institution international interview introduction investigation investigations is islands issue issues its jobs journal journalism justice key land latest law league ledger
    legal letter letters library life list live local login magazine mail management map market markets media meet member menu middle military minister ministry
    monday monitor more morning my national nations nature network new news newsletter newsroom newspaper next north northern note notes observer ocean of office
    on online open opinion opinions organisation organization our overview paper papers park part party peace people perspective perspectives photo
    picture podcast police policy political politics popular post posts president press prime privacy program programme project publication publications
    publisher question questions radio read reader reading recent region register related release relief report reporter reporters reports republic research
    reserved resources review reviews rights road royal saturday school science sea search section security senior series service services share society south
    southern special spokesman spokesperson sport sports staff standards state statement states stories story strategic strategy street studies study subscribe summary sunday
    support sustainability system table team tech technology telegraph terms the this thursday times to today top topic topics trade train transport travel tribune tuesday
    un union united university unknown update updates us user venture version view views voice war water web webmaster wednesday week weekend weekly welcome
    west western what when where who why wire with women word wordpress work working world writer writers year your youth
    port san santa saint st ciudad boa los las fort mount lake cape hong kuala buenos rio tel abu addis phnom mexico valley
    januar january february march april may june july august september october november december
    """.split()
)


def is_name(text: str) -> bool:
    """Say whether a text is the name of one person, as far as its form tells.

    >>> is_name("Ann van Lee"), is_name("South Asia Desk"), is_name("Across Siberia")
    (True, False, False)
    """
    words = [word for word in re.split(r"[ ,]+", text) if word]
    if len(text) > MOST_LETTERS or not _NAME.fullmatch(text):
        return False
    large = [word for word in words if not _PARTICLE.fullmatch(word)]
    return len(large) >= 2 and all(_is_large(word) for word in large) and not any(word.lower().strip(".") in _NO_NAME for word in words)


def site_share(text: str) -> float:
    """Return which share of a text's words are such as names of sites, sections and institutes are made of; numbers do not count."""
    words = re.findall(r"[^\W\d_]+", text.lower())
    return sum(word in _NO_NAME for word in words) / max(1, len(words))


def split_names(text: str) -> tuple[str, ...]:
    """Return the names of people in a line of nothing else, first names first; () if it is anything else.

    >>> split_names("Lee, Ann; Day, Bo"), split_names("Ann Lee, Bo Day and Cy Fox"), split_names("The Editors")
    (('Ann Lee', 'Bo Day'), ('Ann Lee', 'Bo Day', 'Cy Fox'), ())
    """
    parts = [part for part in _BETWEEN.split(text.strip()) if part]
    names = [name for part in parts for name in _listed(part)]
    return tuple(dict.fromkeys(names)) if names and all(map(is_name, names)) else ()


def _listed(part: str) -> list[str]:
    """Take names between commas apart, and turn `Lee, Ann` round."""
    if is_name(part):
        return [part]
    pieces = [piece for piece in re.split(r"\s*,\s*", part) if piece]
    if len(pieces) == 2 and not any(map(is_name, pieces)):
        return [f"{pieces[1]} {pieces[0]}"]
    return pieces


def _is_large(word: str) -> bool:
    first = word.rsplit("-", maxsplit=1)[-1][0] if word[:3].rstrip("-").islower() else word[0]
    return first.isupper() or not (first.islower() or first.isdigit())

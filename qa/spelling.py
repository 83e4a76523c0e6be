"""Mend what was mistyped: a word that neither an article nor the embedder knows, one slip of a key away from one that articles hold.

A name may differ from another by a letter (Iran, Iraq), so that in a short word no letter is taken for another one.
"""

import re
from string import ascii_lowercase

from index.reader import Reader

MOST = 3
"""With more strange words a question is in another language, or about something else."""
LONG = 8
"""Letters from which on one of a word may be another."""

_WORD = re.compile(r"(?<![\w'’])[^\W\d_]{4,20}(?![\w'’])")
_ASKING = frozenset(
    "what when where which while whom whose does have were with from that this than then there these they them those their about into many"
    " much long more most only over some such tell your".split()
)
"""Words of questions, which articles need not hold."""


def mended(question: str, reader: Reader) -> str:
    """Return a question with its mistyped words as the articles write them; as it is if there is none."""
    strange = [word for word in dict.fromkeys(_WORD.findall(question)) if word.lower() not in _ASKING and not reader.has_word(word)]
    if len(strange) > MOST:
        return question
    for word in strange:
        known = {one: reader.count_word(one) for one in slips(word.lower())}
        best = max(known, key=lambda one: (known[one], one))
        if known[best]:
            question = re.sub(rf"\b{word}\b", best.capitalize() if word[0].isupper() else best, question)
    return question


def slips(word: str) -> set[str]:
    """Return the words from which a slip leads to this one (Damerau, 1964).

    A slip leaves a letter out, adds one, swaps two or, in a long word, takes one for another.

    >>> sorted({"which", "wih", "wihc", "with"} & slips("wich"))
    ['which', 'wih', 'wihc']
    """
    cuts = [(word[:i], word[i:]) for i in range(len(word) + 1)]
    fewer = {left + right[1:] for left, right in cuts if right}
    swapped = {left + right[1] + right[0] + right[2:] for left, right in cuts if len(right) > 1}
    more = {left + letter + right for left, right in cuts for letter in ascii_lowercase}
    other = {left + letter + right[1:] for left, right in cuts if right for letter in ascii_lowercase} if len(word) >= LONG else set()
    return (fewer | swapped | more | other) - {word}

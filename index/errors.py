"""What can go wrong, as a tree.

IbidError                 catch this one
├── PathError             a path that was named cannot be indexed
├── ReadError             a file cannot be read as an article
│   └── UnreadableError   it cannot be opened now; what it held may still stand
├── QuestionsError        a file of questions cannot be read, or does not fit the articles
├── ExtraError            a package is missing that only some commands need
├── OutputError           a file that was asked for cannot be written
├── BackupError           a file is no backup, or would be lost for one
├── ConversationError     a conversation is not there, or cannot be kept
├── UserError             a user is not there, or the file of users cannot be used
├── LimitError            somebody asks more than is answered
├── RightsError           somebody may not do what was asked
├── ModelError            a model is missing, damaged or cannot be fetched
└── StoreError            the index cannot be used
    ├── NoIndexError      there is none yet
    ├── MismatchError     it was made in another way (embedder, chunking, format)
    ├── LockedError       another process is writing
    ├── UnwritableError   its disk is full, or may not be written to
    ├── DamagedError      its parts contradict each other
    ├── UnknownArticleError   no article has this id
    └── SpanError         an article does not have these characters
"""


class IbidError(Exception):
    """Base of every error that Ibid raises on purpose; its text says what, why and what to do."""


class PathError(IbidError):
    """A path that was named cannot be indexed."""


class ReadError(IbidError):
    """A file cannot be read as an article; the text is the reason alone."""


class UnreadableError(ReadError):
    """A file cannot be opened now; what it held may still stand."""


class QuestionsError(IbidError):
    """A file of questions cannot be read, or does not fit the articles."""


class ExtraError(IbidError):
    """A package is missing that only some commands need."""


class OutputError(IbidError):
    """A file that was asked for cannot be written."""


class BackupError(IbidError):
    """A file is no backup, or would be lost for one."""


class ConversationError(IbidError):
    """A conversation is not there, or cannot be kept."""


class UserError(IbidError):
    """A user is not there, or the file of users cannot be used."""


class LimitError(IbidError):
    """Somebody asks more than is answered."""


class RightsError(IbidError):
    """Somebody may not do what was asked."""


class ModelError(IbidError):
    """A model is missing, damaged or cannot be fetched."""


class StoreError(IbidError):
    """The index cannot be used."""


class NoIndexError(StoreError):
    """There is no index yet."""


class MismatchError(StoreError):
    """The index was made by another embedder, chunking or format version."""


class LockedError(StoreError):
    """Another process is writing to the index."""


class UnwritableError(StoreError):
    """The disk of the index is full, or may not be written to."""


REPAIR = "bring a backup back with `ibid restore`, or index the folders again with --fresh"
"""What to do where the catalog is damaged."""


class DamagedError(StoreError):
    """The parts of the index contradict each other."""


class UnknownArticleError(StoreError):
    """No article in the index has this id."""


class SpanError(StoreError):
    """An article does not have these characters."""

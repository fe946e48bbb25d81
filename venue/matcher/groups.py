"""Commands on their way from the engine to those who wait for them."""

from typing import Final

from venue.books import PublishedBook
from venue.matcher.inbox import Reached
from venue.matcher.journal import Applied, Page
from venue.matcher.measuring import Count, count
from venue.replies import Reply, encode

LIGHT: Final = 64  # of this weight at most: handing it to a thread takes longer than what can be done meanwhile


class Group:
    """Commands that become durable together, the replies that then go out, and the books to show after it."""

    __slots__ = ("answers", "applied", "counts", "page", "pictures", "reached", "replies", "seconds", "weight")

    def __init__(self, reached: Reached) -> None:
        self.reached = reached
        self.weight = 0  # commands and events: what the length of the commit depends on
        self.applied: list[Applied] = []
        self.replies: list[tuple[str, Reply]] = []  # (reply_to, reply)
        self.pictures: dict[int, PublishedBook] = {}
        self.page: Page | None = None  # once it is written down
        self.answers: list[tuple[str, bytes]] = []  # the replies as they go out
        self.counts: list[Count] = []
        self.seconds = 0.0  # that the commit took

    def written_down(self) -> None:
        """All of it is on its page. Hundreds of events are let go at once: the next command's find their memory, and a
        processor remembers that better than memory that was used long ago."""
        self.answers = [(reply_to, encode(reply)) for reply_to, reply in self.replies if reply_to]
        self.counts = [count(self.applied)] if self.applied else []
        self.applied, self.replies = [], []

    def absorb(self, later: "Group") -> None:
        """Go on with what came after, and was written on the same page."""
        self.reached = later.reached
        self.weight += later.weight
        self.answers += later.answers
        self.counts += later.counts
        self.pictures |= later.pictures

    def __bool__(self) -> bool:
        return bool(self.weight or self.pictures)

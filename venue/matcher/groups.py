"""Commands on their way from the engine to those who wait for them."""

from typing import Final

from venue.books import PublishedBook
from venue.matcher.inbox import Reached
from venue.matcher.journal import Applied, Page
from venue.replies import Reply

LIGHT: Final = 64  # of this weight at most: handing it to a thread takes longer than what can be done meanwhile


class Group:
    """Commands that become durable together, the replies that then go out, and the books to show after it."""

    __slots__ = ("answers", "applied", "page", "pictures", "reached", "replies", "seconds", "weight")

    def __init__(self, reached: Reached) -> None:
        self.reached = reached
        self.weight = 0  # commands and events: what the length of the commit depends on
        self.applied: list[Applied] = []
        self.replies: list[tuple[str, Reply]] = []  # (reply_to, reply)
        self.pictures: dict[int, PublishedBook] = {}
        self.answers: list[tuple[str, bytes]] = []  # the replies as they go out
        self.page: Page | None = None
        self.seconds = 0.0  # that the commit took

    def absorb(self, later: "Group") -> None:
        """Go on with what came after, and was written on the same page."""
        self.reached = later.reached
        self.weight += later.weight
        self.applied += later.applied
        self.replies += later.replies
        self.answers += later.answers
        self.pictures |= later.pictures

    def __bool__(self) -> bool:
        return bool(self.replies or self.pictures)

"""The price ranks of one side of a book, in order. Neighbouring ranks share a word of bits, so that one more of them
costs the same among a million as among ten; only the words themselves are kept sorted."""

from collections.abc import Iterator

from sortedcontainers import SortedList

# Not Final, which is compiled in: tests have shorter words.
_WORD: int = 11  # bits of a rank that are its place in a word: words have 2,048 bits
_PLACE: int = (1 << _WORD) - 1


class Ranks:
    """Distinct integers."""

    __slots__ = ("_numbers", "_words")

    def __init__(self) -> None:
        self._words: dict[int, int] = {}  # by number, none of them 0
        self._numbers: SortedList[int] = SortedList()

    def __bool__(self) -> bool:
        return bool(self._words)

    def add(self, rank: int) -> None:
        number = rank >> _WORD
        word = self._words.get(number, 0)
        if not word:
            self._numbers.add(number)
        self._words[number] = word | 1 << (rank & _PLACE)

    def remove(self, rank: int) -> None:
        number = rank >> _WORD
        word = self._words[number] ^ 1 << (rank & _PLACE)
        if word:
            self._words[number] = word
        else:
            del self._words[number]
            self._numbers.remove(number)

    def highest(self) -> int:
        """The highest one; there must be some."""
        number: int = self._numbers[-1]
        return (number << _WORD) + self._words[number].bit_length() - 1

    def descending(self) -> Iterator[int]:
        """From the highest one down, as they are now."""
        for number in self._numbers.islice(reverse=True):
            word, first = self._words[number], number << _WORD
            while word:
                place = word.bit_length() - 1
                yield first + place
                word ^= 1 << place

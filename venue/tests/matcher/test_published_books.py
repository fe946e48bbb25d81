"""What a book shows only ever moves on, whoever publishes it."""

import redis

from venue import books, streams
from venue.books import PublishedBook


def show(client: redis.Redis, *shown: PublishedBook) -> None:
    for book in shown:
        client.execute_command(*books.showing(book))


def test_an_earlier_book_replaces_no_later_one(redis_client: redis.Redis) -> None:
    later = PublishedBook(1, 8, [(100, 5)], [(101, 5)])
    show(redis_client, later, PublishedBook(1, 7, [(99, 1)], []), PublishedBook(2, 1, [], [(5, 5)]))
    assert books.read(1) == later
    assert books.read(2) == PublishedBook(2, 1, [], [(5, 5)])


def test_a_later_book_and_one_of_the_same_moment_do(redis_client: redis.Redis) -> None:
    show(redis_client, PublishedBook(1, 7, [(99, 1)], []))
    show(redis_client, PublishedBook(1, 7, [(99, 2)], []), PublishedBook(1, 8, [(99, 3)], []))
    assert books.read(1) == PublishedBook(1, 8, [(99, 3)], [])


def test_after_redis_was_emptied(redis_client: redis.Redis) -> None:
    show(redis_client, PublishedBook(1, 8, [], []))
    redis_client.delete(streams.published_book(1))
    show(redis_client, PublishedBook(1, 3, [(1, 1)], []))
    assert books.read(1) == PublishedBook(1, 3, [(1, 1)], [])

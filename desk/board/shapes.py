"""What the board holds: plain figures and words, as JSON between processes and to whoever asks for it."""

from enum import StrEnum

from msgspec import Struct


class Severity(StrEnum):
    """The worst first."""

    CRITICAL = "critical"
    WARNING = "warning"
    NOTE = "note"


class Alert(Struct, frozen=True, kw_only=True):
    rule: str
    severity: Severity
    text: str
    link: str


class MarketLine(Struct, frozen=True, kw_only=True):
    """Prices and sizes as the desk writes them, empty where there are none; `bids` and `asks` are the outlines of the
    depth, as points of a drawing 100 wide and 100 high."""

    number: int
    symbol: str
    link: str
    status: str
    status_reason: str
    bid: str
    bid_size: str
    ask: str
    ask_size: str
    spread_bps: float | None
    bids: str
    asks: str
    last: str
    reference: str
    reference_age: float | None  # seconds; None where nobody has set one
    reference_max_age: float | None
    trades_a_minute: int
    quotes_a_second: float

    @property
    def two_sided(self) -> bool:
        return self.spread_bps is not None

    @property
    def reference_is_stale(self) -> bool:
        if self.reference_max_age is None:
            return False
        return self.reference_age is None or self.reference_age > self.reference_max_age


class Obligation(Struct, frozen=True, kw_only=True):
    """An account's obligations today: whether they are met so far, and in a few words how."""

    met: bool | None
    text: str
    link: str = ""


class MakerLine(Struct, frozen=True, kw_only=True):
    """One open session. Ages and deadlines in seconds."""

    firm: str
    account: str
    account_number: int
    link: str
    session: str
    key: str
    state: str
    heartbeat_age: float | None
    deadline_in: float | None
    streams: int
    quotes: int
    orders: int
    protection: str  # "", "active" or "frozen"
    obligation: Obligation | None


class ShardLine(Struct, frozen=True, kw_only=True):
    """A matcher; durations in milliseconds. Without a pulse it was silent for some seconds."""

    number: int
    leased: bool
    holder: str
    take_overs: int
    sequence: int
    lag: float
    commit: float | None
    slowest: float | None
    latency: float | None
    commands: float
    pulse_age: float | None  # seconds


class ConsumerLine(Struct, frozen=True, kw_only=True):
    """A connected consumer of the drop copy, and how many reports it is behind."""

    firm: str
    link: str
    shard: int
    consumer: str
    live: bool
    behind: int


class WorkerLine(Struct, frozen=True, kw_only=True):
    """Celery: seconds since a worker ran the last heartbeat of the beat, and how many tasks wait."""

    heartbeat_age: float | None
    waiting: int


class SwitchLine(Struct, frozen=True, kw_only=True):
    number: int
    title: str
    state: str
    reason: str
    engaged_by: str
    engaged_at: str
    link: str


class Board(Struct, frozen=True, kw_only=True):
    at: float  # Unix seconds
    alerts: list[Alert]
    switches: list[SwitchLine]
    markets: list[MarketLine]
    makers: list[MakerLine]
    shards: list[ShardLine]
    consumers: list[ConsumerLine]
    workers: WorkerLine

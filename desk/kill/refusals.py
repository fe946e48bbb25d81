"""Why a kill switch was not engaged, not finished or not lifted. No client of the API is ever told these."""


class KillRefused(Exception):
    """What staff are told."""


class NothingToKill(KillRefused):
    """It cannot be stopped, for it does not go."""


class KillUnfinished(KillRefused):
    """The doors are closed and the switch is engaged, but an engine did not confirm that what rests is cancelled."""


class SecondPersonNeeded(KillRefused):
    def __init__(self) -> None:
        super().__init__("Who engaged a kill switch cannot lift it: a second person is needed.")


class NotEngaged(KillRefused):
    def __init__(self) -> None:
        super().__init__("No kill switch of it is engaged.")


class NotPermitted(KillRefused):
    pass

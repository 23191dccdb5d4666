"""What a user can get wrong, or find wrong: each message says what is amiss and what to do."""


class FasciwatchError(Exception):
    """Something the user can mend; shown as one sentence, never as a traceback."""


class RecordingError(FasciwatchError):
    """A recorded file cannot be read as acceleration."""


class NightError(FasciwatchError):
    """A night file cannot be opened, read or written."""


class LockedNightError(NightError):
    """A night is encrypted (or no night at all), and no passphrase that is known fits."""


class DamagedNightError(NightError):
    """A night file is one, and what is in it contradicts itself: a recording begins beside it."""


class BeingRecordedError(NightError):
    """A night that is being recorded can be looked at, and judged once that is over."""


class AnotherNightError(NightError):
    """A night has been computed anew since it was looked at: what was to be said is of events that are no more."""


class AnotherActionError(NightError):
    """What was to be taken back is not the last that was said: somebody has said more since, in another window."""


class AnswerError(FasciwatchError):
    """What is said for the diary cannot be.

    Parameters
    ----------
    words
        Why.
    place
        The how-many-th of several evenings it is, from 0.
    """

    def __init__(self, words: str, place: int = 0) -> None:
        super().__init__(words)
        self.place = place


class DiaryError(NightError):
    """The diary cannot be opened, read or written."""


class LockedDiaryError(DiaryError):
    """The diary is encrypted, and no passphrase that is known fits."""


class DamagedDiaryError(DiaryError):
    """The diary's file contradicts itself."""

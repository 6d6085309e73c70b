"""The same in English: who reads English here writes the day first, too, as every paper does."""

from portal.formats.vi.formats import (  # noqa: F401 - Django reads them from here
    DATE_FORMAT,
    DATE_INPUT_FORMATS,
    DATETIME_FORMAT,
    DATETIME_INPUT_FORMATS,
    FIRST_DAY_OF_WEEK,
    SHORT_DATE_FORMAT,
    SHORT_DATETIME_FORMAT,
    TIME_INPUT_FORMATS,
)

"""Days, durations, windows of days and periods."""
import re
from collections import namedtuple
from datetime import date, timedelta
from functools import cache

Period = namedtuple("Period", "text first last")
ONE_DAY = timedelta(1)


@cache
def day(text):
    return date.fromisoformat(text)


def months_after(start, months):
    """The same day of another month, or that month's last where it is shorter."""
    year, month = divmod(start.year * 12 + start.month - 1 + months, 12)
    return min(start.replace(day=1, month=month + 1, year=year) + timedelta(start.day - 1),
               last_of_month(year, month + 1))


def last_of_month(year, month):
    return (date(year, month, 28) + timedelta(4)).replace(day=1) - ONE_DAY


@cache
def after(start, duration):
    """So long behind a day; a duration that begins with a minus lies before it."""
    sign, number, unit = re.fullmatch(r"(-?)P([0-9]+)([DWMY])", duration).groups()
    number = int(number) * (-1 if sign else 1)
    if unit == "D":
        return start + timedelta(number)
    if unit == "W":
        return start + timedelta(7 * number)
    return months_after(start, number * (12 if unit == "Y" else 1))


def before(start, duration):
    return after(start, "-" + duration)


def days_of(duration):
    """Of days or weeks."""
    assert duration[-1] in "DW", duration
    return int(duration[1:-1]) * (7 if duration[-1] == "W" else 1)


# ---- Periods -----------------------------------------------------------------

def quarter_first(start):
    return date(start.year, (start.month - 1) // 3 * 3 + 1, 1)


def period_text(first, last):
    """The shortest way to write it: 2016-Q3, 2016-07, 2016-07-01..2016-08-15."""
    if first == quarter_first(first) and last == months_after(first, 3) - ONE_DAY:
        return f"{first.year}-Q{(first.month + 2) // 3}"
    if first.day == 1 and last == months_after(first, 1) - ONE_DAY:
        return f"{first.year}-{first.month:02}"
    return f"{first}..{last}"


def period_days(text):
    """(first, last) of a period as it is written."""
    if ".." in text:
        return tuple(map(day, text.split("..")))
    months = 3 if "Q" in text else 1
    month = 3 * int(text[6]) - 2 if "Q" in text else int(text[5:7])
    first = date(int(text[:4]), month, 1)
    return first, months_after(first, months) - ONE_DAY


def statement_id(period):
    return period.text.replace("..", "-to-")


def calendar(contract):
    """The contract's periods, one behind the other; those of a calendar never end."""
    start = day(contract["startDate"])
    if contract.get("frequency") == "CUSTOM":
        for end in map(day, contract["periodEnds"]):
            yield Period(period_text(start, end), start, end)
            start = end + ONE_DAY
        return
    months = 1 if contract.get("frequency") == "MONTHLY" else 3
    first = start.replace(day=1) if months == 1 else quarter_first(start)
    while True:
        last = months_after(first, months) - ONE_DAY
        yield Period(period_text(first, last), first, last)
        first = last + ONE_DAY


def periods_to(contract, text):
    """The contract's periods up to and with one."""
    periods = []
    for period in calendar(contract):
        periods.append(period)
        if text in (period.text, statement_id(period)):
            return periods
        assert len(periods) < 2000, text
    raise KeyError(text)

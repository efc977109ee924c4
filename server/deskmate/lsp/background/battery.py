"""What is left in the machine's battery."""

from __future__ import annotations


def battery_left() -> int | None:
    """The charge in percent while the machine runs on its battery; None where it does not, or where
    that cannot be told.
    """
    import psutil

    battery = getattr(psutil, "sensors_battery", lambda: None)()
    if battery is None or battery.power_plugged is not False:
        return None
    return round(float(battery.percent))

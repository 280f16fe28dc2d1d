"""What everything stands on: errors, settings, slots, ids, time, log, metrics, taxonomy. No pictures here."""

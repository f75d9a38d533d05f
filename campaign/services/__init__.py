"""The writes: keyword-only, typed, one short transaction each."""

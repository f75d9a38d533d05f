"""The Django side of Clefboard: project package and its one app."""

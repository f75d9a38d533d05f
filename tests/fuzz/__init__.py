"""Broken run files and tables for the kernel, built with the compiler's guards: `make fuzz`.

The guards end the process where the kernel reads or writes outside its memory, or does what C leaves
undefined; beyond that, kernel and twin must say the same of every file.
"""

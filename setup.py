"""Builds the compiled kernel; all else about the package stands in pyproject.toml.

`ext-modules` of pyproject.toml could name the kernel too, but not give each compiler flags of its own.
"""

from pathlib import Path

from setuptools import Extension, setup
from setuptools.command.build_ext import build_ext

_MSVC = ["/std:c11", "/O2"]
# Never -march=native: a wheel runs on other machines. And no product fused with a sum, as ARM could:
# a score has the same last digit everywhere.
_OTHERS = ["-std=c11", "-O3", "-ffp-contract=off"]


class _BuildKernel(build_ext):
    def build_extension(self, ext: Extension) -> None:
        ext.extra_compile_args = _MSVC if self.compiler.compiler_type == "msvc" else _OTHERS
        super().build_extension(ext)


setup(
    ext_modules=[
        Extension(
            "scoring._kernel",
            ["scoring/_kernel.c"],
            depends=[str(path) for path in sorted(Path("scoring/c").glob("*.h"))],
            define_macros=[("Py_LIMITED_API", "0x030b0000")],
            py_limited_api=True,
            optional=True,  # without a compiler the install goes on, and the plain Python twin runs
        )
    ],
    cmdclass={"build_ext": _BuildKernel},
    options={"bdist_wheel": {"py_limited_api": "cp311"}},  # one wheel for all Pythons of a platform
)

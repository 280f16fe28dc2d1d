"""Builds the one native part, ``tutela._kernels``; everything else stands in pyproject.toml.

The extension is optional: without a working compiler the install succeeds and the NumPy twin
runs. One wheel (cp311-abi3) serves Python 3.11 and newer. Floats are never contracted and never
"fast", so that hashes are the same bits on every CPU (performance.md section 2.7).
"""

from __future__ import annotations

from setuptools import Extension, setup
from setuptools.command.build_ext import build_ext

#: CPython 3.11, the lowest version of the limited API that has buffers.
LIMITED_API = "0x030B0000"
UNIX_FLAGS = ["-std=c11", "-O3", "-ffp-contract=off", "-fno-fast-math", "-fvisibility=hidden", "-Wall"]
MSVC_FLAGS = ["/std:c11", "/O2", "/fp:precise"]


class BuildKernels(build_ext):
    """Chooses the flags by the family of the compiler."""

    def build_extension(self, ext: Extension) -> None:
        msvc = self.compiler.compiler_type == "msvc"
        ext.extra_compile_args = MSVC_FLAGS if msvc else UNIX_FLAGS
        ext.libraries = [] if msvc else ["m"]
        super().build_extension(ext)


setup(
    ext_modules=[
        Extension(
            "tutela._kernels",
            sources=["native/module.c", "native/pdq.c", "native/search.c"],
            depends=["native/kernels.h", "native/pdq_reduce.h", "native/search_paths.h"],
            include_dirs=["native"],
            define_macros=[("Py_LIMITED_API", LIMITED_API)],
            py_limited_api=True,
            optional=True,
        )
    ],
    cmdclass={"build_ext": BuildKernels},
    options={"bdist_wheel": {"py_limited_api": "cp311"}},
)

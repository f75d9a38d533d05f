/* Python, the C library, and what not every compiler or processor has. */
#ifndef CLEFBOARD_PLATFORM_H
#define CLEFBOARD_PLATFORM_H

#ifndef Py_LIMITED_API
#define Py_LIMITED_API 0x030b0000
#endif
#define PY_SSIZE_T_CLEAN
#include <Python.h>

#include <float.h>
#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#if defined(__linux__)
#include <sys/mman.h>
#endif

/* What not every compiler or processor has; with -DPORTABLE the code for those that do not is tried. */
#if defined(__SIZEOF_INT128__) && !defined(PORTABLE)
#define HAS_WIDE_NUMBERS 1
#endif
#if defined(_MSC_VER)
#include <intrin.h>
#define PREFETCH(place) ((void)(place))
#define ALWAYS_INLINE __forceinline
#define NEVER_INLINE __declspec(noinline)
#else
#define PREFETCH(place) __builtin_prefetch(place)
#define ALWAYS_INLINE inline __attribute__((always_inline))
#define NEVER_INLINE __attribute__((noinline))
#endif

enum { BATCH = 64, SHOWN_LINES = 10, MAX_FIELDS = 8, TIME_LENGTH = 17 };
#define MAX_LINE_BYTES 1000000
#define NOTHING UINT32_MAX /* no query, no class */

#endif

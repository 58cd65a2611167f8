#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""check-pure.py [--nm PROGRAM] ARCHIVE...: the libraries of the functional core do no I/O.

Looks at what their objects need from outside (nm -u): a C function must be on the list of harmless
ones; of the C++ library, clocks, files, threads and random devices are refused. What an object may
do in spite of that stands in EXCEPTIONS, with the reason.
"""
import re
import subprocess
import sys

HARMLESS_C = re.compile(r"""(
    mem(chr|cmp|cpy|move|set|rchr|mem) | str(len|nlen|chr|rchr|cmp|ncmp|cpy|ncpy|str|spn|cspn|pbrk)
  | str(casecmp|ncasecmp|to(d|f|ld|l|ll|ul|ull|imax|umax)) | bcmp | strerror_r | __xpg_strerror_r
  | malloc | calloc | realloc | free | aligned_alloc | posix_memalign | abort | qsort | bsearch
  | is(alpha|digit|alnum|space|upper|lower|punct|print|cntrl|xdigit|graph|blank) | to(upper|lower)
  | __ctype_(b|tolower|toupper)_loc | snprintf | vsnprintf | __errno_location
  | (floor|ceil|round|trunc|rint|nearbyint|fmod|pow|exp|exp2|log|log2|log10|sqrt|cbrt|fabs|hypot
     |sin|cos|tan|asin|acos|atan|atan2|sinh|cosh|tanh|ldexp|frexp|modf|lround|llround|lrint|llrint
     |copysign|nextafter|fma|fmin|fmax|remainder|ilogb|scalbn|logb|expm1|log1p)[fl]?
  | pthread_(mutex_(lock|unlock|trylock|init|destroy)|rwlock_\w+|once) | __pthread_key_create
  | __libc_single_threaded
  | timegm | gmtime_r
  | __cxa_\w+ | __gxx_\w+ | _Unwind_\w+ | __dynamic_cast | __dso_handle | __tls_get_addr
  | _GLOBAL_OFFSET_TABLE_ | __stack_chk_fail | __\w+_chk | __(mul|udiv|div|mod|umod|popcount|clz|ctz
     |ffs|parity|bswap|cmp|ucmp|neg|ash|lsh|fix|float)\w+ | __atomic_\w+ | _?_?TMC_END__
  | __(asan|ubsan|tsan|lsan|sanitizer|sancov|msan)_\w+ | __gcov_\w+ | __emutls_get_address
  | __start___sancov_\w+ | __stop___sancov_\w+
)$""", re.X)

FORBIDDEN_CXX = re.compile(r"""
    std::(__cxx11::)?basic_(i|o)?f(stream|ilebuf) | std::basic_filebuf | std::filesystem
  | std::chrono::\w+::(system|steady)_clock::now | std::chrono::(system|steady)_clock::now
  | std::random_device | std::thread | std::this_thread | std::condition_variable | std::jthread
  | std::(cout|cerr|cin|clog|wcout|wcerr)\b | std::ios_base::Init | std::__basic_file
  | std::__atomic_futex | std::__future_base
  | fmt::v\d+::v?print | boost:: | spdlog:: | curl | simdjson::.*(load|get_corpus)
""", re.X)

# (archive, object) -> C symbols it may use.
EXCEPTIONS = {
    # The last words of a checked build: one line on stderr, then abort.
    ("libreops_base.a", "check.cc.o"): {"fputs", "stderr", "fwrite"},
}

_LINE = re.compile(r"^(?P<archive>[^:]+):(?P<member>[^:]+):\s+[Uw]\s+(?P<symbol>\S+)")


def undefined(nm, archive):
    """(object, mangled name) of everything the archive's objects take from outside."""
    done = subprocess.run([nm, "-A", "-u", archive], capture_output=True, text=True, timeout=120)
    if done.returncode != 0:
        raise SystemExit(f"check-pure: {nm} cannot read {archive}: {done.stderr.strip()}")
    found = [_LINE.match(line) for line in done.stdout.splitlines()]
    return sorted({(m["member"], m["symbol"]) for m in found if m})


def demangled(names):
    done = subprocess.run(["c++filt"], input="\n".join(names), capture_output=True, text=True,
                          timeout=120, check=True)
    return done.stdout.splitlines()


def check(nm, archive):
    """Every complaint about one archive, and the number of names looked at."""
    name = archive.rsplit("/", 1)[-1]
    wanted = undefined(nm, archive)
    bad = []
    plain = demangled([symbol for _, symbol in wanted])
    for (member, symbol), words in zip(wanted, plain):
        if symbol.startswith("_Z"):
            refused = FORBIDDEN_CXX.search(words) is not None
        else:
            bare = symbol.split("@")[0]
            refused = not HARMLESS_C.match(bare) and \
                bare not in EXCEPTIONS.get((name, member), ())
        if refused:
            bad.append(f"{name}: {member} uses `{words}`: this library does no I/O, reads no "
                       "clock and starts no thread; take it through an interface of base/")
    return bad, len(wanted)


def main(arguments):
    nm = "nm"
    if arguments[:1] == ["--nm"]:
        nm, arguments = arguments[1], arguments[2:]
    if not arguments:
        raise SystemExit("check-pure: no archive given")
    bad, names = [], 0
    for archive in arguments:
        found, count = check(nm, archive)
        bad += found
        names += count
    if names == 0:
        bad.append("check-pure: the archives need nothing from outside at all: nm saw no symbols")
    print("\n".join(bad) or f"pure: {len(arguments)} libraries, {names} names from outside")
    return bool(bad)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

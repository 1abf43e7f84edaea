#!/usr/bin/env python3
"""Installs the library into an empty folder and builds against it through pkg-config, as a user
would: apps/embed, and the program that docs/library.md shows. Runs both.

    installed.py SOURCE BUILD COMPILER...
"""
import os
import pathlib
import re
import subprocess
import sys
import tempfile

source, build, *compiler = sys.argv[1:]


def run(command, **more):
    print("+", " ".join(command), flush=True)
    subprocess.run(command, check=True, **more)


def output(command, environment):
    return subprocess.run(command, check=True, env=environment, capture_output=True,
                          text=True).stdout.split()


with tempfile.TemporaryDirectory() as root:
    run(["meson", "install", "-C", build, "--no-rebuild", "--quiet", "--destdir", root])
    pc = next(pathlib.Path(root).rglob("steppe.pc"))
    libraries = str(next(pathlib.Path(root).rglob("libsteppe.so")).parent)
    environment = {**os.environ, "PKG_CONFIG_PATH": str(pc.parent), "LD_LIBRARY_PATH": libraries,
                   # The files lie below `root` and say that they lie at their prefix.
                   "PKG_CONFIG_SYSROOT_DIR": root}
    flags = output(["pkg-config", "--cflags", "--libs", "steppe"], environment)

    page = (pathlib.Path(source) / "docs" / "library.md").read_text(encoding="utf-8")
    example = pathlib.Path(root) / "example.cpp"
    example.write_text(re.search(r"```cpp\n(.*?)```", page, re.S)[1], encoding="utf-8")
    for name, file in (("embed", str(pathlib.Path(source) / "apps/embed/symmetric_perceptron.cpp")),
                       ("example", str(example))):
        program = str(pathlib.Path(root) / name)
        run([*compiler, "-std=c++20", "-Wall", "-Wextra", "-Werror", file, "-o", program, *flags])
        run([program] + (["501", "0.8"] if name == "embed" else []), env=environment, cwd=root)

    installed = next(pathlib.Path(root).rglob("bin/steppe"))
    run([str(installed), "solve", "--inputs", "101", "--load", "0.4"], env=environment)
    shown = subprocess.run(["ldd", str(installed)], capture_output=True, text=True,
                           env=environment).stdout
    if "not found" in shown:
        sys.exit(f"the installed program lacks libraries:\n{shown}")

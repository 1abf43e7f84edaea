#!/usr/bin/env python3
"""Installs everything into an empty folder and uses it as others would: through pkg-config (shared
and static), CMake, as a subproject of meson; the program, its man page and its shell completion.

    installed.py SOURCE BUILD COMPILER...
"""
import json
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

source, build = (pathlib.Path(path) for path in sys.argv[1:3])
compiler = sys.argv[3:]
EMBED = source / "apps" / "embed" / "symmetric_perceptron.cpp"


def run(command, **more):
    print("+", " ".join(map(str, command)), flush=True)
    subprocess.run(command, check=True, **more)


def output(command, **more):
    return subprocess.run(command, check=True, capture_output=True, text=True, **more).stdout


def expect(good, what):
    if not good:
        sys.exit(what)


def only(root, pattern):
    found = sorted(root.rglob(pattern))
    expect(found, f"{pattern} is not installed")
    return found[0]


def loaded(program, environment):
    return output(["ldd", program], env=environment)


def package_at(pc, prefix, folder):
    """A copy of a .pc file that says where the files lie in this test."""
    text = re.sub(r"^prefix=.*$", f"prefix={prefix}", pc.read_text(encoding="utf-8"), flags=re.M)
    folder.mkdir()
    (folder / "steppe.pc").write_text(text, encoding="utf-8")
    return {**os.environ, "PKG_CONFIG_PATH": str(folder)}


def build_with(flags, files, folder, environment):
    for name, (file, *arguments) in files.items():
        program = folder / name
        run([*compiler, "-std=c++20", "-Wall", "-Wextra", "-Werror", file, "-o", program, *flags])
        run([program, *arguments], env=environment, cwd=folder, stdout=subprocess.DEVNULL)
    return program


def check_program(root, environment):
    program = only(root, "bin/steppe")
    run([program, "solve", "--inputs", "101", "--load", "0.4"], env=environment)
    expect("not found" not in loaded(program, environment), "the installed program lacks libraries")


def check_pkg_config(root, environment):
    """The shared library: apps/embed, and the program that docs/library.md shows."""
    page = (source / "docs" / "library.md").read_text(encoding="utf-8")
    example = root / "example.cpp"
    example.write_text(re.search(r"```cpp\n(.*?)```", page, re.S)[1], encoding="utf-8")
    flags = output(["pkg-config", "--cflags", "--libs", "steppe"], env=environment).split()
    program = build_with(flags, {"embed": (EMBED, "501", "0.8"), "example": (example,)}, root,
                         environment)
    expect("libsteppe.so" in loaded(program, environment), "the shared library was not taken")


def check_static(root, environment, what):
    """Where only the static library lies."""
    flags = output(["pkg-config", "--static", "--cflags", "--libs", "steppe"],
                   env=environment).split()
    expect(not any(flag.startswith("-isystem") for flag in flags), f"{what}: {flags}")
    program = build_with(flags, {"static": (EMBED, "501", "0.8")}, root, environment)
    expect("libsteppe" not in loaded(program, environment), f"{what}: a shared library was taken")


CMAKE = """cmake_minimum_required(VERSION 3.16)
project(user CXX)
find_package(steppe 9 QUIET)
if(steppe_FOUND)
  message(FATAL_ERROR "version @VERSION@ is taken for 9")
endif()
find_package(steppe @VERSION@ REQUIRED)
foreach(kind @KINDS@)
  add_executable(with-${kind} @EMBED@)
  target_link_libraries(with-${kind} PRIVATE steppe::${kind})
endforeach()
"""


def check_cmake(root, kinds, environment):
    version = re.search(r"^Version: (.*)$", only(root, "steppe.pc").read_text(), re.M)[1]
    folder = root / ("cmake-" + "-".join(kinds))
    folder.mkdir()
    text = CMAKE
    for name, value in (("VERSION", version), ("KINDS", " ".join(kinds)), ("EMBED", EMBED)):
        text = text.replace(f"@{name}@", str(value))
    (folder / "CMakeLists.txt").write_text(text, encoding="utf-8")
    prefix = only(root, "include/steppe").parent.parent
    run(["cmake", "-S", folder, "-B", folder / "build", "-G", "Ninja",
         f"-DCMAKE_PREFIX_PATH={prefix}", f"-DCMAKE_CXX_COMPILER={compiler[-1]}"], stdout=subprocess.DEVNULL)
    run(["cmake", "--build", folder / "build"], stdout=subprocess.DEVNULL)
    for kind in kinds:
        program = folder / "build" / f"with-{kind}"
        run([program, "501", "0.8"], env=environment)
        shared = "libsteppe" in loaded(program, environment)
        expect(shared == (kind == "steppe" and len(kinds) > 1), f"CMake: {kind} took the other")


def static_configuration(root, prefix):
    """What a build of the static library alone would install, configured only."""
    folder = root / "static-build"
    run(["meson", "setup", folder, source, "-Ddefault_library=static", "-Dapps=false",
         "-Dbenchmarks=false", f"-Dprefix={prefix}"], stdout=subprocess.DEVNULL)
    targets = json.loads(output(["meson", "introspect", folder, "--targets"]))
    expect({target["type"] for target in targets if target["installed"]} == {"static library"},
           "a static build installs more than the static library")
    return folder


PARENT = """project('parent', 'cpp', default_options: ['cpp_std=c++20'])
steppe = dependency('steppe', fallback: 'steppe', version: '>=0.1')
executable('user', 'user.cpp', dependencies: steppe)
"""


def check_subproject(root):
    """Configured only: building the library a second time takes minutes."""
    parent = root / "parent"
    (parent / "subprojects").mkdir(parents=True)
    (parent / "subprojects" / "steppe").symlink_to(source, target_is_directory=True)
    (parent / "meson.build").write_text(PARENT, encoding="utf-8")
    shutil.copy(EMBED, parent / "user.cpp")
    run(["meson", "setup", parent / "build", parent, "--wrap-mode=forcefallback"],
        stdout=subprocess.DEVNULL)
    targets = json.loads(output(["meson", "introspect", parent / "build", "--targets"]))
    expect({target["name"] for target in targets} == {"user", "steppe"},
           f"a subproject builds {[target['name'] for target in targets]}")


def complete(script, *words):
    """What bash offers for the last of some words."""
    lines = (f"source '{script}'; compopt() {{ :; }}; COMP_WORDS=({' '.join(map(repr, words))}); "
             f"COMP_CWORD={len(words) - 1}; _steppe; printf '%s\\n' \"${{COMPREPLY[@]}}\"")
    return output(["bash", "--norc", "-c", lines]).split()


def check_completion(root):
    bash = only(root, "bash-completion/completions/steppe")
    expect(complete(bash, "steppe", "so") == ["solve"], "bash completes no command")
    expect(complete(bash, "steppe", "solve", "--acc") == ["--accuracy"], "bash: no option")
    for words in (["--accuracy", "ga"], ["--accuracy", "=", "ga"]):
        expect(complete(bash, "steppe", "solve", *words) == ["gaussian"], f"bash: {words}")
    expect("auto" in complete(bash, "steppe", "solve", "--solver", "a"), "bash: no solver")
    for shell, name in (("zsh", "site-functions/_steppe"),
                        ("fish", "vendor_completions.d/steppe.fish")):
        if shutil.which(shell):
            run([shell, "-n", only(root, name)])
        only(root, name)


def check_man_page(root):
    page = only(root, "man1/steppe.1")
    if shutil.which("man"):
        warnings = subprocess.run(["man", "--warnings", "-l", page], capture_output=True, text=True,
                                  env={**os.environ, "LC_ALL": "C.UTF-8", "MANWIDTH": "100"})
        expect(warnings.returncode == 0 and not warnings.stderr, f"man: {warnings.stderr}")
        expect("--coupling-range" in warnings.stdout, "the man page lacks options")


with tempfile.TemporaryDirectory() as folder:
    root = pathlib.Path(folder)
    run(["meson", "install", "-C", build, "--no-rebuild", "--quiet", "--destdir", root])
    prefix = only(root, "include/steppe").parent.parent
    libraries = only(root, "libsteppe.so").parent
    environment = {**package_at(only(root, "steppe.pc"), prefix, root / "both"),
                   "LD_LIBRARY_PATH": str(libraries)}
    for name in ("doc/steppe/LICENSE", "doc/steppe/CITATION.cff", "doc/steppe/index.html"):
        only(root, name)
    check_program(root, environment)
    check_pkg_config(root, environment)
    check_cmake(root, ["steppe", "static"], environment)
    check_man_page(root)
    check_completion(root)
    check_subproject(root)

    for library in libraries.glob("libsteppe.so*"):
        library.unlink()
    check_static(root, environment, "both libraries")
    configured = static_configuration(root, prefix)
    check_static(root, package_at(configured / "meson-private" / "steppe.pc", prefix,
                                  root / "static-only"), "the static library alone")
    for name in ("steppe-config.cmake", "steppe-config-version.cmake"):
        shutil.copy(configured / "lib" / "packages" / name, only(prefix, name))
    check_cmake(root, ["steppe"], environment)

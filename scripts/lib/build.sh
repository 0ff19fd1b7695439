# shellcheck shell=bash
# Configuring and building a preset, for quickstart, test and lint. Sourced after console.sh.

# g++ needs up to 2 GB for a unit of several files that include Beast, so use fewer jobs if memory is short.
build_jobs() {
  local cores memory_mb by_memory
  cores=$(nproc)
  memory_mb=$(awk '/^MemAvailable:/ {print int($2 / 1024)}' /proc/meminfo)
  by_memory=$((memory_mb / 2000))
  if [ "$by_memory" -lt 1 ]; then by_memory=1; fi
  if [ "$by_memory" -lt "$cores" ]; then echo "$by_memory"; else echo "$cores"; fi
}

# configure PRESET [cmake arguments…]; the exit status is cmake's, a failure is explained. A tree that was configured at
# another path (a moved checkout) is removed first.
configure() {
  local preset=$1 cache="$ROOT/build/$1/CMakeCache.txt"
  shift
  if [ -e "$cache" ] && ! grep -qxF "CMAKE_HOME_DIRECTORY:INTERNAL=$ROOT" "$cache"; then
    rm -rf "${ROOT:?}/build/$preset"
  fi
  step "configure-$preset" "Configuring $preset" none cmake -S "$ROOT" --preset "$preset" "$@" && return 0
  complain "The build of $preset could not be configured." \
    "If something it names is missing, run scripts/setup --force; if that does not help, remove build/$preset." "$STEP_LOG"
  return 1
}

# build PRESET [targets…]; the exit status is the build's, its first errors are shown.
build() {
  local preset=$1 targets=()
  shift
  if [ $# -gt 0 ]; then targets=(--target "$@"); fi
  step "build-$preset" "Building $preset" progress_ninja \
    cmake --build "$ROOT/build/$preset" -j "$(build_jobs)" "${targets[@]}" && return 0
  {
    printf '\n%sThe build of %s failed.%s All of it: %s\n' "$RED" "$preset" "$PLAIN" "${STEP_LOG#"$ROOT"/}"
    if grep -qE 'Killed signal|cc1plus.*[Kk]illed|virtual memory exhausted' "$STEP_LOG"; then
      echo "The compiler ran out of memory: close other programs or add swap, then run the same command again."
    elif grep -q 'No space left on device' "$STEP_LOG"; then
      echo "The disk is full: the build needs about 3 GB."
    fi
    grep -E -A3 '(error:|FAILED:|undefined reference)' "$STEP_LOG" | cut -c1-300 | head -n 20 | sed 's/^/  | /'
  } >&2
  return 1
}

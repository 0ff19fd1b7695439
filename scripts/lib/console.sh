# shellcheck shell=bash
# Output of the scripts: headings, steps with progress, one clear message for a failure. Sourced, never run.
#
#   heading "Building"                  [2/6] Building
#   step NAME TITLE PROGRESS cmd…       runs cmd with its output in build/logs/NAME.log; PROGRESS is a function that is
#                                       given the log's path and prints a few words ("45%"), or "none"
#   complain WHAT REMEDY [LOG]          says what went wrong and what to do, with the end of the log
#   fail WHAT REMEDY [LOG]              the same, then exits 1
#
# On a terminal a step rewrites one line; elsewhere it reports progress every 20 seconds.

LOG_DIR="${ROOT:?}/build/logs"
HEADING_NUMBER=0
HEADING_TOTAL="${HEADING_TOTAL:-}"
STEP_PID=""

if [ -t 1 ] && [ "${TERM:-dumb}" != dumb ]; then
  IS_TERMINAL=1
  BOLD=$'\e[1m' RED=$'\e[31m' GREEN=$'\e[32m' DIM=$'\e[2m' PLAIN=$'\e[0m'
else
  IS_TERMINAL=""
  BOLD="" RED="" GREEN="" DIM="" PLAIN=""
fi

heading() {
  HEADING_NUMBER=$((HEADING_NUMBER + 1))
  if [ -n "$HEADING_TOTAL" ]; then
    printf '%s[%d/%d] %s%s\n' "$BOLD" "$HEADING_NUMBER" "$HEADING_TOTAL" "$1" "$PLAIN"
  else
    printf '%s%s%s\n' "$BOLD" "$1" "$PLAIN"
  fi
}

say() { printf '      %s\n' "$*"; }

complain() {
  local what=$1 remedy=${2:-} log=${3:-}
  {
    printf '\n%s%s%s\n' "$RED" "$what" "$PLAIN"
    if [ -n "$remedy" ]; then printf '%s\n' "$remedy"; fi
    if [ -n "$log" ] && [ -s "$log" ]; then
      printf '%sThe last lines of %s:%s\n' "$DIM" "${log#"$ROOT"/}" "$PLAIN"
      grep -v '^[[:space:]]*$' "$log" | tail -n "${FAIL_LINES:-12}" | cut -c1-300 | sed 's/^/  | /'
    fi
  } >&2
}
fail() {
  complain "$@"
  exit 1
}

# Progress readers: given a log, print how far it has come.
progress_ninja() { # "[123/456] Building CXX object …"
  tail -c 4000 "$1" 2>/dev/null | tr '\r' '\n' | awk -F'[][/]' '/^\[[0-9]+\/[0-9]+\]/ {d=$2; t=$3}
    END {if (t > 2) printf "%d%% (%d of %d)", 100 * d / t, d, t}'
}
progress_ctest() { # " 12/345 Test  #7: …"
  tail -c 4000 "$1" 2>/dev/null | awk '$1 ~ /^[0-9]+\/[0-9]+$/ && $2 == "Test" {split($1, a, "/")}
    END {if (a[2] > 0) printf "%d of %d", a[1], a[2]}'
}
progress_apt() { # what apt writes to APT::Status-Fd: "dlstatus:n:percent:…" and then "pmstatus:package:percent:…"
  tail -n 1 "$1.status" 2>/dev/null | awk -F: '$1 == "dlstatus" {printf "downloading %d%%", $3}
    $1 == "pmstatus" {printf "installing %d%%", $3}'
}

kill_step() {
  [ -n "$STEP_PID" ] || return 0
  kill -INT -- "-$STEP_PID" 2>/dev/null || true
  local _
  for _ in 1 2 3 4 5 6 7 8 9 10; do
    kill -0 -- "-$STEP_PID" 2>/dev/null || break
    sleep 0.2
  done
  kill -TERM -- "-$STEP_PID" 2>/dev/null || true
  STEP_PID=""
}

# The exit status is the command's; the caller explains a failure. Afterwards STEP_LOG is the path of the log.
step() {
  local name=$1 title=$2 progress=$3 started=$SECONDS said=$SECONDS words="" status=0 spin=0
  shift 3
  mkdir -p "$LOG_DIR"
  STEP_LOG="$LOG_DIR/$name.log"
  : >"$STEP_LOG"
  if [ -z "$IS_TERMINAL" ]; then say "$title …"; fi
  # A process group of its own, so that Ctrl-C ends all of it and nothing else.
  set -m
  "$@" >>"$STEP_LOG" 2>&1 </dev/null &
  STEP_PID=$!
  set +m
  while kill -0 "$STEP_PID" 2>/dev/null; do
    sleep 0.2
    if [ -n "$IS_TERMINAL" ]; then
      spin=$(((spin + 1) % 5))
      if [ "$spin" = 1 ] && [ "$progress" != none ]; then words=$("$progress" "$STEP_LOG" || true); fi
      printf '\r      %s … %s%s %ds%s\e[K' "$title" "$words" "$DIM" $((SECONDS - started)) "$PLAIN"
    elif [ $((SECONDS - said)) -ge 20 ]; then
      said=$SECONDS
      if [ "$progress" != none ]; then words=$("$progress" "$STEP_LOG" || true); fi
      say "  … ${words:+$words, }$((SECONDS - started)) s"
    fi
  done
  wait "$STEP_PID" || status=$?
  STEP_PID=""
  if [ "$status" = 0 ]; then words="${GREEN}done${PLAIN}"; else words="${RED}failed${PLAIN}"; fi
  if [ -n "$IS_TERMINAL" ]; then
    printf '\r      %s … %s in %d s\e[K\n' "$title" "$words" $((SECONDS - started))
  else
    say "  $words in $((SECONDS - started)) s"
  fi
  return "$status"
}

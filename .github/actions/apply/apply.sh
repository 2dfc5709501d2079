#!/usr/bin/env bash
# Shows the plan in the step summary, applies it, and sets the outputs of the action.
set -euo pipefail
source "${BASH_SOURCE%/*}/../inputs.sh"

arguments=()
if is recursive "$RECURSIVE"; then arguments+=(-R); fi
if [[ -n $REMOTE ]]; then arguments+=("--git-remote=$REMOTE"); fi
if [[ -n $BRANCH ]]; then arguments+=("--git-branch=$BRANCH"); fi
while IFS= read -r path; do arguments+=("--filename=$path"); done < <(lines "$PATHS")
while IFS= read -r argument; do arguments+=("$argument"); done < <(lines "$ARGUMENTS")

status=0
log="$(mktemp "${RUNNER_TEMP:-/tmp}/instancectl.XXXXXX")"
plan="$(instancectl plan --format markdown "${arguments[@]}" 2>"$log")" || status=$?
# A summary may have 1 MiB.
printf '%s\n' "${plan:0:700000}" >>"$GITHUB_STEP_SUMMARY"
if [[ -s $log ]]; then
  # A fence this long is in no message.
  fence='~~~~~~~~~~'
  printf '\n%stext\n%s\n%s\n' "$fence" "$(head -c 200000 "$log")" "$fence" >>"$GITHUB_STEP_SUMMARY"
fi
printf '%s\n' "$plan"
cat "$log" >&2

json="$(mktemp -d "${RUNNER_TEMP:-/tmp}/instancectl.XXXXXX")/apply.json"
if ((status == 0)); then
  instancectl apply --yes --format json "${arguments[@]}" >"$json" || status=$?
  # The log keeps the IDs too.
  cat "$json"
fi
# A text in JSON has no line break, so this line is a count.
created="$(grep -m1 -E '^ +"created": [0-9]+' "$json" 2>/dev/null | tr -cd 0-9)" || true
printf '%s\n' "created=${created:-0}" "exit-code=$status" "json=$json" >>"$GITHUB_OUTPUT"
exit "$status"

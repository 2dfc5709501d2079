#!/usr/bin/env bash
# The inputs of the action as a command line. They come by the environment, so that no text of theirs
# is run.
set -euo pipefail

is() {
  case "$2" in
  true) return 0 ;;
  false) return 1 ;;
  esac
  echo "error: the input $1 is neither true nor false" >&2
  exit 2
}

arguments=(validate)
if is recursive "$RECURSIVE"; then arguments+=(-R); fi
if is deny-warnings "$DENY_WARNINGS"; then arguments+=(--deny warnings); fi
if is annotations "$ANNOTATIONS"; then arguments+=(--format github); else arguments+=(--format human); fi
if [[ -n $SARIF ]]; then arguments+=(--format sarif --output="$SARIF"); fi
while IFS= read -r path; do
  path="${path%$'\r'}"
  if [[ -n $path ]]; then arguments+=("--filename=$path"); fi
done <<<"$PATHS"
exec instancectl "${arguments[@]}"

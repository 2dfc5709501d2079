#!/usr/bin/env bash
# The inputs of the action as a command line.
set -euo pipefail
source "${BASH_SOURCE%/*}/../inputs.sh"

arguments=(validate)
if is recursive "$RECURSIVE"; then arguments+=(-R); fi
if is deny-warnings "$DENY_WARNINGS"; then arguments+=(--deny warnings); fi
if is annotations "$ANNOTATIONS"; then arguments+=(--format github); else arguments+=(--format human); fi
if [[ -n $SARIF ]]; then arguments+=(--format sarif --output="$SARIF"); fi
while IFS= read -r path; do arguments+=("--filename=$path"); done < <(lines "$PATHS")
exec instancectl "${arguments[@]}"

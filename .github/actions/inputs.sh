# Inputs of the actions as arguments. They come by the environment, so that no text of theirs is run.

# Checks that the input $1, whose value is $2, is true; any value except true and false is an error.
is() {
  case "$2" in
  true) return 0 ;;
  false) return 1 ;;
  esac
  echo "error: the input $1 is neither true nor false" >&2
  exit 2
}

# Prints the lines of $1 that are not empty.
lines() {
  while IFS= read -r line; do
    line="${line%$'\r'}"
    if [[ -n $line ]]; then printf '%s\n' "$line"; fi
  done <<<"$1"
}

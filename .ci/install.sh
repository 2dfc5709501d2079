# Installs the given packages of Debian or Ubuntu, if any.
install_packages() {
  (($#)) || return 0
  printf '\n==> installing %s\n' "$*"
  command -v apt-get >/dev/null || fail "no \`apt-get\` here: install $* by hand"
  local as_root=()
  if ((EUID != 0)); then
    command -v sudo >/dev/null || fail "run as root, or install $* by hand"
    as_root=(sudo)
  fi
  "${as_root[@]}" apt-get update -qq
  "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive \
    apt-get install -qq -y --no-install-recommends "$@"
}

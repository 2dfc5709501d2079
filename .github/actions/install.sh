#!/usr/bin/env bash
# Puts the program on the PATH of the steps that follow: that of a release for this runner, checked
# against its checksum. VERSION is its version, or a folder with the files of a release; if it is empty,
# a program that is on the PATH is used, otherwise the release of the same version as this action.
set -euo pipefail

fail() {
  echo "error: $*" >&2
  exit 2
}

if [[ -z $VERSION ]] && command -v instancectl; then exit; fi
case "$(uname -s) $(uname -m)" in
"Linux x86_64") target=x86_64-unknown-linux-gnu ;;
"Linux aarch64") target=aarch64-unknown-linux-gnu ;;
"Darwin x86_64") target=x86_64-apple-darwin ;;
"Darwin arm64") target=aarch64-apple-darwin ;;
*) fail "releases have no program for this runner: install instancectl in an earlier step" ;;
esac
# Such as the image of Alpine.
if compgen -G "/lib/ld-musl-*" >/dev/null; then target="${target/%gnu/musl}"; fi

folder="$(mktemp -d "${RUNNER_TEMP:-/tmp}/instancectl.XXXXXX")"
if [[ -d $VERSION ]]; then
  cp "$VERSION/SHA256SUMS" "$VERSION"/instancectl-v*-"$target.tar.gz" "$folder/"
else
  own="$(sed -n 's/^version = "\(.*\)"$/\1/p' "${BASH_SOURCE%/*}/../../Cargo.toml" | head -n 1)"
  version="${VERSION:-$own}"
  if [[ ! $version =~ ^[0-9A-Za-z.+-]+$ ]]; then
    fail "the input version is neither a version such as $own nor a folder"
  fi
  files="{SHA256SUMS,instancectl-v$version-$target.tar.gz}"
  curl --fail --silent --show-error --location --retry 3 --output "$folder/#1" \
    "$GITHUB_SERVER_URL/$REPOSITORY/releases/download/v$version/$files"
fi
cd "$folder"
archive="$(echo instancectl-v*.tar.gz)"
grep -F "  $archive" SHA256SUMS >checksum || fail "SHA256SUMS does not have $archive"
# macOS has no sha256sum.
if command -v sha256sum >/dev/null; then check=sha256sum; else check="shasum -a 256"; fi
$check -c checksum || fail "$archive is not the file of the release"
tar -xzf "$archive"
echo "$folder/${archive%.tar.gz}" >>"$GITHUB_PATH"

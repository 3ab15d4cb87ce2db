# Set-up shared by ./run, ./test and ./nabla. Sourced, not run: it defines functions and the root.
# Everything here is idempotent and says on standard error what it does; a second call takes a moment.

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1 DOTNET_SKIP_FIRST_TIME_EXPERIENCE=1
# A build server that outlives the script would keep a caller's pipes open.
export MSBUILDDISABLENODEREUSE=1 DOTNET_CLI_USE_MSBUILD_SERVER=0

say() { printf '%s\n' "$*" >&2; }
die() { printf 'error: %s\n' "$*" >&2; exit 1; }

need_command() {
  command -v "$1" >/dev/null 2>&1 || die "$1 was not found. $2"
}

# The Debian packages that the build and the runs need. libopenblas replaces the reference BLAS, tens of times slower.
# cmake comes without a build program where recommended packages are left out.
packages=(libtorch-dev libgloo-dev libopenblas0-pthread make)

install_packages() {
  need_command dotnet "Install the .NET 10 SDK (https://dot.net) and put it on PATH."
  need_command g++ "Install it with: apt-get install g++"
  need_command cmake "Install it with: apt-get install cmake"
  local wanted=()
  local package
  for package in "${packages[@]}"; do
    # A named libtorch takes the place of Debian's.
    if [ -n "${NABLA_LIBTORCH:-}" ] && [[ $package == libtorch* || $package == libgloo* ]]; then continue; fi
    wanted+=("$package")
  done
  install_missing "${wanted[@]}"
}

# The browser that the dashboard's tests drive.
install_browser() {
  [ -x /usr/bin/chromium ] || install_missing chromium
}

# install_missing PACKAGE...: installs from apt those that are not installed.
install_missing() {
  local missing=()
  local package
  for package in "$@"; do
    [ "$(dpkg-query -W -f='${Status}' "$package" 2>/dev/null)" = "install ok installed" ] || missing+=("$package")
  done
  [ ${#missing[@]} -eq 0 ] && return 0
  need_command apt-get "Install these by hand, then run this again: ${missing[*]}"
  local as_root=()
  if [ "$(id -u)" -ne 0 ]; then
    command -v sudo >/dev/null 2>&1 ||
      die "these packages are missing and this user may not install them: ${missing[*]}. Run as root: apt-get install ${missing[*]}"
    as_root=(sudo)
  fi
  say "Installing from apt: ${missing[*]}"
  mkdir -p "$root/artifacts"
  local log="$root/artifacts/apt.log"
  { "${as_root[@]}" apt-get update &&
    "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends "${missing[@]}"; } \
    >"$log" 2>&1 || { tail -n 20 "$log" >&2; die "apt-get could not install ${missing[*]}; the whole log is $log"; }
}

# is_stale STAMP PATH...: true when the stamp is missing or anything under the paths is newer.
is_stale() {
  local stamp=$1; shift
  [ -f "$stamp" ] || return 0
  [ -n "$(find "$@" \( -name bin -o -name obj \) -prune -o -newer "$stamp" -print -quit 2>/dev/null)" ]
}

build_bridge() {
  # Another libtorch needs another build, so its path is part of the stamp's name.
  local chosen=${NABLA_LIBTORCH:-}
  local stamp="$root/artifacts/native/.built-${chosen//\//_}"
  is_stale "$stamp" "$root/native" || return 0
  say "Building the native bridge"
  mkdir -p "$root/artifacts/native"
  local log="$root/artifacts/native-build.log"
  local options=(-DCMAKE_BUILD_TYPE=Release)
  [ -n "${NABLA_LIBTORCH:-}" ] && options+=("-DNABLA_LIBTORCH=$NABLA_LIBTORCH")
  { cmake -S "$root/native" -B "$root/artifacts/native-build" "${options[@]}" &&
    cmake --build "$root/artifacts/native-build" --parallel 2; } >"$log" 2>&1 ||
    { tail -n 30 "$log" >&2; die "the native bridge did not build; the whole log is $log"; }
  rm -f "$root/artifacts/native/".built-*
  touch "$stamp"
}

# build TARGET STAMP PATH...: builds a project or the solution in Release when its sources changed.
build_managed() {
  local target=$1 stamp=$2; shift 2
  is_stale "$stamp" "$root/Directory.Build.props" "$root/Directory.Packages.props" \
    "$root/artifacts/native/libnabla_bridge.so" "$@" || return 0
  say "Building $target"
  local log="$root/artifacts/build.log" begun="$root/artifacts/.begun"
  mkdir -p "$root/artifacts"
  touch "$begun"
  dotnet build "$root/$target" -c Release -v quiet --nologo -p:UseSharedCompilation=false >"$log" 2>&1 ||
    { grep -E 'error|warning' "$log" | sort -u | head -n 40 >&2; die "$target did not build; the whole log is $log"; }
  # The stamp dates from before the build, so a file saved while it ran counts as changed.
  mv "$begun" "$stamp"
}

# What the dashboard's pages use in the browser, exactly as package-lock.json names it. Built into the command.
install_web() {
  local source="$root/src/Nabla.Dashboard/web" target="$root/artifacts/web"
  is_stale "$target/.installed" "$source/package.json" "$source/package-lock.json" || return 0
  command -v npm >/dev/null 2>&1 || install_missing nodejs npm
  say "Installing the browser libraries of the dashboard with npm"
  mkdir -p "$target"
  cp "$source/package.json" "$source/package-lock.json" "$target"
  local log="$root/artifacts/npm.log"
  npm ci --prefix "$target" --ignore-scripts --no-audit --no-fund >"$log" 2>&1 ||
    { tail -n 20 "$log" >&2; die "npm could not install the browser libraries; the whole log is $log"; }
  touch "$target/.installed"
}

build_command() {
  build_managed src/Nabla.Cli/Nabla.Cli.csproj "$root/artifacts/.built-command" "$root/src"
}

build_all() {
  build_managed Nabla.slnx "$root/artifacts/.built-all" "$root/.editorconfig" "$root/Nabla.slnx" \
    "$root/src" "$root/tools" "$root/tests" "$root/bench"
  touch -r "$root/artifacts/.built-all" "$root/artifacts/.built-command"
}

command_path="$root/artifacts/bin/Nabla.Cli/release/nabla.dll"

# shellcheck shell=bash
# pgvector for the PostgreSQL that the tests start, where the distribution has no package of it. Sourced by scripts/setup;
# a change here makes it look again.

# The versions of the source package and of PostgreSQL's headers are pinned by the hash of every file that is used.
PGVECTOR_VERSION=0.8.0
PGVECTOR_SHA256=867a2c328d4928a5a9d6f052cd3bc78c7d60228a9b914ad32aa3db88e9de27b0

# The newest PostgreSQL whose server is installed, for example 15; nothing: none.
postgres_major() {
  find /usr/lib/postgresql -mindepth 3 -maxdepth 3 -path '*/bin/initdb' 2>/dev/null |
    sed -nE 's|.*/postgresql/([0-9]+)/bin/initdb|\1|p' | sort -n | tail -n 1
}

# True when the server of that major version offers an extension `vector` that can scan iteratively (0.8 and newer).
has_pgvector() {
  local control="/usr/share/postgresql/$1/extension/vector.control" version
  version=$(sed -nE "s/^default_version *= *'([0-9]+)\.([0-9]+).*/\1 \2/p" "$control" 2>/dev/null)
  [ -n "$version" ] && awk '{exit !($1 > 0 || $2 >= 8)}' <<<"$version"
}

# Options that give apt lists, sources and a cache of its own under DIR, so that the system's stay as they were.
apt_apart() {
  local apt=$1
  printf '%s\n' -q -o "Dir::State::Lists=$apt/lists" -o "Dir::Etc::SourceList=/dev/null" \
    -o "Dir::Etc::SourceParts=$apt/sources" -o "Dir::Cache=$apt/cache" -o "Acquire::Languages=none" \
    -o "APT::Sandbox::User=root" -o "Acquire::Retries=2"
}

# build_pgvector MAJOR DIR: the library, the control file and the script of the extension in DIR/out. The source is the
# source package of a newer release of the distribution; PostgreSQL's headers are unpacked next to it rather than
# installed, since their package would bring a whole compiler with it.
build_pgvector() {
  # shellcheck disable=SC2154 # scripts/setup has set release
  local major=$1 work=$2 id=${release%%-*} site keyring suite component archive
  keyring="/usr/share/keyrings/$id-archive-keyring.gpg"
  # shellcheck disable=SC2016 # apt expands these
  site=$(apt-get indextargets --format '$(REPO_URI) $(ORIGIN) $(LABEL)' 'Created-By: Packages' |
    awk 'tolower($2) == id && tolower($3) == id {print $1; exit}' id="$id")
  if [ -z "$site" ]; then
    echo "no $id mirror in this machine's package sources"
    return 1
  fi
  rm -rf "$work"
  mkdir -p "$work/headers" "$work/source" "$work/out"
  while read -r suite component; do
    rm -rf "$work/apt"
    mkdir -p "$work/apt/lists/partial" "$work/apt/cache/archives/partial" "$work/apt/sources"
    printf 'Types: deb-src\nURIs: %s\nSuites: %s\nComponents: %s\nSigned-By: %s\n' "$site" "$suite" "$component" "$keyring" \
      >"$work/apt/sources/pgvector.sources"
    local options=()
    mapfile -t options < <(apt_apart "$work/apt")
    if apt-get "${options[@]}" update &&
      (cd "$work" && apt-get "${options[@]}" source --download-only "pgvector=$PGVECTOR_VERSION-1"); then
      break
    fi
  done < <(pgvector_suites "$release")
  archive="$work/pgvector_$PGVECTOR_VERSION.orig.tar.gz"
  if ! echo "$PGVECTOR_SHA256  $archive" | sha256sum --check --strict; then
    echo "the source package pgvector $PGVECTOR_VERSION could not be fetched, or is not the one that is pinned"
    return 1
  fi
  tar -xzf "$archive" -C "$work/source" --strip-components=1
  (cd "$work" && apt-get -q download "postgresql-server-dev-$major") || return 1
  dpkg-deb -x "$work/postgresql-server-dev-$major"_*.deb "$work/headers"
  # The flags of pgvector's own Makefile. -march is left at the baseline: it chooses faster kernels when it runs.
  gcc -shared -fPIC -O2 -ftree-vectorize -fassociative-math -fno-signed-zeros -fno-trapping-math \
    -I"$work/headers/usr/include/postgresql/$major/server" -I/usr/include/postgresql/internal -I/usr/include/postgresql \
    -o "$work/out/vector.so" "$work"/source/src/*.c -lm || return 1
  cp "$work/source/sql/vector.sql" "$work/out/vector--$PGVECTOR_VERSION.sql"
  cp "$work/source/vector.control" "$work/out/"
}

# install_pgvector MAJOR: puts what build_pgvector made where PostgreSQL looks for extensions; PostgreSQL before 18 knows
# no other place.
install_pgvector() {
  local major=$1 out=$2
  as_root install -m 644 "$out/vector.so" "/usr/lib/postgresql/$major/lib/vector.so" &&
    as_root install -m 644 "$out/vector.control" "$out/vector--$PGVECTOR_VERSION.sql" "/usr/share/postgresql/$major/extension/"
}

put_pgvector() {
  local major=$1 work="$DEPS/pgvector"
  build_pgvector "$major" "$work" && install_pgvector "$major" "$work/out" || return 1
  rm -rf "$work"
}

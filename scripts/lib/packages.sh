# shellcheck shell=bash
# The distribution's packages, by what they are for. Sourced by scripts/setup; a change here makes it look again.
# What is not here comes from deps/package-lock.json.

# packages_for RELEASE PURPOSE…: names, one a line. RELEASE is ID-VERSION_ID of /etc/os-release.
packages_for() {
  local release=$1 purpose
  shift
  for purpose in "$@"; do
    case $purpose in
      build)
        # What cmake/Dependencies.cmake looks for. mold: links the many test programs several times faster.
        printf '%s\n' g++ cmake ninja-build pkg-config mold \
          libopencv-dev libpango1.0-dev libarchive-dev libssl-dev libcurl4-openssl-dev libsqlite3-dev libsqlitecpp-dev libsodium-dev libutf8proc-dev libhwy-dev \
          libpq-dev libspdlog-dev libfmt-dev libcli11-dev libtomlplusplus-dev libhowardhinnant-date-dev prometheus-cpp-dev ca-certificates
        case $release in
          # Debian 12's default Boost is 1.74, which has neither Boost.URL nor boost::system::result.
          debian-12) printf '%s\n' libboost1.81-dev libboost-json1.81-dev libboost-url1.81-dev ;;
          ubuntu-24.04) printf '%s\n' libboost1.83-dev libboost-json1.83-dev libboost-url1.83-dev ;;
          *) printf '%s\n' libboost-dev libboost-json-dev libboost-url-dev ;;
        esac
        ;;
      test)
        # redis-server, PostgreSQL and openssl: servers and certificates that the tests make for themselves. Where pgvector is no
        # package, scripts/lib/postgres.sh builds it.
        # libgstrtspserver and the plugins: an RTSP camera.
        printf '%s\n' libgtest-dev libgmock-dev libbenchmark-dev redis-server openssl libgstrtspserver-1.0-dev \
          gstreamer1.0-plugins-good
        case $release in
          debian-12) echo postgresql-15 ;;
          debian-13) printf '%s\n' postgresql-17 postgresql-17-pgvector ;;
          ubuntu-24.04) echo postgresql-16 ;;
          ubuntu-25.*) printf '%s\n' postgresql-17 postgresql-17-pgvector ;;
          *) printf '%s\n' postgresql-18 postgresql-18-pgvector ;;
        esac
        # The browser that the dashboard is tested in; Ubuntu's is a snap, and those tests say that they did not run.
        case $release in debian-*) echo chromium ;; esac
        ;;
      # What is measured against, and what draws.
      bench)
        printf '%s\n' libbenchmark-dev libhnswlib-dev libfaiss-dev libpq-dev postgresql redis-server python3-fastapi \
          python3-uvicorn python3-uvloop python3-httptools python3-asyncpg python3-redis gnuplot-nox jq
        case $release in debian-13) echo postgresql-17-pgvector ;; ubuntu-24.04) echo postgresql-16-pgvector ;; esac
        ;;
      lint) printf '%s\n' clang-format clang-tidy shellcheck ;;
    esac
  done
}

# Releases that package the ONNX Runtime headers and are signed by a key this machine already trusts, in the order in
# which they are tried: "suite component". Only headers are taken, and nothing is installed from there: the library is the
# one that deps/package-lock.json pins, on every release (docs/adr/0090).
onnxruntime_header_suites() {
  case $1 in
    debian-*) echo "trixie main" ;;
    ubuntu-*) printf '%s\n' "resolute universe" "questing universe" "plucky universe" ;;
  esac
}

# Releases whose source package pgvector is new enough and signed by a key this machine trusts: "suite component".
pgvector_suites() {
  case $1 in
    debian-*) echo "trixie main" ;;
    ubuntu-*) printf '%s\n' "plucky universe" "questing universe" ;;
  esac
}

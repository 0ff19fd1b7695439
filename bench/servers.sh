# shellcheck shell=bash
# Temporary servers for measurements, in their own folder. Source this file and call stop_servers at the end.

servers_folder="" # with everything that they write
server_pids=()

# The program folder of the newest installed PostgreSQL with pgvector; empty if there is none.
postgres_with_pgvector() {
  local bin
  bin=$(find /usr/lib/postgresql -maxdepth 2 -name bin 2>/dev/null | sort -V | tail -n 1)
  if [ -x "$bin/initdb" ] && [ -e "${bin%/bin}/lib/vector.so" ]; then echo "$bin"; fi
}

make_servers_folder() {
  [ -z "$servers_folder" ] || return 0
  servers_folder=$(mktemp -d /tmp/bench-servers-XXXXXX)
}

# Rarely in use, and never by an outgoing connection; if it is in use, the server reports it.
some_port() { echo $((15000 + RANDOM % 17000)); }

# start_postgres BIN [postgres' own arguments …]: listens on a socket in the folder and on 127.0.0.1. Sets
# postgres_port; the user and the database are "postgres".
start_postgres() {
  local bin=$1 as_user=()
  shift
  make_servers_folder
  if [ "$(id -u)" = 0 ]; then # as which PostgreSQL refuses to run
    chown postgres "$servers_folder"
    as_user=(setpriv --reuid postgres --regid postgres --clear-groups)
  fi
  (cd "$servers_folder" && "${as_user[@]}" "$bin/initdb" -D "$servers_folder/data" -U postgres -A trust --no-locale -E UTF8) \
    >"$servers_folder/initdb.log"
  postgres_port=$(some_port)
  (cd "$servers_folder" && exec "${as_user[@]}" "$bin/postgres" -D "$servers_folder/data" -k "$servers_folder" \
    -p "$postgres_port" -c listen_addresses=127.0.0.1 "$@") >"$servers_folder/postgres.log" 2>&1 &
  server_pids+=($!)
  for _ in $(seq 300); do
    "$bin/pg_isready" -q -h 127.0.0.1 -p "$postgres_port" && return 0
    kill -0 "${server_pids[-1]}" 2>/dev/null || break
    sleep 0.1
  done
  cat "$servers_folder/postgres.log" >&2
  return 1
}

# Sets redis_port.
start_redis() {
  make_servers_folder
  redis_port=$(some_port)
  redis-server --port "$redis_port" --bind 127.0.0.1 --save '' --dir "$servers_folder" >"$servers_folder/redis.log" &
  server_pids+=($!)
}

stop_servers() {
  local pid
  # What PostgreSQL calls a fast shutdown; Redis terminates too.
  for pid in "${server_pids[@]}"; do kill -INT "$pid" 2>/dev/null || true; done
  for pid in "${server_pids[@]}"; do wait "$pid" || true; done
  server_pids=()
  if [ -n "$servers_folder" ]; then rm -rf "$servers_folder"; fi
}

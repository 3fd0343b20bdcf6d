# Sourced by backup and restore: what DATABASE_URL names, as $engine (postgresql or sqlite), $database (SQLite's file) and
# PGHOST, PGPORT, PGUSER, PGPASSWORD, PGDATABASE: on a command line everybody on the machine could read the password.
VAR_DIR=${VAR_DIR:-$PWD/var}
archive=${ARCHIVE_DIR:-$VAR_DIR/archive}
keys=${KEYS_DIR:-$VAR_DIR/keys}
found=$(.venv/bin/python - "$VAR_DIR" <<'PY'
import shlex
import sys

import environ

named = environ.Env().db_url("DATABASE_URL", default=f"sqlite:///{sys.argv[1]}/db.sqlite3")
engine = named["ENGINE"].rpartition(".")[2]
found = {"engine": "sqlite" if engine == "sqlite3" else engine}
if engine == "sqlite3":
    found["database"] = named["NAME"]
else:
    names = {"PGHOST": "HOST", "PGPORT": "PORT", "PGUSER": "USER", "PGPASSWORD": "PASSWORD", "PGDATABASE": "NAME"}
    found |= {name: named[key] for name, key in names.items() if named.get(key)}
print("\n".join(f"export {name}={shlex.quote(str(value))}" for name, value in found.items()))
PY
) || exit 1
eval "$found"

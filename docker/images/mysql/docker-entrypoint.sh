#!/bin/sh
# Starts MariaDB as the mysql image starts MySQL: an empty data folder is filled first, by the same settings.
set -eu
data=/var/lib/mysql

quoted() { printf "'%s'" "$(printf '%s' "$1" | sed "s/\\\\/\\\\\\\\/g; s/'/''/g")"; }

fill() {
    password=${MYSQL_ROOT_PASSWORD:-}
    if [ -z "$password" ] && [ -n "${MYSQL_ROOT_PASSWORD_FILE:-}" ]; then password=$(cat "$MYSQL_ROOT_PASSWORD_FILE"); fi
    if [ -z "$password" ] && [ -z "${MYSQL_ALLOW_EMPTY_PASSWORD:-}" ]; then
        echo "[ERROR] [Entrypoint]: Database is uninitialized and password option is not specified" >&2
        echo "    You need to specify one of MYSQL_ROOT_PASSWORD, MYSQL_ROOT_PASSWORD_FILE, MYSQL_ALLOW_EMPTY_PASSWORD" >&2
        exit 1
    fi
    echo "[Note] [Entrypoint]: Initializing database files"
    mariadb-install-db --user=mysql --datadir="$data" --skip-test-db --auth-root-authentication-method=normal >/dev/null
    {
        # Only root@localhost stays of what the installation made: the others have no password.
        echo "DELETE FROM mysql.global_priv WHERE User <> 'mariadb.sys' AND NOT (User = 'root' AND Host = 'localhost');"
        echo "DELETE FROM mysql.proxies_priv WHERE Host <> 'localhost';"
        echo "FLUSH PRIVILEGES;"
        echo "ALTER USER 'root'@'localhost' IDENTIFIED BY $(quoted "$password");"
        echo "CREATE USER 'root'@'%' IDENTIFIED BY $(quoted "$password");"
        echo "GRANT ALL ON *.* TO 'root'@'%' WITH GRANT OPTION;"
        if [ -n "${MYSQL_DATABASE:-}" ]; then echo "CREATE DATABASE IF NOT EXISTS \`$MYSQL_DATABASE\`;"; fi
        if [ -n "${MYSQL_USER:-}" ]; then
            echo "CREATE USER $(quoted "$MYSQL_USER")@'%' IDENTIFIED BY $(quoted "${MYSQL_PASSWORD:-}");"
            if [ -n "${MYSQL_DATABASE:-}" ]; then echo "GRANT ALL ON \`$MYSQL_DATABASE\`.* TO $(quoted "$MYSQL_USER")@'%';"; fi
        fi
    } | mariadbd --user=mysql --datadir="$data" --bootstrap --skip-networking --silent-startup
    echo "[Note] [Entrypoint]: Database files initialized"
}

if [ "$1" = mysqld ]; then
    shift
    mkdir -p /run/mysqld
    chown mysql:mysql /run/mysqld "$data"
    if [ ! -d "$data/mysql" ]; then fill; fi
    exec mariadbd --user=mysql "$@"
fi
exec "$@"

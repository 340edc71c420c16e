/** How much the server may trust the machine: a test's cluster needs no durability. */
export type Durability = 'durable' | 'disposable'

/** The most clients at once, the superuser's reserved ones included: ten nodes and some commands. */
const MAX_CONNECTIONS = 200

/**
 * The server's arguments. They are given at each start rather than written into the cluster once, so that a newer
 * release of ours brings its settings to old clusters.
 */
export function serverArguments(cluster: string, port: number, durability: Durability): string[] {
  const settings: Record<string, string | number> = {
    listen_addresses: '127.0.0.1',
    port,
    // A socket's path may have 107 bytes at most; a data directory's may be longer.
    unix_socket_directories: '',
    max_connections: MAX_CONNECTIONS,
    max_wal_size: '512MB',
    password_encryption: 'scram-sha-256',
    // A peer that has vanished without a word is noticed, and its locks fall, after about 25 s.
    tcp_keepalives_idle: 10,
    tcp_keepalives_interval: 5,
    tcp_keepalives_count: 3,
    TimeZone: 'UTC',
    log_timezone: 'UTC',
    jit: 'off',
    // A new file each 8 MB, named by the second; server-log.ts removes the oldest.
    logging_collector: 'on',
    log_directory: 'log',
    log_filename: 'server-%Y%m%dT%H%M%S.log',
    log_rotation_size: '8MB',
    log_rotation_age: '1d',
    log_file_mode: '0600',
    log_line_prefix: '%m [%p] %a ',
    ...(durability === 'durable'
      ? { fsync: 'on', synchronous_commit: 'on', full_page_writes: 'on' }
      : { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off', shared_buffers: '32MB' }),
  }
  return ['-D', cluster, ...Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`])]
}

/** initdb's arguments: UTF8 whatever the machine's locale, and an ordering that no update of the C library changes. */
export function clusterArguments(folder: string, passwordFile: string, durability: Durability): string[] {
  return [
    ...['-D', folder, '-U', SUPERUSER, `--pwfile=${passwordFile}`],
    ...['--auth-local=scram-sha-256', '--auth-host=scram-sha-256'],
    ...['--encoding=UTF8', '--locale=C', '--locale-provider=builtin', '--builtin-locale=C.UTF-8'],
    ...(durability === 'durable' ? [] : ['--no-sync', '--wal-segsize=1']),
  ]
}

/** The cluster's only role. */
export const SUPERUSER = 'reelstate'
/** The database that everything is in. */
export const DATABASE = 'reelstate'
/** The database for locks and CREATE DATABASE, which exists in every cluster. */
export const MAINTENANCE_DATABASE = 'postgres'

"""OpenStack Swift with its S3 API in one process, for specs: account, container, object and proxy servers, no memcached.

Prints the proxy's port on a line of its own. Everything is in a temporary folder, and goes with the process when its standard
input ends.
"""
import json
import os
import sys
import tempfile
import time

import eventlet

eventlet.patcher.monkey_patch(all=False, socket=True, select=True, thread=True)

from eventlet import wsgi
from paste.deploy import loadapp
from swift.common import utils
from swift.common.ring import RingBuilder

# nothing outlives the specs, so nothing has to reach the disk
os.fsync = os.fdatasync = lambda fd: None

KEPT = tempfile.TemporaryDirectory(prefix='reelstate-swift-')
FOLDER = KEPT.name
PIPELINE = 'catch_errors s3api tempauth slo copy proxy-server'
FILTERS = ''.join('[filter:%s]\nuse = egg:swift#%s\n' % (name, name) for name in ('catch_errors', 'slo', 'copy'))


class Cache:
    """What Swift wants of memcached: accounts and containers that it has just asked for need not be asked for again."""
    def __init__(self):
        self.kept = {}

    def get(self, key, *args, **kwargs):
        value, until = self.kept.get(key, (None, 0))
        return json.loads(value) if time.time() < until else None

    def set(self, key, value, *args, **kwargs):
        self.kept[key] = json.dumps(value), time.time() + (kwargs.get('time') or 60)

    def delete(self, key, *args, **kwargs):
        self.kept.pop(key, None)


def cached(app):
    cache = Cache()

    def call(env, start_response):
        env['swift.cache'] = cache
        return app(env, start_response)
    return call


def write(name, text):
    with open(os.path.join(FOLDER, name), 'w') as file:
        file.write(text)
    return os.path.join(FOLDER, name)


def listen(app):
    sock = eventlet.listen(('127.0.0.1', 0))
    eventlet.spawn(wsgi.server, sock, app, log_output=False)
    return sock.getsockname()[1]


def storage(kind):
    """Serves one kind on a port of its own, and makes the ring that leads there."""
    conf = write('%s.conf' % kind, '''[DEFAULT]
swift_dir = {folder}
devices = {folder}/devices
mount_check = false
[pipeline:main]
pipeline = {kind}-server
[app:{kind}-server]
use = egg:swift#{kind}
'''.format(folder=FOLDER, kind=kind))
    port = listen(loadapp('config:' + conf))
    builder = RingBuilder(4, 1, 1)
    builder.add_dev({'region': 1, 'zone': 1, 'ip': '127.0.0.1', 'port': port, 'device': 'd1', 'weight': 1})
    builder.rebalance()
    builder.get_ring().save(os.path.join(FOLDER, '%s.ring.gz' % kind))


os.makedirs(os.path.join(FOLDER, 'devices', 'd1'))
write('swift.conf', '[swift-hash]\nswift_hash_path_suffix = spec\n')
utils.set_swift_dir(FOLDER)
utils.validate_hash_conf()
for kind in ('account', 'container', 'object'):
    storage(kind)
proxy = write('proxy.conf', '''[DEFAULT]
swift_dir = {folder}
[pipeline:main]
pipeline = {pipeline}
[app:proxy-server]
use = egg:swift#proxy
account_autocreate = true
[filter:s3api]
use = egg:swift#s3api
[filter:tempauth]
use = egg:swift#tempauth
user_test_tester = testing .admin
user_test_reader = reading
{filters}'''.format(folder=FOLDER, pipeline=PIPELINE, filters=FILTERS))
print(listen(cached(loadapp('config:' + proxy))), flush=True)
eventlet.tpool.execute(sys.stdin.read)
KEPT.cleanup()
os._exit(0)

"""A build agent: runs every script dropped into /srv/ci/queue with bash, one at a time, as CI runners do."""
import os
import subprocess
import tempfile
import time

QUEUE = "/srv/ci/queue"
while True:
    for name in sorted(os.listdir(QUEUE)):
        path = os.path.join(QUEUE, name)
        work = tempfile.mkdtemp(prefix="build-")
        subprocess.run(["bash", "-eo", "pipefail", path], cwd=work, stdin=subprocess.DEVNULL,
                       stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        subprocess.run(["rm", "-rf", work])
        os.unlink(path)
    time.sleep(1)

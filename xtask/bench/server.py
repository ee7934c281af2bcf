"""How quick a server is: a small run from its submission to its end, and what the API answers under load.

    server.py LEAT BUNDLE_PLAYPEN FOLDER

Starts `leat serve` in FOLDER with a data directory of its own, and prints a table. Needs nothing but Python.
"""

import http.client
import json
import os
import shutil
import subprocess
import sys
import threading
import time

SMALL_RUNS = 60
RUNS_IN_STORE = 10_000
READERS = 8
READS_PER_SECOND = 1_000
SECONDS = 10


def percentile(values, share):
    values = sorted(values)
    return values[min(len(values) - 1, int(share * len(values)))]


def line(what, seconds):
    shown = [1_000 * percentile(seconds, share) for share in (0.5, 0.99)] + [1_000 * max(seconds)]
    return f"| {what} | {len(seconds):,} | {shown[0]:.1f} ms | {shown[1]:.1f} ms | {shown[2]:.1f} ms |"


class Client:
    def __init__(self, address, token):
        self.connection = http.client.HTTPConnection(address, timeout=60)
        self.headers = {"Authorization": f"Bearer {token}"}

    def ask(self, method, path, body=None):
        text = None if body is None else json.dumps(body)
        headers = self.headers | ({} if body is None else {"Content-Type": "application/json"})
        self.connection.request(method, "/api/v1" + path, text, headers)
        response = self.connection.getresponse()
        answer = response.read()
        if response.status >= 300:
            raise SystemExit(f"{method} {path}: {response.status} {answer[:500]!r}")
        return json.loads(answer) if answer else None

    def until_end(self, run):
        """Reads the run's events until the stream ends, which it does with the run."""
        self.connection.request("GET", f"/api/v1/runs/{run}/events", headers=self.headers)
        text = self.connection.getresponse().read().decode()
        if '"succeeded"' not in text:
            raise SystemExit(f"run {run} has not succeeded:\n{text}")


def small_runs(client, bundle):
    """A run of one empty file, from its submission to its end: the first ones switch the host on."""
    seconds = []
    for count in range(SMALL_RUNS + 5):
        begun = time.perf_counter()
        run = client.ask("POST", "/runs", {"bundle": bundle})["id"]
        client.until_end(run)
        if count >= 5:
            seconds.append(time.perf_counter() - begun)
    return seconds


def fill(client, bundle):
    """Runs that wait for a host that takes none, and are cancelled: 10,000 that have ended."""
    client.ask("POST", "/hosts/local/drain", {"drain": True})
    seconds = []
    for _ in range(RUNS_IN_STORE):
        begun = time.perf_counter()
        run = client.ask("POST", "/runs", {"bundle": bundle})["id"]
        seconds.append(time.perf_counter() - begun)
        client.ask("POST", f"/runs/{run}/cancel")
        # The rate that the server grants a caller.
        time.sleep(max(0, begun + 2 / 450 - time.perf_counter()))
    client.ask("POST", "/hosts/local/drain", {"drain": False})
    return seconds


def reads(address, tokens):
    """Reads at a fixed rate, whatever the answers take: one run, and a page of runs, by turns."""
    runs = [run["id"] for run in Client(address, tokens[0]).ask("GET", "/runs?limit=1000")["items"]]
    seconds, lock = [], threading.Lock()
    start = time.perf_counter() + 0.2

    def reader(number):
        client, mine = Client(address, tokens[number % len(tokens)]), []
        for count in range(SECONDS * READS_PER_SECOND // READERS):
            due = start + (count * READERS + number) / READS_PER_SECOND
            time.sleep(max(0, due - time.perf_counter()))
            path = f"/runs/{runs[(count * 7 + number) % len(runs)]}" if count % 2 else "/runs?limit=20"
            client.ask("GET", path)
            # From when it was due: a server that falls behind is not excused.
            mine.append(time.perf_counter() - due)
        with lock:
            seconds.extend(mine)

    threads = [threading.Thread(target=reader, args=(number,)) for number in range(READERS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return seconds


def main():
    leat, playpen, folder = sys.argv[1:]
    shutil.rmtree(folder, ignore_errors=True)
    environment = os.environ | {"XDG_CONFIG_HOME": folder + "/config"}
    command = [leat, "serve", "--listen", "127.0.0.1:0", "--data", folder + "/data", "--idle-timeout", "10min",
               "--requests", "5000"]
    log = os.path.join(os.path.dirname(folder), "server.log")
    with open(log, "w") as said:
        server = subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, stderr=said, text=True)
    try:
        address = server.stdout.readline().split("http://")[1].split(",")[0]
        token = open(folder + "/data/token").read().strip()
        submitted = subprocess.run([leat, "submit", "small.strm", "--wait", "--quiet", "--format", "json"], cwd=playpen,
                                   env=environment, stdout=subprocess.PIPE, check=True, text=True)
        bundle = json.loads(submitted.stdout)["bundle"]
        client = Client(address, token)
        print("| | times | p50 | p99 | slowest |\n| --- | ---: | ---: | ---: | ---: |")
        print(line("a run of one empty file, submitted until ended", small_runs(client, bundle)), flush=True)
        print(line("a submission", fill(client, bundle)), flush=True)
        what = f"a read, at {READS_PER_SECOND:,} a second with {RUNS_IN_STORE:,} runs in the store"
        print(line(what, reads(address, [token])), flush=True)
    finally:
        server.terminate()
        server.wait(30)


main()

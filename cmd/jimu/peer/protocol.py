"""How `jimu bench --peer` talks with another framework: this file, then that of the framework, run as one program.

It reads an order a line and answers each with a line, both JSON:

  {"do":"hello","threads":2,"tuned":false,"compile":false}  ->  {"name":"PyTorch 2.5.1","peak_rss":bytes}
  {"do":"make","work":"mlp"}   ->  {"how":"channels last"}  or  {"missing":true} for a work that is not here
  {"do":"run","seconds":0.5}   ->  {"times":[seconds of each run],"peak_rss":bytes}

"how" is which of several ways to do the work was chosen. An answer may have "say":[sentences for a person], or be
{"error":"..."} instead. The end of the orders ends the program.
"""
import json
import os
import re
import sys
import time

orders, answers = sys.stdin, os.fdopen(os.dup(1), "w")
os.dup2(2, 1)  # whatever a library prints is no answer
tuned, compile = False, False
said = []  # sentences for the next answer


def answer(**a):
    if said:
        a["say"] = said
    answers.write(json.dumps(a) + "\n")
    answers.flush()
    said.clear()


def refuse(why):
    """Answers the first order with a sentence about what is missing here, and ends."""
    orders.readline()
    answer(error=why)
    sys.exit(0)


def peak_rss():
    try:
        with open("/proc/self/status") as f:  # of this program alone; getrusage also counts what started it
            for line in f:
                if line.startswith("VmHWM:"):
                    return int(line.split()[1]) * 1024
    except OSError:
        pass
    try:
        import resource
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * (1 if sys.platform == "darwin" else 1024)
    except ImportError:
        return 0


def make(works, name):
    """Makes the work that a row of works, a pattern and a function, is for, by one of the ways that the function yields."""
    for pattern, build in works:
        m = re.fullmatch(pattern, name)
        if m:
            return choose(build(*(int(g) for g in m.groups() if g)))
    return None


def choose(ways):
    """Of functions, which may have a name (how), the fastest if tuned, else the first that runs. Each is warmed up, and then
    timed a few times if there is a choice."""
    best, least, failed = None, float("inf"), None
    for run in ways:
        try:
            begin = time.perf_counter()
            for _ in range(3):
                run()
                if time.perf_counter() - begin > 3:
                    break
            took = min(times(run, 0.3)) if tuned else 0
        except Exception as e:  # what does not run here is left out, as long as something does
            failed = e
            said.append(f"{getattr(run, 'how', '') or 'it'} does not run here and is left out ({sentence(e)})")
            continue
        if took < least:
            best, least = run, took
        if not tuned:
            break
    if best is None:
        raise failed
    getattr(best, "ready", lambda: None)()  # another may have moved the model
    return best


def sentence(e):
    """What is said first by an exception, in a line."""
    lines = str(e).strip().splitlines() or [""]
    return f"{type(e).__name__}: {lines[0]}"[:200]


def times(run, seconds):
    found, begin = [], time.perf_counter()
    while not found or time.perf_counter() - begin < seconds:
        t = time.perf_counter()
        run()
        found.append(time.perf_counter() - t)
    return found


def serve(hello, works):
    """Answers the orders until there are no more."""
    global tuned, compile
    run = None
    for line in orders:
        order = json.loads(line)
        try:
            if order["do"] == "hello":
                tuned, compile = order["tuned"], order["compile"]
                name = hello(order["threads"]) + (", tuned" if tuned else "")
                answer(name=name, peak_rss=peak_rss())
            elif order["do"] == "make":
                run = make(works, order["work"])
                answer(missing=run is None, how=getattr(run, "how", ""))
            elif order["do"] == "run":
                answer(times=times(run, order["seconds"]), peak_rss=peak_rss())
        except Exception as e:
            answer(error=sentence(e))

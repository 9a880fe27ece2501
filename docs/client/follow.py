"""Keep a CRM's table in step until stopped.

PORTAL_URL=https://partners.example CLIENT_ID=… CLIENT_SECRET=… WEBHOOK_SECRET=whsec_… \\
    python follow.py crm.sqlite3 8081
"""

import os
import sys
from threading import Event

from crm import Crm
from portal_api import Away, Portal
from receiver import listen

PERIOD = 300.0  # seconds: without any webhook the feed is read this often


def main(file: str, port: str = "") -> None:
    known = os.environ
    crm = Crm(file, Portal(known["PORTAL_URL"], known["CLIENT_ID"], known["CLIENT_SECRET"]))
    wake = Event()
    if port:
        listen(("127.0.0.1", int(port)), known["WEBHOOK_SECRET"], wake)
    while True:
        wake.clear()  # before reading: who knocks meanwhile is heard
        try:
            crm.push()
            crm.catch_up()
        except Away as away:
            sys.stderr.write(f"The portal does not answer: {away}\n")
        wake.wait(PERIOD)


if __name__ == "__main__":
    main(*sys.argv[1:])

"""Secrets of many kinds, made up at random, and the places in which people leave them."""

from __future__ import annotations

import base64
import json
import random
import string
import textwrap
from collections.abc import Callable
from dataclasses import dataclass

ALNUM = string.ascii_letters + string.digits
HEX = "0123456789abcdef"
URLSAFE = ALNUM + "-_"


@dataclass(frozen=True)
class Place:
    """A file, or something said: `text` has the secret at `SECRET`. Without a `name` it is parsed
    as what the name of the file says.
    """

    name: str
    text: str


PLACES = (
    Place("a.py", 'import os\n\nCLIENT = connect("SECRET", retries=3)\n'),
    Place("b.py", 'def f():\n    """Call it with SECRET."""\n    return 1  # SECRET\n'),
    Place("c.py", "def f(x=1):\n    return {'a': ['SECRET', x], 'b': f\"{x}SECRET\"}\n"),
    Place("d.js", "// SECRET\nconst client = new Client(`SECRET`, { retries: 3 });\n"),
    Place("e.ts", "export const value: string = 'SECRET';\n"),
    Place("f.go", 'package main\n\nconst value = "SECRET"\n'),
    Place("G.java", 'class G {\n    // was SECRET\n    String value = "SECRET";\n}\n'),
    Place("h.rs", 'fn main() {\n    let value = "SECRET"; /* SECRET */\n}\n'),
    Place("i.rb", "value = 'SECRET'\n"),
    Place("j.php", '<?php\n$value = "SECRET";\n'),
    Place("k.c", 'static const char *value = "SECRET";\n'),
    Place("l.cs", 'class L { string value = "SECRET"; }\n'),
    Place("m.lua", 'local value = "SECRET" -- SECRET\n'),
    Place("n.sh", "#!/bin/sh\nexport VALUE=SECRET\ncurl https://example.org/SECRET/x\n"),
    Place("o.json", '{"a": {"b": ["SECRET", 1]}}\n'),
    Place("p.yaml", "a:\n  b: SECRET\n  c:\n    - SECRET\n"),
    Place("q.toml", '[a]\nb = "SECRET"\n'),
    Place("r.html", '<a href="https://example.org/?q=SECRET">SECRET</a>\n'),
    Place("s.sql", "SELECT * FROM t WHERE v = 'SECRET';\n"),
    Place("t.md", "# Notes\n\nUse `SECRET` for now.\n\n```sh\nrun SECRET\n```\n"),
    Place("u.env", "VALUE=SECRET\n"),
    Place("v.txt", "request failed: 403 for SECRET at line 3\n"),
    Place("w.txt", "error: unknown value 'SECRET' (got \"SECRET\")\n"),
    Place("x.txt", "config/SECRET/app.json\n"),
    Place("y.txt", "Please write a test that uses SECRET, and no other.\n"),
    Place("z.diff", "@@ -1 +1 @@\n-value = 'SECRET'\n+value = load()\n"),
)
"""Where a secret of any kind may stand, with nothing that would say what it is."""

NAMED_PLACES = (
    Place("a.py", 'DB_PASSWORD = "SECRET"  # SECRET\n'),
    Place("b.py", 'db = connect(user="shop", password="SECRET")\n'),
    Place("c.py", 'os.environ["DB_PASSWORD"] = "SECRET"\n'),
    Place("d.py", 'password: str = os.getenv("DB_PASSWORD", "SECRET")\n'),
    Place("e.js", "const config = { user: 'shop', password: 'SECRET' };\n"),
    Place("f.ts", "const dbPassword: string = 'SECRET'; // SECRET\n"),
    Place("g.go", 'package main\n\nfunc f() { dbPassword := "SECRET"; use(dbPassword) }\n'),
    Place("H.java", 'class H { private static final String PASSWORD = "SECRET"; }\n'),
    Place("i.rs", 'fn f() { let client_secret = "SECRET"; }\n'),
    Place("j.rb", "config = { :password => 'SECRET' }\n"),
    Place("k.php", "<?php\ndefine('DB_PASSWORD', 'SECRET');\n"),
    Place("l.json", '{"database": {"password": "SECRET"}}\n'),
    Place("m.yaml", "database:\n  user: shop\n  password: SECRET\n"),
    Place("n.yaml", 'database:\n  passphrase: "SECRET" # the same as SECRET\n'),
    Place("o.toml", '[database]\npassword = "SECRET"\n'),
    Place("p.env", "APP=shop\nDB_PASSWORD=SECRET\n"),
    Place("q.ini", "[database]\npassword = SECRET\n"),
    Place("r.properties", "spring.datasource.password=SECRET\n"),
    Place("s.sh", 'export PGPASSWORD="SECRET"\npsql\n'),
    Place("t.sh", "mysqldump -u shop --password=SECRET shop\n"),
    Place("u.xml", "<server><username>shop</username><password>SECRET</password></server>\n"),
    Place("v.py", 'URL = "postgresql://shop:SECRET@db.internal:5432/shop"\n'),
    Place("w.sql", "CREATE USER shop WITH PASSWORD 'SECRET';\n"),
    Place("x.txt", "Log in as shop; the password is SECRET\n"),
    Place("y.cs", 'class Y { string dsn = "Server=db;User Id=shop;Password=SECRET;"; }\n'),
    Place("z.txt", "machine db.internal login shop password SECRET\n"),
)
"""Where a secret stands that only its place tells, as a password."""


class Chance(random.Random):
    """What secrets are made of."""

    def of(self, letters: str, size: int) -> str:
        return "".join(self.choices(letters, k=size))


def _jwt(c: Chance) -> str:
    parts = [{"alg": "HS256", "typ": "JWT"}, {"sub": c.of(string.digits, 8), "iat": 1700000000}]
    coded = [base64.urlsafe_b64encode(json.dumps(one).encode()).decode() for one in parts]
    return ".".join([*(one.rstrip("=") for one in coded), c.of(URLSAFE, 43)])


def _uuid(c: Chance) -> str:
    return "-".join(c.of(HEX, size) for size in (8, 4, 4, 4, 12))


KINDS: dict[str, Callable[[Chance], str]] = {
    "AWS key id": lambda c: "AKIA" + c.of(string.ascii_uppercase + "234567", 16),
    "AWS secret key": lambda c: c.of(ALNUM + "+/", 40),
    "GitHub token": lambda c: "ghp_" + c.of(ALNUM, 36),
    "GitHub fine-grained token": lambda c: f"github_pat_{c.of(ALNUM, 22)}_{c.of(ALNUM, 59)}",
    "GitHub server token": lambda c: "ghs_" + c.of(ALNUM, 36),
    "GitLab token": lambda c: "glpat-" + c.of(URLSAFE, 19) + c.of(ALNUM, 1),
    "Slack bot token": lambda c: f"xoxb-{c.of(string.digits, 12)}-{c.of(ALNUM, 24)}",
    "Slack webhook": lambda c: (
        f"https://hooks.slack.com/services/T{c.of(ALNUM, 8).upper()}"
        f"/B{c.of(ALNUM, 8).upper()}/{c.of(ALNUM, 24)}"
    ),
    "Discord webhook": lambda c: (
        f"https://discord.com/api/webhooks/{c.of('123456789', 18)}/{c.of(ALNUM, 68)}"
    ),
    "Stripe key": lambda c: "sk_live_" + c.of(ALNUM, 24),
    "Stripe restricted key": lambda c: "rk_live_" + c.of(ALNUM, 24),
    "Google API key": lambda c: "AIza" + c.of(URLSAFE, 34) + c.of(ALNUM, 1),
    "Google client secret": lambda c: "GOCSPX-" + c.of(URLSAFE, 27) + c.of(ALNUM, 1),
    "OpenAI key": lambda c: f"sk-proj-{c.of(ALNUM, 40)}T3BlbkFJ{c.of(ALNUM, 40)}",
    "Anthropic key": lambda c: f"sk-ant-api03-{c.of(URLSAFE, 92)}{c.of(ALNUM, 1)}AA",
    "Hugging Face token": lambda c: "hf_" + c.of(string.ascii_letters, 34),
    "Groq key": lambda c: "gsk_" + c.of(ALNUM, 52),
    "npm token": lambda c: "npm_" + c.of(ALNUM, 36),
    "PyPI token": lambda c: "pypi-AgEIcHlwaS5vcmc" + c.of(URLSAFE, 70) + c.of(ALNUM, 1),
    "RubyGems key": lambda c: "rubygems_" + c.of(HEX, 48),
    "Docker token": lambda c: "dckr_pat_" + c.of(ALNUM, 27),
    "DigitalOcean token": lambda c: "dop_v1_" + c.of(HEX, 64),
    "Databricks token": lambda c: "dapi" + c.of(HEX, 32),
    "SendGrid key": lambda c: f"SG.{c.of(ALNUM, 22)}.{c.of(ALNUM, 43)}",
    "Mailgun key": lambda c: "key-" + c.of(HEX, 32),
    "Mailchimp key": lambda c: c.of(HEX, 32) + "-us12",
    "Twilio key": lambda c: "SK" + c.of(HEX, 32),
    "Telegram bot token": lambda c: f"{c.of('123456789', 10)}:AA{c.of(ALNUM, 33)}",
    "Discord bot token": lambda c: f"M{c.of(ALNUM, 23)}.{c.of(ALNUM, 6)}.{c.of(ALNUM, 38)}",
    "Shopify token": lambda c: "shpat_" + c.of(HEX, 32),
    "Square token": lambda c: "sq0atp-" + c.of(ALNUM, 22),
    "Grafana token": lambda c: f"glsa_{c.of(ALNUM, 32)}_{c.of(HEX, 8)}",
    "Linear key": lambda c: "lin_api_" + c.of(ALNUM, 40),
    "Notion token": lambda c: "secret_" + c.of(ALNUM, 43),
    "Atlassian token": lambda c: "ATATT3xFfGF0" + c.of(URLSAFE, 60) + "=" + c.of(HEX, 8).upper(),
    "New Relic key": lambda c: "NRAK-" + c.of(ALNUM, 27).upper(),
    "PostHog key": lambda c: "phc_" + c.of(ALNUM, 43),
    "Postman key": lambda c: f"PMAK-{c.of(HEX, 24)}-{c.of(HEX, 34)}",
    "Pulumi token": lambda c: "pul-" + c.of(HEX, 40),
    "Vault token": lambda c: "hvs." + c.of(ALNUM, 24),
    "Tailscale key": lambda c: f"tskey-auth-{c.of(ALNUM, 12)}-{c.of(ALNUM, 22)}",
    "Azure storage key": lambda c: c.of(ALNUM + "+/", 86) + "==",
    "Azure client secret": lambda c: f"{c.of(ALNUM, 3)}8Q~{c.of(ALNUM, 34)}",
    "JSON web token": _jwt,
    "age key": lambda c: "AGE-SECRET-KEY-1" + c.of(string.ascii_uppercase + "023456789", 58),
    "unknown, base64": lambda c: base64.b64encode(c.randbytes(32)).decode(),
    "unknown, letters and digits": lambda c: c.of(ALNUM, 32),
    "unknown, URL-safe": lambda c: c.of(ALNUM, 1) + c.of(URLSAFE, 41) + c.of(ALNUM, 1),
    "unknown, base32": lambda c: c.of(string.ascii_uppercase + "234567", 32),
    "bcrypt hash": lambda c: f"$2b$12${c.of(ALNUM + './', 52)}a",
}
"""Those that are told by themselves."""

NAMED_KINDS: dict[str, Callable[[Chance], str]] = {
    "password of words": lambda c: c.choice(("tomatoes", "bluewhale", "winterfell")) + "77",
    "password as a generator makes it": lambda c: c.of(ALNUM, 12) + "7k",
    "password with signs": lambda c: c.of(ALNUM, 6) + c.of("!*+~^.", 2) + c.of(ALNUM, 4) + "9x",
    "hexadecimal": lambda c: c.of(HEX, 32),
    "UUID": _uuid,
    "short": lambda c: c.of(string.ascii_lowercase, 4) + c.of("123456789", 2),
}
"""Those that only their place tells."""


def private_key(c: Chance, kind: str) -> str:
    """A key as a file has it: of no use, but of the right form."""
    body = "\n".join(textwrap.wrap(base64.b64encode(c.randbytes(400)).decode(), 64))
    return f"-----BEGIN {kind}PRIVATE KEY-----\n{body}\n-----END {kind}PRIVATE KEY-----"

"""Set before Django is configured: a data folder of the run's own, and the database asked for.

`MAILLAGE_TEST_DATABASE_URL` names a PostgreSQL server; without it the tests run on SQLite.
"""

import atexit
import os
import shutil
import tempfile

_folder = tempfile.mkdtemp(prefix="maillage-test-")
atexit.register(shutil.rmtree, _folder, ignore_errors=True)
for name in [
    name for name in os.environ if name.startswith("MAILLAGE_") and not name.startswith("MAILLAGE_TEST_")
]:
    del os.environ[name]
os.environ["MAILLAGE_DATA"] = _folder
if url := os.environ.get("MAILLAGE_TEST_DATABASE_URL"):
    os.environ["MAILLAGE_DATABASE_URL"] = url

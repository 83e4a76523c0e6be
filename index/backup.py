"""The index as one file: a ZIP archive of its catalog, which is the truth, and its manifest with the catalog's digest.

Vectors are not in it: they are built anew from the catalog.
"""

import json
import shutil
import zipfile
import zlib
from dataclasses import asdict, replace
from pathlib import Path

from index.errors import BackupError, DamagedError
from index.generation import CATALOG, MANIFEST, Generation, flush
from index.seal import Seal, find_broken

_MOST_MANIFEST = 2**20
"""Bytes."""


def write_backup(generation: Generation, file: Path, *, replaces: bool = False) -> None:
    """Write a generation that is held into a file, which appears only when it is whole.

    Raises BackupError if the file cannot be written, or is there already and it does not `replace` it; DamagedError if the
    catalog is not as it was written.
    """
    if file.exists() and not replaces:
        raise BackupError(f"'{file}' is there already: name another file, or replace it with --force")
    catalog = Seal.of(generation.folder / CATALOG, CATALOG)
    for damage in find_broken(generation.folder, generation.manifest.files, below=CATALOG, reads=True):
        raise DamagedError(f"the index is damaged and not backed up: {generation.folder / damage}")
    manifest = replace(generation.manifest, files=(catalog,))
    fresh = file.with_name(f".{file.name}.part")
    try:
        with zipfile.ZipFile(fresh, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
            archive.writestr(MANIFEST, json.dumps(asdict(manifest)))
            archive.write(generation.folder / CATALOG, CATALOG)
        flush(fresh)
        fresh.replace(file)
        flush(file.absolute().parent)
    except OSError as error:
        raise BackupError(f"the backup '{file}' cannot be written: {error.strerror or error}. Name another place.") from None
    finally:
        fresh.unlink(missing_ok=True)


def unpack_backup(file: Path, folder: Path) -> Path:
    """Write what a backup holds into a new folder and return it. Raises BackupError if the file is no backup, or damaged.

    Whether the catalog has its digest is looked at when it is copied from there. OSError is that of the folder.
    """
    try:
        archive = zipfile.ZipFile(file)
    except (OSError, zipfile.BadZipFile) as error:
        reason = error.strerror if isinstance(error, OSError) else "it is no archive"
        raise BackupError(f"'{file}' cannot be read as a backup: {reason}. Name a file that `ibid backup` wrote.") from None
    with archive:
        names = set(archive.namelist())
        if names != {MANIFEST, CATALOG} or archive.getinfo(MANIFEST).file_size > _MOST_MANIFEST:
            raise BackupError(f"'{file}' is not a backup of Ibid: name a file that `ibid backup` wrote")
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        try:
            for name in sorted(names):
                with archive.open(name) as packed, (folder / name).open("wb") as unpacked:
                    shutil.copyfileobj(packed, unpacked, 2**20)
        except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError) as error:
            raise BackupError(f"the backup '{file}' is damaged ({error}): name another one") from None
    return folder

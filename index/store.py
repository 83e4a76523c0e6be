"""The store: the index in its home, read and written. It owns its embedder; vectors never leave it."""

import shutil
import time
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, closing, contextmanager
from dataclasses import replace
from pathlib import Path

from index.backup import unpack_backup, write_backup
from index.chunk import Chunking
from index.embed import Embedder, ModelEmbedder
from index.errors import BackupError, DamagedError, StoreError, UnknownArticleError, UnwritableError
from index.generation import Copies, Generation, Manifest, begin, drop, open_live, switch
from index.home import folder_of, is_full, left_over, live_name, no_index, unwritable, writing
from index.models import MINILM, default_models_folder, find_model
from index.plan import Plan, Progress, Report, make_plan
from index.read.decode import LARGEST_FILE
from index.reader import Reader, Readers
from index.schema import FileState
from index.sync import apply_plan, require_sound, update_vectors
from index.verify import find_all_damage, require_catalog


def default_home() -> Path:
    """Return where the index is kept unless another folder is named: the platform's user data folder."""
    from platformdirs import user_data_path

    return user_data_path("ibid", appauthor=False)


class Store:
    """The index in a home folder."""

    def __init__(self, home: Path | str | None = None, *, embedder: Embedder | str | None = None, models: Path | str | None = None) -> None:
        """Name a home, the folder where models are kept, and the embedder.

        Without an embedder the one that made the index is used, or the default one. Nothing is opened yet.
        """
        self.home = Path(home).expanduser() if home is not None else default_home()
        self.models = Path(models).expanduser() if models is not None else default_models_folder()
        self.chunking = Chunking()
        self._wanted = embedder
        self._embedders: dict[str, Embedder] = {}
        self._readers = Readers(self.home, self._embedder_of)

    @property
    def generation(self) -> str | None:
        """Return the name of the live generation, or None if there is no index yet."""
        return live_name(self.home)

    def sync(
        self,
        paths: Sequence[Path | str],
        *,
        is_fresh: bool = False,
        prunes: bool = False,
        largest: int = LARGEST_FILE,
        progress: Progress = lambda _: None,
    ) -> Report:
        """Make the index say what the folders and files say, and return what was done.

        Articles of other folders stay, unless it is to be made fresh. Files over `largest` bytes are refused. A folder that is
        gone, or suddenly empty, takes its articles with it only if the sync `prunes`.
        Raises PathError, ModelError, LockedError, MismatchError or DamagedError; the index then stays as it was.
        """
        began = time.monotonic()
        with writing(self.home):
            manifest = None if is_fresh else self._live_manifest()
            embedder = self._embedder_of(manifest) if manifest else self._embedder(None)
            known = self._known() if manifest else []
            plan = make_plan([Path(path) for path in paths], known, largest=largest, prunes=prunes, progress=progress)
            if not plan.is_empty or is_fresh:
                started = manifest or Manifest.of(embedder, self.chunking)
                with self._new_generation(started, "all" if manifest else "nothing") as generation:
                    apply_plan(plan, generation, embedder, chunking=self.chunking, progress=progress)
        return self._finished(plan.report, began)

    def remove(self, ids: Sequence[str]) -> Report:
        """Take articles out of the index; their files stay, and come back when their folder is indexed again.

        Raises UnknownArticleError if one is not there; then none is removed.
        """
        began = time.monotonic()
        with writing(self.home):
            manifest = self._require_manifest()
            states = {state.id: state for state in self._known()}
            for name in ids:
                if name not in states:
                    raise UnknownArticleError(f"no article is called '{name}': `ibid articles` lists them")
            plan = Plan((), tuple(states[name] for name in dict.fromkeys(ids)), Report(removed=tuple(dict.fromkeys(ids))))
            with self._new_generation(manifest, "all") as generation:
                apply_plan(plan, generation, self._embedder(manifest), chunking=self.chunking, progress=lambda _: None)
        return self._finished(plan.report, began)

    def rebuild(self, *, progress: Progress = lambda _: None) -> Report:
        """Build the vector index anew from the catalog; nothing is embedded again."""
        began = time.monotonic()
        with writing(self.home):
            self._take_catalog(self._require_manifest(), progress)
        return self._finished(Report(), began)

    def backup(self, file: Path, *, replaces: bool = False) -> None:
        """Write the index into one file while others read it, or make the next one. Raises BackupError."""
        with closing(open_live(self.home)) as generation:
            write_backup(generation, file, replaces=replaces)

    def restore(self, file: Path, *, replaces: bool = False, progress: Progress = lambda _: None) -> Report:
        """Make the index what a backup holds; its vectors are built anew, nothing is embedded, and it is verified.

        Raises BackupError if there is an index already that it does not `replace`, or the file is no backup, MismatchError if it is
        one of another format, DamagedError if it is damaged; the index then stays as it was.
        """
        began = time.monotonic()
        with writing(self.home):
            if live_name(self.home) and not replaces:
                raise BackupError(f"there is an index in '{self.home}' already: replace it with --force, or name another --home")
            unpacked = folder_of(self.home, "unpacked")
            try:
                unpack_backup(file, unpacked)
                self._take_catalog(Manifest.load(unpacked), progress, source=unpacked)
            except OSError as error:
                raise unwritable(self.home, error.strerror or str(error)) from None
            finally:
                shutil.rmtree(unpacked, ignore_errors=True)
        return self._finished(Report(), began)

    def find_damage(self) -> list[str]:
        """Return what is wrong with the live generation; an empty list means it is sound."""
        found: list[str] = []
        try:
            with closing(open_live(self.home)) as generation:
                found.extend(find_all_damage(generation))
        except DamagedError as error:
            found.append(str(error))
        return found

    def left_over(self) -> list[str]:
        """Return the names of generations that a run left behind when it was stopped; the next sync removes them."""
        return left_over(self.home)

    def reading(self) -> AbstractContextManager[Reader]:
        """Hold the live generation while it is read.

        Raises NoIndexError if there is none yet, MismatchError if it was made in another way.
        """
        return self._readers.reading()

    def close(self) -> None:
        """Close what is open."""
        self._readers.close()

    def _embedder(self, manifest: Manifest | None) -> Embedder:
        if self._wanted is not None and not isinstance(self._wanted, str):
            return self._wanted
        name = self._wanted or (manifest.embedder if manifest else MINILM.name)
        if name not in self._embedders:
            self._embedders[name] = ModelEmbedder(self.models, find_model(name))
        return self._embedders[name]

    def _live_manifest(self) -> Manifest | None:
        name = live_name(self.home)
        return Manifest.load(folder_of(self.home, name)) if name else None

    def _require_manifest(self) -> Manifest:
        manifest = self._live_manifest()
        if manifest is None:
            raise no_index(self.home)
        self._embedder_of(manifest)
        return manifest

    def _embedder_of(self, manifest: Manifest) -> Embedder:
        """Return the embedder that made a generation. Raises MismatchError if this store would make it in another way."""
        embedder = self._embedder(manifest)
        manifest.require(embedder, self.chunking)
        return embedder

    def _known(self) -> list[FileState]:
        if live_name(self.home) is None:
            return []
        with closing(open_live(self.home)) as generation:
            return generation.catalog.file_states()

    def _take_catalog(self, manifest: Manifest, progress: Progress, *, source: Path | None = None) -> None:
        """Make a generation of the live catalog, or of that in a folder, with vectors built anew."""
        with self._new_generation(replace(manifest, dead_vectors=0), "catalog", source) as generation:
            require_catalog(generation)
            update_vectors(generation, (), held=(), progress=progress)
            require_sound(generation, progress)

    @contextmanager
    def _new_generation(self, manifest: Manifest, copies: Copies, source: Path | None = None) -> Iterator[Generation]:
        """Make a generation that becomes the live one if nothing goes wrong, and vanishes otherwise."""
        generation = begin(self.home, manifest=manifest, copies=copies, source=source)
        try:
            yield generation
            generation.close()
            self._readers.close()
            switch(self.home, generation.name)
        except (StoreError, OSError) as error:
            reason = "its disk is full" if is_full(self.home) else str(error)
            drop(generation)
            if isinstance(error, UnwritableError | OSError) or is_full(self.home):
                raise unwritable(self.home, reason) from None
            raise
        except BaseException:
            drop(generation)
            raise

    def _finished(self, report: Report, began: float) -> Report:
        manifest = self._live_manifest()
        articles, passages = (manifest.articles, manifest.passages) if manifest else (0, 0)
        seconds = round(time.monotonic() - began, 3)
        return replace(report, articles=articles, passages=passages, seconds=seconds, generation=live_name(self.home))

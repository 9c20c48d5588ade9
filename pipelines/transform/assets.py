"""The dbt project as Dagster assets: key [schema, model], group = the model's folder, dbt's tests as checks."""

import os
from collections.abc import Iterator, Mapping
from typing import Any

import dagster as dg
import dagster_dbt
import msgspec

from pipelines import product
from pipelines.automation import DATA, TRY_AGAIN
from pipelines.transform.project import DBT, ROOT, build_args, ensure_docs, ensure_manifest, environment
from pipelines.warehouse import alone, open_warehouse


class Translator(dagster_dbt.DagsterDbtTranslator):
    """What a model is called and where it is shown; its description is dbt's, without the SQL."""

    def get_group_name(self, dbt_resource_props: Mapping[str, Any]) -> str | None:
        return str(dbt_resource_props["fqn"][1])

    def get_description(self, dbt_resource_props: Mapping[str, Any]) -> str:
        return str(dbt_resource_props["description"])

    def get_owners(self, dbt_resource_props: Mapping[str, Any]) -> list[str]:
        return [DATA]


_SETTINGS = product.settings()
_MANIFEST: dict[str, Any] = msgspec.json.decode(ensure_manifest(_SETTINGS).read_bytes())


@dagster_dbt.dbt_assets(
    manifest=_MANIFEST, dagster_dbt_translator=Translator(), name="dbt", retry_policy=TRY_AGAIN, pool="warehouse"
)
def models(context: dg.AssetExecutionContext) -> Iterator[Any]:
    """Build and test every model, one dbt run."""
    settings = product.settings()
    os.environ.update(environment(settings))
    dbt = dagster_dbt.DbtCliResource(project_dir=str(ROOT), profiles_dir=str(ROOT), dbt_executable=str(DBT))
    with open_warehouse(settings) as warehouse, alone(warehouse):
        yield from dbt.cli(
            build_args(is_full=False), context=context, target_path=settings.home / "dbt" / "runs"
        ).stream()
    ensure_docs(settings)

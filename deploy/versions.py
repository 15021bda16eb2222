"""The versions of the functions: which one answers, which one answered before, and which ones nothing needs.

Each function has two aliases. `live`, which the template makes, names the version that answers. `before`, which
`make deploy` sets, names the version that was live before the last deployment that changed a function. `make rollback`
goes back to it. Lambda deletes no version that an alias names, and CloudFormation then leaves it:
https://docs.aws.amazon.com/lambda/latest/api/API_DeleteFunction.html

`make deploy` deletes all other versions. Each one that SnapStart keeps ready costs as much as the live one, and all
versions count towards the 75 GB of code that an account and region may store:
https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager

import boto3
from botocore.exceptions import ClientError
from stage import Refused, Stage

LIVE, BEFORE = "live", "before"
UNPUBLISHED = "$LATEST"

Versions = dict[str, str]
"""The version of each function, by the function's physical name."""


@contextmanager
def kept(stage: Stage) -> Iterator[None]:
    """Keep what is live now, so that it can be rolled back to once the block has deployed something else.

    If the block refuses, each function is again what it was: after `make rollback`, CloudFormation would return to the
    version that was rolled back.
    """
    live, before = named(stage, LIVE), named(stage, BEFORE)
    point(BEFORE, live)
    try:
        yield
        bring_forward(stage)
    except Refused:
        point(LIVE, differing(live, named(stage, LIVE)))
        restore(before, live)
        raise
    if named(stage, LIVE).items() >= live.items():
        restore(before, live)
    delete_unused(stage)


def named(stage: Stage, alias: str) -> Versions:
    """The versions that an alias of this name names. A function without one is left out."""
    found = {function: aliases(function) for function in functions(stage).values()}
    return {function: there[alias] for function, there in found.items() if alias in there}


def functions(stage: Stage) -> dict[str, str]:
    """The physical names of the stack's functions, by their names in the template without `Function`."""
    try:
        resources = stage.resources()
    except ClientError:  # there is no stack yet
        return {}
    return {
        resource["LogicalResourceId"].removesuffix("Function"): resource["PhysicalResourceId"]
        for resource in resources
        if resource["ResourceType"] == "AWS::Lambda::Function" and resource.get("PhysicalResourceId")
    }


def point(alias: str, versions: Mapping[str, str]) -> None:
    """Let the alias of each function name this version, for all calls."""
    client = boto3.client("lambda")
    for function, version in versions.items():
        target = {"FunctionName": function, "Name": alias, "FunctionVersion": version}
        try:
            client.update_alias(**target, RoutingConfig={"AdditionalVersionWeights": {}})
        except client.exceptions.ResourceNotFoundException:
            client.create_alias(**target)


def restore(before: Mapping[str, str], live: Mapping[str, str]) -> None:
    """Let the alias `before` name these versions again, and remove it from the other functions of `live`."""
    client = boto3.client("lambda")
    point(BEFORE, before)
    for function in live.keys() - before.keys():
        client.delete_alias(FunctionName=function, Name=BEFORE)


def bring_forward(stage: Stage) -> None:
    """Let `live` name the version that CloudFormation made last.

    After a rollback CloudFormation moves only the functions that the deployment changes.
    """
    point(LIVE, differing(deployed(stage), named(stage, LIVE)))


def differing(wanted: Mapping[str, str], found: Mapping[str, str]) -> Versions:
    """Those of the wanted versions that are not the ones found."""
    return {function: version for function, version in wanted.items() if found.get(function) != version}


def deployed(stage: Stage) -> Versions:
    """The versions that are resources of the stack. Their ARNs end in `:function:NAME:VERSION`."""
    arns = [
        resource["PhysicalResourceId"]
        for resource in stage.resources()
        if resource["ResourceType"] == "AWS::Lambda::Version" and not resource["ResourceStatus"].startswith("DELETE")
    ]
    return dict(arn.rsplit(":", 2)[1:] for arn in arns)


def delete_unused(stage: Stage) -> None:
    """Delete each version that no alias names, and the alias `before` if its version is gone."""
    client = boto3.client("lambda")
    for function in functions(stage).values():
        used, there = aliases(function), published(function)
        if BEFORE in used and used[BEFORE] not in there:
            client.delete_alias(FunctionName=function, Name=BEFORE)
        for version in there - {UNPUBLISHED, *used.values()}:
            client.delete_function(FunctionName=function, Qualifier=version)


def aliases(function: str) -> dict[str, str]:
    found = boto3.client("lambda").list_aliases(FunctionName=function)["Aliases"]
    return {alias["Name"]: alias["FunctionVersion"] for alias in found}


def published(function: str) -> set[str]:
    pages = boto3.client("lambda").get_paginator("list_versions_by_function").paginate(FunctionName=function)
    return {version["Version"] for page in pages for version in page["Versions"]}

"""template.yaml as CloudFormation takes it in a region with some parameters: what its rules and conditions say."""

import re
from dataclasses import dataclass
from typing import Any

from tests.support.translated import translated

NO_VALUE = {"Ref": "AWS::NoValue"}


@dataclass(frozen=True)
class Choice:
    """A region and parameters; those that are not named have their defaults.

    The functions: https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/intrinsic-function-reference-conditions.html
    """

    region: str
    parameters: dict[str, str]

    @classmethod
    def of(cls, region: str = "eu-west-1", **chosen: str) -> "Choice":
        defaults = {name: str(parameter["Default"]) for name, parameter in translated()["Parameters"].items()}
        assert chosen.keys() <= defaults.keys()
        return cls(region, defaults | chosen)

    def refusals(self) -> list[str]:
        """What the rules say against this choice."""
        return [
            assertion["AssertDescription"]
            for rule in translated()["Rules"].values()
            if "RuleCondition" not in rule or self.holds(rule["RuleCondition"])
            for assertion in rule["Assertions"]
            if not self.holds(assertion["Assert"])
        ]

    def resources(self) -> dict[str, dict[str, Any]]:
        return self._there("Resources")

    def outputs(self) -> dict[str, Any]:
        return {name: output["Value"] for name, output in self._there("Outputs").items()}

    def types(self) -> set[str]:
        return {resource["Type"] for resource in self.resources().values()}

    def _there(self, section: str) -> dict[str, Any]:
        found = translated()[section].items()
        return {
            name: self.resolved(each)
            for name, each in found
            if "Condition" not in each or self.holds({"Condition": each["Condition"]})
        }

    def holds(self, condition: dict[str, Any]) -> bool:
        ((function, arguments),) = condition.items()
        match function:
            case "Condition":
                return self.holds(translated()["Conditions"][arguments])
            case "Fn::Not":
                return not self.holds(arguments[0])
            case "Fn::And":
                return all(map(self.holds, arguments))
            case "Fn::Or":
                return any(map(self.holds, arguments))
            case "Fn::Equals":
                return str(self.resolved(arguments[0])) == str(self.resolved(arguments[1]))
            case "Fn::Contains":
                return self.resolved(arguments[1]) in arguments[0]
        raise AssertionError(f"{function} is no condition")

    def resolved(self, value: Any) -> Any:
        """With `If` decided, and the parameters filled in."""
        if isinstance(value, list):
            return [each for each in map(self.resolved, value) if each != NO_VALUE]
        if not isinstance(value, dict):
            return value
        if "Fn::If" in value:
            condition, then, otherwise = value["Fn::If"]
            return self.resolved(then if self.holds({"Condition": condition}) else otherwise)
        if "Ref" in value:
            return self.named(value["Ref"], value)
        if "Fn::FindInMap" in value:
            mapping, key, name = self.resolved(value["Fn::FindInMap"])
            return translated()["Mappings"][mapping][key][name]
        if isinstance(value.get("Fn::Sub"), str):
            return re.sub(r"\$\{([\w:]+)\}", lambda name: self.named(name[1], name[0]), value["Fn::Sub"])
        found = {name: self.resolved(each) for name, each in value.items()}
        return {name: each for name, each in found.items() if each != NO_VALUE}

    def named(self, name: str, otherwise: Any) -> Any:
        """The value of a parameter, or else of the second argument: only AWS knows the names of resources."""
        known = {"AWS::Region": self.region, **self.parameters}
        return known.get(name, otherwise)

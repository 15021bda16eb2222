"""Print what CloudFormation makes of a SAM template; for the environment that has AWS's translator."""

import json
import sys
from pathlib import Path

import boto3
from samtranslator.parser.parser import Parser
from samtranslator.translator.translator import Translator
from samtranslator.yaml_helper import yaml_parse

if __name__ == "__main__":
    document = yaml_parse(Path(sys.argv[1]).read_text(encoding="utf-8"))
    document["Globals"]["Function"]["CodeUri"] = "s3://packages/function.zip"
    session = boto3.Session(region_name="eu-west-1", aws_access_key_id="none", aws_secret_access_key="none")
    translator = Translator(managed_policy_map={}, sam_parser=Parser(), boto_session=session)
    print(json.dumps(translator.translate(document, parameter_values=json.loads(sys.argv[2]))))

// Print what cdk-nag finds in a CloudFormation template, as JSON: rules, each with the resources that break it.
// cdk-nag has two packs about what this template uses: AwsSolutions, and Serverless.

const { App, Stack } = require("aws-cdk-lib");
const { CfnInclude } = require("aws-cdk-lib/cloudformation-include");
const { AwsSolutionsChecks, ServerlessChecks } = require("cdk-nag");

const app = new App();
new CfnInclude(new Stack(app, "stack"), "template", { templateFile: process.argv[2] });
const packs = [new AwsSolutionsChecks(app), new ServerlessChecks(app)];
console.log(JSON.stringify(packs.flatMap((pack) => pack.validateScope(app).violations)));

// Includes a template with CfnInclude, and synthesizes: node include.cjs packaged.yaml
const { App, Stack } = require("aws-cdk-lib");
const { CfnInclude } = require("aws-cdk-lib/cloudformation-include");

const app = new App({ outdir: "include.out" });
const parameters = { SecretId: "flows-prod", AlarmEmail: "ops@example.com" };
new CfnInclude(new Stack(app, "Flows"), "Template", { templateFile: process.argv[2], parameters });
app.synth();

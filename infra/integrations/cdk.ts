// An organization, connected to Hookpost by the CDK. Copy it and change the properties.

import { App, CustomResource, Duration, Fn, Stack } from "aws-cdk-lib";

const app = new App();
const stack = new Stack(app, "Integrations");

const contoso = new CustomResource(stack, "Contoso", {
  // The output of the stack `hookpost`, in this account and Region.
  serviceToken: Fn.importValue("hookpost-SetupFunctionArn"),
  serviceTimeout: Duration.seconds(290),
  resourceType: "Custom::HookpostIntegration",
  properties: {
    Integration: "contoso",
    OrganizationUrl: "https://dev.azure.com/contoso",
    Entra: {
      TenantId: "72f988bf-86f1-41af-91ab-2d7cd011db47",
      ClientId: "83d5a9b8-0f3a-4f43-9a52-8b3c1d6e7f20",
    },
    Projects: ["Shop"],
  },
});

stack.exportValue(contoso.getAttString("WebhookUrl"), { name: "ContosoWebhookUrl" });

app.synth();

// Goes through the life of a subscription with Microsoft's Node client.
//
//   node subscriptions.mjs ORGANIZATION_URL WEBHOOK_URL
//
// The personal access token and the webhook's password come in the environment. This client has no methods for service
// hooks: what is here finds each resource by its id, as the generated methods do for theirs, and leaves versions, URLs,
// credentials and errors to the client.
import assert from "node:assert/strict";
import { WebApi, getPersonalAccessTokenHandler } from "azure-devops-node-api";

const [organization, webhook] = process.argv.slice(2);
const api = new WebApi(organization, getPersonalAccessTokenHandler(process.env.AZURE_DEVOPS_PAT));

const SUBSCRIPTIONS = "fc50d02a-849f-41fb-8af1-0a5216103269";
const SUBSCRIPTIONS_QUERY = "c7c3c1cf-9e05-4c0d-a425-a0f922c2c6ed";
const NOTIFICATIONS = "0c62d343-21b0-4732-997b-017fde84dc28";
const TEST_NOTIFICATIONS = "1139462c-7e27-4524-a997-31b9b73551fe";

async function call(method, locationId, route = {}, { query, body } = {}) {
  const found = await api.vsoClient.getVersioningData("7.1-preview.1", "hooks", locationId, route, query);
  const options = { acceptHeader: `application/json;api-version=${found.apiVersion}` };
  const content = body === undefined ? [] : [body];
  const response = await api.rest[method](found.requestUrl, ...content, options);
  // Nothing found is null, and not an error.
  return response.statusCode === 404 ? null : response;
}

function wanted(projectId, url) {
  return {
    publisherId: "tfs",
    eventType: "git.push",
    resourceVersion: "1.0",
    consumerId: "webHooks",
    consumerActionId: "httpRequest",
    publisherInputs: { projectId },
    consumerInputs: { url, basicAuthPassword: process.env.WEBHOOK_PASSWORD },
  };
}

async function query(url) {
  const condition = { inputId: "url", operator: "equals", inputValue: url, caseSensitive: false };
  const body = { publisherId: "tfs", consumerInputFilters: [{ conditions: [condition] }] };
  return (await call("create", SUBSCRIPTIONS_QUERY, {}, { body })).result.results.map((one) => one.id);
}

async function list() {
  const { result } = await call("get", SUBSCRIPTIONS, {}, { query: { consumerId: "webHooks" } });
  return result.value.map((one) => one.id);
}

const { authenticatedUser } = await api.connect();
assert.equal(authenticatedUser.providerDisplayName, "Ada Okafor");

const core = await api.getCoreApi();
const page = await core.getProjects(undefined, 1);
assert.deepEqual(page.map((project) => project.name), ["Boat House"]);
const next = await core.getProjects(undefined, 1, undefined, page.continuationToken ?? 1);
assert.deepEqual(next.map((project) => project.name), ["Pier"]);
assert.equal(await core.getProject("Nowhere"), null);
const [project] = page;

const git = await api.getGitApi();
const [repository] = await git.getRepositories("Boat House");
assert.equal(repository.name, "oars");
// The probe for the scope to write: without it, this would be an error with status 401.
assert.equal(await git.updatePullRequest({}, repository.id, 2147483647, project.id), null);

const created = await call("create", SUBSCRIPTIONS, {}, { body: wanted(project.id, webhook) });
assert.equal(created.statusCode, 200);
const { id } = created.result;
assert.equal(created.result.consumerInputs.basicAuthPassword, "********");
assert.deepEqual(await list(), [id]);
assert.deepEqual((await call("get", SUBSCRIPTIONS, { subscriptionId: id })).result, created.result);
assert.deepEqual(await query(webhook), [id]);
assert.deepEqual(await query(`${webhook}/other`), []);

const other = wanted(project.id, webhook);
other.consumerInputs.messagesToSend = "text";
const replaced = await call("replace", SUBSCRIPTIONS, { subscriptionId: id }, { body: other });
assert.equal(replaced.result.consumerInputs.messagesToSend, "text");

const refused = call("create", SUBSCRIPTIONS, {}, { body: wanted(project.id, "") });
await assert.rejects(refused, (error) => error.statusCode === 400 && /ConsumerInput\.Value/.test(error.message));

const queued = (await call("create", TEST_NOTIFICATIONS, {}, { body: { subscriptionId: id } })).result;
const deadline = Date.now() + 10_000;
let read = queued;
while (read.status !== "completed") {
  assert.ok(Date.now() < deadline, "the test never settled");
  read = (await call("get", NOTIFICATIONS, { subscriptionId: id, notificationId: queued.id })).result;
}
assert.equal(read.result, "succeeded");

assert.equal((await call("del", SUBSCRIPTIONS, { subscriptionId: id })).statusCode, 204);
assert.deepEqual(await list(), []);
assert.equal(await call("get", SUBSCRIPTIONS, { subscriptionId: id }), null);
console.log("all is as this client expects");

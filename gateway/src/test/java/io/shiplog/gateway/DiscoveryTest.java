package io.shiplog.gateway;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.shiplog.events.Release;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What the cluster says of itself. */
class DiscoveryTest extends ClusterTest {
    private static JsonNode named(JsonNode list, String field, String name) {
        for (JsonNode each : list) {
            if (each.path(field).asText().equals(name)) {
                return each;
            }
        }
        throw new AssertionError("no " + name + " in " + list);
    }

    @Test
    void theVersionIsThatOfTheApiThatIsServed() {
        Api.Answer version = admin.get("/version").is(200);
        assertEquals("1", version.at("major"));
        assertEquals("36", version.at("minor"));
        assertEquals(Release.gitVersion(), version.at("gitVersion"));
    }

    @Test
    void healthIsOneWordAndMoreWhereAsked() {
        assertEquals("ok", admin.get("/readyz").is(200).text());
        assertEquals(
                "[+]ping ok\n[+]log ok\nreadyz check passed\n",
                admin.get("/readyz?verbose").is(200).text());
        cluster.images.close();
        assertEquals(200, admin.get("/livez").code(), "it lives without the log");
    }

    @Test
    void plainDiscoveryNamesGroupsVersionsAndResources() {
        assertEquals("v1", admin.get("/api").is(200).at("versions.0"));
        JsonNode groups = admin.get("/apis").is(200).json().path("groups");
        assertEquals(
                "apps/v1",
                named(groups, "name", "apps")
                        .at("/preferredVersion/groupVersion")
                        .asText());
        assertEquals("APIGroup", admin.get("/apis/apps").is(200).at("kind"));
        Api.Answer core = admin.get("/api/v1").is(200);
        assertEquals("v1", core.at("groupVersion"));
        JsonNode resources = core.json().path("resources");
        JsonNode pods = named(resources, "name", "pods");
        assertEquals("[\"po\"]", pods.path("shortNames").toString());
        assertEquals("pod", pods.path("singularName").asText());
        assertTrue(pods.path("namespaced").asBoolean());
        assertEquals(
                "[\"create\",\"delete\",\"deletecollection\",\"get\",\"list\",\"patch\",\"update\",\"watch\"]",
                pods.path("verbs").toString());
        assertFalse(
                named(resources, "name", "namespaces").path("verbs").toString().contains("deletecollection"));
        JsonNode scale =
                named(admin.get("/apis/apps/v1").is(200).json().path("resources"), "name", "deployments/scale");
        assertEquals("autoscaling", scale.path("group").asText());
        assertEquals("Scale", scale.path("kind").asText());
        assertEquals(
                "policy",
                named(resources, "name", "pods/eviction").path("group").asText());
    }

    @Test
    void groupsAreListedByPriorityAndResourcesByName() {
        List<String> groups = new ArrayList<>();
        admin.get("/apis")
                .is(200)
                .json()
                .path("groups")
                .forEach(group -> groups.add(group.path("name").asText()));
        List<String> known = new ArrayList<>(
                List.of("apiregistration.k8s.io", "apps", "events.k8s.io", "batch", "history.shiplog.io"));
        known.retainAll(groups);
        groups.retainAll(known);
        assertEquals(known, groups);
        List<String> names = new ArrayList<>();
        admin.get("/apis/apps/v1")
                .is(200)
                .json()
                .path("resources")
                .forEach(resource -> names.add(resource.path("name").asText()));
        assertEquals(names.stream().sorted().toList(), names);
    }

    /** Kubernetes' own hashes: tools compare them to find objects that are stored in an old version. */
    @Test
    void aResourceTellsTheVersionInWhichItIsStored() {
        JsonNode apps = admin.get("/apis/apps/v1").is(200).json().path("resources");
        assertEquals(
                "8aSe+NMegvE=",
                named(apps, "name", "deployments").path("storageVersionHash").asText());
        assertFalse(named(apps, "name", "deployments/scale").has("storageVersionHash"));
        assertEquals(
                "r2yiGXH7wu8=",
                named(admin.get("/apis/events.k8s.io/v1").is(200).json().path("resources"), "name", "events")
                        .path("storageVersionHash")
                        .asText(),
                "that of the core group");
    }

    @Test
    void aggregatedDiscoveryIsTheSameInOnePiece() {
        for (String version : List.of("v2", "v2beta1")) {
            String type = "application/json;g=apidiscovery.k8s.io;v=" + version + ";as=APIGroupDiscoveryList";
            Api.Answer answer =
                    admin.get("/apis", "Accept", type + ",application/json").is(200);
            assertEquals(type, answer.header("content-type"));
            assertEquals("apidiscovery.k8s.io/" + version, answer.at("apiVersion"));
            List<String> names = new ArrayList<>();
            answer.json()
                    .path("items")
                    .forEach(item -> names.add(item.at("/metadata/name").asText()));
            assertTrue(names.contains("apps") && !names.contains(""), names::toString);
            JsonNode core = admin.get("/api", "Accept", type).is(200).json().at("/items/0/versions/0");
            assertEquals("v1", core.path("version").asText());
            JsonNode pods = named(core.path("resources"), "resource", "pods");
            assertEquals("Namespaced", pods.path("scope").asText());
            assertEquals(
                    "{\"group\":\"\",\"version\":\"\",\"kind\":\"Pod\"}",
                    pods.path("responseKind").toString());
            assertEquals(
                    "{\"group\":\"policy\",\"version\":\"v1\",\"kind\":\"Eviction\"}",
                    named(pods.path("subresources"), "subresource", "eviction")
                            .path("responseKind")
                            .toString());
            assertEquals(
                    "[\"create\"]",
                    named(pods.path("subresources"), "subresource", "binding")
                            .path("verbs")
                            .toString());
        }
    }

    @Test
    void whoHasADocumentIsNotSentItAgain() {
        Api.Answer first = admin.get("/apis").is(200);
        String tag = first.header("etag");
        assertFalse(tag.isEmpty());
        Api.Answer second = admin.get("/apis", "If-None-Match", tag).is(304);
        assertEquals(0, second.response().body().length);
        admin.get("/apis", "If-None-Match", "\"other\"").is(200);
    }

    @Test
    void openApiTellsWhatTheServerValidates() {
        JsonNode paths = admin.get("/openapi/v3").is(200).json().path("paths");
        String address = paths.path("apis/apps/v1").path("serverRelativeURL").asText();
        assertTrue(address.startsWith("/openapi/v3/apis/apps/v1?hash="), address);
        JsonNode apps = admin.get(address).is(200).json();
        assertEquals("3.0.0", apps.path("openapi").asText());
        JsonNode patch = apps.path("paths")
                .path("/apis/apps/v1/namespaces/{namespace}/deployments/{name}")
                .path("patch");
        assertEquals(
                "Deployment", patch.at("/x-kubernetes-group-version-kind/kind").asText());
        named(patch.path("parameters"), "name", "fieldValidation");
        named(patch.path("parameters"), "name", "dryRun");
        JsonNode schemas = apps.at("/components/schemas");
        assertTrue(schemas.has("io.k8s.api.apps.v1.DeploymentSpec"));
        assertTrue(schemas.has("io.k8s.api.core.v1.PodSpec"), "what a kind refers to comes with it");
        for (String reference : schemas.findValuesAsText("$ref")) {
            String name = reference.substring("#/components/schemas/".length());
            assertTrue(schemas.has(name), "a reference to nothing: " + name);
        }
    }

    @Test
    void openApiV2HasTheSameSchemas() {
        Api.Answer swagger = admin.get("/openapi/v2").is(200);
        JsonNode definitions = swagger.json().path("definitions");
        assertTrue(definitions.has("io.k8s.api.core.v1.Pod"));
        assertEquals(
                "#/definitions/io.k8s.api.core.v1.PodSpec",
                definitions
                        .path("io.k8s.api.core.v1.Pod")
                        .at("/properties/spec/$ref")
                        .asText());
        assertFalse(swagger.text().contains("#/components/"));
        JsonNode patch = swagger.json()
                .path("paths")
                .path("/apis/apps/v1/namespaces/{namespace}/deployments/{name}")
                .path("patch");
        assertEquals(
                "query",
                named(patch.path("parameters"), "name", "dryRun").path("in").asText());
        assertEquals(
                "body",
                named(patch.path("parameters"), "name", "body").path("in").asText());
        admin.get("/openapi/v2", "Accept", "image/png").is(406);
    }

    @Test
    void oldClientsGetOpenApiV2AsAMessage() {
        String type = "application/com.github.proto-openapi.spec.v2@v1.0+protobuf";

        Api.Answer answer = admin.get("/openapi/v2", "Accept", type).is(200);

        assertEquals(
                type.replace('@', '.'),
                answer.response().headers().firstValue("content-type").orElseThrow());
        String text = new String(answer.response().body(), StandardCharsets.ISO_8859_1);
        assertTrue(text.startsWith("\n\u00032.0"), "field 1 is swagger: 2.0");
        assertTrue(text.contains("io.k8s.api.core.v1.PodSpec"));
        admin.get("/api/v1/pods", "Accept", type).is(406);
    }

    @Test
    void theImageTellsHowFarItIsAndWhatItsObjectsAddUpTo() {
        configMap("before", "");
        JsonNode before = named(admin.get("/checkpoints").is(200).json().path("shards"), "shard", "events");
        configMap("counted", "");
        JsonNode after = named(admin.get("/checkpoints").is(200).json().path("shards"), "shard", "events");

        assertEquals(before.path("objects").asLong() + 1, after.path("objects").asLong());
        assertEquals(
                before.path("revision").asLong() + 1, after.path("revision").asLong());
        assertFalse(after.path("digest").equals(before.path("digest")));
    }

    @Test
    void whoMayNotReadThePathDoesNotSeeTheCheckpoints() {
        try (Api nobody = Api.withToken(cluster, null)) {
            nobody.get("/checkpoints").is(403);
        }
    }
}

package io.shiplog.gateway;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.shiplog.projections.access.Access;
import io.shiplog.projections.access.Authorizer;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@code blames.history.shiplog.io}. */
class BlamesTest extends ClusterTest {
    private static final String IN_SHOP = "/apis/history.shiplog.io/v1/namespaces/shop/blames";
    private static final String EVERYWHERE = "/apis/history.shiplog.io/v1/blames";

    /** All users except the admin may blame, and read only ConfigMaps. */
    @Override
    Authorizer authorizer() {
        return (image, request) -> {
            boolean master = request.actor().groups().contains("system:masters");
            boolean reads = request.verb().equals("get") && request.resource().equals("configmaps");
            return new Access(master || reads || request.resource().equals("blames"), "");
        };
    }

    private static String about(String kind, String name) {
        return """
                {"spec":{"object":{"apiVersion":"v1","kind":"%s","name":"%s"}}}""".formatted(kind, name);
    }

    private void change(String name, String data) {
        admin.patch(CONFIG_MAPS + "/" + name, "application/merge-patch+json", "{\"data\":{%s}}".formatted(data))
                .is(200);
    }

    private static String revisionOf(Api.Answer blame, String path) {
        for (JsonNode field : blame.json().path("status").path("fields")) {
            if (field.path("path").asText().equals(path)) {
                return field.path("revision").asText();
            }
        }
        throw new AssertionError("no " + path + " in " + blame.text());
    }

    @Test
    void eachValueIsBlamedOnTheCommandThatSetIt() {
        configMap("a", "");
        change("a", "\"new\":\"1\"");
        change("a", "\"new\":\"2\"");

        Api.Answer blame = admin.post(IN_SHOP, about("ConfigMap", "a")).is(201);

        assertEquals("Blame", blame.at("kind"));
        assertEquals("history.shiplog.io/v1", blame.at("apiVersion"));
        assertEquals("3", blame.at("status.revision"));
        assertEquals("false", blame.at("status.deleted"));
        assertEquals("2", blame.at("status.object.data.new"));
        assertEquals("1", revisionOf(blame, ".data.k"));
        assertEquals("3", revisionOf(blame, ".data.new"));
        JsonNode field = blame.json().path("status").path("fields").get(0);
        assertEquals("kubernetes-admin", field.path("actor").asText());
        assertFalse(field.path("verb").asText().isEmpty());
        assertEquals("io.shiplog.core.configmap.created.v1", field.path("type").asText());
        assertEquals(36, field.path("command").asText().length());
        assertTrue(field.path("pointer").asText().startsWith("/"));
    }

    @Test
    void anEarlierStateMayBeAskedFor() {
        configMap("a", "");
        change("a", "\"k\":\"w\"");
        String atOne = about("ConfigMap", "a").replace("}}}", "},\"at\":\"1\"}}");

        assertEquals("1", revisionOf(admin.post(IN_SHOP, atOne), ".data.k"));
        assertEquals("2", revisionOf(admin.post(IN_SHOP, about("ConfigMap", "a")), ".data.k"));
    }

    @Test
    void anObjectThatIsGoneIsBlamedAsItWasLast() {
        configMap("a", "");
        admin.delete(CONFIG_MAPS + "/a", "").is(200);

        Api.Answer blame = admin.post(IN_SHOP, about("ConfigMap", "a")).is(201);

        assertEquals("true", blame.at("status.deleted"));
        assertEquals("2", blame.at("status.revision"));
        assertEquals("1", revisionOf(blame, ".data.k"));
    }

    @Test
    void clusterScopedObjectsAreAskedAboutOutsideOfNamespaces() {
        admin.post(
                        "/api/v1/namespaces",
                        "{\"kind\":\"Namespace\",\"apiVersion\":\"v1\",\"metadata\":{\"name\":\"shop\"}}")
                .is(201);

        assertEquals(
                "1",
                revisionOf(admin.post(EVERYWHERE, about("Namespace", "shop")).is(201), ".metadata.name"));
    }

    @Test
    void whoMayNotReadAnObjectMayNotBlameIt() {
        configMap("a", "");
        try (Api rita = Api.withCertificate(cluster, cluster.pki.issue("reader", "O=readers,CN=rita"))) {
            rita.post(IN_SHOP, about("ConfigMap", "a")).is(201);
            String message = rita.post(IN_SHOP, about("Secret", "a")).is(403).at("message");
            assertEquals(
                    "secrets is forbidden: User \"rita\" cannot get resource \"secrets\" in API group \"\" in the namespace \"shop\"",
                    message);
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{} | 400 | BadRequest | spec.object: Required value: apiVersion, kind and name of an object",
                "{'object':{'apiVersion':'v1','kind':'Nope','name':'a'}} | 400 | BadRequest | spec.object: no matches for kind \"Nope\" in version \"v1\"",
                "{'object':{'apiVersion':'v1','kind':'ConfigMap','namespace':'other','name':'a'}} | 400 | BadRequest | spec.object.namespace: Invalid value: \"other\": the review was sent to the namespace \"shop\"",
                "{'object':{'apiVersion':'v1','kind':'ConfigMap','name':'never'}} | 404 | NotFound | configmaps \"never\" not found",
                "{'object':{'apiVersion':'v1','kind':'ConfigMap','name':'a'},'at':'9'} | 400 | BadRequest | revision 9 is in the future: the newest revision is 2",
                "{'object':{'apiVersion':'v1','kind':'ConfigMap','name':'a'},'at':'2999-01-01T00:00:00Z'} | 400 | BadRequest | 2999-01-01T00:00:00Z is in the future: the newest revision is 2",
                "{'object':{'apiVersion':'v1','kind':'ConfigMap','name':'a'},'at':'1'} | 410 | Expired | revision 1 is no longer in the log: its revisions are 2 to 2",
                "{'object':{'apiVersion':'v1','kind':'ConfigMap','name':'a'},'at':'noon'} | 400 | BadRequest | \"noon\" is not a moment: a moment is a revision (1234), a time (2026-11-22T03:12:00Z, '2026-11-22 03:12', 2026-11-22, 03:12 for today, 'yesterday 03:12') or a time before now (10m, 1h30m, '10m ago', -15m)"
            })
    void aRequestThatCannotBeAnsweredIsRefusedWithTheReason(String spec, int code, String reason, String message) {
        configMap("a", "");
        change("a", "\"k\":\"w\"");
        cluster.log.cutBefore(2);

        admin.post(IN_SHOP, "{\"spec\":%s}".formatted(spec.replace('\'', '"'))).refuses(code, reason, message);
    }

    @Test
    void blamesAreCreatedAndNothingElse() {
        admin.get(IN_SHOP)
                .refuses(405, "MethodNotAllowed", "the server does not allow this method on the requested resource");
        admin.post(IN_SHOP, "{\"kind\":\"Pod\"}").is(400);
        admin.post(IN_SHOP, "{").is(400);
        assertEquals(List.of(), cluster.images.current().types().stream().toList());
    }

    @Test
    void discoveryAndOpenApiDescribeThem() {
        assertTrue(admin.get("/apis/history.shiplog.io/v1").is(200).text().contains("\"name\":\"blames\""));
        JsonNode document =
                admin.get("/openapi/v3/apis/history.shiplog.io/v1").is(200).json();
        JsonNode post = document.path("paths")
                .path("/apis/history.shiplog.io/v1/namespaces/{namespace}/blames")
                .path("post");
        assertEquals(
                "#/components/schemas/io.shiplog.history.v1.Blame",
                post.at("/requestBody/content/application~1json/schema/$ref").asText());
        assertTrue(document.at("/components/schemas").has("io.shiplog.history.v1.BlamedField"));
    }
}

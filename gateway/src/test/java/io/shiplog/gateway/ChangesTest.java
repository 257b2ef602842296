package io.shiplog.gateway;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.shiplog.projections.access.Access;
import io.shiplog.projections.access.Authorizer;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@code changes.history.shiplog.io}. */
class ChangesTest extends ClusterTest {
    private static final String ALL = "/apis/history.shiplog.io/v1/changes";
    private static final String IN_SHOP = "/apis/history.shiplog.io/v1/namespaces/shop/changes";
    private static final String SECRETS = "/api/v1/namespaces/shop/secrets";

    /** All users except the admin may read changes and ConfigMaps, and only the Secret named public. */
    @Override
    Authorizer authorizer() {
        return (image, request) -> {
            boolean master = request.actor().groups().contains("system:masters");
            boolean reads = List.of("get", "list", "watch").contains(request.verb());
            boolean readable = List.of("changes", "configmaps").contains(request.resource())
                    || request.resource().equals("secrets") && request.name().equals("public");
            return new Access(master || reads && readable, "");
        };
    }

    private Api reader() {
        return Api.withCertificate(cluster, cluster.pki.issue("reader", "O=readers,CN=rita"));
    }

    private void secret(String name, String value) {
        admin.post(SECRETS, """
                {"kind":"Secret","apiVersion":"v1","metadata":{"name":"%s"},"data":{"k":"%s"}}""".formatted(name, value)).is(201);
    }

    private void change(String name, String data) {
        admin.patch(CONFIG_MAPS + "/" + name, "application/merge-patch+json", "{\"data\":{%s}}".formatted(data))
                .is(200);
    }

    @Test
    void aChangeSaysWhoDidWhatToWhichObjectAndWhichFieldsChanged() {
        configMap("a", "");
        change("a", "\"k\":\"w\",\"new\":\"1\"");

        Api.Answer change = admin.get(IN_SHOP + "/2").is(200);

        assertEquals("Change", change.at("kind"));
        assertEquals("history.shiplog.io/v1", change.at("apiVersion"));
        assertEquals("2", change.at("metadata.name"));
        assertEquals("2", change.at("metadata.resourceVersion"));
        assertEquals("shop", change.at("metadata.namespace"));
        assertEquals("io.shiplog.core.configmap.modified.v1", change.at("type"));
        assertEquals("kubernetes-admin", change.at("actor"));
        assertEquals("1", change.at("previous"));
        assertEquals("", change.at("cause"));
        assertEquals(change.at("command"), change.at("correlation"));
        assertEquals("v1", change.at("object.apiVersion"));
        assertEquals("ConfigMap", change.at("object.kind"));
        assertEquals("configmaps", change.at("object.resource"));
        assertEquals("a", change.at("object.name"));
        assertFalse(change.at("object.uid").isEmpty());
        assertEquals(64, change.at("record.chain").length());
        assertEquals("""
                [{"path":".data.k","op":"replace","before":"v","after":"w"},{"path":".data.new","op":"add","after":"1"}]""", change.at("fields"));
        Instant.parse(change.at("time"));
    }

    @Test
    void aListTellsTheWholeStoryInOrderAndEndsWhereAWatchGoesOn() {
        configMap("a", "");
        configMap("b", "");
        admin.delete(CONFIG_MAPS + "/a", "").is(200);

        Api.Answer oldest = admin.get(ALL).is(200);
        Api.Answer newest = admin.get(ALL + "?order=newest&limit=2").is(200);

        assertEquals("ChangeList", oldest.at("kind"));
        assertEquals(List.of("1", "2", "3"), names(oldest));
        assertEquals("3", oldest.at("metadata.resourceVersion"));
        assertEquals("io.shiplog.core.configmap.deleted.v1", oldest.at("items.2.type"));
        assertEquals(List.of("3", "2"), names(newest));
        assertEquals(
                List.of("1"),
                names(admin.get(ALL + "?order=newest&limit=2&continue=" + newest.at("metadata.continue"))));
    }

    @Test
    void pagesAreOfTheStretchThatTheFirstOneWasOf() {
        for (int i = 0; i < 5; i++) {
            configMap("m" + i, "");
        }
        Api.Answer first = admin.get(ALL + "?limit=3").is(200);
        configMap("later", "");

        Api.Answer second = admin.get(ALL + "?limit=3&continue=" + first.at("metadata.continue"))
                .is(200);

        assertEquals(List.of("1", "2", "3"), names(first));
        assertEquals(List.of("4", "5"), names(second));
        assertEquals("", second.at("metadata.continue"));
        admin.get(ALL + "?continue=broken").is(400);
        admin.get(ALL + "?continue=YnJva2Vu").is(400);
    }

    @Test
    void aLongListWithoutALimitComesWhole() {
        for (int i = 0; i < 1201; i++) {
            configMap("m" + i, "");
        }

        List<String> names = names(admin.get(ALL + "?fields=false").is(200));

        assertEquals(1201, names.size());
        assertEquals("1201", names.getLast());
    }

    /** Each Change holds its object before and after it: a page of them must not be as large as the client likes. */
    @Test
    void aPageOfLargeChangesIsShortAndTheListIsWhole() {
        configMap("a", "");
        for (int i = 0; i < 20; i++) {
            change("a", "\"k\":\"%s\"".formatted(Character.toString('a' + i).repeat(500_000)));
        }

        for (String order : List.of("", "&order=newest")) {
            List<String> names = new ArrayList<>();
            String next = "";
            do {
                Api.Answer page =
                        admin.get(IN_SHOP + "?limit=500" + order + next).is(200);
                assertTrue(
                        page.text().length() < 5_000_000,
                        "one page of " + page.text().length());
                names.addAll(names(page));
                next = page.at("metadata.continue").isEmpty() ? "" : "&continue=" + page.at("metadata.continue");
            } while (!next.isEmpty());
            assertEquals(21, names.stream().distinct().count());
            assertEquals(21, names.size());
        }
        assertEquals(21, names(admin.get(IN_SHOP).is(200)).size());
    }

    /** YAML is made of the whole list in memory, JSON as the client reads. */
    @Test
    void aListOfFortyMegabytesIsJsonOrPagesButNotOneYamlText() {
        configMap("a", "");
        for (int i = 0; i < 40; i++) {
            change(
                    "a",
                    "\"k\":\"%s\"".formatted(Character.toString('a' + i % 26).repeat(500_000)));
        }

        Api.Answer yaml = admin.get(IN_SHOP, "Accept", "application/yaml").is(413);

        assertTrue(yaml.text().contains("the changes are too many for one text"), yaml.text());
        assertEquals(41, names(admin.get(IN_SHOP).is(200)).size());
        admin.get(IN_SHOP + "?limit=500", "Accept", "application/yaml").is(200);
    }

    @Test
    void oneChangeIsShownWithOrWithoutWhatItChanged() {
        configMap("a", "");
        change("a", "\"k\":\"w\"");

        assertTrue(admin.get(ALL + "/2").is(200).text().contains("\"fields\""));
        Api.Answer without = admin.get(ALL + "/2?fields=false").is(200);
        assertFalse(without.text().contains("\"fields\""));
        assertEquals("a", without.at("object.name"));
    }

    @Test
    void fieldSelectorsAskForObjectActorVerbAndType() {
        configMap("a", "");
        configMap("b", "");
        change("a", "\"k\":\"w\"");
        secret("s", "eA==");

        assertEquals(List.of("1", "3"), selected("object.name=a"));
        assertEquals(List.of("4"), selected("object.kind=Secret"));
        assertEquals(List.of("1", "2", "3"), selected("object.resource=configmaps"));
        assertEquals(List.of("4"), selected("object.resource!=configmaps"));
        assertEquals(List.of("3"), selected("type=modified,object.namespace=shop"));
        assertEquals(List.of("3"), selected("type=io.shiplog.core.configmap.modified.v1"));
        assertEquals(List.of("1", "2", "3", "4"), selected("actor=kubernetes-admin"));
        assertEquals(List.of(), selected("actor=nobody"));
        assertEquals(List.of("2"), selected("metadata.name=2"));
        String command = admin.get(ALL + "/3").at("command");
        assertEquals(List.of("3"), selected("command=" + command));
        assertEquals(List.of("3"), selected("correlation=" + command));
        assertTrue(admin.get(ALL + "?fieldSelector=spec.x%3Dy")
                .is(400)
                .at("message")
                .startsWith("field label not supported: spec.x"));
        admin.get(ALL + "?labelSelector=a%3Db").is(400);
    }

    private List<String> selected(String selector) {
        List<String> names = names(admin.get(ALL + "?fieldSelector=" + selector.replace("=", "%3D"))
                .is(200));
        assertEquals(names, names(admin.get(IN_SHOP + "?fieldSelector=" + selector.replace("=", "%3D"))));
        return names;
    }

    @Test
    void aNamespaceShowsItsOwnObjectsAlone() {
        admin.post(
                        "/api/v1/namespaces",
                        "{\"kind\":\"Namespace\",\"apiVersion\":\"v1\",\"metadata\":{\"name\":\"shop\"}}")
                .is(201);
        configMap("a", "");

        assertEquals(List.of("2"), names(admin.get(IN_SHOP)));
        assertEquals(List.of(), names(admin.get(IN_SHOP.replace("shop", "other"))));
        assertEquals(List.of("1", "2"), names(admin.get(ALL)));
        admin.get(IN_SHOP + "/1").is(404);
        admin.get(ALL + "/1").is(200);
    }

    @Test
    void revisionsAndTimesBoundTheStory() {
        configMap("a", "");
        Instant between = cluster.images.current().time("events");
        while (!Instant.now().isAfter(between.plusMillis(2))) {
            Thread.onSpinWait();
        }
        configMap("b", "");
        configMap("c", "");

        assertEquals(List.of("2", "3"), names(admin.get(ALL + "?from=2")));
        assertEquals(List.of("1", "2"), names(admin.get(ALL + "?to=2")));
        assertEquals(List.of("1"), names(admin.get(ALL + "?to=" + between)));
        assertEquals(List.of("1", "2", "3"), names(admin.get(ALL + "?from=" + between)));
        assertEquals(List.of("2", "3"), names(admin.get(ALL + "?from=" + between.plusMillis(1))));
        assertEquals(List.of("1", "2"), names(admin.get("/at/2" + ALL)));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "from=9 | 400 | BadRequest | revision 9 is in the future: the newest revision is 1",
                "to=9 | 400 | BadRequest | revision 9 is in the future: the newest revision is 1",
                "to=2999-01-01T00:00:00Z | 400 | BadRequest | 2999-01-01T00:00:00Z is in the future: the newest revision is 1",
                "to=2001-01-01T00:00:00Z | 410 | Expired | 2001-01-01T00:00:00Z is before the log begins: its revisions are 1 to 1",
                "from=2001-01-01T00:00:00Z | 410 | Expired | 2001-01-01T00:00:00Z is before the log begins: its revisions are 1 to 1",
                "from=now&to=10m | 400 | BadRequest | ",
                "from=2&to=1 | 400 | BadRequest | invalid range: its start, revision 2, is after its end, revision 1",
                "from=sometime | 400 | BadRequest | ",
                "order=sideways | 400 | BadRequest | order: \"oldest\" or \"newest\", not \"sideways\"",
                "shard=attic | 400 | BadRequest | shard: there is no shard \"attic\", only events, leases and happenings"
            })
    void aTimeOutsideTheLogIsRefused(String query, int code, String reason, String message) {
        configMap("a", "");

        Api.Answer answer = admin.get(ALL + "?" + query).is(code);

        assertEquals(reason, answer.at("reason"));
        assertTrue(message == null || answer.at("message").equals(message), answer::text);
    }

    @Test
    void aCutLogNamesWhatIsLeftAndShowsIt() {
        configMap("a", "");
        configMap("b", "");
        change("a", "\"k\":\"w\"");
        cluster.log.cutBefore(2);

        admin.get(ALL + "?from=1")
                .refuses(410, "Expired", "revision 1 is no longer in the log: its revisions are 2 to 3");
        admin.get(ALL + "?from=2001-01-01T00:00:00Z")
                .refuses(410, "Expired", "2001-01-01T00:00:00Z is no longer in the log: its revisions are 2 to 3");
        admin.get(ALL + "/1").refuses(410, "Expired", "revision 1 is no longer in the log: its revisions are 2 to 3");
        Api.Answer rest = admin.get(ALL).is(200);
        assertEquals(List.of("2", "3"), names(rest));
        assertEquals("1", rest.at("items.1.previous"), "what was before is named even where it is gone");
        admin.get(ALL + "/4").refuses(404, "NotFound", "changes.history.shiplog.io \"4\" not found");
        admin.get(ALL + "/four").refuses(404, "NotFound", "changes.history.shiplog.io \"four\" not found");
    }

    @Test
    void whoMayNotReadAnObjectTodayDoesNotReadItsPast() {
        configMap("a", "");
        secret("private", "eA==");
        secret("public", "eQ==");
        try (Api rita = reader()) {
            assertEquals(List.of("1", "3"), names(rita.get(ALL)));
            assertEquals(List.of("1", "3"), names(rita.get(IN_SHOP)));
            rita.get(IN_SHOP + "/3").is(200);
            String message = rita.get(IN_SHOP + "/2").is(403).at("message");
            assertEquals(
                    "secrets is forbidden: User \"rita\" cannot get resource \"secrets\" in API group \"\" in the namespace \"shop\"",
                    message,
                    "it does not say which");
            try (Watching watch = rita.watch(ALL + "?watch=true")) {
                assertEquals("ADDED 1", watch.brief());
                assertEquals("ADDED 3", watch.brief());
            }
        }
    }

    @Test
    void theOtherShardsAreShownWhenAskedFor() {
        admin.post(
                        "/apis/coordination.k8s.io/v1/namespaces/shop/leases",
                        "{\"kind\":\"Lease\",\"apiVersion\":\"coordination.k8s.io/v1\",\"metadata\":{\"name\":\"l\"}}")
                .is(201);

        assertEquals(List.of(), names(admin.get(ALL)));
        assertEquals("l", admin.get(ALL + "?shard=leases").at("items.0.object.name"));
        assertEquals("leases", admin.get(ALL + "/1?shard=leases").at("record.shard"));
    }

    @Test
    void aTableShowsOneLineAChange() {
        configMap("a", "");
        change("a", "\"k\":\"w\"");

        JsonNode table = admin.get(ALL, "Accept", Api.TABLE).is(200).json();

        assertEquals("Table", table.path("kind").asText());
        List<String> columns = new ArrayList<>();
        table.path("columnDefinitions").forEach(c -> columns.add(c.path("name").asText()));
        assertEquals(
                List.of("Revision", "Time", "Actor", "What", "Object", "Fields", "Verb", "Cause", "Correlation"),
                columns);
        JsonNode cells = table.path("rows").path(1).path("cells");
        assertEquals("2", cells.path(0).asText());
        assertEquals("kubernetes-admin", cells.path(2).asText());
        assertEquals("modified", cells.path(3).asText());
        assertEquals("configmap/a", cells.path(4).asText());
        assertEquals(".data.k: v→w", cells.path(5).asText());
    }

    @Test
    void aWatchGoesOnAfterARevisionAndShowsEachChangeAsItComes() {
        configMap("a", "");
        configMap("b", "");
        try (Watching watch = admin.watch(ALL + "?watch=true&resourceVersion=1")) {
            assertEquals("ADDED 2", watch.brief());
            change("a", "\"k\":\"w\"");
            JsonNode third = watch.next();
            assertEquals("3", third.path("object").path("metadata").path("name").asText());
            assertEquals(
                    ".data.k",
                    third.path("object").path("fields").path(0).path("path").asText());
            admin.delete(CONFIG_MAPS + "/a", "").is(200);
            assertEquals("ADDED 4", watch.brief());
        }
    }

    @Test
    void aWatchWithInitialEventsSaysWhereTheyEnd() {
        configMap("a", "");
        try (Watching watch = admin.watch(ALL
                + "?watch=true&sendInitialEvents=true&resourceVersionMatch=NotOlderThan&allowWatchBookmarks=true")) {
            assertEquals("ADDED 1", watch.brief());
            JsonNode bookmark = watch.next();
            assertEquals("BOOKMARK", bookmark.path("type").asText());
            assertEquals(
                    "true",
                    bookmark.path("object")
                            .path("metadata")
                            .path("annotations")
                            .path("k8s.io/initial-events-end")
                            .asText());
            configMap("b", "");
            assertEquals("ADDED 2", watch.brief());
        }
    }

    @Test
    void aWatchIsAboutWhatItsSelectorSays() {
        try (Watching watch = admin.watch(IN_SHOP + "?watch=true&fieldSelector=object.name%3Db")) {
            configMap("a", "");
            configMap("b", "");
            assertEquals("ADDED 2", watch.brief());
        }
    }

    @Test
    void aWatchOfTheCutPastIsToldSo() {
        configMap("a", "");
        configMap("b", "");
        configMap("c", "");
        cluster.log.cutBefore(3);
        try (Watching watch = admin.watch(ALL + "?watch=true&resourceVersion=1")) {
            JsonNode error = watch.next();
            assertEquals("ERROR", error.path("type").asText());
            assertEquals("410", error.path("object").path("code").asText());
            watch.ends();
        }
        admin.get(ALL + "?watch=true&resourceVersion=x").is(400);
    }

    @Test
    void aWatchOfAMomentEndsThereAndStaysQuiet() {
        configMap("a", "");
        configMap("b", "");
        try (Watching watch = admin.watch("/at/1" + ALL + "?watch=true&timeoutSeconds=1")) {
            assertEquals("ADDED 1", watch.brief());
            configMap("c", "");
            watch.ends();
        }
    }

    @ParameterizedTest
    @CsvSource({"POST,''", "PUT,/1", "PATCH,/1", "DELETE,/1", "DELETE,''"})
    void thePastCannotBeChanged(String method, String name) {
        configMap("a", "");

        admin.send(method, IN_SHOP + name, "{}")
                .refuses(405, "MethodNotAllowed", "the past cannot be changed: changes can be read and watched");
    }

    @Test
    void discoveryAndOpenApiKnowTheKind() {
        JsonNode changes = admin.get("/apis/history.shiplog.io/v1")
                .is(200)
                .json()
                .path("resources")
                .valueStream()
                .filter(each -> each.path("name").asText().equals("changes"))
                .findFirst()
                .orElseThrow();
        assertEquals("[\"get\",\"list\",\"watch\"]", changes.path("verbs").toString());
        assertEquals("[\"chg\"]", changes.path("shortNames").toString());
        JsonNode document =
                admin.get("/openapi/v3/apis/history.shiplog.io/v1").is(200).json();
        assertTrue(document.path("paths").has("/apis/history.shiplog.io/v1/namespaces/{namespace}/changes"));
        assertTrue(document.path("components").path("schemas").has("io.shiplog.history.v1.Change"));
        assertTrue(document.path("components").path("schemas").has("io.shiplog.history.v1.FieldChange"));
    }

    private static List<String> names(Api.Answer list) {
        List<String> names = new ArrayList<>();
        list.is(200)
                .json()
                .path("items")
                .forEach(item -> names.add(item.path("metadata").path("name").asText()));
        return names;
    }
}

package io.shiplog.gateway;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** watch. */
class WatchingTest extends ClusterTest {
    private static final String WATCH = CONFIG_MAPS + "?watch=true";

    private void relabel(String name, String labels) {
        admin.patch(
                        CONFIG_MAPS + "/" + name,
                        "application/merge-patch+json",
                        "{\"metadata\":{\"labels\":%s}}".formatted(labels))
                .is(200);
    }

    @Test
    void fromARevisionOnlyWhatCameAfterIt() {
        configMap("a", "");
        configMap("b", "");
        try (Watching watch = admin.watch(WATCH + "&resourceVersion=1")) {
            assertEquals(200, watch.code());
            assertEquals("ADDED b", watch.brief());
            relabel("a", "{\"x\":\"y\"}");
            assertEquals("MODIFIED a", watch.brief());
            admin.delete(CONFIG_MAPS + "/a", "").is(200);
            JsonNode deleted = watch.next();
            assertEquals("DELETED", deleted.path("type").asText());
            assertEquals("4", deleted.at("/object/metadata/resourceVersion").asText());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "&resourceVersion=0"})
    void withoutARevisionItBeginsWithWhatThereIs(String query) {
        configMap("b", "");
        configMap("a", "");
        try (Watching watch = admin.watch(WATCH + query)) {
            assertEquals("ADDED a", watch.brief());
            assertEquals("ADDED b", watch.brief());
            configMap("c", "");
            assertEquals("ADDED c", watch.brief());
        }
    }

    @Test
    void theOldPathsOfWatchesNameCollectionsAndObjects() {
        configMap("a", "");
        for (String path : List.of(
                "/api/v1/watch/configmaps",
                "/api/v1/watch/namespaces/shop/configmaps",
                "/api/v1/watch/namespaces/shop/configmaps/a")) {
            try (Watching watch = admin.watch(path)) {
                assertEquals("ADDED a", watch.brief(), path);
            }
        }
        admin.delete("/api/v1/watch/namespaces/shop/configmaps/a", "").is(405);
        assertEquals("ConfigMap", admin.get(CONFIG_MAPS + "/a?watch=1").is(200).at("kind"), "a name is not watched");
    }

    @Test
    void aShortWatchEndsWithoutABookmark() {
        configMap("a", "");
        String watched = admin.get(WATCH + "&timeoutSeconds=1&allowWatchBookmarks=true")
                .is(200)
                .text();
        assertFalse(watched.contains("BOOKMARK"), watched);
    }

    @Test
    void sendInitialEventsEndsThemWithABookmark() {
        configMap("a", "");
        try (Watching watch = admin.watch(
                WATCH + "&sendInitialEvents=true&resourceVersionMatch=NotOlderThan&allowWatchBookmarks=true")) {
            assertEquals("ADDED a", watch.brief());
            JsonNode bookmark = watch.next();
            assertEquals("BOOKMARK", bookmark.path("type").asText());
            assertEquals("ConfigMap", bookmark.at("/object/kind").asText());
            assertEquals("1", bookmark.at("/object/metadata/resourceVersion").asText());
            assertEquals(
                    "true",
                    bookmark.at("/object/metadata/annotations")
                            .path("k8s.io/initial-events-end")
                            .asText());
            configMap("b", "");
            assertEquals("ADDED b", watch.brief());
        }
        try (Watching none = admin.watch("/api/v1/namespaces/empty/configmaps?watch=true"
                + "&sendInitialEvents=true&resourceVersionMatch=NotOlderThan&allowWatchBookmarks=true")) {
            assertEquals("BOOKMARK", none.next().path("type").asText());
        }
    }

    @Test
    void optionsThatContradictAreInvalid() {
        admin.get(WATCH + "&sendInitialEvents=true")
                .refuses(
                        422,
                        "Invalid",
                        "ListOptions.meta.k8s.io \"\" is invalid: resourceVersionMatch: Forbidden: sendInitialEvents requires setting resourceVersionMatch to NotOlderThan");
        admin.get(WATCH + "&resourceVersionMatch=NotOlderThan").is(422);
        admin.get(WATCH + "&timeoutSeconds=soon").is(400);
        admin.get(WATCH + "&fieldSelector=x%3Dy").is(400);
    }

    @Test
    void leavingASelectionIsADeletionAndEnteringItAnAddition() {
        configMap("a", "app=web");
        configMap("b", "");
        try (Watching watch = admin.watch(WATCH + "&labelSelector=app%3Dweb&resourceVersion=2")) {
            relabel("b", "{\"app\":\"web\"}");
            assertEquals("ADDED b", watch.brief());
            relabel("a", "{\"app\":\"db\"}");
            JsonNode left = watch.next();
            assertEquals("DELETED", left.path("type").asText());
            assertEquals("web", left.at("/object/metadata/labels/app").asText(), "the last state that was selected");
            assertEquals("4", left.at("/object/metadata/resourceVersion").asText(), "at the revision of leaving");
            relabel("a", "{\"z\":\"unseen\"}");
            relabel("b", "{\"z\":\"seen\"}");
            assertEquals("MODIFIED b", watch.brief());
        }
    }

    @Test
    void oneNameIsWatchedBySelectorOrByPath() {
        configMap("a", "");
        for (String path : new String[] {
            WATCH + "&fieldSelector=metadata.name%3Db&resourceVersion=1",
            "/api/v1/watch/namespaces/shop/configmaps/b?resourceVersion=1"
        }) {
            try (Watching watch = admin.watch(path)) {
                relabel("a", "{\"n\":\"%s\"}".formatted(path.length()));
                if (admin.get(CONFIG_MAPS + "/b").code() == 404) {
                    configMap("b", "");
                }
                assertEquals("ADDED b", watch.brief());
            }
        }
    }

    @Test
    void aTableSaysItsColumnsOnce() {
        configMap("a", "");
        try (Watching watch = admin.watch(WATCH, "Accept", Api.TABLE)) {
            JsonNode first = watch.next();
            assertEquals("ADDED", first.path("type").asText());
            assertEquals("Table", first.at("/object/kind").asText());
            assertTrue(first.at("/object/columnDefinitions").size() > 0);
            assertEquals("a", first.at("/object/rows/0/cells/0").asText());
            configMap("b", "");
            JsonNode second = watch.next();
            assertEquals("b", second.at("/object/rows/0/cells/0").asText());
            assertTrue(second.at("/object/columnDefinitions").isNull());
        }
    }

    @Test
    void theTimeoutEndsItWithABookmark() {
        configMap("a", "");
        try (Watching watch = admin.watch(WATCH + "&resourceVersion=1&timeoutSeconds=3&allowWatchBookmarks=true")) {
            assertEquals("BOOKMARK", watch.next().path("type").asText());
            watch.ends();
        }
        try (Watching watch = admin.watch(WATCH + "&resourceVersion=1&timeoutSeconds=3")) {
            watch.ends();
        }
    }

    @Test
    void oneSlowReaderDelaysNoOther() {
        String filling = "x".repeat(100_000);
        try (Watching slow = admin.watch(WATCH);
                Watching quick = admin.watch(WATCH)) {
            for (int i = 0; i < 100; i++) {
                admin.post(CONFIG_MAPS, """
                        {"metadata":{"name":"big-%02d"},"data":{"k":"%s"}}""".formatted(i, filling)).is(201);
            }
            for (int i = 0; i < 100; i++) {
                assertEquals("ADDED big-%02d".formatted(i), quick.brief());
            }
            for (int i = 0; i < 100; i++) {
                assertEquals("ADDED big-%02d".formatted(i), slow.brief());
            }
        }
    }

    @Test
    void aClosingGatewayEndsItsWatchesCleanly() {
        try (Watching watch = admin.watch(WATCH)) {
            assertEquals(200, watch.code());
            cluster.gateway.close();
            watch.ends();
        }
    }
}

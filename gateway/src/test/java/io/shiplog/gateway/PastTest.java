package io.shiplog.gateway;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The read API under {@code /at/…}. */
class PastTest extends ClusterTest {

    @Test
    void aRevisionShowsTheStateAfterIt() {
        configMap("a", "");
        configMap("b", "");
        admin.delete(CONFIG_MAPS + "/a", "").is(200);
        assertEquals("a", admin.get("/at/1" + CONFIG_MAPS + "/a").is(200).at("metadata.name"));
        assertEquals(
                2, admin.get("/at/2" + CONFIG_MAPS).is(200).json().path("items").size());
        assertEquals("2", admin.get("/at/2" + CONFIG_MAPS).at("metadata.resourceVersion"));
        assertEquals(1, admin.get("/at/3" + CONFIG_MAPS).json().path("items").size());
        admin.get("/at/3" + CONFIG_MAPS + "/a").is(404);
    }

    @Test
    void aTimeShowsTheStateOfThatMoment() {
        Instant before = Instant.now();
        configMap("a", "");
        Instant between = cluster.images.current().time("events");
        while (!Instant.now().isAfter(between.plusMillis(2))) {
            Thread.onSpinWait();
        }
        configMap("b", "");
        admin.get("/at/" + before.minusSeconds(60) + CONFIG_MAPS)
                .refuses(
                        410,
                        "Expired",
                        before.minusSeconds(60)
                                + " is before the log begins: the oldest revision that can be shown is 1");
        admin.get("/at/" + before.minusSeconds(60) + CONFIG_MAPS + "/a").is(410);
        admin.get("/at/0" + CONFIG_MAPS).is(410);
        admin.get("/at/0" + CONFIG_MAPS + "/a").is(410);
        // A whole second means its end, as people read it off a clock.
        admin.get("/at/" + between.truncatedTo(ChronoUnit.SECONDS) + CONFIG_MAPS + "/a")
                .is(200);
        admin.get("/at/10m%20ago" + CONFIG_MAPS).is(410);
        admin.get("/at/now" + CONFIG_MAPS + "/b").is(200);
        assertEquals(
                1,
                admin.get("/at/" + between + CONFIG_MAPS)
                        .is(200)
                        .json()
                        .path("items")
                        .size());
        String encoded = between.toString().replace(":", "%3A");
        assertEquals(
                1,
                admin.get("/at/" + encoded + CONFIG_MAPS)
                        .is(200)
                        .json()
                        .path("items")
                        .size());
        String zoned =
                between.atOffset(java.time.ZoneOffset.ofHours(2)).toString().replace("+", "%2B");
        assertEquals(
                1,
                admin.get("/at/" + zoned + CONFIG_MAPS)
                        .is(200)
                        .json()
                        .path("items")
                        .size());
    }

    @Test
    void agesAreAsOfThatMoment() {
        configMap("a", "");
        Instant created = cluster.images.current().time("events");
        while (Instant.now().isBefore(created.plusMillis(2_100))) {
            Thread.onSpinWait();
        }

        for (String moment : List.of("1", created.toString())) {
            assertEquals("0s", age("/at/" + moment + CONFIG_MAPS), "a list at " + moment);
            assertEquals("0s", age("/at/" + moment + CONFIG_MAPS + "/a"), "an object at " + moment);
        }
        assertNotEquals("0s", age(CONFIG_MAPS));
    }

    private String age(String path) {
        return admin.get(path, "Accept", Api.TABLE).is(200).at("rows.0.cells.2");
    }

    @Test
    void tablesSelectorsPagesAndDiscoveryWorkThereToo() {
        configMap("a", "app=web");
        configMap("b", "app=web");
        configMap("c", "app=db");
        admin.delete(CONFIG_MAPS, "").is(200);
        String past = "/at/3" + CONFIG_MAPS;
        assertEquals(
                3,
                admin.get(past, "Accept", Api.TABLE).is(200).json().path("rows").size());
        assertEquals(
                2,
                admin.get(past + "?labelSelector=app%3Dweb")
                        .json()
                        .path("items")
                        .size());
        Api.Answer first = admin.get(past + "?limit=2").is(200);
        Api.Answer second = admin.get(past + "?limit=2&continue=" + first.at("metadata.continue"))
                .is(200);
        assertEquals("c", second.at("items.0.metadata.name"));
        admin.get(past + "?resourceVersion=0").is(200);
        admin.get(past + "?resourceVersion=9").is(504);
        admin.get("/at/3/apis").is(200);
        admin.get("/at/3/openapi/v3").is(200);
        admin.get("/at/3/version").is(200);
    }

    @Test
    void aWatchOfThePastShowsWhatWasAndThenStaysQuiet() {
        configMap("a", "");
        configMap("b", "");
        try (Watching watch =
                admin.watch("/at/1" + CONFIG_MAPS + "?watch=true&timeoutSeconds=3&allowWatchBookmarks=true")) {
            assertEquals("ADDED a", watch.brief());
            configMap("c", "");
            assertEquals("BOOKMARK", watch.next().path("type").asText(), "what came later is not of that moment");
            watch.ends();
        }
        try (Watching watch = admin.watch("/at/1" + CONFIG_MAPS + "?watch=true&resourceVersion=1&timeoutSeconds=1")) {
            watch.ends();
        }
    }

    @ParameterizedTest
    @CsvSource({"POST,''", "PUT,/a", "PATCH,/a", "DELETE,/a", "DELETE,''"})
    void thePastCannotBeChanged(String method, String name) {
        configMap("a", "");
        admin.send(method, "/at/1" + CONFIG_MAPS + name, "{}")
                .refuses(
                        405,
                        "MethodNotAllowed",
                        "the past cannot be changed: this address shows the cluster as it was at revision 1; send changes to the server's address without /at/");
        assertEquals(1, cluster.images.current().revision("events"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"/at/", "/at/sometime/api/v1/pods", "/at/-1/api", "/at/2026-13-01T00:00:00Z/api"})
    void anInvalidMomentIsRefused(String path) {
        Api.Answer answer = admin.get(path).is(400);
        assertEquals("BadRequest", answer.at("reason"));
        assertTrue(answer.at("message").contains("is not a moment: a moment is a revision"), answer::text);
    }

    @Test
    void theFutureHasNotCome() {
        admin.get("/at/99" + CONFIG_MAPS)
                .refuses(400, "BadRequest", "revision 99 is in the future: the newest revision is 0");
        admin.get("/at/2999-01-01T00:00:00Z" + CONFIG_MAPS)
                .refuses(400, "BadRequest", "2999-01-01T00:00:00Z is in the future: the newest revision is 0");
    }

    @Test
    void whatContainersWroteIsNotPartOfIt() {
        admin.post("/api/v1/namespaces/shop/pods", "{\"metadata\":{\"name\":\"web\"},\"spec\":{}}")
                .is(201);
        admin.get("/at/1/api/v1/namespaces/shop/pods/web/log").is(405);
    }
}

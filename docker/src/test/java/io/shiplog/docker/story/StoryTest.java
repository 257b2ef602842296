package io.shiplog.docker.story;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.shiplog.events.json.Json;
import io.shiplog.events.log.Event;
import io.shiplog.events.log.EventType;
import io.shiplog.events.object.ObjectKey;
import io.shiplog.events.object.ResourceType;
import java.time.Instant;
import java.time.ZoneOffset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class StoryTest {
    private static final Instant NIGHT = Instant.parse("2026-11-22T03:12:07.123Z");

    private static Event event(String actor, String namespace) {
        return new Event(
                "events",
                42,
                41L,
                1,
                ObjectKey.of(ResourceType.core("pods"), namespace, "web-1"),
                EventType.of("pod", "scheduled"),
                "/api/v1/namespaces/shop/pods/web-1",
                NIGHT,
                actor,
                "bind",
                "c",
                null,
                "c",
                "n1",
                Json.of("{}"),
                "");
    }

    @Test
    void aLineSaysWhenWhoWhatAndWhere() {
        assertEquals(
                "2026-11-22 03:12:07.123  #42      kubernetes-admin             scheduled            pod shop/web-1  on n1",
                new EventLine(ZoneOffset.UTC).of(event("kubernetes-admin", "shop")));
    }

    @Test
    void controllersGoByTheirOwnNames() {
        assertEquals(
                true,
                new EventLine(ZoneOffset.UTC)
                        .of(event("system:serviceaccount:kube-system:replicaset-controller", "shop"))
                        .contains(" replicaset-controller "));
    }

    @ParameterizedTest
    @CsvSource({
        "pod,,,,,true",
        "Pods,,,,,true",
        "service,,,,,false",
        ",shop,,,,true",
        ",other,,,,false",
        ",,web-1,,,true",
        ",,web-2,,,false",
        ",,,admin,,true",
        ",,,bob,,false",
        ",,,,scheduled,true",
        ",,,,bind,true",
        ",,,,deleted,false",
    })
    void aFilterAsksForEachOfItsFields(
            String kind, String namespace, String name, String actor, String happened, boolean shown) {
        var filter = new EventFilter(kind, namespace, name, actor, happened, null, null);

        assertEquals(shown, filter.test(event("kubernetes-admin", "shop")));
    }

    @Test
    void theBoundsOfATimeSpanBelongToIt() {
        assertEquals(true, new EventFilter(null, null, null, null, null, NIGHT, NIGHT).test(event("a", "shop")));
        assertEquals(
                false,
                new EventFilter(null, null, null, null, null, NIGHT.plusMillis(1), null).test(event("a", "shop")));
    }
}

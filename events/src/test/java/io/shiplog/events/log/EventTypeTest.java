package io.shiplog.events.log;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.shiplog.events.object.ResourceType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class EventTypeTest {
    private static final ResourceType NODES = ResourceType.core("nodes");

    @ParameterizedTest
    @CsvSource({
        "io.shiplog.pod.scheduled.v1, '', pods, io.shiplog.core.pod.scheduled.v1",
        "io.shiplog.core.pod.scheduled.v1, '', pods, io.shiplog.core.pod.scheduled.v1",
        "io.shiplog.deployment.scaled.v1, apps, deployments, io.shiplog.apps.deployment.scaled.v1",
        "io.shiplog.ingress.created.v1, networking.k8s.io, ingresses, io.shiplog.networking.k8s.io.ingress.created.v1",
        "io.shiplog.networking.k8s.io.ingress.created.v12, networking.k8s.io, ingresses, io.shiplog.networking.k8s.io.ingress.created.v12",
    })
    void anyFormIsReadAsTheNewestAndKeptAsWritten(String written, String group, String resource, String newest) {
        EventType type = EventType.read(written, new ResourceType(group, resource));

        assertEquals(newest, type.toString());
        assertEquals(written, type.written());
        assertEquals(group, type.group());
        assertEquals(type.happened(), EventType.word(written));
    }

    @Test
    void aNewTypeIsWrittenInTheNewestForm() {
        assertEquals(
                "io.shiplog.core.node.ready.v1",
                EventType.of("", "node", "ready").written());
        assertEquals(
                "io.shiplog.example.org.node.created.v1",
                EventType.of("example.org", "node", "created").written());
    }

    @Test
    void aWordOfALaterVersionCountsAsModified() {
        EventType type = EventType.read("io.shiplog.core.node.repainted.v1", NODES);

        assertTrue(type.is(ChangeType.MODIFIED));
        assertFalse(type.ends());
        assertEquals("repainted", type.happened());
    }

    @Test
    void bothAnEndAndItsRequestEnd() {
        assertTrue(EventType.of("", "node", "deleted").ends());
        assertTrue(EventType.of("", "node", "deletion-requested").ends());
        assertFalse(EventType.of("", "node", "deletion-requested").removes());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "io.shiplog.pod.v1",
                "io.shiplog.pod.created",
                "io.shiplog.pod.created.v0",
                "io.shiplog.pod.created.vx",
                "io.shiplog..created.v1",
                "io.shiplog.core..pod.created.v1",
                "io.shiplog.pod.created.v99999999999",
                "com.example.pod.created.v1"
            })
    void whatIsNoTypeIsRefused(String text) {
        assertThrows(IllegalArgumentException.class, () -> EventType.read(text, NODES));
    }
}

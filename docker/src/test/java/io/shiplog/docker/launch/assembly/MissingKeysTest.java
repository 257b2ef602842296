package io.shiplog.docker.launch.assembly;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.shiplog.events.object.ResourceType;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class MissingKeysTest {
    private static final String TEXT =
            "4 encrypted objects cannot be read (configmaps: 1, secrets: 3): their data keys are missing from the topic shop.keys. To restore them from a backup: './shiplog down', './shiplog keys import FILE'";

    @Test
    void theMessageNamesTheKindsAndTheRemedy() {
        Map<ResourceType, Integer> counted = Map.of(
                ResourceType.core("secrets"),
                3,
                ResourceType.core("configmaps"),
                1,
                new ResourceType("example.com", "widgets"),
                0);

        assertEquals(Optional.of(TEXT), MissingKeys.text("shop", MissingKeys.named(counted)));
    }

    @Test
    void givenNothingIsMissing_thenNothingIsSaid() {
        assertEquals(Optional.empty(), MissingKeys.text("shop", new TreeMap<>(Map.of("secrets", 0))));
        assertEquals(Optional.empty(), MissingKeys.text("shop", MissingKeys.ofMetrics("")));
    }

    @Test
    void theMetricsSayTheSame() {
        String metrics = """
                # HELP shiplog_sealed_objects_unreadable Encrypted objects that cannot be read.
                # TYPE shiplog_sealed_objects_unreadable gauge
                shiplog_sealed_objects_unreadable{resource="secrets"} 3
                shiplog_sealed_objects_unreadable{resource="configmaps"} 1
                shiplog_node_heartbeat_age_seconds{node="a"} 7
                """;

        assertEquals(Optional.of(TEXT), MissingKeys.text("shop", MissingKeys.ofMetrics(metrics)));
    }
}

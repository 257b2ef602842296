package io.shiplog.command.control.autoscale;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
import io.shiplog.events.json.Json;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Windows, policies and bounds. */
class LimitsTest {
    private Instant now = Instant.parse("2026-11-28T12:00:00Z");
    private final ScalingMemory memory = new ScalingMemory(10, now.minus(Duration.ofMinutes(50)));

    private static JsonNode spec(String behavior) {
        return Json.ofUtf8(("{" + behavior + "}").getBytes(StandardCharsets.UTF_8))
                .tree();
    }

    private Limits limits(String behavior, int current, int recommended) {
        return Limits.of(spec(behavior), new Limits.Sizes(current, 2, 100), recommended, memory, now);
    }

    @ParameterizedTest
    @CsvSource({
        "10, 12, 12, ReadyForNewScale, DesiredWithinRange",
        "10, 90, 20, ReadyForNewScale, ScaleUpLimit",
        "1, 90, 4, ReadyForNewScale, ScaleUpLimit",
        "60, 150, 100, ReadyForNewScale, TooManyReplicas",
        "10, 1, 2, ReadyForNewScale, TooFewReplicas",
        "10, 5, 5, ReadyForNewScale, DesiredWithinRange"
    })
    void withoutABehaviorItDoublesAtMost(int current, int recommended, int replicas, String able, String limited) {
        Limits limits = limits("", current, recommended);

        assertEquals(replicas, limits.replicas());
        assertEquals(able, limits.able().reason());
        assertEquals(limited, limits.limited().reason());
        assertEquals(!limited.equals("DesiredWithinRange"), limits.isLimited());
    }

    @Test
    void forFiveMinutesTheHighestRecommendationCounts() {
        limits("", 10, 8);
        now = now.plus(Duration.ofMinutes(4));
        limits("", 10, 3);

        Limits held = limits("", 10, 4);
        assertEquals(8, held.replicas());
        assertEquals("ScaleDownStabilized", held.able().reason());

        now = now.plus(Duration.ofMinutes(2));
        assertEquals(4, limits("", 8, 3).replicas());
    }

    private static String up(String rules) {
        return "\"behavior\":{\"scaleUp\":{" + rules
                + "},\"scaleDown\":{\"selectPolicy\":\"Max\",\"policies\":[{\"type\":\"Percent\",\"value\":100,\"periodSeconds\":15}]}}";
    }

    private static String down(String rules) {
        return "\"behavior\":{\"scaleUp\":{\"policies\":[]},\"scaleDown\":{\"stabilizationWindowSeconds\":0," + rules
                + "}}";
    }

    private static final String POLICIES =
            "\"policies\":[{\"type\":\"Pods\",\"value\":4,\"periodSeconds\":60},{\"type\":\"Percent\",\"value\":50,\"periodSeconds\":60}]";

    @ParameterizedTest
    @CsvSource({"Max, 15", "Min, 14", "Disabled, 10"})
    void ofThePoliciesOneIsSelected(String select, int replicas) {
        Limits limits = limits(up("\"selectPolicy\":\"%s\",%s".formatted(select, POLICIES)), 10, 90);

        assertEquals(replicas, limits.replicas());
        assertEquals("ScaleUpLimit", limits.limited().reason());
    }

    @ParameterizedTest
    @CsvSource({"Max, 5", "Min, 6", "Disabled, 10"})
    void alsoOnTheWayDown(String select, int replicas) {
        Limits limits = limits(down("\"selectPolicy\":\"%s\",%s".formatted(select, POLICIES)), 10, 2);

        assertEquals(replicas, limits.replicas());
        assertEquals("ScaleDownLimit", limits.limited().reason());
    }

    /** What was added in the period of a policy counts against it; what was refused does not. */
    @Test
    void aPolicyIsForItsPeriod() {
        String four = up("\"policies\":[{\"type\":\"Pods\",\"value\":4,\"periodSeconds\":60}]");
        memory.plans(10, 14, now);
        memory.sees(14);
        assertEquals(14, limits(four, 14, 90).replicas());

        memory.plans(14, 18, now);
        memory.sees(14);
        memory.sees(14);
        now = now.plus(Duration.ofSeconds(61));

        assertEquals(18, limits(four, 14, 90).replicas());
    }

    @Test
    void aWindowOfAnAdditionTakesTheLowest() {
        String window = up(
                "\"stabilizationWindowSeconds\":120,\"policies\":[{\"type\":\"Pods\",\"value\":100,\"periodSeconds\":60}]");
        assertEquals(12, limits(window, 10, 12).replicas());
        now = now.plus(Duration.ofSeconds(30));

        Limits held = limits(window, 10, 40);

        assertEquals(12, held.replicas());
        assertEquals("ScaleUpStabilized", held.able().reason());
    }
}
